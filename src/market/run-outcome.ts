import type { StockAdjustment } from "./asset.ts";
import type { BarSeries } from "./bar-series.ts";
import type { Cashflow } from "./cashflow.ts";
import type { RunChart } from "./chart.ts";
import type { RunEvent } from "./events.ts";
import type { Fill } from "./fill.ts";
import type { BuyingPowerModel, MarginCallPolicy } from "./margin.ts";
import type { Order } from "./order.ts";
import type { Trade, TradeMatching } from "./trade.ts";

/** The account over time: one row before the first bar, then one an instant at which bars closed. Equal lengths. */
export interface EquityCurve {
  /** Epoch ms UTC, ascending. */
  readonly time: Float64Array;
  /** Cash plus open positions at the last prices, account currency. */
  readonly value: Float64Array;
  readonly cash: Float64Array;
}

/** What a run's numbers rest on: one entry a series of bars. */
export interface DataFingerprint {
  readonly asset: string;
  readonly timestep: string;
  readonly source: string;
  /** Bars before the run that coarser bars and indicators were made of; absent of what the run passed or the strategy looked at. */
  readonly part?: "warm-up";
  readonly rows: number;
  /** Open time of the first and of the last bar used, ISO 8601 UTC; null when there was none. */
  readonly first: string | null;
  readonly last: string | null;
  /** Hash over all six columns; equal data gives equal text on every machine. */
  readonly hash: string;
}

/** The settings a run was made with, defaults filled in; plain data without secrets. */
export interface RunSettings {
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Inclusive and exclusive, ISO 8601 UTC. */
  readonly start: string;
  readonly end: string;
  readonly source: string;
  readonly assets: readonly string[];
  readonly budget: number;
  /** Present where other strategies traded on the same account: `budget` is what all of them had together. */
  readonly account?: "shared";
  readonly sleeptime: string;
  /** The market that was set, by the run or by the strategy; null when the assets decided. */
  readonly market: string | null;
  /** Name of the calendar whose sessions the run kept. */
  readonly calendar: string;
  readonly timezone: string;
  readonly fill: "next-open" | "this-close";
  readonly intrabar: "worst" | "ohlc" | "olhc" | "finer";
  readonly limitFill: "touch" | "through";
  readonly stockAdjustment: StockAdjustment;
  readonly tradeMatching: TradeMatching;
  readonly buyTradingFees: readonly unknown[];
  readonly sellTradingFees: readonly unknown[];
  readonly slippage: unknown;
  /** The account's currency. */
  readonly currency: string;
  /** Pairs of which rates were given. */
  readonly fxRates: readonly string[];
  readonly borrowRate: unknown;
  readonly margins: unknown;
  readonly marginCall: MarginCallPolicy;
  readonly buyingPower: BuyingPowerModel;
  /** Fraction of each bar's volume that orders may fill; null when unbounded. */
  readonly volumeShare: number | null;
  readonly fillWithoutVolume: boolean;
  readonly benchmarkAsset: string | null;
  /** Annual and effective, as a fraction. */
  readonly riskFreeRate: number | readonly DatedRate[];
  readonly seed: number;
}

/** An interest rate from an instant on. */
export interface DatedRate {
  /** ISO 8601 UTC. */
  readonly from: string;
  /** Annual and effective, as a fraction: 0.05 is 5 % a year. */
  readonly rate: number;
}

/** What is known of an instrument in a run. */
export interface InstrumentFacts {
  /** Money per 1.0 of price and unit, in `currency`. */
  readonly multiplier: number;
  /** Smallest price step; undefined when prices have no known grid. */
  readonly tickSize: number | undefined;
  /** Currency of the price. @default the account's */
  readonly currency?: string;
}

/** What a run is compared with: the closes of an asset, and the instants at which they were known. */
export interface BenchmarkSeries {
  readonly name: string;
  /** Close times of bars, epoch ms UTC, ascending. */
  readonly time: Float64Array;
  readonly price: Float64Array;
}

/** A row that a strategy's `traceStats` noted. */
export interface Trace {
  /** Epoch ms UTC. */
  readonly time: number;
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
}

/** A line that a strategy wrote. */
export interface LogEntry {
  /** Simulated instant, epoch ms UTC. */
  readonly time: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
}

/** What futures took of the account, in columns of equal length: a row after each of their fills. */
export interface MarginUse {
  /** Epoch ms UTC, ascending. */
  readonly time: Float64Array;
  /** Initial margin of all futures held then, account currency. */
  readonly initial: Float64Array;
}

/** Bars of an instrument that traded; of a continuous future with where it went over from one contract to the next. */
export interface TradedBars extends BarSeries {
  /** Name of the calendar the instrument trades by. */
  readonly calendar?: string;
  readonly rolls?: readonly { readonly time: number; readonly from: string; readonly to: string }[];
}

/** Everything the engine says about a run; statistics and reports are computed from this and nothing else. */
export interface RunOutcome {
  readonly settings: RunSettings;
  readonly equity: EquityCurve;
  readonly trades: readonly Trade[];
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  /** Movements of cash that no order led to: settlements, dividends, borrow fees. */
  readonly cashflows: readonly Cashflow[];
  /** Worked out when it is first asked for. */
  readonly margin: MarginUse;
  readonly events: readonly RunEvent[];
  /** In order of time; empty when the strategy notes nothing. */
  readonly traces: readonly Trace[];
  /** What the strategy wrote with `logMessage`, whatever the level, in order; the first 100,000 lines. */
  readonly log: readonly LogEntry[];
  /** What the strategy drew; empty lists when it draws nothing. */
  readonly chart: RunChart;
  readonly data: readonly DataFingerprint[];
  /** What the data source was made with: plain data, what is no plain data named by its class. Absent in results put together by hand. */
  readonly sourceOptions?: Readonly<Record<string, unknown>>;
  /** What the data source paid its vendor in this run, US$: 0 when everything was cached; absent where the source sells nothing. */
  readonly dataCost?: number;
  /** Null when no benchmark was asked for: there is none by default. */
  readonly benchmark: BenchmarkSeries | null;
  /** By asset key. */
  readonly instruments: Readonly<Record<string, InstrumentFacts>>;
  /** Bars of all instruments that passed through the loop. */
  readonly bars: number;
  /**
   * For pictures: the bars on which fills were made, of every instrument that traded, else of the first. Not enumerable, so that
   * copies, comparisons and files see plain values only; absent where a result was put together by hand.
   */
  readonly tradedBars?: readonly TradedBars[];
  /** Calls of `onTradingIteration`. */
  readonly iterations: number;
  /** `PARTIAL` when the run was interrupted or the strategy failed; what there is up to then. */
  readonly status: "complete" | "PARTIAL";
  /** Words the data source wants printed wherever these numbers appear, such as `SYNTHETIC`; null when there are none. */
  readonly notice: string | null;
  /** Notes of the data source: rows dropped, spans clamped. */
  readonly notes: readonly string[];
}
