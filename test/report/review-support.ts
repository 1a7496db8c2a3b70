/** Runs made by hand for the review. */
import { Asset } from "../../src/market/asset.ts";
import type { BarSeries } from "../../src/market/bar-series.ts";
import { buildOrder } from "../../src/market/build-order.ts";
import type { Fill } from "../../src/market/fill.ts";
import type { Order, OrderOptions } from "../../src/market/order.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { computeStatistics, type ReviewCode, reviewRun } from "../../src/report/index.ts";
import { outcomeOf } from "./support.ts";

export const ES = Asset.future("ESH25");
/** 2025-01-02 15:00 UTC, a Thursday, inside the sessions of New York and Chicago. */
export const T0 = Date.UTC(2025, 0, 2, 15);

export type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

export function barsOf(asset: Asset, rows: readonly Row[], start = T0, step = "1m"): BarSeries {
  const timestep = parseTimestep(step);
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] as number);
  return {
    asset,
    timestep,
    length: rows.length,
    time: Float64Array.from(rows, (_, i) => start + i * timestep.milliseconds),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

let lastId = 0;

/** A filled order and its fill. */
export function filled(
  side: "buy" | "sell",
  price: number,
  time: number,
  parts: { asset?: Asset; quantity?: number; options?: OrderOptions; slippage?: number } = {},
): { readonly order: Order; readonly fill: Fill } {
  const { asset = ES, quantity = 1, options = {}, slippage = 0 } = parts;
  lastId += 1;
  const id = String(lastId);
  const order = buildOrder(() => id, time, { asset, quantity, side, options });
  return { order, fill: { time, asset, side, quantity, price, fee: 0, slippage, orderId: id } };
}

export function traded(
  pairs: readonly { readonly order: Order; readonly fill: Fill }[],
  parts: Partial<RunOutcome> = {},
) {
  return outcomeOf({
    orders: pairs.map(({ order }) => order),
    fills: pairs.map(({ fill }) => fill),
    instruments: { [ES.key]: { multiplier: 50, tickSize: 0.25 } },
    ...parts,
  });
}

export function check(code: ReviewCode, outcome: RunOutcome, bars: readonly BarSeries[] = []) {
  const statistics = computeStatistics(outcome, { instruments: outcome.instruments });
  const found = reviewRun(outcome, statistics, bars).checks.find((one) => one.code === code);
  if (found === undefined) throw new Error(`the review has no check ${code}`);
  return found;
}
