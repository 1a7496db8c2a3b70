/** One session of the synthetic market, minute by minute. Knows nothing of other sessions, so any of them can be made alone. */

import type { Session } from "../calendar/index.ts";
import { cutColumns } from "../futures/columns.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { combineSeeds, RandomBits } from "../market/random.ts";
import { DAY, MINUTE, parseDate } from "../market/time.ts";
import type { SyntheticMarket } from "./synthetic-market.ts";

/** Minutes of trading in the longest session there is (a whole day), with room. */
const MOST_MINUTES = 1500;

/** Work space of `generateSession`; it is filled and read within one call. */
const minuteTimes = new Float64Array(MOST_MINUTES);
const minuteShape = new Float64Array(MOST_MINUTES);
const walk = new Float64Array(MOST_MINUTES);

/**
 * The 1-minute bars of a session: prices in whole ticks on a path from where the day before ended to where this day ends, wide and
 * busy at the open and the close of the regular hours, thin and with minutes missing outside them.
 */
export function generateSession(market: SyntheticMarket, session: Session): BarColumns {
  const day = (parseDate(session.tradeDate) ?? 0) / DAY;
  const random = new RandomBits(combineSeeds(market.seed, day));
  const minutes = layOutMinutes(session);
  drawWalk(random, minutes);
  const scale = bendToEnds(market, day, minutes);
  return drawBars(market, random, session, { count: minutes, scale });
}

/** Fills in the open minutes and how lively each is; returns how many there are. */
function layOutMinutes(session: Session): number {
  let count = 0;
  for (let time = session.open; time < session.close && count < MOST_MINUTES; time += MINUTE) {
    if (session.halts.some((halt) => time >= halt.start && time < halt.end)) continue;
    minuteTimes[count] = time;
    minuteShape[count] = shapeAt(session, time);
    count += 1;
  }
  return count;
}

/** Relative volatility of a minute: a U over the regular hours from 1.7 to 0.7; outside 0.25, rising towards the open. */
function shapeAt(session: Session, time: number): number {
  const { open, regularOpen, regularClose } = session;
  if (time >= regularOpen && time < regularClose) {
    const fromMiddle = (2 * (time - regularOpen)) / (regularClose - regularOpen) - 1;
    return 0.7 + (fromMiddle < 0 ? 1 : 0.7) * fromMiddle * fromMiddle;
  }
  if (time >= regularClose) return 0.3;
  const share = (time - open) / (regularOpen - open);
  return 0.25 + 0.3 * share * share;
}

/** A free random walk with the session's own habit of going on (or turning back) from minute to minute. */
function drawWalk(random: RandomBits, minutes: number): void {
  const habit = (random.uniform() - 0.5) * 0.24;
  let position = 0;
  let last = 0;
  for (let i = 0; i < minutes; i++) {
    last = habit * last + random.normal();
    position += last * (minuteShape[i] as number);
    walk[i] = position;
  }
}

/**
 * Scales the walk to the day's volatility and tilts it so that it begins and ends where the daily path does, in ticks. Returns the
 * standard deviation of a minute of shape 1, in ticks.
 */
function bendToEnds(market: SyntheticMarket, day: number, minutes: number): number {
  const before = market.path.levelOn(day - 1) * market.referenceTicks;
  const end = market.path.levelOn(day) * market.referenceTicks;
  const start = before + market.overnightShare * (end - before);
  let total = 0;
  for (let i = 0; i < minutes; i++) total += (minuteShape[i] as number) ** 2;
  // Of all roots only the square root is exact in every engine.
  const scale = (market.volatility * before) / Math.sqrt(total);
  const wanted = end - start;
  const reached = scale * (walk[minutes - 1] as number);
  let passed = 0;
  for (let i = 0; i < minutes; i++) {
    passed += (minuteShape[i] as number) ** 2;
    walk[i] = start + scale * (walk[i] as number) + (passed / total) * (wanted - reached);
  }
  return scale;
}

/** What stands in the work space. */
interface DrawnMinutes {
  readonly count: number;
  /** Standard deviation of a minute of shape 1, in ticks. */
  readonly scale: number;
}

/** Draws the bars along the finished walk. Every minute draws the same count of numbers, traded or not. */
function drawBars(market: SyntheticMarket, random: RandomBits, session: Session, minutes: DrawnMinutes): BarColumns {
  const bars = new BarWriter(minutes.count, market.tickSize);
  const busyness = market.minuteVolume * (0.6 + random.uniform() * 0.8);
  let previous = Math.round(walk[0] as number);
  for (let i = 0; i < minutes.count; i++) {
    const time = minuteTimes[i] as number;
    const shape = minuteShape[i] as number;
    const reach = minutes.scale * shape * 0.9 + 0.35;
    const close = Math.max(1, Math.round(walk[i] as number));
    const open = Math.max(1, previous + Math.floor(random.uniform() * 3) - 1);
    const high = Math.max(open, close) + Math.floor(random.uniform() * reach);
    const low = Math.max(1, Math.min(open, close) - Math.floor(random.uniform() * reach));
    const expected = busyness * shape * shape;
    const liveliness = random.uniform();
    const volume = Math.max(1, Math.round(expected * (0.35 + 1.95 * liveliness * liveliness)));
    const isQuiet = random.uniform() < chanceOfNoTrade(expected, isRegular(session, time));
    if (!isQuiet || i === 0) bars.add(time, open, high, low, close, volume);
    previous = close;
  }
  return bars.finish();
}

/** How likely a minute passes without a trade, from the units expected in it. */
function chanceOfNoTrade(expected: number, regular: boolean): number {
  const thinness = 1 / (1 + expected / 3);
  return regular ? thinness * thinness : 0.015 + 0.985 * thinness;
}

function isRegular(session: Session, time: number): boolean {
  return time >= session.regularOpen && time < session.regularClose;
}

/** Collects bars in ticks into columns of prices. */
class BarWriter {
  readonly #columns: BarColumns;
  readonly #tickSize: number;
  /** Ticks in 1.0 of price where that is a whole number, else 0: whole numbers divide to the double nearest the decimal. */
  readonly #ticksPerUnit: number;
  #rows = 0;

  constructor(capacity: number, tickSize: number) {
    const column = () => new Float64Array(capacity);
    this.#columns = {
      time: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    };
    this.#tickSize = tickSize;
    const perUnit = Math.round(1 / tickSize);
    this.#ticksPerUnit = Math.abs(1 / tickSize - perUnit) < 1e-9 * perUnit ? perUnit : 0;
  }

  add(time: number, open: number, high: number, low: number, close: number, volume: number): void {
    const columns = this.#columns;
    const row = this.#rows;
    columns.time[row] = time;
    columns.open[row] = this.#price(open);
    columns.high[row] = this.#price(high);
    columns.low[row] = this.#price(low);
    columns.close[row] = this.#price(close);
    columns.volume[row] = volume;
    this.#rows += 1;
  }

  finish(): BarColumns {
    return cutColumns(this.#columns, 0, this.#rows);
  }

  #price(ticks: number): number {
    return this.#ticksPerUnit > 0 ? ticks / this.#ticksPerUnit : ticks * this.#tickSize;
  }
}
