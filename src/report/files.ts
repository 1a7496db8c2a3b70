/** The files of a run as texts. Nothing here touches a disk. */

import type { Cashflow } from "../market/cashflow.ts";
import type { Fill } from "../market/fill.ts";
import type { Order } from "../market/order.ts";
import type { RunOutcome, Trace } from "../market/run-outcome.ts";
import { accountFiles } from "./account-files.ts";
import { chartFiles } from "./chart-files.ts";
import { type CodeState, configFile } from "./config-file.ts";
import { csvCell, csvChunks } from "./csv.ts";
import { instantWriter } from "./instant-text.ts";
import type { Statistics } from "./metrics/statistics.ts";
import { resultJson } from "./result-json.ts";
import { type RunReview, reviewRun } from "./review/review.ts";
import { type Columns, file, type RunFile, table } from "./run-file.ts";
import { tradeColumns } from "./trade-file.ts";

/** Files that a run has only where there is something for them. */
export const OPTIONAL_RUN_FILES = [
  "cashflows.csv",
  "traces.csv",
  "sessions.csv",
  "positions.csv",
  "rolls.csv",
  "run.log",
  "markers.csv",
  "lines.csv",
  "ohlc.csv",
  "code.patch",
] as const;

/**
 * `result.json`, `config.resolved.json`, `equity.csv`, `orders.csv`, `fills.csv`, `trades.csv` of a run, and the optional ones; `docs/results.md` describes
 * them. The same outcome and statistics give the same bytes: no file holds the time at which it was written.
 */
export function runFiles(
  outcome: RunOutcome,
  statistics: Statistics,
  review: RunReview = reviewRun(outcome, statistics),
  code?: CodeState,
): readonly RunFile[] {
  return [
    file("result.json", () => [resultJson(outcome, statistics, review)]),
    configFile(outcome, code),
    file("equity.csv", () => equityChunks(outcome)),
    table("orders.csv", outcome.orders, ORDER_COLUMNS),
    table("fills.csv", outcome.fills, FILL_COLUMNS),
    table("trades.csv", outcome.trades, tradeColumns(outcome)),
    ...(outcome.cashflows.length === 0 ? [] : [table("cashflows.csv", outcome.cashflows, CASHFLOW_COLUMNS)]),
    ...(outcome.traces.length === 0 ? [] : [traceFile(outcome.traces)]),
    ...accountFiles(outcome),
    ...chartFiles(outcome.chart),
    ...(typeof code?.patch === "string" ? [patchFile(code.patch)] : []),
  ];
}

function patchFile(patch: string): RunFile {
  return file("code.patch", () => [patch]);
}

function equityChunks(outcome: RunOutcome): Iterable<string> {
  const { time, value, cash } = outcome.equity;
  const write = instantWriter();
  return csvChunks(
    ["time", "value", "cash"],
    time.length,
    (row) => `${write(time[row] ?? Number.NaN)},${csvCell(value[row])},${csvCell(cash[row])}`,
  );
}

/** A column for every name that any row has, in order of appearance. */
function traceFile(traces: readonly Trace[]): RunFile {
  // Not keys of an object: that would put names such as "20" before the instant.
  const names = [...new Set(traces.flatMap(({ values }) => Object.keys(values)))];
  return file("traces.csv", () => {
    const write = instantWriter();
    return csvChunks(["time", ...names], traces.length, (row) => {
      const { time, values } = traces[row] as Trace;
      return [write(time), ...names.map((name) => csvCell(values[name]))].join(",");
    });
  });
}

const ORDER_COLUMNS: Columns<Order> = {
  id: (order) => order.id,
  createdAt: (order) => ({ instant: order.createdAt }),
  submittedAt: (order) => ({ instant: order.submittedAt }),
  closedAt: (order) => ({ instant: order.closedAt }),
  asset: (order) => order.asset.key,
  side: (order) => order.side,
  quantity: (order) => order.quantity,
  kind: (order) => order.kind,
  limitPrice: (order) => ("limitPrice" in order ? order.limitPrice : undefined),
  stopPrice: (order) => ("stopPrice" in order ? order.stopPrice : undefined),
  trailPrice: (order) => ("trailPrice" in order ? order.trailPrice : undefined),
  trailPercent: (order) => ("trailPercent" in order ? order.trailPercent : undefined),
  timeInForce: (order) => order.timeInForce,
  goodTillDate: (order) => ({ instant: order.goodTillDate }),
  status: (order) => order.status,
  filledQuantity: (order) => order.filledQuantity,
  averageFillPrice: (order) => order.averageFillPrice,
  fees: (order) => order.fees,
  refusal: (order) => order.refusal,
  tag: (order) => order.tag,
  orderClass: (order) => order.orderClass,
  parentId: (order) => order.parentId,
  touchPrice: (order) => ("touchPrice" in order ? order.touchPrice : undefined),
  limitOffset: (order) => ("limitOffset" in order ? order.limitOffset : undefined),
  postOnly: (order) => order.postOnly,
  reduceOnly: (order) => order.reduceOnly,
};

const FILL_COLUMNS: Columns<Fill> = {
  time: (fill) => ({ instant: fill.time }),
  asset: (fill) => fill.asset.key,
  side: (fill) => fill.side,
  quantity: (fill) => fill.quantity,
  price: (fill) => fill.price,
  fee: (fill) => fill.fee,
  slippage: (fill) => fill.slippage,
  orderId: (fill) => fill.orderId,
  contract: (fill) => fill.contract,
  reason: (fill) => fill.reason,
};

const CASHFLOW_COLUMNS: Columns<Cashflow> = {
  time: (flow) => ({ instant: flow.time }),
  asset: (flow) => flow.asset.key,
  kind: (flow) => flow.kind,
  amount: (flow) => flow.amount,
  quantity: (flow) => flow.quantity,
  price: (flow) => flow.price,
};
