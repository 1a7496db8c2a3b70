/** Sessions in which a held future stood at its price limit: it could perhaps not be left at any price. */

import type { Calendar } from "../../calendar/index.ts";
import { isBacklitError } from "../../market/errors.ts";
import type { TradedBars } from "../../market/run-outcome.ts";
import { DAY, formatDate } from "../../market/time.ts";
import type { MetricContext } from "./context.ts";
import { type Missing, missing } from "./definition.ts";
import { tickSizeOf } from "./group-excursions.ts";

/** What one session of an instrument came to. Times are epoch ms UTC. */
interface SessionRange {
  readonly date: string;
  readonly open: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Missing where no price limit is known of a future that was held: neither bars nor contracts tell it. */
export function daysInLimit(c: MetricContext): number | Missing {
  const futures = (c.outcome.tradedBars ?? []).filter(({ asset }) =>
    c.outcome.trades.some(
      (trade) =>
        trade.asset.key === asset.key && (asset.assetType === "future" || asset.assetType === "continuous_future"),
    ),
  );
  if (futures.length === 0) return missing("no future was held whose bars are known");
  const days = new Set<string>();
  for (const bars of futures) {
    const limit = c.options.instruments?.[bars.asset.key]?.priceLimit;
    if (limit === undefined) return missing(`the price limit of ${bars.asset} is not known`);
    for (const date of daysAtLimit(c, bars, limit)) days.add(date);
  }
  return days.size;
}

function daysAtLimit(c: MetricContext, bars: TradedBars, limit: number): readonly string[] {
  // A limit is rounded to the tick grid.
  const tick = tickSizeOf(c, bars.asset) ?? 0;
  const held = c.outcome.trades.filter(({ asset }) => asset.key === bars.asset.key);
  const sessions = sessionRanges(bars, c.basis.calendar);
  return sessions
    .filter((session, i) => {
      const before = sessions[i - 1];
      if (before === undefined || isOfAnotherContract(bars, before, session)) return false;
      const reach = Math.abs(before.close) * limit - tick / 2;
      const touched = session.high >= before.close + reach || session.low <= before.close - reach;
      return touched && held.some(({ entryTime, exitTime }) => entryTime < session.end && exitTime > session.open);
    })
    .map(({ date }) => date);
}

/** True when the contract changed between the two: the close before is not what the limit was measured from. */
function isOfAnotherContract({ rolls = [] }: TradedBars, before: SessionRange, session: SessionRange): boolean {
  return rolls.some(({ time }) => time > before.open && time <= session.open);
}

function sessionRanges(bars: TradedBars, calendar: Calendar | undefined): readonly SessionRange[] {
  const { time, high, low, close, timestep } = bars;
  const ranges: SessionRange[] = [];
  for (let row = 0; row < time.length; row++) {
    const open = time[row] as number;
    const date = tradeDate(open, calendar);
    const bar = { high: high[row] as number, low: low[row] as number, close: close[row] as number };
    const end = open + timestep.milliseconds;
    const last = ranges.at(-1);
    if (last === undefined || last.date !== date) ranges.push({ date, open, end, ...bar });
    else {
      ranges[ranges.length - 1] = {
        ...last,
        end,
        high: Math.max(last.high, bar.high),
        low: Math.min(last.low, bar.low),
        close: bar.close,
      };
    }
  }
  return ranges;
}

/** The UTC day where there is no calendar, or it does not reach so far. */
function tradeDate(open: number, calendar: Calendar | undefined): string {
  const utcDay = formatDate(Math.floor(open / DAY) * DAY);
  try {
    return calendar?.tradeDateOf(open) ?? utcDay;
  } catch (error) {
    if (isBacklitError(error)) return utcDay;
    throw error;
  }
}
