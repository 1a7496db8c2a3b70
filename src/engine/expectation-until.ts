import type { Asset } from "../market/asset.ts";
import type { BarExpectation } from "../market/bar-stream.ts";
import type { Timestep } from "../market/timestep.ts";

/** Of what is expected, the bars that open before the end of the run. */
export class ExpectationUntil implements BarExpectation {
  private readonly expectation: BarExpectation;
  private readonly end: number;

  /** `end`: epoch ms UTC, exclusive. */
  constructor(expectation: BarExpectation, end: number) {
    this.expectation = expectation;
    this.end = end;
  }

  nextOpen(asset: Asset, timestep: Timestep, time: number): number {
    const open = this.expectation.nextOpen(asset, timestep, time);
    return open < this.end ? open : Number.POSITIVE_INFINITY;
  }

  nextClose(asset: Asset, timestep: Timestep, time: number): number {
    const close = this.expectation.nextClose(asset, timestep, time);
    if (close <= this.end || close === Number.POSITIVE_INFINITY) return close;
    // The bar that is in progress at the end still closes.
    return close <= this.expectation.lastCloseBefore(asset, timestep, this.end) ? close : Number.POSITIVE_INFINITY;
  }

  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number {
    return this.expectation.lastCloseBefore(asset, timestep, time);
  }
}
