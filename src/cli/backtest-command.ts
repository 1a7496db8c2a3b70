import { type Command, Option } from "commander";
import type { BacktestFlags } from "./backtest-flags.ts";
import { numberFrom, positiveNumber, wholeNumber } from "./flag-values.ts";
import type { ProcessControl } from "./program.ts";

const EXAMPLES = `
Examples:
  $ backlit backtest strategies/sma-cross.ts --source synthetic --param fast=5
  $ backlit backtest strategies/sma-cross.ts --source file --file es-1m.csv --timezone America/Chicago \\
      --asset future:ES --start 2024-01-02 --end 2024-01-06 --fee-per-contract 2 --slippage-ticks 1

Environment (and .env in the working directory, where the environment does not say):
  DATA_SOURCE   the source to use without --source
  NO_COLOR      no colours

Exit codes: 0 ok, 1 strategy or data error, 2 usage, 3 data missing, 130 interrupted (the result so far is saved, PARTIAL)`;

/** Gives `backlit backtest` its options; what it does is loaded when it is called. */
export function defineBacktest(command: Command, control: ProcessControl, setExitCode: (code: number) => void): void {
  command
    .description("Run a strategy over historical bars and say what came of it.")
    .usage("<file> [options]")
    // Optional to commander only, so that the message can say where the file belongs.
    .argument("[file]", "the strategy: a .ts, .mts, .js or .mjs file that exports a class extending Strategy");
  addStrategyOptions(command);
  addDataOptions(command);
  addMarketOptions(command);
  addOutputOptions(command);
  command
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("Run 'backlit backtest --help' for the options and two examples.")
    .action(async (file: string | undefined, flags: BacktestFlags) => {
      const { backtest } = await import("./backtest.ts");
      setExitCode(await backtest(file, flags, control));
    });
}

function addStrategyOptions(command: Command): void {
  command
    .optionsGroup("Strategy:")
    .option("--strategy <name>", "which class, where the file exports several")
    .option("--param <name=value...>", "a parameter; the value is read by the type of its default");
}

function addDataOptions(command: Command): void {
  command
    .optionsGroup("Data:")
    .option(
      "--source <name>",
      "databento, simulated, file, synthetic, or the path of a module that exports a data source class",
    )
    .option("--file <path...>", "data files: csv, parquet, feather, arrow, dbn")
    .option("--asset <asset...>", "future:ES, future:ESZ13, future:ES:2013-12-20, stock:AAPL, crypto:BTC/USD ...")
    .option("--multiplier <money>", "money per 1.0 of price of the --asset, where it is not known", positiveNumber)
    .option("--tick-size <price>", "smallest price step of the --asset, where it is not known", positiveNumber)
    .option("--start <when>", "first instant, inclusive: a date or date-time")
    .option("--end <when>", "last instant, exclusive")
    .option("--timestep <step>", "length of the bars in the files, such as 1m, 5m, 1d")
    .option("--timezone <zone>", "zone of times without one, here and in the files, such as America/New_York")
    .option("--column <name=header...>", "what the files call a column, such as close=px_last; volume= for none")
    .addOption(new Option("--stamp <edge>", "which edge of a bar its time in the files is").choices(["open", "close"]))
    .addOption(
      new Option("--on-invalid <policy>", "what to do with an unsound bar").choices(["reject", "drop", "keep"]),
    )
    .option("--max-cost <dollars>", "most to spend on data, US$; above it nothing is bought", numberFrom(0))
    .option("--seed <number>", "seed of everything drawn by lot (default: 0)", wholeNumber);
}

function addMarketOptions(command: Command): void {
  command
    .optionsGroup("Market and account:")
    .option("--budget <money>", "cash at the start (default: 100000)", positiveNumber)
    .option("--market <name>", "calendar to trade by, such as CME_Equity, NYSE, 24/7 (default: the asset's)")
    .option("--fee-per-contract <money>", "fee of each contract of a future or option", numberFrom())
    .option("--fee-per-share <money>", "fee of each unit of anything else", numberFrom())
    .option("--fee-per-order <money>", "fee of each order that fills", numberFrom())
    .option("--fee-percent <fraction>", "fee as a fraction of the money traded: 0.0001 is a basis point", numberFrom())
    .option("--exchange-fee <money>", "the exchange's own fee of each contract, on top", numberFrom())
    .option("--slippage-ticks <ticks>", "ticks by which market and stop orders fill worse", numberFrom(0))
    .option("--slippage-percent <fraction>", "the same as a fraction of the price", numberFrom(0))
    .addOption(
      new Option("--fill <when>", "where market orders fill (default: next-open)").choices(["next-open", "this-close"]),
    )
    .addOption(
      new Option("--intrabar <path>", "way of the price inside a bar (default: worst)").choices([
        "worst",
        "ohlc",
        "olhc",
        "finer",
      ]),
    )
    .addOption(
      new Option("--limit-fill <rule>", "what fills a limit order (default: touch)").choices(["touch", "through"]),
    )
    .addOption(
      new Option("--stock-adjustment <what>", "what is taken out of past prices of stocks (default: splits)").choices([
        "none",
        "splits",
        "splits-and-dividends",
      ]),
    )
    .addOption(
      new Option("--trade-matching <how>", "how fills make trades (default: fifo)").choices(["fifo", "flat-to-flat"]),
    )
    .option("--benchmark <asset>", "asset to compare with")
    .option("--risk-free-rate <fraction>", "yearly, for the ratios (default: 0)", numberFrom());
}

function addOutputOptions(command: Command): void {
  command
    .optionsGroup("Output:")
    .option("--out <folder>", "folder of the run's files, which are replaced (default: runs/<strategy>-<start>-<end>)")
    .option("--json", "print the result as one JSON document instead of the summary")
    .option("--quiet", "no progress and no log on stderr; errors only")
    .addOption(
      new Option(
        "--log-level <level>",
        "least level of the strategy's log that is written to stderr (default: warn)",
      ).choices(["debug", "info", "warn", "error", "silent"]),
    );
}
