import type { Asset } from "../market/asset.ts";
import type { BarExpectation } from "../market/bar-stream.ts";
import type { Timestep } from "../market/timestep.ts";
import type { Instrument } from "./instrument.ts";
import { seriesKey } from "./series-key.ts";

/** What is expected, where bars of some series open with their sessions and not at their stamps. */
export class SessionOpens implements BarExpectation {
  private readonly expectation: BarExpectation;
  /** By series: when the bar with a stamp opens. */
  private readonly opens = new Map<string, (stamp: number) => number>();

  constructor(expectation: BarExpectation) {
    this.expectation = expectation;
  }

  /** From now on the bars of an instrument are expected when they open for it. */
  follow({ asset, timestep, openOf }: Instrument): void {
    if (openOf !== undefined) this.opens.set(seriesKey(asset, timestep), openOf);
  }

  nextOpen(asset: Asset, timestep: Timestep, time: number): number {
    const openOf = this.openOf(asset, timestep);
    if (openOf === undefined) return this.expectation.nextOpen(asset, timestep, time);
    // A bar that is stamped earlier may open later, though never after its own end.
    let stamp = this.expectation.nextOpen(asset, timestep, time - timestep.milliseconds);
    while (openOf(stamp) < time) stamp = this.expectation.nextOpen(asset, timestep, stamp + 1);
    return openOf(stamp);
  }

  nextClose(asset: Asset, timestep: Timestep, time: number): number {
    return this.expectation.nextClose(asset, timestep, time);
  }

  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number {
    const close = this.expectation.lastCloseBefore(asset, timestep, time);
    const openOf = this.openOf(asset, timestep);
    if (openOf === undefined) return close;
    let stamp = this.expectation.nextOpen(asset, timestep, close - timestep.milliseconds);
    while (stamp < close && openOf(stamp) < time) stamp = this.expectation.nextOpen(asset, timestep, stamp + 1);
    // The first that is not open by then, if it is one of those stamped before: the last is the one before it.
    return stamp < close ? this.expectation.lastCloseBefore(asset, timestep, stamp) : close;
  }

  private openOf(asset: Asset, timestep: Timestep): ((stamp: number) => number) | undefined {
    return this.opens.size === 0 ? undefined : this.opens.get(seriesKey(asset, timestep));
  }
}
