import type { Bar } from "../../bars/bars.ts";
import { oneOf } from "./parameters.ts";

const SOURCES = ["open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4", "hlcc4"] as const;

/** Which number of a bar is meant: a column, or a mean of several (`hlc3` is (high + low + close) / 3, the typical price). */
export type PriceSource = (typeof SOURCES)[number];

/** The parameter `source` that every indicator over single values has. */
export const sourced = { source: oneOf<PriceSource>("close", SOURCES) };

/**
 * One number of a bar. The two that are asked for most stand in a function small enough to be compiled into whatever calls it; the plus
 * tells the engine that both are numbers, else it allocates the mean.
 */
export function priceOf(bar: Bar, source: PriceSource): number {
  if (source === "close") return +bar.close;
  if (source === "hlc3") return (bar.high + bar.low + bar.close) / 3;
  return otherPriceOf(bar, source);
}

function otherPriceOf(bar: Bar, source: Exclude<PriceSource, "close" | "hlc3">): number {
  switch (source) {
    case "open":
      return bar.open;
    case "high":
      return bar.high;
    case "low":
      return bar.low;
    case "volume":
      return bar.volume;
    case "hl2":
      return (bar.high + bar.low) / 2;
    case "ohlc4":
      return (bar.open + bar.high + bar.low + bar.close) / 4;
    case "hlcc4":
      return (bar.high + bar.low + 2 * bar.close) / 4;
  }
}
