/** What a strategy drew, as files: a line a marker, a point, a candle. */

import type { ChartLine, ChartMarker, ChartOhlc, RunChart } from "../market/chart.ts";
import { csvCell, csvLines, csvRow } from "./csv.ts";
import { instantWriter } from "./instant-text.ts";
import { maskKeys } from "./plain.ts";
import { type Columns, file, type RunFile, table } from "./run-file.ts";

/** `markers.csv`, `lines.csv`, `ohlc.csv`, each where there is something in it. */
export function chartFiles({ markers, lines, ohlc }: RunChart): readonly RunFile[] {
  return [
    ...(markers.length === 0 ? [] : [table("markers.csv", markers, MARKER_COLUMNS)]),
    ...(lines.length === 0 ? [] : [series("lines.csv", lines, ["value"])]),
    ...(ohlc.length === 0 ? [] : [series("ohlc.csv", ohlc, ["open", "high", "low", "close"])]),
  ];
}

/** The look of each line, for `result.json`; the points stand in `lines.csv`. */
export function lineLooks(lines: readonly ChartLine[]): readonly Record<string, unknown>[] {
  return lines.map(({ name, plot, asset, color, style, width, time }) => ({
    name: maskKeys(name),
    plot: maskKeys(plot),
    asset: asset?.key ?? null,
    color,
    style,
    width,
    points: time.length,
  }));
}

const MARKER_COLUMNS: Columns<ChartMarker> = {
  time: (marker) => ({ instant: marker.time }),
  name: (marker) => marker.name,
  plot: (marker) => marker.plot,
  asset: (marker) => marker.asset?.key,
  value: (marker) => marker.value,
  color: (marker) => marker.color,
  symbol: (marker) => marker.symbol,
  size: (marker) => marker.size,
  text: (marker) => marker.text,
};

/** All series one after the other, each by time; the cells that name a series are written once. */
function series<Series extends ChartLine | ChartOhlc>(
  name: string,
  all: readonly Series[],
  columns: readonly (keyof Series & string)[],
): RunFile {
  return file(name, function* () {
    yield `${["time", "name", "plot", "asset", ...columns].join(",")}\n`;
    for (const one of all) {
      const write = instantWriter();
      const who = csvRow([one.name, one.plot, one.asset?.key]);
      const values = columns.map((column) => one[column] as Float64Array);
      yield* csvLines(one.time.length, (row) => {
        let line = `${write(one.time[row] as number)},${who}`;
        for (const column of values) line += `,${csvCell(column[row])}`;
        return line;
      });
    }
  });
}
