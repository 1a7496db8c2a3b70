import type { Bars } from "../bars/bars.ts";
import { resampleBars } from "../bars/resample.ts";
import { BarGrid } from "../calendar/bar-grid.ts";
import { calendarFor } from "../calendar/index.ts";
import { parseTimestep, type TimestepLike } from "../market/timestep.ts";
import { calendarNameOf } from "./asset-calendar.ts";

export interface ResampleOptions {
  /** Whose sessions cut the bars: any name `setMarket` takes; `"24/7"` cuts by UTC. @default the calendar of the bars' asset */
  readonly calendar?: string;
}

/**
 * Bars of a coarser step, `resample(minutes, "27m")`, by the rules of docs/timeframes.md: the same bars that a strategy sees. The same
 * step gives the same object.
 * @throws InvalidInputError `invalid_timestep` when the step is no multiple of the bars' own; `invalid_option` for an unknown calendar
 */
export function resample(bars: Bars, step: TimestepLike, options: ResampleOptions = {}): Bars {
  const name = options.calendar ?? calendarNameOf(bars.asset);
  const calendar = name === undefined ? undefined : calendarFor(name);
  return resampleBars(bars, new BarGrid(parseTimestep(step), bars.timestep, calendar)).bars;
}
