import { isBacklitError } from "../market/errors.ts";
import { TradingFee, TradingSlippage } from "../market/fees.ts";
import { parseTimestep } from "../market/timestep.ts";
import type { BacktestOptions } from "../run/options.ts";
import type { BacktestFlags } from "./backtest-flags.ts";
import type { ChosenSource } from "./choose-source.ts";
import { readAsset, readAssets } from "./read-assets.ts";
import { readColumns } from "./read-columns.ts";
import { usageError } from "./usage-error.ts";

/** Options of a run as the command line can give them: those of the engine, and those of the data source. */
export type RunOptions = BacktestOptions & Readonly<Record<string, unknown>>;

/**
 * The options of a run from the flags. What was not given is left out, so that every default stays in one place, with its owner.
 * @throws BacklitError `invalid_argument`
 */
export function runOptions(flags: BacktestFlags): RunOptions {
  const fees = feesOf(flags);
  return withoutUndefined({
    ...sourceOptions(flags),
    assets: readAssets(flags),
    timezone: flags.timezone,
    seed: flags.seed,
    budget: flags.budget,
    market: flags.market,
    buyTradingFees: fees,
    sellTradingFees: fees,
    slippage: slippageOf(flags),
    fill: flags.fill,
    intrabar: flags.intrabar,
    limitFill: flags.limitFill,
    stockAdjustment: flags.stockAdjustment,
    tradeMatching: flags.tradeMatching,
    benchmarkAsset: flags.benchmark === undefined ? undefined : readAsset("--benchmark", flags.benchmark),
    riskFreeRate: flags.riskFreeRate,
    logLevel: flags.logLevel ?? (flags.quiet ? "silent" : undefined),
  });
}

/** The options that only some data sources take, by the flag that gives them. */
const FLAG_OF_SOURCE_OPTION = {
  file: "--file",
  timestep: "--timestep",
  stamp: "--stamp",
  onInvalid: "--on-invalid",
  columns: "--column",
  maxCost: "--max-cost",
} as const;

function sourceOptions(flags: BacktestFlags): Partial<Record<keyof typeof FLAG_OF_SOURCE_OPTION, unknown>> {
  return {
    file: flags.file,
    timestep: flags.timestep === undefined ? undefined : readTimestep(flags.timestep),
    stamp: flags.stamp,
    onInvalid: flags.onInvalid,
    columns: flags.column === undefined ? undefined : readColumns(flags.column),
    maxCost: flags.maxCost,
  };
}

/**
 * Refuses flags that the source would not understand, in the words of the command line.
 * @throws BacklitError `invalid_argument`
 */
export function checkSourceOptions(options: RunOptions, { name: sourceName, sourceClass }: ChosenSource): void {
  const { optionNames } = sourceClass as { readonly optionNames?: readonly string[] };
  for (const [name, flag] of Object.entries(FLAG_OF_SOURCE_OPTION)) {
    if (!(name in options) || optionNames === undefined || optionNames.includes(name)) continue;
    throw usageError(
      `Running on the data source '${sourceName}': it takes no ${flag}`,
      name === "file" ? "Files are read with --source file." : `Leave out ${flag}.`,
    );
  }
}

function feesOf(flags: BacktestFlags): readonly TradingFee[] | undefined {
  const terms = withoutUndefined({
    perContract: flags.feePerContract,
    perShare: flags.feePerShare,
    flat: flags.feePerOrder,
    percent: flags.feePercent,
  });
  const { exchangeFee } = flags;
  const fees = [
    ...(Object.keys(terms).length === 0 ? [] : [new TradingFee(terms)]),
    ...(exchangeFee === undefined ? [] : [new TradingFee({ perContract: exchangeFee, paidTo: "exchange" })]),
  ];
  return fees.length === 0 ? undefined : fees;
}

function slippageOf({ slippageTicks, slippagePercent }: BacktestFlags): TradingSlippage | undefined {
  if (slippageTicks !== undefined && slippagePercent !== undefined) {
    throw usageError(
      "Reading the slippage: both --slippage-ticks and --slippage-percent were given",
      "Give one of them.",
    );
  }
  if (slippageTicks !== undefined) return new TradingSlippage({ ticks: slippageTicks });
  return slippagePercent === undefined ? undefined : new TradingSlippage({ percent: slippagePercent });
}

function readTimestep(text: string): string {
  try {
    return parseTimestep(text).name;
  } catch (thrown) {
    if (!isBacklitError(thrown)) throw thrown;
    throw usageError(`--timestep: ${thrown.message}`, thrown.hint);
  }
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function withoutUndefined<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
