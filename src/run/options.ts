import { DateTime } from "luxon";
import type { LogLevel } from "../engine/engine-context.ts";
import type { IntrabarPolicy, LimitFillPolicy } from "../engine/matching.ts";
import type { EngineOptions } from "../engine/options.ts";
import { Asset, type StockAdjustment } from "../market/asset.ts";
import { InvalidInputError, shown } from "../market/errors.ts";
import { TradingFee, TradingSlippage } from "../market/fees.ts";
import { suggestWord } from "../market/nearest.ts";
import type { DataSource, DataSourceClass } from "../market/ports.ts";
import type { DatedRate } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import type { TradeMatching } from "../market/trade.ts";
import { CURRENCY_OPTION_NAMES, type CurrencyOptions, checkCurrencyOptions } from "./currency-options.ts";
import { checkMarginOptions, MARGIN_OPTION_NAMES, type MarginOptions } from "./margin-options.ts";
import { sourceOptions } from "./source-options.ts";

/** An instant in any of the usual forms. */
export type Instant = string | number | Date | DateTime;

/** How far a run has come. */
export interface RunProgress {
  /** Simulated now, and the span of the run; epoch ms UTC. */
  readonly time: number;
  readonly start: number;
  readonly end: number;
  /** Bars that have passed through the loop. */
  readonly bars: number;
  /** Account currency. */
  readonly equity: number;
  /** Below the highest equity so far, as a fraction, 0 or below. */
  readonly drawdown: number;
  /** Closed round trips so far. */
  readonly trades: number;
}

/** Options of a backtest; what the data source takes stands beside them. */
export interface BacktestOptions extends MarginOptions, CurrencyOptions {
  /** Cash at the start, account currency. @default 100_000 */
  readonly budget?: number;
  /** What to trade. @default the strategy's own `assets`, else all the source holds */
  readonly assets?: readonly Asset[];
  /** Fees of buys and sells; several add up. @default none */
  readonly buyTradingFees?: readonly TradingFee[];
  readonly sellTradingFees?: readonly TradingFee[];
  /** Of orders that take liquidity: market and stop. @default none */
  readonly slippage?: TradingSlippage;
  /** Fraction of each bar's volume that all orders together may fill, 0.1 for a tenth; the rest fills later. @default no bound */
  readonly volumeShare?: number;
  /** Whether orders fill on bars that have no volume, where other bars have. @default false */
  readonly fillWithoutVolume?: boolean;
  /** Where market orders fill. @default "next-open" */
  readonly fill?: "next-open" | "this-close";
  /** Which way the price went inside a bar, where it matters. @default "worst" */
  readonly intrabar?: IntrabarPolicy;
  /** Whether a touch fills a limit order, or the market must go a tick beyond it. @default "touch" */
  readonly limitFill?: LimitFillPolicy;
  /**
   * What is taken out of a stock's past prices in `getHistoricalPrices`, `bars` and indicators, as of now: splits that are over, or
   * dividends too. Fills, last prices and money are as traded. @default "splits"
   */
  readonly stockAdjustment?: StockAdjustment;
  /**
   * How fills make trades: each exit closes the oldest entries first, or one trade holds all from flat to flat at mean prices. The sum
   * of their profit is the same. @default "fifo"
   */
  readonly tradeMatching?: TradeMatching;
  /**
   * Calendar to trade by, such as `"CME_Equity"`, `"NYSE"`, `"24/7"`. @default of the calendars of the run's assets the one with the most
   * trading time in a week, whatever their order; an asset that comes in later changes nothing
   */
  readonly market?: string;
  /** Zone of dates without one and of `getDatetime`. @default "UTC" */
  readonly timezone?: string;
  /** What to compare with: beta, alpha, capture and the rest. @default none */
  readonly benchmarkAsset?: Asset;
  /** Who has the bars of `benchmarkAsset`; it stays the caller's to close. @default the run's own source */
  readonly benchmarkSource?: DataSource;
  /**
   * What money earns without risk: annual and effective, as a fraction, or a series of such rates, each from its instant on, ascending.
   * Before the first of a series it is 0. @default 0
   */
  readonly riskFreeRate?: number | readonly { readonly from: Instant; readonly rate: number }[];
  /** Seed of everything that is drawn by lot. @default 0 */
  readonly seed?: number;
  /** Stops the run; the result up to then is marked PARTIAL. */
  readonly signal?: AbortSignal;
  /** Shows on stderr how far the run is, on one line. @default false */
  readonly progress?: boolean;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Least level of `logMessage` that is written, to stderr. @default "warn" */
  readonly logLevel?: LogLevel | "silent";
  /**
   * How long a hook's promise may stay open while the hook asks nothing of the engine, ms of the wall's clock; then the run ends with a
   * `StrategyError`. Infinity: for ever. @default 60_000
   */
  readonly hookTimeout?: number;
}

