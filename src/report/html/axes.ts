/** Round marks on axes. */

import { DAY, formatInstant, HOUR } from "../../market/time.ts";

/** A straight scale from values to pixels. */
export interface Scale {
  (value: number): number;
  readonly low: number;
  readonly high: number;
}

/** Pixels `from` and `to` stand for `low` and `high`; equal ends are spread so that a flat line lies in the middle. */
export function linearScale(low: number, high: number, from: number, to: number): Scale {
  const room = low === high ? Math.abs(low) * 0.01 || 1 : 0;
  const [bottom, top] = [low - room, high + room];
  return Object.assign((value: number) => from + ((value - bottom) / (top - bottom)) * (to - from), {
    low: bottom,
    high: top,
  });
}

/** Steps of 1, 2 or 5 times a power of ten between two values, about `count` of them. */
export function valueTicks(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return Number.isFinite(low) ? [low] : [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = (first + i) * step;
    return Number(value.toPrecision(12));
  });
}

/** Decimals that tell ticks apart. */
export function tickDecimals(ticks: readonly number[]): number {
  const [first = 0, second = first] = ticks;
  const step = Math.abs(second - first);
  return step === 0 ? 0 : Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
}

/** A mark on a time axis. */
export interface TimeTick {
  readonly time: number;
  readonly text: string;
}

const HOUR_STEPS = [1, 2, 3, 6, 12];
const DAY_STEPS = [1, 2, 5, 10];
const MONTH_STEPS = [1, 2, 3, 6];
const YEAR_STEPS = [1, 2, 5, 10, 20, 50, 100];

/** Round UTC instants between two others, at most `count`; the words are as long as they must be. */
export function timeTicks(from: number, to: number, count: number): readonly TimeTick[] {
  const span = to - from;
  if (!(span > 0)) return Number.isFinite(from) ? [{ time: from, text: formatInstant(from).slice(0, 10) }] : [];
  const hours = HOUR_STEPS.find((step) => span / (step * HOUR) <= count);
  if (hours !== undefined) return regular(from, to, hours * HOUR, (text) => text.slice(5, 16).replace("T", " "));
  const days = DAY_STEPS.find((step) => span / (step * DAY) <= count);
  if (days !== undefined) return regular(from, to, days * DAY, (text) => text.slice(5, 10));
  const months = MONTH_STEPS.find((step) => span / (step * 30 * DAY) <= count);
  return months === undefined
    ? byMonths(from, to, 12 * (YEAR_STEPS.find((step) => span / (step * 365 * DAY) <= count) ?? 100), (text) =>
        text.slice(0, 4),
      )
    : byMonths(from, to, months, (text) => text.slice(0, 7));
}

function regular(from: number, to: number, step: number, words: (iso: string) => string): readonly TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    ticks.push({ time, text: words(formatInstant(time)) });
  }
  return ticks;
}

function byMonths(from: number, to: number, step: number, words: (iso: string) => string): readonly TimeTick[] {
  const ticks: TimeTick[] = [];
  const start = new Date(from);
  const first = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let month = Math.ceil(first / step) * step; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12);
    if (time > to) return ticks;
    if (time >= from) ticks.push({ time, text: words(formatInstant(time)) });
  }
}
