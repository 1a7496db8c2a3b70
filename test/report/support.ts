/** Outcomes made by hand for the tests of the report. */

import { Asset } from "../../src/market/asset.ts";
import type { RunOutcome, RunSettings } from "../../src/market/run-outcome.ts";
import { DAY } from "../../src/market/time.ts";
import type { Trade } from "../../src/market/trade.ts";

export const STOCK = Asset.stock("SPY");

export const SETTINGS: RunSettings = {
  strategy: "SmaCross",
  parameters: { fast: 10, slow: 30 },
  start: "2025-01-02T05:00:00Z",
  end: "2025-02-01T05:00:00Z",
  source: "in-memory",
  assets: ["stock:SPY"],
  budget: 100_000,
  sleeptime: "1d",
  market: null,
  calendar: "XNYS",
  timezone: "America/New_York",
  fill: "next-open",
  intrabar: "worst",
  limitFill: "touch",
  stockAdjustment: "splits",
  tradeMatching: "fifo",
  buyTradingFees: [],
  sellTradingFees: [],
  slippage: null,
  currency: "USD",
  fxRates: [],
  borrowRate: 0,
  margins: {},
  marginCall: "refuse",
  buyingPower: "cash",
  volumeShare: null,
  fillWithoutVolume: false,
  benchmarkAsset: null,
  riskFreeRate: 0,
  seed: 1,
};

/** A complete run over daily bars; what is given replaces what stands here. */
export function outcomeOf(parts: Partial<RunOutcome> = {}): RunOutcome {
  return {
    settings: SETTINGS,
    equity: dailyEquity([100_000]),
    trades: [],
    orders: [],
    fills: [],
    cashflows: [],
    margin: { time: new Float64Array(0), initial: new Float64Array(0) },
    events: [],
    traces: [],
    log: [],
    chart: { markers: [], lines: [], ohlc: [] },
    benchmark: null,
    data: [
      {
        asset: "stock:SPY",
        timestep: "1d",
        source: "in-memory",
        rows: 1,
        first: "2025-01-02T00:00:00Z",
        last: "2025-01-31T00:00:00Z",
        hash: "0123456789abcdef",
      },
    ],
    instruments: {},
    bars: 1,
    iterations: 1,
    status: "complete",
    notice: null,
    notes: [],
    ...parts,
  };
}

/** One value a day, the first at midnight UTC before `firstDate` ended, as if bars closed at midnight. */
export function dailyEquity(values: ArrayLike<number>, firstDate = "2025-01-02"): RunOutcome["equity"] {
  const start = Date.parse(`${firstDate}T00:00:00Z`);
  const value = Float64Array.from(values);
  return { time: value.map((_, i) => start + i * DAY), value, cash: value.slice() };
}

/** A value on each given date, stamped with the close of that day's bar: midnight at its end. */
export function equityOn(dates: readonly string[], values: ArrayLike<number>): RunOutcome["equity"] {
  const value = Float64Array.from(values);
  return {
    time: Float64Array.from(dates, (date) => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + DAY),
    value,
    cash: value.slice(),
  };
}

/** Equity that starts at `start` and earns the returns one after the other. */
export function growth(returns: ArrayLike<number>, start = 100_000): Float64Array {
  const values = new Float64Array(returns.length + 1).fill(start);
  for (let i = 0; i < returns.length; i++) values[i + 1] = (values[i] ?? 0) * (1 + (returns[i] ?? 0));
  return values;
}

/** A closed long trade of one share with this profit; what is given replaces what stands here. */
export function tradeOf(pnl: number, parts: Partial<Trade> = {}): Trade {
  const entryTime = parts.entryTime ?? Date.UTC(2025, 0, 2);
  return {
    asset: STOCK,
    direction: "long",
    quantity: 1,
    entryTime,
    entryPrice: 100,
    exitTime: entryTime + DAY,
    exitPrice: 100 + pnl,
    pnl,
    fees: 0,
    bars: 1,
    mae: Math.min(0, pnl),
    mfe: Math.max(0, pnl),
    open: false,
    ...parts,
  };
}