/** The names above, and those the run adds for the source. */
const OPTION_NAMES = [
  ...MARGIN_OPTION_NAMES,
  ...CURRENCY_OPTION_NAMES,
  "budget",
  "assets",
  "buyTradingFees",
  "sellTradingFees",
  "slippage",
  "volumeShare",
  "fillWithoutVolume",
  "fill",
  "intrabar",
  "limitFill",
  "stockAdjustment",
  "tradeMatching",
  "market",
  "timezone",
  "benchmarkAsset",
  "benchmarkSource",
  "riskFreeRate",
  "seed",
  "signal",
  "progress",
  "onProgress",
  "logLevel",
  "hookTimeout",
] as const satisfies readonly (keyof BacktestOptions)[];

/** The checked options of a run, less what only the run itself can supply. */
export type CheckedOptions = Omit<EngineOptions, "onProgress" | "log" | "live" | "hookWatch"> & {
  readonly progress: boolean;
  readonly onProgress: BacktestOptions["onProgress"];
  readonly logLevel: LogLevel | "silent";
  readonly hookTimeout: number;
};

const WORDS = {
  fill: ["next-open", "this-close"],
  intrabar: ["worst", "ohlc", "olhc", "finer"],
  limitFill: ["touch", "through"],
  stockAdjustment: ["none", "splits", "splits-and-dividends"],
  tradeMatching: ["fifo", "flat-to-flat"],
  logLevel: ["debug", "info", "warn", "error", "silent"],
} as const;

/**
 * Checks the options of a run and fills in the defaults.
 * @throws InvalidInputError `invalid_option` or `invalid_time`
 */
export function checkOptions(
  source: DataSourceClass | DataSource,
  start: Instant,
  end: Instant,
  options: BacktestOptions,
): CheckedOptions {
  checkNames(source, options);
  const timezone = checkTimezone(options.timezone ?? "UTC");
  const from = readInstant("start", start, timezone);
  const to = readInstant("end", end, timezone);
  if (from >= to) {
    throw new InvalidInputError(
      "invalid_time",
      `Setting the span of the run: the start ${formatInstant(from)} is not before the end ${formatInstant(to)}`,
      {
        hint: "The start is inclusive, the end exclusive; a date means its midnight.",
      },
    );
  }
  return {
    start: from,
    end: to,
    budget: checkNumber("budget", options.budget ?? 100_000, (value) => value > 0, "a number above 0"),
    assets: checkAssets("assets", options.assets ?? []),
    market: options.market,
    timezone,
    fill: checkWord("fill", options.fill ?? "next-open"),
    intrabar: checkWord("intrabar", options.intrabar ?? "worst"),
    limitFill: checkWord("limitFill", options.limitFill ?? "touch"),
    stockAdjustment: checkWord("stockAdjustment", options.stockAdjustment ?? "splits"),
    tradeMatching: checkWord("tradeMatching", options.tradeMatching ?? "fifo"),
    buyTradingFees: checkFees("buyTradingFees", options.buyTradingFees),
    sellTradingFees: checkFees("sellTradingFees", options.sellTradingFees),
    slippage: checkSlippage(options.slippage),
    volumeShare:
      options.volumeShare === undefined
        ? undefined
        : checkNumber(
            "volumeShare",
            options.volumeShare,
            (share) => share > 0 && share <= 1,
            "a fraction above 0, up to 1",
          ),
    fillWithoutVolume: checkBoolean("fillWithoutVolume", options.fillWithoutVolume ?? false),
    ...checkBenchmark(options),
    riskFreeRate: checkRiskFree(options.riskFreeRate ?? 0, timezone),
    seed: checkNumber("seed", options.seed ?? 0, Number.isSafeInteger, "a whole number"),
    ...checkMarginOptions(options),
    ...checkCurrencyOptions(options),
    sourceOptions: sourceOptions(options, OPTION_NAMES),
    signal: checkSignal(options.signal),
    progress: checkBoolean("progress", options.progress ?? false),
    onProgress: checkListener(options.onProgress),
    logLevel: checkWord("logLevel", options.logLevel ?? "warn"),
    hookTimeout: checkHookTimeout(options.hookTimeout ?? 60_000),
  };
}

function invalidOption(name: string, value: unknown, expected: string): InvalidInputError {
  return new InvalidInputError(
    "invalid_option",
    `Setting the options of the run: ${name} was ${String(value)}, expected ${expected}`,
  );
}

interface OptionNames {
  readonly optionNames?: readonly string[];
}

/** A source class that lists its option names has misspelt ones refused; one that does not takes what it is given. */
function checkNames(source: DataSourceClass | DataSource, options: BacktestOptions): void {
  // An object was made already and takes nothing more.
  const { optionNames } = typeof source === "function" ? (source as OptionNames) : { optionNames: [] };
  if (optionNames === undefined) return;
  const known = [...OPTION_NAMES, ...optionNames];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new InvalidInputError(
      "invalid_option",
      `Setting the options of the run: '${name}' is not known to ${source.name}`,
      {
        hint: suggestWord(name, known),
      },
    );
  }
}

