/** Which calendar a run goes by where no market was set. */
import { type Calendar, calendarFor } from "../calendar/index.ts";
import { calendarNameOf } from "../futures/asset-calendar.ts";
import type { Asset } from "../market/asset.ts";
import { DAY } from "../market/time.ts";

/** A week without a holiday on any market, from Monday 2024-01-08 on, epoch ms UTC: what a calendar usually has. */
const USUAL_WEEK = Date.UTC(2024, 0, 8);

const UNKNOWN = "24/7";

/** Name of the calendar an asset suggests: 24/7 where nobody knows. */
export function suggestedCalendar(asset: Asset): string {
  if (asset.assetType === "crypto" || asset.assetType === "forex") return UNKNOWN;
  return calendarNameOf(asset) ?? (asset.isFuture ? UNKNOWN : "XNYS");
}

/**
 * The calendar of all the assets a run is given: of those they suggest the one with the most trading time in a usual week, so that
 * none of them trades unattended; of equal ones the first by name. The order of the assets decides nothing.
 */
export function calendarOfRun(assets: readonly Asset[]): Calendar {
  const [first = calendarFor(UNKNOWN), ...others] = [...new Set(assets.map(suggestedCalendar))].map(calendarFor);
  return others.reduce((chosen, calendar) => (goesBefore(calendar, chosen) ? calendar : chosen), first);
}

function goesBefore(a: Calendar, b: Calendar): boolean {
  const longer = tradingTime(a) - tradingTime(b);
  return longer > 0 || (longer === 0 && a.name < b.name);
}

/** Milliseconds of trading in a usual week. */
function tradingTime(calendar: Calendar): number {
  const [start, end] = [USUAL_WEEK, USUAL_WEEK + 7 * DAY];
  const within = (from: number, to: number) => Math.max(0, Math.min(to, end) - Math.max(from, start));
  return calendar.sessionsBetween(start, end).reduce((sum, { open, close, halts }) => {
    const halted = halts.reduce((time, halt) => time + within(halt.start, halt.end), 0);
    return sum + within(open, close) - halted;
  }, 0);
}
