/** What every data source has to keep, as checks that any test runner can run. */

import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { DataMissingError } from "../market/errors.ts";
import type { BarsRequest, DataSource } from "../market/ports.ts";
import type { Timestep } from "../market/timestep.ts";
import { assert, assertEqual, assertRejects } from "./assertions.ts";

/** One named check; `check` throws, or is rejected, when it is not kept. */
export interface ContractCheck {
  readonly name: string;
  check(): Promise<void>;
}

/** What a suite needs to know of the source it examines. */
export interface DataSourceSubject {
  /** Makes a fresh source over the same data each time. */
  create(): DataSource | Promise<DataSource>;
  /** An asset the source holds, and a step it can give. */
  readonly asset: Asset;
  readonly timestep: Timestep;
  /** A span that holds at least six bars, with at least three more before it. Epoch ms UTC, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** An asset it does not hold. */
  readonly unknownAsset: Asset;
}

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;
const FEWEST_BARS = 6;

/**
 * The checks every `DataSource` must pass. Run each as a test of its own:
 * ```ts
 * for (const { name, check } of dataSourceContract(subject)) it(name, check);
 * ```
 */
export function dataSourceContract(subject: DataSourceSubject): readonly ContractCheck[] {
  const check = (name: string, run: (source: DataSource, request: BarsRequest) => Promise<void>): ContractCheck => ({
    name,
    check: async () => {
      const source = await subject.create();
      const { asset, timestep, start, end } = subject;
      try {
        await run(source, { asset, timestep, start, end, lookback: 0 });
      } finally {
        await source.close?.();
      }
    },
  });
  return [
    check("has a name", async (source) => {
      assert(source.name.trim() !== "", "name is empty");
    }),
    check("answers with the asset and the step that were asked for", async (source, request) => {
      const bars = await source.getBars(request);
      assertEqual(bars.asset.key, request.asset.key, "asset");
      assertEqual(bars.timestep.name, request.timestep.name, "timestep");
    }),
    check("gives six columns of one length", async (source, request) => {
      const bars = await source.getBars(request);
      for (const name of COLUMNS) {
        assert(bars[name] instanceof Float64Array, `${name} is no Float64Array`);
        assertEqual(bars[name].length, bars.length, `length of ${name}`);
      }
    }),
    check("gives bars in ascending order, none twice", async (source, request) => {
      const { time } = await source.getBars(request);
      for (let row = 1; row < time.length; row++) {
        assert(at(time, row) > at(time, row - 1), `time does not ascend at row ${row}`);
      }
    }),
    check("gives sound bars: low <= open, close <= high, finite, volume from 0", checkSound),
    check("takes the start in and leaves the end out", checkHalfOpen),
    check("gives the bars of two adjoining spans once each", checkAdjoining),
    check("gives lookback bars before the start, and no more than asked for", checkLookback),
    check("gives what there is when the lookback reaches before the data", checkFarLookback),
    check("gives an empty series for an empty span and for one without bars", checkEmpty),
    check("gives the same answer each time", async (source, request) => {
      assertSame(await source.getBars(request), await source.getBars(request), "asked twice");
    }),
    check("gives the same answer whatever was asked before", async (source, request) => {
      await source.getBars({ ...request, start: request.end, end: request.end + 1 });
      const later = await source.getBars(request);
      const fresh = await subject.create();
      assertSame(later, await fresh.getBars(request), "a used and a fresh source");
      await fresh.close?.();
    }),
    check("does not change what it has handed out", checkStable),
    check("answers several requests at once as it does one by one", async (source, request) => {
      const [first, second] = await Promise.all([source.getBars(request), source.getBars({ ...request, lookback: 2 })]);
      assertSame(first, await source.getBars(request), "first of two at once");
      assertSame(second, await source.getBars({ ...request, lookback: 2 }), "second of two at once");
    }),
    check("refuses an asset it does not hold with a DataMissingError that names it", async (source, request) => {
      await assertRejects(
        () => source.getBars({ ...request, asset: subject.unknownAsset }),
        (error) => error instanceof DataMissingError && error.message.includes(subject.unknownAsset.symbol),
        `expected a DataMissingError naming ${subject.unknownAsset}`,
      );
    }),
    check("tells a finest step no coarser than one it gives", async (source, request) => {
      await source.getBars(request);
      const finest = await source.baseTimestep?.(request.asset);
      if (finest === undefined) return;
      assert(
        finest.milliseconds <= request.timestep.milliseconds,
        `finest step ${finest.name} is coarser than ${request.timestep.name}`,
      );
    }),
    check("holds every asset it lists", async (source, request) => {
      for (const asset of (await source.assets?.()) ?? []) {
        const timestep = (await source.baseTimestep?.(asset)) ?? request.timestep;
        const bars = await source.getBars({ ...request, asset, timestep });
        assertEqual(bars.asset.key, asset.key, "asset listed");
      }
    }),
  ];
}

