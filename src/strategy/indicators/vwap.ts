import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, numberFrom, oneOf, readParameters } from "./parameters.ts";
import { type PriceSource, priceOf, sourced } from "./price-source.ts";
import { SessionPosition, sessionSpecs } from "./session-position.ts";
import { Stateful } from "./state.ts";

/** Turnover and volume since an anchor, and what they were before the newest bar. */
class RunningAverage extends Stateful {
  private turnover = 0;
  private volume = 0;
  private turnoverBefore = 0;
  private volumeBefore = 0;

  keep(): void {
    this.turnoverBefore = this.turnover;
    this.volumeBefore = this.volume;
  }

  /** Counts the newest bar, with `isAnchor` as the first. @returns the average price; the bar's own while nothing has been traded */
  add(price: number, volume: number, isAnchor: boolean): number {
    this.turnover = (isAnchor ? 0 : this.turnoverBefore) + price * volume;
    this.volume = (isAnchor ? 0 : this.volumeBefore) + volume;
    return this.volume > 0 ? this.turnover / this.volume : price;
  }

  /** The newest bar counts for nothing. */
  skip(): void {
    this.turnover = this.turnoverBefore;
    this.volume = this.volumeBefore;
  }
}

const specs = { ...sessionSpecs, ...sourced, source: { ...sourced.source, default: "hlc3" as PriceSource } };

/**
 * Volume-weighted average price of the session: sum(price * volume) / sum(volume) since the session began, the price being `source`, by
 * default (high + low + close) / 3. It begins anew with the first bar of each session of `calendar` (a bar belongs to the session its
 * open time lies in); with `hours: "regular"` at the beginning of the regular hours. A bar outside those hours counts for nothing and the value
 * stays. While a session has had no volume it is the newest price. S. Berkowitz, D. Logue and E. Noser, Journal of Finance, March 1988.
 *
 * Warm-up: 1; NaN (sparse) until the first bar inside a session. Unit: the price's.
 */
export class Vwap extends Indicator {
  static readonly parameters = specs;
  declare private readonly position: SessionPosition;
  private readonly average = new RunningAverage();
  private before = Number.NaN;
  declare private readonly source: PriceSource;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Vwap", specs, given);
    super({ name: "Vwap", parameters, warmup: 1, sparse: ["value"] });
    this.source = parameters.source;
    this.position = new SessionPosition(parameters.calendar, parameters.hours);
  }

  override anchorAt(time: number): number | undefined {
    // Until the first bar of a session what the one before it came to still stands.
    return this.position.beginningAt(time, 1);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const { time, volume } = bar;
    const price = priceOf(bar, this.source);
    const { position, average } = this;
    if (isNew) {
      average.keep();
      this.before = this.value;
    }
    position.add(time, isNew);
    if (position.inside === 1) this.emit(average.add(price, volume, position.first === 1));
    else {
      average.skip();
      this.emit(this.before);
    }
  }
}

const anchoredSpecs = {
  anchor: numberFrom(0, -Infinity),
  source: oneOf<PriceSource>("hlc3", ["open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4"]),
};

/**
 * Anchored volume-weighted average price: sum(price * volume) / sum(volume) of all bars that open at or after `anchor` (epoch ms UTC; the
 * default takes all it is fed), the price being `source`; the newest price while none of them had volume. B. Shannon, Maximum Trading Gains with
 * Anchored VWAP, 2022.
 *
 * Warm-up: 1; NaN (sparse) before the anchor. Unit: the price's.
 */
export class AnchoredVwap extends Indicator {
  static readonly parameters = anchoredSpecs;
  private readonly average = new RunningAverage();
  declare private readonly anchor: number;
  declare private readonly source: PriceSource;

  constructor(given: Given<typeof anchoredSpecs> = {}) {
    const parameters = readParameters("AnchoredVwap", anchoredSpecs, given);
    super({ name: "AnchoredVwap", parameters, warmup: 1, sparse: ["value"] });
    this.anchor = parameters.anchor;
    this.source = parameters.source;
  }

  override anchorAt(_time: number): number | undefined {
    return this.anchor === 0 ? undefined : this.anchor;
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) this.average.keep();
    const isCounted = bar.time >= this.anchor;
    if (!isCounted) this.average.skip();
    const average = isCounted ? this.average.add(priceOf(bar, this.source), bar.volume, false) : Number.NaN;
    this.emit(average);
  }
}
