import type { Command } from "commander";
import type { ProcessControl } from "./program.ts";
import { addBuyingOptions, addDataOptions, type VendorFlags } from "./vendor/vendor-flags.ts";

const ENVIRONMENT = `
Environment (and .env in the working directory, where the environment does not say):
  DATABENTO_API_KEY           the key
  DATABENTO_MAX_COST          as --max-cost
  DATABENTO_MONTHLY_CEILING   most to spend in a calendar month, US$
  BACKLIT_CACHE_DIR           the cache (default: ~/.backlit/cache/databento)
  DATA_SOURCE=simulated       a made-up market in place of Databento, without a key`;

const FETCH_HELP = `
Examples:
  $ backlit fetch ES NQ GC --schema ohlcv-1m --start 2020-01-01 --end 2025-10-31 --max-cost 5
  $ backlit fetch ESZ24 stock:AAPL --schema ohlcv-1d --start 2024-01-01

What is in the cache is not bought again; what a killed run had finished is kept. A price above $0 needs --max-cost, or
"yes" typed at a terminal.
${ENVIRONMENT}

Exit codes: 0 ok, 1 something failed or was not let through, 2 usage, 3 data missing, 130 interrupted`;

/** `backlit fetch`. */
export function defineFetch(command: Command, control: ProcessControl, setExitCode: (code: number) => void): void {
  command.description("Buy Databento's data into the cache, once.");
  addBuyingOptions(addDataOptions(command))
    .option("--json", "print the summary as one JSON document")
    .option("--quiet", "no progress on stderr")
    .addHelpText("after", FETCH_HELP)
    .action(async (names: readonly string[], flags: VendorFlags) => {
      const { fetchData } = await import("./fetch.ts");
      setExitCode(await fetchData(names, flags, control));
    });
}

const COST_HELP = `
Example:
  $ backlit cost ES NQ GC --schema ohlcv-1m --start 2020-01-01 --end 2025-10-31
${ENVIRONMENT}`;

/** `backlit cost`. */
export function defineCost(command: Command, setExitCode: (code: number) => void): void {
  command.description("Tell what the cache lacks and what Databento asks for it. Buys nothing.");
  addDataOptions(command)
    .option("--json", "print it as one JSON document")
    .addHelpText("after", COST_HELP)
    .action(async (names: readonly string[], flags: VendorFlags) => {
      const { tellCost } = await import("./cost.ts");
      setExitCode(await tellCost(names, flags));
    });
}
