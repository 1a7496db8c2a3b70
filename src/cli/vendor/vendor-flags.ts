import type { Command } from "commander";
import { numberFrom, wholeNumber } from "../flag-values.ts";

/** What `fetch` and `cost` take alike; an option that was not given is not there. */
export interface VendorFlags {
  readonly schema: string;
  readonly start?: string;
  readonly end?: string;
  readonly roll?: string;
  readonly dataset?: string;
  readonly chunkMonths?: number;
  readonly maxCost?: number;
  readonly forceRefresh?: true;
  readonly json?: true;
  readonly quiet?: true;
}

/** The options that say which data is meant. */
export function addDataOptions(command: Command): Command {
  return command
    .argument("[names...]", "ES (continuous), ES.n.0, ESZ24 (a contract), stock:AAPL ...")
    .option("--schema <name>", "what of them: ohlcv-1s, ohlcv-1m, ohlcv-1h, ohlcv-1d, trades ...", "ohlcv-1m")
    .option("--start <when>", "first instant, inclusive: a date or date-time, UTC")
    .option("--end <when>", "last instant, exclusive (default: the start of today)")
    .option("--roll <rule>", "how a root rolls: v, n, c, or sessions before the end (default: v)")
    .option("--dataset <code>", "dataset of all of them (default: by exchange)");
}

/** The options that say how it is bought. */
export function addBuyingOptions(command: Command): Command {
  return command
    .option("--max-cost <dollars>", "most to spend, US$; nothing is bought where the price is above", numberFrom(0))
    .option("--chunk-months <number>", "months in one request (default: 6; 1 for seconds and ticks)", wholeNumber)
    .option("--force-refresh", "buy everything anew, in place of what the cache holds");
}
