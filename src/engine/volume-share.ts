import { contractKey } from "../futures/index.ts";
import type { Instrument } from "./instrument.ts";
import { stepsPerUnit } from "./units.ts";

export interface VolumeOptions {
  /** Fraction of a bar's volume that all orders together may fill; undefined: no bound. */
  readonly volumeShare: number | undefined;
  /** True: bars without volume fill orders as well. */
  readonly fillWithoutVolume: boolean;
}

/** How many units a bar can fill: a share of its volume, for all orders of an account together. */
export class VolumeShare {
  private readonly options: VolumeOptions;
  /** By series; the bar by its open. */
  private readonly taken = new Map<string, { time: number; units: number }>();

  constructor(options: VolumeOptions) {
    this.options = options;
  }

  /** False for a bar in which nothing was traded, where volumes are known from bars before it. */
  traded(instrument: Instrument, row: number): boolean {
    return (instrument.volume[row] as number) > 0 || !instrument.tellsVolume(row) || this.options.fillWithoutVolume;
  }

  /** Units that orders may still fill in a bar, in whole steps. No bound where no share is set or no volume is known. */
  available(instrument: Instrument, row: number): number {
    const { volumeShare } = this.options;
    if (volumeShare === undefined || !instrument.tellsVolume(row)) return Number.POSITIVE_INFINITY;
    const taken = this.taken.get(seriesOf(instrument));
    const used = taken !== undefined && taken.time === instrument.time[row] ? taken.units : 0;
    const steps = stepsPerUnit(instrument.asset);
    // The hair's breadths keep 0.1 x 30 at 3 and 3.6 - 2.4 at 1.2, whatever the doubles say.
    const share = Math.floor(volumeShare * (instrument.volume[row] as number) * steps + 1e-9);
    return (share - Math.ceil(used * steps - 1e-3)) / steps;
  }

  take(instrument: Instrument, row: number, units: number): void {
    if (this.options.volumeShare === undefined) return;
    const time = instrument.time[row] as number;
    const taken = this.taken.get(seriesOf(instrument));
    if (taken === undefined) this.taken.set(seriesOf(instrument), { time, units });
    else {
      taken.units = taken.time === time ? taken.units + units : units;
      taken.time = time;
    }
  }
}

/** The same for all strategies that trade it on one account. */
function seriesOf({ asset, timestep }: Instrument): string {
  return `${contractKey(asset)} ${timestep.name}`;
}
