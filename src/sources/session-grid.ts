/** How sources cut coarser bars, and how they say it. */

import { BarGrid } from "../calendar/bar-grid.ts";
import { calendarFor } from "../calendar/index.ts";
import { calendarNameOf } from "../futures/asset-calendar.ts";
import type { Asset } from "../market/asset.ts";
import type { Timestep } from "../market/timestep.ts";

export interface SessionCut {
  readonly grid: BarGrid;
  /** In words, for a note. */
  readonly name: string;
}

/** The bars of a step by the asset's calendar; UTC where it has none, trades around the clock, or holds day bars stamped with a date. */
export function sessionCutFor(asset: Asset, base: Timestep, step: Timestep, time: Float64Array): SessionCut {
  const name = calendarNameOf(asset);
  const calendar = name === undefined ? undefined : calendarFor(name);
  const grid = new BarGrid(step, base, calendar);
  const first = time[0];
  const isUtc = calendar === undefined || calendar.continuous || (first !== undefined && grid.isUtcAt(first));
  return { grid, name: isUtc ? "cut at midnight UTC" : `cut by the sessions of ${calendar.name}` };
}
