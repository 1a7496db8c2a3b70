/** Nothing that comes after an instant decides anything before it: not which hooks are called, nor when, nor what they do. */
import { Asset, type BacktestOptions, Bars, InMemoryBacktesting, type Order, Strategy } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash } from "../hash.ts";
import { bothWays, firstDifference, logOf } from "../live/support.ts";
import { ES, MINUTE, STOCK } from "./support.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const COIN = Asset.crypto("BTC");
const LATE = Asset.stock("LATE");
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

const world = fc.record({
  start: fc.constantFrom(...STARTS),
  all: fc.dictionary(fc.constantFrom("ES", "ACME", "BTC", "LATE"), series, { minKeys: 1, noNullPrototype: true }),
});
type World = typeof world extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const ASSETS: Readonly<Record<string, Asset>> = { ES, ACME: STOCK, BTC: COIN, LATE };

/** Bars of all assets: those that open before `cut`, and then those of `tail`, if any, from the first whole step on. */
function barsOf({ start, all }: World, cut: number, tail: "later" | "other" | undefined): readonly Bars[] {
  return Object.entries(all).map(([name, drawn], place) => {
    const step = STEPS[drawn.step as keyof typeof STEPS];
    const time = opensOf(drawn.blocks, start, step).filter((open) => open < cut);
    if (tail !== undefined) time.push(...opensOf(drawn[tail], Math.ceil(cut / step) * step, step));
    const close = time.map((open) => 100 + (hash(place, open / MINUTE, open < cut ? 0 : tail === "later" ? 1 : 2) % 9));
    const columns = { time, open: close, high: close, low: close, close, volume: close };
    return Bars.from({ asset: ASSETS[name] as Asset, timestep: drawn.step, ...columns });
  });
}

function opensOf(drawn: Blocks, start: number, step: number): number[] {
  const opens: number[] = [];
  let time = start;
  for (const { pause, count } of drawn) {
    time += Math.round((pause * HOUR) / step) * step;
    for (let row = 0; row < count; row++, time += step) opens.push(time);
  }
  return opens;
}

const wishes = fc.record({
  seed: fc.nat(),
  sleeptime: fc.constantFrom("10m", "30m", "45m", "5h", "1d", "2d"),
  beforeOpening: fc.constantFrom(0, 60, 90, 700, 2_000),
  beforeClosing: fc.constantFrom(1, 30),
  afterClosing: fc.constantFrom(0, 30, 300),
  asksLater: fc.boolean(),
});
type Wishes = typeof wishes extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Writes down every hook with all it can see there, and trades by it. */
class Witness extends Strategy {
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
  override onFilledOrder(_position: unknown, order: Order, price: number) {
    this.#note(`filled ${order.id} at ${price}`);
  }

  async witness(hook: string) {
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

const given: fc.Arbitrary<BacktestOptions> = fc.record(
  { market: fc.constantFrom("24/7", "NYSE", "CME_Equity", "CME_GRAINS") },
  { requiredKeys: [] },
);

interface Way {
  readonly wished: Wishes;
  readonly options: BacktestOptions;
  readonly start: number;
  readonly end: number;
}

/** One of the assets comes in only when it is asked for. */
const isGiven = (asset: Asset) => asset !== LATE;

async function linesOf({ wished, options, start, end }: Way, data: readonly Bars[]) {
  const assets = data.map(({ asset }) => asset).filter(isGiven);
  const strategy = new Witness(
    data.some(({ asset }) => asset === LATE) ? wished : { ...wished, asksLater: false },
    assets,
  );
  await strategy.backtest(InMemoryBacktesting, start, end, {
    data,
    assets,
    budget: 1e9,
    logLevel: "silent",
    ...options,
  });
  return strategy.lines;
}

const lastClose = (data: readonly Bars[]) =>
  Math.max(...data.map(({ time, timestep }) => (time.at(-1) ?? 0) + timestep.milliseconds));
const textBefore = (time: number, lines: Witness["lines"]) =>
  lines.filter((line) => line.time < time).map(({ text }) => text);
const hours = fc.integer({ min: 1, max: 500 });

describe("for any strategy, hooks and all, on any market", () => {
  it("data that end, go on, or go on in another way from an instant on have changed nothing before it", () =>
    fc.assert(
      fc.asyncProperty(world, wishes, given, hours, async (drawn, wished, options, hour) => {
        const cut = drawn.start + hour * HOUR;
        const shorter = barsOf(drawn, cut, undefined);
        fc.pre(shorter.some(({ asset }) => isGiven(asset)) && shorter.every(({ length }) => length > 0));
        const [longer, other] = [barsOf(drawn, cut, "later"), barsOf(drawn, cut, "other")];
        const way = { wished, options, start: drawn.start, end: drawn.start + 60 * DAY };
        const whole = await linesOf(way, longer);
        expect(textBefore(cut, await linesOf(way, other))).toEqual(textBefore(cut, whole));
        const known = Math.min(cut, lastClose(shorter.filter(({ asset }) => isGiven(asset))));
        expect(textBefore(known, await linesOf(way, shorter))).toEqual(textBefore(known, whole));
        expect(textBefore(known, await linesOf({ ...way, end: cut }, longer))).toEqual(textBefore(known, whole));
      }),
      { numRuns: 100 },
    ));

  it("a replay calls the hooks of the backtest", () =>
    fc.assert(
      fc.asyncProperty(world, wishes, given, async (drawn, wished, options) => {
        const data = barsOf(drawn, drawn.start + 500 * HOUR, "later");
        const made: Witness[] = [];
        const make = () => {
          const strategy = new Witness(
            { ...wished, asksLater: false },
            data.map(({ asset }) => asset),
          );
          made.push(strategy);
          return strategy;
        };
        const span = { start: drawn.start, end: drawn.start + 60 * DAY };
        const { backtest, live } = await bothWays(make, data, { budget: 1e9, logLevel: "silent", ...options }, span);
        const [first, second] = made.map(({ lines }) => lines.map(({ text }) => text));
        expect(second).toEqual(first);
        expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
      }),
      { numRuns: 60 },
    ));
});
