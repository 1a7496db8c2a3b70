/** Which schema of bars a timestep is made from. */

import { canResample } from "../../bars/resample.ts";
import type { Calendar } from "../../calendar/index.ts";
import type { Schema } from "../../dbn/index.ts";
import type { Asset } from "../../market/asset.ts";
import { DataMissingError } from "../../market/errors.ts";
import { DAY } from "../../market/time.ts";
import { type Timestep, timestep } from "../../market/timestep.ts";

/** A schema of bars and their length. */
export interface BarSchema {
  readonly schema: Schema;
  readonly step: Timestep;
}

/** What the vendor sells, the longest first. There is none for a month: `ohlcv-1M` does not exist. */
const SCHEMAS: readonly BarSchema[] = [
  { schema: "ohlcv-1d", step: timestep(1, "day") },
  { schema: "ohlcv-1h", step: timestep(1, "hour") },
  { schema: "ohlcv-1m", step: timestep(1, "minute") },
  { schema: "ohlcv-1s", step: timestep(1, "second") },
];

/** The minute bars that gaps at rolls are measured on. */
export const MINUTE_BARS: BarSchema = { schema: "ohlcv-1m", step: timestep(1, "minute") };

/**
 * The vendor's own bars where there are such; for any other step the longest ones that divide it and of which none lies in two sessions,
 * so that hours of an exchange that opens at half past are made of minutes.
 * @param near an instant of the span, which tells the usual sessions
 * @throws DataMissingError for a step below a second or one no bars divide
 */
export function schemaOf(asset: Asset, step: Timestep, calendar: Calendar | undefined, near: number): BarSchema {
  const own = SCHEMAS.find((each) => each.step === step);
  if (own !== undefined) return own;
  const base = SCHEMAS.find((each) => canResample(each.step, step) && keepsSessionsApart(each.step, calendar, near));
  if (base !== undefined) return base;
  throw new DataMissingError(`Looking for ${step.name} bars of ${asset}: no bars of Databento divide that step`, {
    hint: "Whole seconds, minutes and hours below a day, days, weeks and months can be made.",
  });
}

function keepsSessionsApart(base: Timestep, calendar: Calendar | undefined, near: number): boolean {
  if (calendar === undefined || calendar.continuous) return true;
  const session = calendar.nextSession(near) ?? calendar.previousSession(near);
  if (session === undefined) return true;
  if (base.milliseconds < DAY) return session.open % base.milliseconds === 0;
  return Math.floor(session.open / DAY) === Math.floor((session.close - 1) / DAY);
}