function checkTimezone(timezone: string): string {
  if (DateTime.fromMillis(0, { zone: timezone }).isValid) return timezone;
  throw invalidOption("timezone", timezone, "an IANA zone such as 'America/New_York'");
}

function checkNumber(name: string, value: number, sound: (value: number) => boolean, expected: string): number {
  if (typeof value === "number" && Number.isFinite(value) && sound(value)) return value;
  throw invalidOption(name, shown(value), expected);
}

function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.addEventListener === "function") return signal;
  throw invalidOption("signal", signal, "an AbortSignal, such as the `signal` of an AbortController");
}

function checkListener<Listener>(listener: Listener): Listener {
  if (listener === undefined || typeof listener === "function") return listener;
  throw invalidOption("onProgress", listener, "a function");
}

function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw invalidOption(name, value, "true or false");
}

function checkHookTimeout(milliseconds: number): number {
  if (typeof milliseconds === "number" && milliseconds > 0) return milliseconds;
  throw invalidOption("hookTimeout", milliseconds, "milliseconds above 0, or Infinity");
}

function checkWord<Name extends keyof typeof WORDS>(
  name: Name,
  value: (typeof WORDS)[Name][number],
): (typeof WORDS)[Name][number] {
  const words: readonly string[] = WORDS[name];
  if (words.includes(value)) return value;
  throw new InvalidInputError("invalid_option", `Setting the options of the run: ${name} was '${value}'`, {
    hint: suggestWord(String(value), words),
  });
}

function checkBenchmark({ benchmarkAsset, benchmarkSource }: BacktestOptions) {
  if (benchmarkAsset !== undefined && !(benchmarkAsset instanceof Asset)) {
    throw invalidOption("benchmarkAsset", benchmarkAsset, "an Asset");
  }
  if (benchmarkSource !== undefined && typeof benchmarkSource.getBars !== "function") {
    throw invalidOption("benchmarkSource", benchmarkSource, "an object that is a DataSource");
  }
  if (benchmarkSource !== undefined && benchmarkAsset === undefined) {
    throw invalidOption("benchmarkAsset", benchmarkAsset, "the asset whose bars `benchmarkSource` has");
  }
  return { benchmarkAsset, benchmarkSource };
}

function checkRiskFree(given: NonNullable<BacktestOptions["riskFreeRate"]>, timezone: string): number | DatedRate[] {
  const name = "riskFreeRate";
  const sound = (value: number) => value > -1;
  const expected = "a fraction such as 0.03";
  if (!Array.isArray(given)) return checkNumber(name, given as number, sound, expected);
  let last = Number.NEGATIVE_INFINITY;
  const rates = given.map(({ from, rate }: { readonly from: Instant; readonly rate: number }, i) => {
    const time = readInstant(`${name}[${i}].from`, from, timezone);
    if (time <= last) throw invalidOption(`${name}[${i}].from`, from, "an instant after the one before it");
    last = time;
    return { from: formatInstant(time), rate: checkNumber(`${name}[${i}].rate`, rate, sound, expected) };
  });
  if (rates.length === 0) throw invalidOption(name, "an empty list", "a rate or a list of dated ones");
  return rates;
}

function checkAssets(name: string, assets: readonly Asset[]): readonly Asset[] {
  const list = Array.isArray(assets) ? assets : [assets];
  for (const asset of list) if (!(asset instanceof Asset)) throw invalidOption(name, asset, "a list of Asset objects");
  return list.map((asset: Asset) => asset);
}

function checkFees(name: string, fees: readonly TradingFee[] | undefined): readonly TradingFee[] {
  if (fees === undefined) return [];
  if (Array.isArray(fees) && fees.every((fee) => fee instanceof TradingFee)) return fees;
  throw invalidOption(
    name,
    JSON.stringify(fees),
    "a list of TradingFee objects, such as [new TradingFee({ perContract: 2 })]",
  );
}

function checkSlippage(slippage: TradingSlippage | undefined): TradingSlippage | undefined {
  if (slippage === undefined || slippage instanceof TradingSlippage) return slippage;
  throw invalidOption(
    "slippage",
    JSON.stringify(slippage),
    "a TradingSlippage object, such as new TradingSlippage({ ticks: 1 })",
  );
}

/** Epoch ms of an instant; text without an offset is read in `timezone`. */
export function readInstant(name: string, value: Instant, timezone: string): number {
  const time = instantOf(value, timezone);
  if (Number.isFinite(time)) return time;
  throw new InvalidInputError("invalid_time", `Reading ${name}: found '${String(value)}'`, {
    hint: "Give an ISO date or date-time such as '2025-01-02' or '2025-01-02T09:30:00-05:00', a Date, or epoch milliseconds.",
  });
}

function instantOf(value: Instant, timezone: string): number {
  if (typeof value === "number") return value;
  if (value instanceof Date) return value.getTime();
  if (DateTime.isDateTime(value)) return value.toMillis();
  const parsed = DateTime.fromISO(String(value), { zone: timezone });
  return parsed.isValid ? parsed.toMillis() : Number.NaN;
}
