/** What was at work in the market, in money, from fill to fill. */

import type { MetricContext } from "./context.ts";
import { type Missing, missing } from "./definition.ts";
import { multiplierOf, unknownSize } from "./group-excursions.ts";
import { positionSteps } from "./positions.ts";

/** Positions valued at their last fill; means over calendar time from the first row of equity to the last. */
export interface Exposure {
  readonly maxGross: number;
  readonly maxNet: number;
  /** Gross exposure over the equity of the row before the fill. */
  readonly maxLeverage: number;
  /** Missing where equity was 0 or less at a fill. */
  readonly avgLeverage: number | Missing;
  readonly avgGross: number | Missing;
  readonly avgNet: number | Missing;
}

/** Several metrics ask for the same. */
const known = new WeakMap<MetricContext, Exposure | Missing>();

/** Answers why not when a contract size is not known. */
export function exposureOf(c: MetricContext): Exposure | Missing {
  const exposure = known.get(c) ?? followExposure(c);
  known.set(c, exposure);
  return exposure;
}

function followExposure(c: MetricContext): Exposure | Missing {
  const { time, value } = c.outcome.equity;
  const values = new Map<string, number>();
  const end = time.at(-1) ?? 0;
  const length = end - (time[0] ?? 0);
  let row = 0;
  let since = time[0] ?? 0;
  const now = { gross: 0, net: 0, leverage: 0 };
  const most = { gross: 0, net: 0, leverage: 0 };
  const area = { gross: 0, net: 0, leverage: 0 };
  const passTo = (instant: number) => {
    area.gross += now.gross * (instant - since);
    area.net += now.net * (instant - since);
    area.leverage += now.leverage * (instant - since);
    since = instant;
  };
  for (const { fill, after } of positionSteps(c.outcome)) {
    const multiplier = multiplierOf(c, fill.asset);
    if (multiplier === undefined) return unknownSize(c, fill.asset);
    passTo(fill.time);
    const valueBefore = values.get(fill.asset.key) ?? 0;
    const valueAfter = after * Math.abs(fill.price) * multiplier;
    values.set(fill.asset.key, valueAfter);
    now.gross += Math.abs(valueAfter) - Math.abs(valueBefore);
    now.net += valueAfter - valueBefore;
    while (row + 1 < time.length && (time[row + 1] ?? 0) <= fill.time) row++;
    const equity = value[row] ?? 0;
    most.gross = Math.max(most.gross, now.gross);
    most.net = Math.max(most.net, Math.abs(now.net));
    now.leverage = now.gross === 0 ? 0 : equity > 0 ? now.gross / equity : Number.NaN;
    if (equity > 0) most.leverage = Math.max(most.leverage, now.leverage);
  }
  passTo(end);
  const mean = (total: number) => (length > 0 ? total / length : missing("the run has no length"));
  return {
    maxGross: most.gross,
    maxNet: most.net,
    maxLeverage: most.leverage,
    avgLeverage: Number.isNaN(area.leverage) ? missing("equity was 0 or less at a fill") : mean(area.leverage),
    avgGross: mean(area.gross),
    avgNet: mean(area.net),
  };
}
