/** Bars to CSV text. */

import type { BarSeries } from "../market/bar-series.ts";
import { DAY, formatDate, formatInstant, MINUTE } from "../market/time.ts";

const ROWS_AT_ONCE = 8_192;

/**
 * CSV with the header `ts_utc,symbol,open,high,low,close,volume`, lines ended by LF: times in ISO 8601 UTC, numbers in their
 * shortest form that reads back as the same double. Comes in pieces, so that a long series needs no string of its own length.
 */
export function* formatBarsCsv(bars: BarSeries, symbol: string): Generator<string> {
  const { time, open, high, low, close, volume } = bars;
  const name = /[",\n\r]|^\s|\s$/.test(symbol) ? `"${symbol.replaceAll('"', '""')}"` : symbol;
  const writeTime = timeWriter();
  let text = "ts_utc,symbol,open,high,low,close,volume\n";
  for (let row = 0; row < bars.length; row++) {
    text += `${writeTime(time[row] as number)},${name},${open[row]},${high[row]},${low[row]},${close[row]},${volume[row]}\n`;
    if ((row + 1) % ROWS_AT_ONCE === 0) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/** `formatInstant`, faster for times that follow each other: the date is written once a day. */
function timeWriter(): (time: number) => string {
  const clock = Array.from({ length: DAY / MINUTE }, (_, minute) => {
    const digits = (part: number) => String(part).padStart(2, "0");
    return `T${digits(Math.floor(minute / 60))}:${digits(minute % 60)}:00Z`;
  });
  let day = Number.NaN;
  let date = "";
  return (time) => {
    if (time % MINUTE !== 0) return formatInstant(time);
    const own = Math.floor(time / DAY);
    if (own !== day) {
      day = own;
      date = formatDate(time);
    }
    return date + clock[(time - own * DAY) / MINUTE];
  };
}
