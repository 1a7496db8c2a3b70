import type { PriceAdjustment } from "../../bars/price-adjustment.ts";
import type { Calendar } from "../../calendar/index.ts";
import type { StockAdjustment } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { CorporateAction, DataSource } from "../../market/ports.ts";
import { DAY, formatDate, parseDate } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import { type Instrument, lowerBound } from "../instrument.ts";
import { startOfDate } from "./corporate-actions.ts";
import { closeOfDate } from "./sessions.ts";

type Dividend = Extract<CorporateAction, { readonly kind: "dividend" }>;

/** What adjusting one stock needs. */
export interface StockAdjustmentParts {
  readonly instrument: Instrument;
  readonly source: DataSource;
  readonly adjust: StockAdjustment;
  /** Of the run, epoch ms UTC: dividends from then on are measured on the bars that pass through it. */
  readonly start: number;
  /** Told of a dividend that cannot be taken out of prices, in words. */
  readonly onUnadjusted: (words: string) => void;
}

/**
 * How the past of one stock is shown after a split, in today's shares, and after a dividend, as if its holders had bought shares with
 * it: prices before the ex-date times 1 - dividend / close before (CRSP's way). Each factor is measured once, for all steps alike, and
 * not before its ex-date has come.
 */
export class StockAdjustments {
  private readonly parts: StockAdjustmentParts;
  /** Of dividends, by ex-date. */
  private readonly factors = new Map<string, number>();

  constructor(parts: StockAdjustmentParts) {
    this.parts = parts;
  }

  /** The changes for a series of a step, ascending. `actions` are those from its first bar to the end of the run. */
  async of(actions: readonly CorporateAction[], step: Timestep): Promise<readonly PriceAdjustment[]> {
    const { adjust, instrument } = this.parts;
    if (adjust === "none") return [];
    const changes: PriceAdjustment[] = [];
    const dates = new Set<string>();
    for (const action of actions) {
      const time = startOfDate(action.date, step.milliseconds, instrument.calendar);
      if (action.kind === "split") changes.push(splitChange(time, action.ratio));
      if (action.kind !== "dividend" || adjust !== "splits-and-dividends" || dates.has(action.date)) continue;
      dates.add(action.date);
      changes.push(await this.dividendChange(time, dividendsOn(action.date, actions), ratioOn(action.date, actions)));
    }
    return changes;
  }

  /** @param ratio new shares for one old on the ex-date: the dividend is paid on the new ones */
  private async dividendChange(time: number, dividend: Dividend, ratio: number): Promise<PriceAdjustment> {
    const { instrument, source, start } = this.parts;
    const { asset, timestep } = instrument;
    const before = lastTradeBefore(dividend.date, timestep, instrument.calendar);
    const measure = (bars: BarSeries | Instrument) => {
      const known = this.factors.get(dividend.date);
      if (known !== undefined) return known;
      const factor = this.factorOf(dividend, closeBefore(bars, before) / ratio);
      this.factors.set(dividend.date, factor);
      return factor;
    };
    const change = { time, side: "before", add: 0, volumeFactor: 1 } as const;
    if (before > start)
      return {
        ...change,
        get factor() {
          return measure(instrument);
        },
      };
    // Of a week and more the bar of that instant closes later, and the one before it is meant.
    const bars = await source.getBars({ asset, timestep, start: before, end: before + 1, lookback: 2 });
    return { ...change, factor: measure(bars) };
  }

  private factorOf({ amount, date }: Dividend, close: number): number {
    const factor = 1 - amount / close;
    if (factor > 0) return factor;
    // Without a close there is nothing before it to be adjusted.
    if (!Number.isNaN(close))
      this.parts.onUnadjusted(
        `the dividend of ${amount} on ${date} is not below the close before it, ${close}, and is not taken out of prices`,
      );
    return 1;
  }
}

function splitChange(time: number, ratio: number): PriceAdjustment {
  return { time, side: "before", add: 0, factor: 1 / ratio, volumeFactor: ratio };
}

/** All that is paid on an ex-date, a regular and a special dividend together. */
function dividendsOn(date: string, actions: readonly CorporateAction[]): Dividend {
  const amount = actions.reduce((total, action) => {
    return action.kind === "dividend" && action.date === date ? total + action.amount : total;
  }, 0);
  return { kind: "dividend", date, amount };
}

function ratioOn(date: string, actions: readonly CorporateAction[]): number {
  return actions.reduce((ratio, action) => {
    return action.kind === "split" && action.date === date ? ratio * action.ratio : ratio;
  }, 1);
}

/** The instant before which the bar opens whose close a dividend is measured on: the end of the last session before its ex-date. */
function lastTradeBefore(exDate: string, step: Timestep, calendar: Calendar): number {
  const start = startOfDate(exDate, step.milliseconds, calendar);
  if (step.milliseconds >= DAY) return start;
  const dayBefore = formatDate((parseDate(exDate) ?? Number.NaN) - DAY);
  return Math.min(start, closeOfDate(calendar, dayBefore));
}

/** Close of the last bar that opens before an instant, of bars longer than a day of the last that ends by then; NaN without one. */
function closeBefore({ time, close, timestep }: BarSeries | Instrument, instant: number): number {
  const length = timestep.milliseconds > DAY ? timestep.milliseconds : 1;
  return close[lowerBound(time, instant - length + 1) - 1] ?? Number.NaN;
}
