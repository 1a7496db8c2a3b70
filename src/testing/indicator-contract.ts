/** What every indicator has to keep, as checks that any test runner can run. */

import type { Bar } from "../bars/bars.ts";
import { isBacklitError } from "../market/errors.ts";
import { assert, assertEqual } from "./assertions.ts";

/** What the suite uses of an indicator; every `Indicator` is one. */
export interface ContractIndicator {
  readonly name: string;
  readonly outputs: readonly string[];
  readonly sparse: readonly string[];
  readonly warmup: number;
  readonly ready: boolean;
  readonly value: number | Readonly<Record<string, number>>;
  output(index?: number): number;
  add(bar: Bar): void;
  replace(bar: Bar): void;
  snapshot(): object;
  restore(snapshot: never): void;
}

/** What a suite needs to know of the indicator it examines. */
export interface IndicatorSubject<Subject extends ContractIndicator = ContractIndicator> {
  /** Makes a fresh one with the same parameters each time. */
  create(): Subject;
  /** At least warmup + 3 bars, oldest first. Flat, negative and untraded bars belong in them. */
  readonly bars: readonly Bar[];
  /** Computes columns in one go, in the order of `outputs`, where there is such a way. */
  readonly compute?: (indicator: Subject, bars: readonly Bar[]) => readonly Float64Array[];
  /** It looks at the time of bars, as one that begins anew with each session does. @default false */
  readonly usesTime?: boolean;
}

/** One named check; `check` throws when it is not kept. */
export interface IndicatorCheck {
  readonly name: string;
  check(): void;
}

type Rows = readonly (readonly number[])[];

/**
 * The checks every indicator must pass. Run each as a test of its own:
 * ```ts
 * for (const { name, check } of indicatorContract({ create: () => new MyIndicator(), bars })) it(name, check);
 * ```
 */
export function indicatorContract<Subject extends ContractIndicator>(
  subject: IndicatorSubject<Subject>,
): readonly IndicatorCheck[] {
  const { create, bars, compute } = subject;
  const stream = () => run(create(), bars);
  const check = (name: string, run: () => void): IndicatorCheck => ({ name, check: run });
  return [
    check("has a name and outputs, and is not ready when fresh", () => checkFresh(create())),
    check("is ready after exactly the bars it declares, and tells nothing before", () => checkWarmup(create(), bars)),
    check("gives numbers after the warm-up", () => checkNumbers(create(), stream())),
    check("gives the same outputs for the same bars", () => assertRows(stream(), stream(), "a second run")),
    check("gives the same outputs beside others at work", () => checkInterleaved(create, bars, stream())),
    check("shows its outputs in value", () => checkValue(create(), bars)),
    check("is after many replacements as after one addition", () => checkReplaced(create, bars, stream())),
    check("goes on from a snapshot of any bar", () => checkRestart(create, bars, stream())),
    check("goes on from a snapshot of a forming bar", () => checkRestartForming(create, bars, stream())),
    check("keeps a snapshot apart from its later state", () => checkSnapshotApart(create, bars)),
    check("refuses a snapshot of another indicator and stays as it was", () => checkForeignSnapshot(create, bars)),
    check("refuses numbers that are not finite and stays as it was", () => checkNotFinite(create, bars, stream())),
    check("refuses to replace what was never added", () => {
      assertRefused(() => create().replace(first(bars)), "replacing before the first bar");
    }),
    ...(subject.usesTime === true
      ? []
      : [check("takes a gap as bars that are absent", () => checkGaps(create(), bars, stream()))]),
    ...(compute === undefined
      ? []
      : [check("computes columns as it does bar by bar", () => checkColumns(create, compute, bars, stream()))]),
  ];
}

function run(indicator: ContractIndicator, bars: readonly Bar[]): Rows {
  return bars.map((bar) => {
    indicator.add(bar);
    return outputsOf(indicator);
  });
}

function outputsOf(indicator: ContractIndicator): readonly number[] {
  return indicator.outputs.map((_, index) => indicator.output(index));
}