async function checkSound(source: DataSource, request: BarsRequest): Promise<void> {
  const bars = await source.getBars(request);
  for (let row = 0; row < bars.length; row++) {
    const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) =>
      at(column, row),
    );
    const sound =
      low !== undefined &&
      open !== undefined &&
      close !== undefined &&
      high !== undefined &&
      volume !== undefined &&
      low <= open &&
      low <= close &&
      open <= high &&
      close <= high &&
      volume >= 0;
    assert(sound && Number.isFinite(high - low + volume), `row ${row} is unsound`);
  }
}

async function checkHalfOpen(source: DataSource, request: BarsRequest): Promise<void> {
  const whole = await source.getBars(request);
  assert(whole.length >= FEWEST_BARS, `the span holds ${whole.length} bars, the contract needs ${FEWEST_BARS}`);
  assert(at(whole.time, 0) >= request.start, "the first bar lies before the start");
  assert(at(whole.time, whole.length - 1) < request.end, "the last bar lies at or after the end");
  const start = at(whole.time, 1);
  const end = at(whole.time, 4);
  const part = await source.getBars({ ...request, start, end });
  assertEqual(part.length, 3, "bars from the second to before the fifth");
  assertEqual(part.time[0], start, "a bar that opens at the start");
  const justAfter = await source.getBars({ ...request, start: start + 1, end: end + 1 });
  assertEqual(justAfter.time[0], at(whole.time, 2), "first bar when the start lies just after a bar");
  assertEqual(justAfter.time[justAfter.length - 1], end, "last bar when the end lies just after a bar");
}

async function checkAdjoining(source: DataSource, request: BarsRequest): Promise<void> {
  const whole = await source.getBars(request);
  const middle = at(whole.time, Math.floor(whole.length / 2));
  const left = await source.getBars({ ...request, end: middle });
  const right = await source.getBars({ ...request, start: middle });
  assertEqual(left.length + right.length, whole.length, "bars of both halves");
  assertEqual(right.time[0], middle, "first bar of the second half");
}

async function checkLookback(source: DataSource, request: BarsRequest): Promise<void> {
  const whole = await source.getBars(request);
  const start = at(whole.time, 4);
  const bars = await source.getBars({ ...request, start, lookback: 3 });
  assertEqual(bars.time[3], start, "first bar of the span behind three bars of lookback");
  for (let row = 0; row < 3; row++) assertEqual(bars.time[row], at(whole.time, row + 1), `bar ${row} of the lookback`);
  const before = await source.getBars({ ...request, lookback: 3 });
  assertEqual(before.length, whole.length + 3, "bars with a lookback of 3");
}

async function checkFarLookback(source: DataSource, request: BarsRequest): Promise<void> {
  const all = await source.getBars({ ...request, lookback: 1_000_000_000 });
  const whole = await source.getBars(request);
  assert(all.length >= whole.length + 3, "a long lookback gave fewer bars than a short one");
  assertEqual(all.time[all.length - 1], whole.time[whole.length - 1], "last bar");
}

async function checkEmpty(source: DataSource, request: BarsRequest): Promise<void> {
  const whole = await source.getBars(request);
  const none = await source.getBars({ ...request, end: request.start });
  assertEqual(none.length, 0, "bars of an empty span");
  assertEqual(none.time.length, 0, "length of time of an empty span");
  const between = await source.getBars({ ...request, start: at(whole.time, 0) + 1, end: at(whole.time, 1) });
  assertEqual(between.length, 0, "bars between two bars");
  assertEqual(none.asset.key, request.asset.key, "asset of an empty series");
}

async function checkStable(source: DataSource, request: BarsRequest): Promise<void> {
  const first = await source.getBars(request);
  const copy = COLUMNS.map((name) => first[name].slice());
  await source.getBars({ ...request, lookback: 3 });
  await source.getBars({ ...request, start: at(first.time, 2), end: at(first.time, 4) });
  await source.close?.();
  for (const [index, name] of COLUMNS.entries())
    assertColumn(first[name], copy[index] ?? new Float64Array(), name, "afterwards");
}

function assertSame(found: BarSeries, expected: BarSeries, what: string): void {
  for (const name of COLUMNS) assertColumn(found[name], expected[name], name, what);
}

function assertColumn(found: Float64Array, expected: Float64Array, name: string, what: string): void {
  assertEqual(found.length, expected.length, `${what}: length of ${name}`);
  for (let row = 0; row < found.length; row++) assertEqual(found[row], expected[row], `${what}: ${name} at row ${row}`);
}

/** A cell that must be there. */
function at(column: Float64Array, row: number): number {
  const value = column[row];
  assert(value !== undefined, `expected a bar at row ${row}, the series has ${column.length}`);
  return value;
}
