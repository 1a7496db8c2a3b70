/** Fewer points for a page that would be too heavy: `lines.csv` holds them all. */

import type { ChartLine } from "../../market/chart.ts";

/** Points of all lines of a page together; three to eight bytes each in the file. */
const MOST_POINTS = 400_000;

/** Leaves out every other point of the longest lines until the page can hold them. */
export function thinLines(lines: readonly ChartLine[]): readonly ChartLine[] {
  let thinned = lines;
  while (thinned.reduce((sum, { time }) => sum + time.length, 0) > MOST_POINTS) {
    const longest = Math.max(...thinned.map(({ time }) => time.length));
    thinned = thinned.map((line) => (line.time.length * 2 > longest ? halved(line) : line));
  }
  return thinned;
}

/** Of two neighbours the later, which is what was known last. */
function halved(line: ChartLine): ChartLine {
  const later = (_: number, row: number) => row % 2 === 1 || row === line.time.length - 1;
  return { ...line, time: line.time.filter(later), value: line.value.filter(later) };
}