function checkFresh(indicator: ContractIndicator): void {
  assert(indicator.name.trim() !== "", "name is empty");
  assert(indicator.outputs.length > 0, "there are no outputs");
  assertEqual(new Set(indicator.outputs).size, indicator.outputs.length, "different names of outputs");
  assert(Number.isSafeInteger(indicator.warmup) && indicator.warmup >= 1, `warmup was ${indicator.warmup}`);
  for (const name of indicator.sparse) assert(indicator.outputs.includes(name), `sparse names no output: ${name}`);
  assertEqual(indicator.ready, false, "ready when fresh");
  for (const value of outputsOf(indicator)) assertEqual(value, Number.NaN, "an output when fresh");
}

function checkWarmup(indicator: ContractIndicator, bars: readonly Bar[]): void {
  assert(bars.length >= indicator.warmup + 3, `${bars.length} bars, the contract needs ${indicator.warmup + 3}`);
  for (const [row, bar] of bars.entries()) {
    indicator.add(bar);
    assertEqual(indicator.ready, row + 1 >= indicator.warmup, `ready after ${row + 1} bars`);
    if (indicator.ready) return;
    for (const value of outputsOf(indicator)) assertEqual(value, Number.NaN, `an output after ${row + 1} bars`);
  }
}

function checkNumbers(indicator: ContractIndicator, rows: Rows): void {
  const dense = indicator.outputs.map((name) => !indicator.sparse.includes(name));
  for (const [row, values] of rows.entries()) {
    if (row + 1 < indicator.warmup) continue;
    for (const [index, value] of values.entries()) {
      const isSound = Number.isFinite(value) || (dense[index] === false && Number.isNaN(value));
      assert(
        isSound,
        `${indicator.outputs[index]} was ${value} after ${row + 1} bars, ${indicator.warmup} are its warm-up`,
      );
    }
  }
}

function checkInterleaved(create: () => ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  const [one, other] = [create(), create()];
  const found = bars.map((bar, row) => {
    one.add(bar);
    other.add(bars[bars.length - 1 - row] ?? bar);
    return outputsOf(one);
  });
  assertRows(found, expected, "with another at work");
}

function checkValue(indicator: ContractIndicator, bars: readonly Bar[]): void {
  for (const bar of bars) {
    indicator.add(bar);
    const value = indicator.value;
    const shown = typeof value === "number" ? [value] : indicator.outputs.map((name) => value[name]);
    for (const [index, number] of outputsOf(indicator).entries())
      assertEqual(shown[index], number, `value of ${indicator.outputs[index]}`);
  }
}

/** A bar of the same time with other numbers: what a forming bar may have looked like. */
function formingBar(bar: Bar, draft: number): Bar {
  const shift = [25, -40, 0][draft % 3] ?? 0;
  const close = draft % 2 === 0 ? bar.low : bar.high;
  const prices = { open: bar.open + shift, high: bar.high + shift, low: bar.low + shift, close: close + shift };
  return { time: bar.time, ...prices, volume: (bar.volume * (draft + 1)) / 4 };
}

function checkReplaced(create: () => ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  const indicator = create();
  const found = bars.map((bar, row) => {
    indicator.add(formingBar(bar, row));
    for (let draft = 1; draft <= row % 4; draft++) indicator.replace(formingBar(bar, row + draft));
    indicator.replace(bar);
    return outputsOf(indicator);
  });
  assertRows(found, expected, "with replacements");
}

/** All restarts for short runs, some sixty of them for long ones. */
function restartRows(bars: readonly Bar[]): readonly number[] {
  const stride = Math.max(1, Math.floor(bars.length / 60));
  return bars.map((_, row) => row).filter((row) => row % stride === 0);
}

function checkRestart(create: () => ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  for (const row of restartRows(bars)) {
    const before = create();
    run(before, bars.slice(0, row));
    const after = create();
    after.restore(throughText(before.snapshot()));
    assertEqual(after.ready, before.ready, `ready when restored after ${row} bars`);
    for (const [index, value] of outputsOf(before).entries())
      assertEqual(after.output(index), value, `${before.outputs[index]} when restored after ${row} bars`);
    assertRows(run(after, bars.slice(row)), expected.slice(row), `restored after ${row} bars`);
  }
}

function checkRestartForming(create: () => ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  for (const row of restartRows(bars)) {
    const bar = bars[row] ?? first(bars);
    const before = create();
    run(before, bars.slice(0, row));
    before.add(formingBar(bar, row));
    const after = create();
    run(after, bars.slice(0, Math.min(5, bars.length)));
    after.restore(throughText(before.snapshot()));
    after.replace(bar);
    const found = [outputsOf(after), ...run(after, bars.slice(row + 1))];
    assertRows(found, expected.slice(row), `restored while bar ${row} was forming`);
  }
}

