import { type Calendar, calendarFor } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { DataMissingError, isBacklitError } from "../market/errors.ts";
import type { CorporateAction, DataSource, RunSpan } from "../market/ports.ts";
import type { BenchmarkSeries } from "../market/run-outcome.ts";
import { DAY, formatInstant } from "../market/time.ts";
import { parseTimestep } from "../market/timestep.ts";
import { startOfDate } from "./account/corporate-actions.ts";
import { actionsOf } from "./account/instrument-life.ts";
import { lowerBound } from "./instrument.ts";

/** What to compare a run with. */
export interface BenchmarkRequest {
  readonly asset: Asset;
  /** Who has its bars. Nobody else is asked. */
  readonly source: DataSource;
  /** Calendar the asset trades by. */
  readonly calendar: string;
}

/** The bar in progress at the start of the span, and the one before it: its close is what the first return is measured from. */
const LOOKBACK = 2;

/**
 * The closes of the benchmark over the span, and when each was known.
 * @throws DataMissingError when the source has no bar of it in the span
 */
export async function loadBenchmark(request: BenchmarkRequest, span: RunSpan): Promise<BenchmarkSeries> {
  const { asset, source } = request;
  const timestep = (await source.baseTimestep?.(asset)) ?? parseTimestep("1d");
  const bars = await source.getBars({ asset, timestep, start: span.start, end: span.end, lookback: LOOKBACK });
  if (bars.length === 0) {
    throw new DataMissingError(
      `Comparing with the benchmark ${asset}: '${source.name}' has no bar of it from ${formatInstant(span.start)} to ${formatInstant(span.end)}`,
      { hint: "Leave the benchmark out, or name who has its bars in `benchmarkSource`." },
    );
  }
  const calendar = calendarFor(request.calendar);
  const actions = await actionsOf(asset, source, { start: bars.time[0] ?? span.start, end: span.end });
  const closeOf =
    timestep.milliseconds === DAY ? sessionCloses(calendar) : (open: number) => open + timestep.milliseconds;
  return { name: asset.key, time: bars.time.map(closeOf), price: totalReturnCloses(bars, actions, calendar) };
}

/** Closes as if every dividend had bought more shares, and all in the shares of the end: their changes are what a holder earned. */
function totalReturnCloses(bars: BarSeries, actions: readonly CorporateAction[], calendar: Calendar): Float64Array {
  if (actions.length === 0) return bars.close;
  const price = bars.close.slice();
  // By date, each measured on the close before it as it traded; on one day a dividend is paid on the new shares.
  const rank = ({ date, kind }: CorporateAction) => `${date} ${kind === "split" ? 0 : 1}`;
  for (const action of [...actions].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    const row = lowerBound(bars.time, startOfDate(action.date, bars.timestep.milliseconds, calendar));
    const before = price[row - 1];
    if (action.kind === "delisting" || before === undefined) continue;
    const factor = action.kind === "split" ? 1 / action.ratio : 1 - action.amount / before;
    if (factor > 0) for (let i = 0; i < row; i++) price[i] = (price[i] as number) * factor;
  }
  return price;
}

/**
 * When the close of a daily bar is known: at the close of its session. A day after its open would be later than the session's end, and a
 * run on minutes would then be compared with the day before.
 */
function sessionCloses(calendar: Calendar): (open: number) => number {
  return (open) => {
    try {
      const date = calendar.tradeDateOf(open);
      const session = date === undefined ? undefined : calendar.session(date);
      // A bar on a day without a session of its own is none of the next session's.
      return session !== undefined && session.close > open ? Math.min(session.close, open + DAY) : open + DAY;
    } catch (error) {
      // Before or after the days the calendar knows.
      if (isBacklitError(error)) return open + DAY;
      throw error;
    }
  };
}
