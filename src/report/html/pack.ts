/**
 * Columns as bytes for the page: differences as zigzag variable-length integers (seven bits a byte, the lowest first, the high bit set
 * while more follow), one column after the other. The page's `unpack.js` reads them back.
 */

import type { BarColumns } from "../../market/bar-series.ts";
import { type Grid, gridOf, onGrid } from "./grid.ts";

/** Bytes of a table of bars, and what it takes to read them. */
export interface PackedBars {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Milliseconds that one unit of the time column stands for. */
  readonly timeUnit: number;
  readonly price: Grid;
  readonly volume: Grid;
}

/** Bytes of a curve. A value that is no number is a gap. */
export interface PackedCurve {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly timeUnit: number;
  readonly value: Grid;
  /** Rows without a number: first row and how many, in turn. */
  readonly gaps: readonly number[];
}

/** Packs finite bars: time, open from the close before, high and low from the body, close from the open, volume. */
export function packBars(bars: BarColumns): PackedBars {
  const { time } = bars;
  const count = time.length;
  const price = gridOf([bars.open, bars.high, bars.low, bars.close]);
  const volumeGrid = gridOf([bars.volume]);
  const timeUnit = timeUnitOf(time);
  const [open, high, low, close] = [bars.open, bars.high, bars.low, bars.close].map((column) =>
    onGrid(column, price),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const at = (column: Float64Array, row: number) => column[row] as number;
  const writer = new IntegerWriter(count * 8);
  writeTimes(writer, time, timeUnit);
  for (let i = 0; i < count; i++) writer.signed(at(open, i) - (i === 0 ? 0 : at(close, i - 1)));
  for (let i = 0; i < count; i++) writer.signed(at(high, i) - Math.max(at(open, i), at(close, i)));
  for (let i = 0; i < count; i++) writer.signed(Math.min(at(open, i), at(close, i)) - at(low, i));
  for (let i = 0; i < count; i++) writer.signed(at(close, i) - at(open, i));
  for (const units of onGrid(bars.volume, volumeGrid)) writer.signed(units);
  return { bytes: writer.bytes(), count, timeUnit, price, volume: volumeGrid };
}

/** Packs a curve: time, then differences of values; a gap repeats the value before. */
export function packCurve(time: Float64Array, value: Float64Array): PackedCurve {
  const gaps = gapsOf(value);
  const grid = gridOf([gaps.length === 0 ? value : value.filter(Number.isFinite)]);
  const timeUnit = timeUnitOf(time);
  const writer = new IntegerWriter(time.length * 4);
  writeTimes(writer, time, timeUnit);
  let previous = 0;
  for (const level of onGrid(value, grid)) {
    const next = Number.isFinite(level) ? level : previous;
    writer.signed(next - previous);
    previous = next;
  }
  return { bytes: writer.bytes(), count: time.length, timeUnit, value: grid, gaps };
}

/** Whole minutes where all times are, else seconds, else milliseconds. */
function timeUnitOf(time: Float64Array): number {
  return [60_000, 1_000].find((unit) => time.every((instant) => instant % unit === 0)) ?? 1;
}

/** Times are told by how much each step differs from the step before: mostly nothing. */
function writeTimes(writer: IntegerWriter, time: Float64Array, unit: number): void {
  let previous = 0;
  let step = 0;
  for (const instant of time) {
    const now = Math.round(instant / unit);
    writer.signed(now - previous - step);
    step = now - previous;
    previous = now;
  }
}

function gapsOf(value: Float64Array): readonly number[] {
  const gaps: number[] = [];
  let from = -1;
  for (let row = 0; row <= value.length; row++) {
    const gap = row < value.length && !Number.isFinite(value[row]);
    if (gap && from < 0) from = row;
    if (gap || from < 0) continue;
    gaps.push(from, row - from);
    from = -1;
  }
  return gaps;
}

/** Integers below 2^52 as bytes. */
class IntegerWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacity));
  }

  signed(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    if (this.#length + 10 > this.#bytes.length) this.#grow();
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