function checkSnapshotApart(create: () => ContractIndicator, bars: readonly Bar[]): void {
  const indicator = create();
  const half = Math.floor(bars.length / 2);
  run(indicator, bars.slice(0, half));
  const snapshot = indicator.snapshot();
  const text = JSON.stringify(snapshot);
  run(indicator, bars.slice(half));
  assertEqual(JSON.stringify(snapshot), text, "a snapshot after later bars");
}

function checkForeignSnapshot(create: () => ContractIndicator, bars: readonly Bar[]): void {
  const indicator = create();
  run(indicator, bars);
  const before = JSON.stringify(indicator.snapshot());
  const foreign = [
    { ...indicator.snapshot(), indicator: "another" },
    { ...indicator.snapshot(), parameters: { another: 1 } },
    { ...indicator.snapshot(), state: {} },
    { ...indicator.snapshot(), state: undefined },
  ];
  for (const snapshot of foreign) {
    assertRefused(() => indicator.restore(snapshot as never), "restoring a foreign snapshot");
    assertEqual(JSON.stringify(indicator.snapshot()), before, "state after a refused snapshot");
  }
}

function checkNotFinite(create: () => ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  const indicator = create();
  const found = bars.map((bar, row) => {
    indicator.add(bar);
    const bad = { ...bar };
    const number = [Number.NaN, Infinity, -Infinity][row % 3] ?? Number.NaN;
    const wrong = { ...bad, open: number, high: number, low: number, close: number, volume: number };
    assertRefused(() => indicator.add(wrong), `adding ${number}`);
    assertRefused(() => indicator.replace(wrong), `replacing by ${number}`);
    return outputsOf(indicator);
  });
  assertRows(found, expected, "after refused bars");
}

function checkGaps(indicator: ContractIndicator, bars: readonly Bar[], expected: Rows): void {
  const stretched = bars.map((bar, row) => ({ ...bar, time: bar.time + Math.floor(row / 3) * 3_600_000 }));
  assertRows(run(indicator, stretched), expected, "with gaps in time");
}

function checkColumns<Subject extends ContractIndicator>(
  create: () => Subject,
  compute: (indicator: Subject, bars: readonly Bar[]) => readonly Float64Array[],
  bars: readonly Bar[],
  expected: Rows,
): void {
  const whole = create();
  assertColumns(compute(whole, bars), expected);
  const streamed = create();
  run(streamed, bars);
  assertEqual(JSON.stringify(whole.snapshot()), JSON.stringify(streamed.snapshot()), "state after computing columns");
  const third = Math.floor(bars.length / 3);
  const halved = create();
  compute(halved, bars.slice(0, third));
  assertColumns(compute(halved, bars.slice(third)), expected.slice(third));
}

function assertColumns(columns: readonly Float64Array[], expected: Rows): void {
  for (const [index, column] of columns.entries()) {
    assertEqual(column.length, expected.length, `rows of column ${index}`);
    for (const [row, values] of expected.entries())
      assertSame(column[row], values[index], `column ${index} at row ${row}`);
  }
}

function assertRows(found: Rows, expected: Rows, what: string): void {
  assertEqual(found.length, expected.length, `rows ${what}`);
  for (const [row, values] of expected.entries())
    for (const [index, value] of values.entries())
      assertSame(found[row]?.[index], value, `output ${index} at row ${row}, ${what}`);
}

/** Bit by bit, but for the sign of zero. */
function assertSame(found: number | undefined, expected: number | undefined, what: string): void {
  if (found !== expected) assertEqual(found, expected, what);
}

function assertRefused(run: () => void, what: string): void {
  try {
    run();
  } catch (error) {
    assert(isBacklitError(error), `${what}: expected a BacklitError, found ${String(error)}`);
    return;
  }
  throw new Error(`${what} was not refused`);
}

function throughText(snapshot: object): never {
  return JSON.parse(JSON.stringify(snapshot)) as never;
}

function first(bars: readonly Bar[]): Bar {
  const bar = bars[0];
  assert(bar !== undefined, "the contract needs bars");
  return bar;
}
