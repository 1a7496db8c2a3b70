/**
 * Columns as bytes for the page: differences as zigzag variable-length integers, seven bits a byte, the high bit set while more follow.
 * Of a column first the lowest bytes of all values stand together, then the second bytes of those that have one, and so on: bytes of a
 * kind compress better than mixed ones. Columns follow each other. The page's `unpack.js` reads them back.
 */

import type { BarColumns } from "../../market/bar-series.ts";
import { type Grid, gridOf, onGrid } from "./grid.ts";

/** Counts up when pages of an older packing can no longer be read. */
export const PACKING = 2;

/** Bytes of a table of bars, and what it takes to read them. */
export interface PackedBars {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Milliseconds that one unit of the time column stands for. */
  readonly timeUnit: number;
  /** Null: prices lie on no grid and stand as the bytes of their doubles. */
  readonly price: Grid | null;
  readonly volume: Grid;
}

/** Bytes of a curve. A value that is no number is a gap. */
export interface PackedCurve {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly timeUnit: number;
  /** Null: values lie on no grid and stand as the bytes of their doubles. */
  readonly value: Grid | null;
  /** Rows without a number: first row and how many, in turn. */
  readonly gaps: readonly number[];
}

/**
 * Packs finite bars: time, open from the close before, high and low from the body, close from the open, volume.
 * @param toTheDigit whether prices that lie on no grid are kept as they are, at eight bytes each, else rounded to about nine digits
 */
export function packBars(bars: BarColumns, toTheDigit = false): PackedBars {
  const { time } = bars;
  const columns = [bars.open, bars.high, bars.low, bars.close];
  const price = gridOf(columns);
  const volume = gridOf([bars.volume]);
  const timeUnit = timeUnitOf(time);
  const writer = new ColumnWriter();
  writeTimes(writer, time, timeUnit);
  const rounded = price.exact || !toTheDigit;
  if (rounded) writePrices(writer, columns, price);
  else for (const column of columns) writer.doubles(column);
  writer.integers(onGrid(bars.volume, volume));
  return { bytes: writer.bytes(), count: time.length, timeUnit, price: rounded ? price : null, volume };
}

function writePrices(writer: ColumnWriter, columns: readonly Float64Array[], grid: Grid): void {
  const [open, high, low, close] = columns.map((column) => onGrid(column, grid)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const at = (column: Float64Array, row: number) => column[row] as number;
  writer.integers(open.map((level, i) => level - (i === 0 ? 0 : at(close, i - 1))));
  writer.integers(high.map((level, i) => level - Math.max(at(open, i), at(close, i))));
  writer.integers(low.map((level, i) => Math.min(at(open, i), at(close, i)) - level));
  writer.integers(close.map((level, i) => level - at(open, i)));
}

/**
 * Packs a curve: time, then differences of values; a gap repeats the value before.
 * @param toTheDigit whether values that lie on no grid are kept as they are, at eight bytes each, else rounded to about nine digits
 */
export function packCurve(time: Float64Array, value: Float64Array, toTheDigit = false): PackedCurve {
  const gaps = gapsOf(value);
  const grid = gridOf([gaps.length === 0 ? value : value.filter(Number.isFinite)]);
  const timeUnit = timeUnitOf(time);
  const writer = new ColumnWriter();
  writeTimes(writer, time, timeUnit);
  const rounded = grid.exact || !toTheDigit;
  if (rounded) writeLevels(writer, onGrid(value, grid));
  else writer.doubles(value);
  return { bytes: writer.bytes(), count: time.length, timeUnit, value: rounded ? grid : null, gaps };
}

function writeLevels(writer: ColumnWriter, levels: Float64Array): void {
  let previous = 0;
  writer.integers(
    levels.map((level) => {
      const next = Number.isFinite(level) ? level : previous;
      const step = next - previous;
      previous = next;
      return step;
    }),
  );
}

/** Whole minutes where all times are, else seconds, else milliseconds. */
function timeUnitOf(time: Float64Array): number {
  return [60_000, 1_000].find((unit) => time.every((instant) => instant % unit === 0)) ?? 1;
}

/** Times are told by how much each step differs from the step before: mostly nothing. */
function writeTimes(writer: ColumnWriter, time: Float64Array, unit: number): void {
  let previous = 0;
  let step = 0;
  writer.integers(
    time.map((instant) => {
      const now = Math.round(instant / unit);
      const change = now - previous - step;
      step = now - previous;
      previous = now;
      return change;
    }),
  );
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

/** Columns as bytes, one after the other. */
class ColumnWriter {
  readonly #parts: Uint8Array[] = [];

  /** Integers between -2^52 and 2^52. */
  integers(values: Float64Array): void {
    let rest = values.map((value) => (value < 0 ? -2 * value - 1 : 2 * value));
    while (rest.length > 0) {
      const bytes = new Uint8Array(rest.length);
      let longer = 0;
      for (let i = 0; i < rest.length; i++) {
        const value = rest[i] as number;
        const more = value >= 128;
        bytes[i] = more ? (value % 128) + 128 : value;
        if (more) rest[longer++] = Math.floor(value / 128);
      }
      this.#parts.push(bytes);
      rest = rest.subarray(0, longer);
    }
  }

  /** The eight bytes of each double, those of a place together, each with what differs from the double before. */
  doubles(values: Float64Array): void {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(new ArrayBuffer(16));
    values.forEach((value, i) => {
      view.setFloat64(8, view.getFloat64(0));
      view.setFloat64(0, value);
      for (let place = 0; place < 8; place++) {
        bytes[place * values.length + i] = view.getUint8(place) ^ view.getUint8(place + 8);
      }
    });
    this.#parts.push(bytes);
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
