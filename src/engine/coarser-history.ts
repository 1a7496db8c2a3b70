import { BarGrid } from "../calendar/bar-grid.ts";
import type { Calendar } from "../calendar/index.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { BarsRequest, DataSource } from "../market/ports.ts";
import type { Timestep } from "../market/timestep.ts";
import { calendarOf } from "./account/instrument-life.ts";

/** The bars of a step by a calendar; undefined where it is the asset's own step. */
export function gridFor(calendar: Calendar, step: Timestep, base: Timestep): BarGrid | undefined {
  return step === base ? undefined : new BarGrid(step, base, calendar);
}

/** Bars as the source has them, with what tells when they close. @throws DataMissingError where it has none of that step */
export async function closingBarsOfStep(source: DataSource, request: BarsRequest): Promise<ClosingBars> {
  const { asset, timestep } = request;
  const base = (await source.baseTimestep?.(asset)) ?? timestep;
  const grid = gridFor(calendarOf(asset, await source.describe?.(asset)), timestep, base);
  return { bars: await source.getBars(request), closeOf: (bars, row) => closeOf(bars, row, grid) };
}

export interface ClosingBars {
  readonly bars: BarSeries;
  /** When a bar of the series closes: a bar never runs into the next one, nor past its session. */
  closeOf(bars: BarSeries, row: number): number;
}

function closeOf({ time, timestep }: BarSeries, row: number, grid: BarGrid | undefined): number {
  const open = time[row] as number;
  const close = grid?.seek(open) && grid.open === open ? grid.close : open + timestep.milliseconds;
  return Math.min(close, time[row + 1] ?? close);
}
