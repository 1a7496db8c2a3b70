/** The minutes of a session and the price level of a product through them; all its contracts and its micro share both. */

import type { Session } from "../calendar/index.ts";
import { MINUTE } from "../market/time.ts";
import { Chance, seedFrom } from "./chance.ts";
import { dayOfDate } from "./days.ts";
import type { PricePath } from "./price-path.ts";

/** The minutes of a session that trade. */
export interface SessionMinutes {
  /** Trade date as a UTC day number. */
  readonly tradeDay: number;
  /** Open of each minute, epoch ms, ascending. */
  readonly times: Float64Array;
  /** How lively each minute is: 1 in the middle of the regular hours, more at their ends, a quarter at night. */
  readonly liveliness: Float64Array;
  /** Index of the first minute at or after the regular close; what the settlement is taken from. */
  readonly settlementMinute: number;
}

/** Lays out the minutes of a session, halts left out. */
export function sessionMinutes(session: Session): SessionMinutes {
  const times: number[] = [];
  for (let time = session.open; time < session.close; time += MINUTE) {
    if (!session.halts.some((halt) => time >= halt.start && time < halt.end)) times.push(time);
  }
  const regularEnd = session.regularClose > session.regularOpen ? session.regularClose : session.close;
  const after = times.findIndex((time) => time >= regularEnd);
  return {
    tradeDay: dayOfDate(session.tradeDate),
    times: Float64Array.from(times),
    liveliness: Float64Array.from(times, (time) => livelinessAt(session, time)),
    settlementMinute: after < 0 ? times.length : after,
  };
}

function livelinessAt({ open, regularOpen, regularClose }: Session, time: number): number {
  if (time >= regularOpen && time < regularClose) {
    const fromMiddle = (2 * (time - regularOpen)) / (regularClose - regularOpen) - 1;
    return 0.75 + (fromMiddle < 0 ? 0.95 : 0.7) * fromMiddle * fromMiddle;
  }
  if (time >= regularClose) return 0.28;
  const share = regularOpen > open ? (time - open) / (regularOpen - open) : 1;
  return 0.24 + 0.3 * share * share;
}

/** A product's level through one session. */
export interface SessionWalk {
  /** Level before the first minute. */
  readonly start: number;
  /** Level at the end of each minute. */
  readonly levels: Float64Array;
  /** Standard deviation of the level in a minute of liveliness 1. */
  readonly minuteDeviation: number;
}

/** How a product's price moves while the market is closed. */
const OVERNIGHT_SHARE = 0.08;

/**
 * Draws a walk from where the day before ended to where this day ends. It knows nothing of other sessions, so any of them can be
 * drawn alone: a part of a span is a slice of the whole.
 */
export function walkSession(minutes: SessionMinutes, path: PricePath, seed: number, volatility: number): SessionWalk {
  const chance = new Chance(seedFrom(seed, "walk", minutes.tradeDay));
  const before = path.levelOn(minutes.tradeDay - 1);
  const end = path.levelOn(minutes.tradeDay);
  const start = before + OVERNIGHT_SHARE * (end - before);
  const levels = new Float64Array(minutes.times.length);
  let energy = 0;
  let position = 0;
  minutes.liveliness.forEach((lively, index) => {
    energy += lively * lively;
    position += lively * chance.bell();
    levels[index] = position;
  });
  // Square roots are exact in every engine, other powers are not.
  const minuteDeviation = (volatility * before) / Math.sqrt(energy);
  bendToEnd(levels, minutes.liveliness, { start, end, energy, minuteDeviation });
  return { start, levels, minuteDeviation };
}

/** Scales the free walk to the day's volatility and tilts it so that it ends where the path does. */
function bendToEnd(
  levels: Float64Array,
  liveliness: Float64Array,
  bend: { readonly start: number; readonly end: number; readonly energy: number; readonly minuteDeviation: number },
): void {
  const missing = bend.end - bend.start - bend.minuteDeviation * (levels.at(-1) ?? 0);
  let passed = 0;
  liveliness.forEach((lively, index) => {
    passed += lively * lively;
    levels[index] = bend.start + bend.minuteDeviation * (levels[index] ?? 0) + (passed / bend.energy) * missing;
  });
}
