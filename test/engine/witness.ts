import { Asset, Bars, type Calendar, calendarFor, type Order, Strategy } from "backlit";
import fc from "fast-check";
import { hash } from "../hash.ts";
import { ES, MINUTE, STOCK } from "./support.ts";

export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const COIN = Asset.crypto("BTC");
export const LATE = Asset.stock("LATE");
const STEPS = { "30m": 30 * MINUTE, "1h": HOUR, "2h": 2 * HOUR, "1d": DAY } as const;
/** Before the change of the hour, a half day and a holiday, the turn of the year, and the other change of the hour. */
const STARTS = [Date.UTC(2024, 2, 7), Date.UTC(2024, 6, 2), Date.UTC(2023, 11, 28), Date.UTC(2024, 9, 31)];

/** Bars in blocks, with hours or days between them. */
const blocks = fc.array(
  fc.record({
    pause: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 90 })),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 1, maxLength: 8 },
);
type Blocks = typeof blocks extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const series = fc.record({
  step: fc.constantFrom("30m", "1h", "1h", "2h", "1d"),
  blocks,
  later: blocks,
  other: blocks,
});

export const world = fc.record({
  start: fc.constantFrom(...STARTS),
  all: fc.dictionary(fc.constantFrom("ES", "ACME", "BTC", "LATE"), series, { minKeys: 1, noNullPrototype: true }),
});
export type World = typeof world extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const ASSETS: Readonly<Record<string, Asset>> = { ES, ACME: STOCK, BTC: COIN, LATE };

/** Bars of all assets: those that open before `cut`, and then those of `tail`, if any, from the first whole step on. */
export function worldBars({ start, all }: World, cut: number, tail: "later" | "other" | undefined): readonly Bars[] {
  const hasFiner = Object.entries(all).some(([name, { step }]) => name !== "LATE" && step !== "1d");
  return Object.entries(all).map(([name, drawn], place) => {
    const step = STEPS[drawn.step as keyof typeof STEPS];
    const openOf = hasFiner && step === DAY ? (stamp: number) => openOfDay(name, stamp) : (stamp: number) => stamp;
    const time = stampsOf(drawn.blocks, start, step).filter((stamp) => (tail ? stamp : openOf(stamp)) < cut);
    if (tail !== undefined) time.push(...stampsOf(drawn[tail], Math.ceil(cut / step) * step, step));
    const version = (stamp: number) => (openOf(stamp) < cut ? 0 : tail === "later" ? 1 : 2);
    const close = time.map((stamp) => 100 + (hash(place, stamp / MINUTE, version(stamp)) % 9));
    const columns = { time, open: close, high: close, low: close, close, volume: close };
    return Bars.from({ asset: ASSETS[name] as Asset, timestep: drawn.step, ...columns });
  });
}

const CALENDARS: Readonly<Record<string, Calendar>> = {
  ES: calendarFor("CME_Equity"),
  ACME: calendarFor("NYSE"),
  LATE: calendarFor("NYSE"),
};

/** Beside bars of hours one of a day, stamped with midnight UTC, opens with the session that begins on that day, if any does. */
function openOfDay(name: string, midnight: number): number {
  const calendar = CALENDARS[name];
  if (calendar === undefined || calendar.isOpen(midnight)) return midnight;
  const open = calendar.nextSession(midnight)?.open ?? Number.POSITIVE_INFINITY;
  return open < midnight + DAY ? open : midnight;
}

/** Close of the last bar that opens before `cut` even if it opens with its session; -Infinity when none does. */
export function lastCloseOf(data: readonly Bars[], cut: number): number {
  const closes = data.flatMap(({ asset, time, timestep }) => {
    const openOf = timestep.milliseconds === DAY ? (stamp: number) => openOfDay(asset.symbol, stamp) : undefined;
    return [...time].filter((stamp) => (openOf?.(stamp) ?? stamp) < cut).map((stamp) => stamp + timestep.milliseconds);
  });
  return Math.max(...closes);
}

function stampsOf(drawn: Blocks, start: number, step: number): number[] {
  const stamps: number[] = [];
  let time = start;
  for (const { pause, count } of drawn) {
    time += Math.round((pause * HOUR) / step) * step;
    for (let row = 0; row < count; row++, time += step) stamps.push(time);
  }
  return stamps;
}

export const wishes = fc.record({
  seed: fc.nat(),
  sleeptime: fc.constantFrom("10m", "30m", "45m", "5h", "1d", "2d"),
  beforeOpening: fc.constantFrom(0, 60, 90, 700, 2_000),
  beforeClosing: fc.constantFrom(1, 30),
  afterClosing: fc.constantFrom(0, 30, 300),
  /** Whether LATE comes in in the middle of the run, where it is there. */
  asksLater: fc.boolean(),
});
export type Wishes = typeof wishes extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Writes down every hook with all it can see there, and trades by it. */
export class Witness extends Strategy {
  readonly lines: { readonly time: number; readonly text: string }[] = [];
  readonly #wishes: Wishes;
  readonly #known: Asset[];

  constructor(wished: Wishes, known: readonly Asset[]) {
    super();
    this.#wishes = wished;
    this.#known = [...known];
  }

  override initialize() {
    const { sleeptime, beforeOpening, beforeClosing, afterClosing } = this.#wishes;
    this.sleeptime = sleeptime;
    this.minutesBeforeOpening = beforeOpening;
    this.minutesBeforeClosing = beforeClosing;
    this.minutesAfterClosing = afterClosing;
    this.schedule({ minutesAfterOpen: 40 }, () => this.witness("scheduled"));
  }
  override beforeMarketOpens() {
    return this.witness("opens");
  }
  override beforeStartingTrading() {
    return this.witness("starts");
  }
  override onTradingIteration() {
    return this.witness("iteration");
  }
  override beforeMarketCloses() {
    return this.witness("closes");
  }
  override afterMarketCloses() {
    return this.witness("closed");
  }
  override onBar(asset: Asset) {
    return this.witness(`bar of ${asset.symbol}`);
  }
  override onErrorOrder(order: Order, { code }: { readonly code: string }) {
    this.#note(`refused ${order.id} ${code}`);
  }
  override onFilledOrder(_position: unknown, order: Order, price: number) {
    this.#note(`filled ${order.id} at ${price}`);
  }

  protected async witness(hook: string) {
    const { seed, asksLater } = this.#wishes;
    const prices: (number | undefined)[] = [];
    for (const asset of this.#known) prices.push(await this.getLastPrice(asset));
    const time = this.getTimestamp();
    this.#note(
      [hook, ...prices, this.getPositions().map(({ asset, quantity }) => `${asset.symbol} ${quantity}`)].join(" "),
    );
    const draw = hash(seed, time / MINUTE, hook.length, ...prices.map((price) => price ?? 0));
    const asset = this.#known[draw % this.#known.length];
    if (asset !== undefined && draw % 3 === 0)
      this.submitOrder(this.createOrder(asset, 1 + (draw % 2), draw & 16 ? "buy" : "sell"));
    if (asksLater && !this.#known.includes(LATE) && draw % 7 === 0) this.#known.push(LATE);
  }

  #note(text: string) {
    this.lines.push({ time: this.getTimestamp(), text: `${new Date(this.getTimestamp()).toISOString()} ${text}` });
  }
}
