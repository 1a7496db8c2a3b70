/** Small pictures made of characters: a line and a filled area, in braille (8 dots a cell) or in ASCII (one). */

import { largest, smallest } from "./metrics/numbers.ts";

/** How a picture is drawn. */
export interface PictureSize {
  /** Characters. */
  readonly width: number;
  readonly height: number;
  /** Braille dots; else `*` and `#`. */
  readonly unicode: boolean;
}

/** Bit of each dot in a braille cell, by row and column. */
const BRAILLE_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const BRAILLE_BLANK = 0x2800;

/** Lowest and highest value of each column of dots. */
interface Columns {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A line through the values from left to right, lowest at the bottom. Needs finite values, at least one. */
export function linePicture(values: Float64Array, size: PictureSize): readonly string[] {
  const grid = dotGrid(size);
  const { low, high } = joined(columnsOf(values, grid.width));
  const bottom = smallest(low);
  const top = largest(high);
  const rowOf = (value: number) =>
    top === bottom ? Math.floor(grid.height / 2) : Math.round(((top - value) / (top - bottom)) * (grid.height - 1));
  for (let column = 0; column < grid.width; column++) {
    grid.fill(column, rowOf(high[column] ?? 0), rowOf(low[column] ?? 0));
  }
  return grid.lines("*");
}

/** An area hanging from the top: values of 0 or below, the lowest reaching the bottom. */
export function hangingPicture(values: Float64Array, size: PictureSize): readonly string[] {
  const grid = dotGrid(size);
  const { low } = columnsOf(values, grid.width);
  const bottom = smallest(low);
  for (let column = 0; column < grid.width; column++) {
    const depth = bottom === 0 ? 0 : Math.ceil(((low[column] ?? 0) / bottom) * grid.height - 1e-9);
    if (depth > 0) grid.fill(column, 0, depth - 1);
  }
  return grid.lines("#");
}

function columnsOf(values: Float64Array, count: number): Columns {
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  const last = values.length - 1;
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * values.length) / count);
    const to = Math.min(last, Math.max(from, Math.ceil(((column + 1) * values.length) / count) - 1));
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = from; i <= to; i++) {
      const value = values[i] ?? 0;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    low[column] = lowest;
    high[column] = highest;
  }
  return { low, high };
}

/** Stretches each column so that it meets the one before: no holes in a steep line. */
function joined({ low, high }: Columns): Columns {
  const joinedLow = low.slice();
  const joinedHigh = high.slice();
  for (let column = 1; column < low.length; column++) {
    joinedLow[column] = Math.min(low[column] ?? 0, high[column - 1] ?? 0);
    joinedHigh[column] = Math.max(high[column] ?? 0, low[column - 1] ?? 0);
  }
  return { low: joinedLow, high: joinedHigh };
}

interface DotGrid {
  readonly width: number;
  readonly height: number;
  /** Sets the dots of a column from row `from` down to row `to`. */
  fill(column: number, from: number, to: number): void;
  lines(asciiDot: string): readonly string[];
}

function dotGrid({ width, height, unicode }: PictureSize): DotGrid {
  const across = unicode ? 2 : 1;
  const down = unicode ? 4 : 1;
  const cells = new Uint8Array(width * height);
  return {
    width: width * across,
    height: height * down,
    fill(column, from, to) {
      for (let row = from; row <= to; row++) {
        const cell = Math.floor(row / down) * width + Math.floor(column / across);
        cells[cell] = (cells[cell] ?? 0) | (BRAILLE_BITS[row % down]?.[column % across] ?? 0);
      }
    },
    lines(asciiDot) {
      return Array.from({ length: height }, (_, row) =>
        Array.from(cells.subarray(row * width, (row + 1) * width), (bits) =>
          unicode ? String.fromCharCode(BRAILLE_BLANK + bits) : bits === 0 ? " " : asciiDot,
        ).join(""),
      );
    },
  };
}
