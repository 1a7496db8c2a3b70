/** Bars to CSV text. */

import type { BarSeries } from "../market/bar-series.ts";
import { formatInstant } from "../market/time.ts";

const ROWS_AT_ONCE = 8_192;

/**
 * CSV with the header `ts_utc,symbol,open,high,low,close,volume`, lines ended by LF: times in ISO 8601 UTC, numbers in their
 * shortest form that reads back as the same double. Comes in pieces, so that a long series needs no string of its own length.
 */
export function* formatBarsCsv(bars: BarSeries, symbol: string): Generator<string> {
  const { time, open, high, low, close, volume } = bars;
  const name = /[",\n\r]|^\s|\s$/.test(symbol) ? `"${symbol.replaceAll('"', '""')}"` : symbol;
  let text = "ts_utc,symbol,open,high,low,close,volume\n";
  for (let row = 0; row < bars.length; row++) {
    text += `${formatInstant(time[row] as number)},${name},${open[row]},${high[row]},${low[row]},${close[row]},${volume[row]}\n`;
    if ((row + 1) % ROWS_AT_ONCE === 0) {
      yield text;
      text = "";
    }
  }
  yield text;
}
