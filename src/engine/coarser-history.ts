import { Bars } from "../bars/bars.ts";
import { canResample, resampleBars } from "../bars/resample.ts";
import { BarGrid } from "../calendar/bar-grid.ts";
import { calendarFor } from "../calendar/index.ts";
import { calendarNameOf } from "../futures/asset-calendar.ts";
import { cutColumns, rowAtOrAfter } from "../futures/columns.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { DataMissingError } from "../market/errors.ts";
import type { BarsRequest, DataSource } from "../market/ports.ts";
import type { Timestep } from "../market/timestep.ts";

/** The bars of a step by the asset's calendar; undefined where it is the asset's own step. */
export function gridFor(asset: Asset, step: Timestep, base: Timestep): BarGrid | undefined {
  return step === base ? undefined : new BarGrid(step, base, calendarFor(calendarNameOf(asset) ?? "24/7"));
}

/** Open of the bar that is in progress at an instant, which closes later and so is not past; the instant itself where there is none. */
export function openOfBarAt(grid: BarGrid | undefined, time: number): number {
  return grid?.seek(time) && time >= grid.open && time < grid.close ? grid.open : time;
}

/**
 * Bars as the source has them, or made from the asset's own bars where it has only those.
 * @throws DataMissingError when the source has neither
 */
export async function barsOfStep(source: DataSource, request: BarsRequest, base: Timestep): Promise<BarSeries> {
  try {
    return await source.getBars(request);
  } catch (error) {
    const step = request.timestep;
    const grid = canResample(base, step) ? gridFor(request.asset, step, base) : undefined;
    if (!(error instanceof DataMissingError) || grid === undefined) throw error;
    return resampled(source, request, base, grid);
  }
}

/** The same where the asset's own step is the source's to say, with what tells when its bars close. */
export async function closingBarsOfStep(source: DataSource, request: BarsRequest): Promise<ClosingBars> {
  const { asset, timestep } = request;
  const base = (await source.baseTimestep?.(asset)) ?? timestep;
  const grid = gridFor(asset, timestep, base);
  return { bars: await barsOfStep(source, request, base), closeOf: (bars, row) => closeOf(bars, row, grid) };
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

async function resampled(source: DataSource, request: BarsRequest, base: Timestep, grid: BarGrid): Promise<BarSeries> {
  const { start, end, lookback, timestep } = request;
  // One bar more, which may be cut off where the finer bars begin, and what is missing of the bar that `start` lies in.
  const finer = (lookback + 2) * Math.ceil(timestep.milliseconds / base.milliseconds);
  const held = await source.getBars({ ...request, timestep: base, lookback: finer });
  const bars = new Bars(request.asset, base, cutColumns(held, 0, held.length));
  const made = resampleBars(bars, grid).bars;
  const time = made.time;
  const isCut = held.length > 0 && rowAtOrAfter(held.time, start) === finer;
  const first = rowAtOrAfter(time, start);
  return made.slice(Math.max(isCut ? 1 : 0, first - lookback), rowAtOrAfter(time, end));
}
