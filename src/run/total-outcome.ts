import type { RunEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { DataFingerprint, EquityCurve, MarginUse, RunOutcome } from "../market/run-outcome.ts";

/** What one account of several strategies says of itself. */
export interface SharedTotal {
  readonly equity: EquityCurve;
  readonly margin: () => MarginUse;
}

/**
 * Several runs as one account: their sums, instant by instant, or what their shared account says, and their records in order of time.
 * Ids of orders get the name of their strategy before them. The order in which the runs are given changes nothing.
 */
export function totalOutcome(runs: readonly RunOutcome[], shared?: SharedTotal): RunOutcome {
  const all = [...runs].sort((a, b) => compareText(a.settings.strategy, b.settings.strategy));
  const [first] = all as [RunOutcome];
  const gather = <Value>(pick: (run: RunOutcome) => readonly Value[], timeOf: (value: Value) => number) =>
    // What concerns the whole account was told to each of its strategies in one and the same record.
    [...new Set(all.flatMap(pick))].sort((a, b) => timeOf(a) - timeOf(b));
  return {
    ...first,
    settings: {
      ...first.settings,
      strategy: all.map((run) => run.settings.strategy).join(" + "),
      parameters: Object.fromEntries(all.map((run) => [run.settings.strategy, run.settings.parameters])),
      assets: [...new Set(all.flatMap((run) => run.settings.assets))],
      budget:
        shared === undefined ? all.reduce((budget, run) => budget + run.settings.budget, 0) : first.settings.budget,
    },
    equity: shared?.equity ?? sumOfEquity(all),
    margin: shared?.margin() ?? sumOfMargin(all),
    trades: gather(
      (run) => run.trades,
      (trade) => trade.exitTime,
    ),
    orders: gather(
      (run) => run.orders.map((order) => named(order, run.settings.strategy)),
      (order) => order.createdAt,
    ),
    fills: gather(
      (run) =>
        run.fills.map((fill) => Object.freeze({ ...fill, orderId: nameOf(fill.orderId, run.settings.strategy) })),
      (fill) => fill.time,
    ),
    cashflows: gather(
      (run) => run.cashflows,
      (flow) => flow.time,
    ),
    events: gather(
      (run) => run.events.map((event) => namedEvent(event, run.settings.strategy)),
      (event) => event.time,
    ),
    traces: [],
    log: gather(
      (run) => run.log.map((line) => ({ ...line, message: `${run.settings.strategy}: ${line.message}` })),
      (line) => line.time,
    ),
    chart: { markers: [], lines: [], ohlc: [] },
    data: seriesOf(all),
    // One source served them all, and each tells what it had paid by then.
    ...(first.dataCost === undefined ? {} : { dataCost: Math.max(...all.map((run) => run.dataCost ?? 0)) }),
    instruments: Object.assign({}, ...all.map((run) => run.instruments)),
    bars: all.reduce((bars, run) => bars + run.bars, 0),
    iterations: all.reduce((iterations, run) => iterations + run.iterations, 0),
    status: all.every((run) => run.status === "complete") ? "complete" : "PARTIAL",
    notes: [...new Set(all.flatMap((run) => run.notes))],
  };
}

function sumOfEquity(runs: readonly RunOutcome[]): EquityCurve {
  const time = union(runs.map((run) => run.equity.time));
  const sum = (column: "value" | "cash") =>
    sumOf(
      time,
      runs.map(({ equity, settings }) => ({ time: equity.time, value: equity[column], before: settings.budget })),
    );
  return { time, value: sum("value"), cash: sum("cash") };
}

function sumOfMargin(runs: readonly RunOutcome[]): MarginUse {
  const time = union(runs.map((run) => run.margin.time));
  const columns = runs.map(({ margin }) => ({ time: margin.time, value: margin.initial, before: 0 }));
  return { time, initial: sumOf(time, columns) };
}

/** A value that holds from each instant to the next, and what it is before the first. */
interface Steps {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly before: number;
}

function union(times: readonly Float64Array[]): Float64Array {
  return Float64Array.from(new Set(times.flatMap((column) => [...column]))).sort();
}

function sumOf(instants: Float64Array, columns: readonly Steps[]): Float64Array {
  const total = new Float64Array(instants.length);
  for (const { time, value, before } of columns) {
    let row = 0;
    for (let i = 0; i < instants.length; i++) {
      while (row < time.length && (time[row] as number) <= (instants[i] as number)) row += 1;
      total[i] = (total[i] as number) + (row === 0 ? before : (value[row - 1] as number));
    }
  }
  return total;
}

/** A fill that no order led to has no id, here as there. */
function nameOf(id: string, strategy: string): string {
  return id === "" ? "" : `${strategy} ${id}`;
}

function named(order: Order, strategy: string): Order {
  return Object.freeze({
    ...order,
    id: nameOf(order.id, strategy),
    parentId: order.parentId === undefined ? undefined : nameOf(order.parentId, strategy),
    children: order.children.map((child) => named(child, strategy)),
  });
}

function namedEvent(event: RunEvent, strategy: string): RunEvent {
  return event.orderId === undefined ? event : { ...event, orderId: nameOf(event.orderId, strategy) };
}

function seriesOf(runs: readonly RunOutcome[]): readonly DataFingerprint[] {
  const byText = new Map(runs.flatMap((run) => run.data).map((series) => [JSON.stringify(series), series]));
  return [...byText.keys()].sort(compareText).map((text) => byText.get(text) as DataFingerprint);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
