import type { BarSeries } from "../market/bar-series.ts";
import { DataMissingError } from "../market/errors.ts";
import type { RunEvent } from "../market/events.ts";
import type { BarsRequest, DataSource } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import { parseTimestep } from "../market/timestep.ts";
import { type Instrument, lowerBound } from "./instrument.ts";

/** Steps that show the way inside a longer bar, the preferred first. */
const FINER_STEPS = ["1m", "1h", "1s"].map((step) => parseTimestep(step));

/** Bars finer than those of a request, over the same span; undefined when the source has none. */
export async function loadFinerBars(source: DataSource, request: BarsRequest): Promise<BarSeries | undefined> {
  for (const timestep of FINER_STEPS) {
    if (timestep.milliseconds >= request.timestep.milliseconds) continue;
    try {
      return await source.getBars({ ...request, timestep, lookback: 0 });
    } catch (error) {
      if (!(error instanceof DataMissingError)) throw error;
    }
  }
  return undefined;
}

/** The rows of the finer bars inside the bar in progress, from the first to before the last; none where there are no finer bars. */
export function finerRows({ finer, time, row, barOpen, barClose }: Instrument): readonly [from: number, to: number] {
  if (finer === undefined) return [0, 0];
  // A bar that opens with its session may begin in the middle of a finer one.
  const from = Math.max(time[row] as number, barOpen - finer.timestep.milliseconds + 1);
  return [lowerBound(finer.time, from), lowerBound(finer.time, barClose)];
}

export function finerBarsMissing({ asset, timestep }: Instrument, time: number): RunEvent {
  return {
    time,
    code: "finer_bars_missing",
    level: "warning",
    asset,
    message: `The source has no bars of ${asset} finer than ${timestep.name}: inside its bars the worse path counts (${formatInstant(time)})`,
  };
}
