import type { RunEvent } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import type { Order } from "../market/order.ts";
import type {
  DataFingerprint,
  EquityCurve,
  InstrumentFacts,
  RunOutcome,
  RunSettings,
  Trace,
} from "../market/run-outcome.ts";
import type { Trade } from "../market/trade.ts";
import { runFiles } from "../report/files.ts";
import { computeStatistics, type Statistics } from "../report/index.ts";

/** What a backtest gives back: plain data, frozen. */
export class BacktestResult implements RunOutcome {
  /** Every statistic by name; worked out when it is first asked for. */
  declare readonly stats: Statistics;
  readonly settings: RunSettings;
  readonly equity: EquityCurve;
  readonly trades: readonly Trade[];
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly events: readonly RunEvent[];
  readonly traces: readonly Trace[];
  readonly data: readonly DataFingerprint[];
  readonly instruments: Readonly<Record<string, InstrumentFacts>>;
  readonly bars: number;
  readonly iterations: number;
  readonly status: "complete" | "PARTIAL";
  readonly notice: string | null;
  readonly notes: readonly string[];

  constructor(outcome: RunOutcome) {
    Object.defineProperty(this, "stats", {
      enumerable: true,
      get: once(() => computeStatistics(outcome, { instruments: outcome.instruments })),
    });
    this.settings = outcome.settings;
    this.equity = outcome.equity;
    this.trades = outcome.trades;
    this.orders = outcome.orders;
    this.fills = outcome.fills;
    this.events = outcome.events;
    this.traces = outcome.traces;
    this.data = outcome.data;
    this.instruments = outcome.instruments;
    this.bars = outcome.bars;
    this.iterations = outcome.iterations;
    this.status = outcome.status;
    this.notice = outcome.notice;
    this.notes = outcome.notes;
    Object.freeze(this);
  }

  /**
   * Writes `result.json`, `equity.csv`, `orders.csv`, `fills.csv`, `trades.csv` and, where there are traces, `traces.csv` into a folder, made where it is missing; files of
   * the same names are replaced, each in one step. The same run gives the same bytes.
   * @returns the paths written
   */
  async save(folder: string): Promise<readonly string[]> {
    const { saveFiles } = await import("./save-files.ts");
    return saveFiles(folder, runFiles(this, this.stats));
  }
}

function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
