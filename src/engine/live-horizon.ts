import type { LiveFeed } from "./live-feed.ts";
import type { MarketData } from "./market-data.ts";
import type { DataHorizon } from "./schedule.ts";

/** Where bars are to be expected, for the schedule of a live run; once the stream has ended, where they were. */
export class LiveHorizon implements DataHorizon {
  private readonly market: MarketData;
  private readonly feed: LiveFeed;

  constructor(market: MarketData, feed: LiveFeed) {
    this.market = market;
    this.feed = feed;
  }

  get finestStep(): number {
    return this.market.finestStep;
  }

  nextOpen(time: number): number {
    if (this.isPast()) return this.market.nextOpen(time);
    let next = Number.POSITIVE_INFINITY;
    for (const { asset, timestep } of this.market.instruments) {
      next = Math.min(next, this.feed.nextOpen(asset, timestep, time));
    }
    return next;
  }

  lastCloseBefore(time: number): number {
    if (this.isPast()) return this.market.lastCloseBefore(time);
    let last = Number.NEGATIVE_INFINITY;
    for (const { asset, timestep } of this.market.instruments) {
      last = Math.max(last, this.feed.lastCloseBefore(asset, timestep, time));
    }
    return last;
  }

  quietFrom(time: number, limit: number): number {
    if (this.isPast()) return this.market.quietFrom(time, limit);
    let quiet = time;
    for (let close = this.lastCloseBefore(quiet + 1); close > quiet; close = this.lastCloseBefore(quiet + 1)) {
      quiet = close;
      if (quiet > limit) break;
    }
    return quiet;
  }

  private isPast(): boolean {
    return this.feed.ended && !this.feed.knowsBarsAhead;
  }
}
