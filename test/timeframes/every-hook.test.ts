import { Asset, Bars, calendarFor, type IndicatorSeries, InMemoryBacktesting, Sma, Strategy } from "backlit";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BarGrid } from "../../src/calendar/bar-grid.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { generator } from "../indicators/support.ts";
import { MINUTE } from "./support.ts";

const MARKETS = [
  { asset: Asset.crypto("BTCUSD"), calendar: calendarFor("24/7") },
  { asset: Asset.continuousFuture("ES"), calendar: calendarFor("CME_EQUITY") },
  { asset: Asset.stock("AAPL"), calendar: calendarFor("XNYS") },
] as const;
/** Before a half day with a halt in Chicago, a change of the clock, and a year's end. */
const STARTS = [Date.UTC(2020, 10, 25, 14), Date.UTC(2024, 2, 8, 14), Date.UTC(2023, 11, 29, 14)];
const STEPS = ["1m", "3m", "5m", "27m", "4h", "1d"];

const wish = fc.record({
  /** In which iteration it is made; the first ones in `initialize`. */
  at: fc.integer({ min: -60, max: 250 }),
  step: fc.constantFrom(...STEPS),
  visibility: fc.constantFrom("closed", "developing"),
  period: fc.integer({ min: 1, max: 6 }),
  history: fc.constantFrom({}, { lookback: 1 }, { lookback: 10 }),
  /** A mean of two of it. */
  isOver: fc.boolean(),
});
type Wish = typeof wish extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Minutes inside the sessions, some missing and now and then for hours. */
function minutesFrom(start: number, count: number, seed: number, { asset, calendar }: (typeof MARKETS)[number]): Bars {
  const draw = generator(seed);
  const time: number[] = [];
  for (let open = start; time.length < count; open += MINUTE) {
    if (draw() < 0.003) open += Math.floor(draw() * 200) * MINUTE;
    const session = calendar.sessionAt(open);
    if (!calendar.continuous && session === undefined) open = (calendar.nextSession(open)?.open ?? open) - MINUTE;
    else if (!session?.halts.some((halt) => open >= halt.start && open < halt.end) && draw() > 0.2) time.push(open);
  }
  const close = time.map(() => Math.floor(draw() * 400 - 100) / 4);
  const volume = time.map(() => Math.floor(draw() * 3));
  return Bars.from({ asset, timestep: "1m", time, open: close, high: close, low: close, close, volume });
}

/** What a mean shows at any instant, from the rows of each bar of its step. */
function meansOf({ time, close }: Bars, { calendar }: (typeof MARKETS)[number]) {
  const bars = new Map(
    STEPS.map((step) => {
      const grid = new BarGrid(parseTimestep(step), parseTimestep("1m"), calendar);
      const made: { readonly open: number; readonly end: number; readonly rows: number[] }[] = [];
      for (const [row, open] of time.entries()) {
        grid.seek(open);
        if (made.at(-1)?.open !== grid.open) made.push({ open: grid.open, end: grid.close, rows: [] });
        made.at(-1)?.rows.push(row);
      }
      return [step, made] as const;
    }),
  );
  return ({ step, visibility, period, isOver }: Wish, now: number): number => {
    const closes: number[] = [];
    for (const { end, rows } of bars.get(step) ?? []) {
      const seen = end <= now ? rows : rows.filter((row) => (time[row] as number) + MINUTE <= now);
      if ((end <= now || visibility === "developing") && seen.length > 0)
        closes.push(close[seen.at(-1) ?? 0] as number);
      if (end > now) break;
    }
    const mean = (last: number) => closes.slice(last - period, last).reduce((sum, value) => sum + value, 0) / period;
    if (closes.length < period + (isOver ? 1 : 0)) return Number.NaN;
    return isOver ? (mean(closes.length) + mean(closes.length - 1)) / 2 : mean(closes.length);
  };
}

it("every value, read in any hook, is that of the bars there are by then, in a backtest and in a replay", async () => {
  const drawn = fc.record({
    market: fc.constantFrom(...MARKETS),
    start: fc.constantFrom(...STARTS),
    seed: fc.integer({ min: 1, max: 10_000 }),
    before: fc.integer({ min: 0, max: 300 }),
    count: fc.integer({ min: 60, max: 400 }),
    within: fc.constantFrom(0, 0, 30_000),
    wishes: fc.array(wish, { minLength: 1, maxLength: 6 }),
    sleeps: fc.array(fc.tuple(fc.nat(250), fc.constantFrom(1, 90, 601, 7_200, 86_400)), { maxLength: 4 }),
    orders: fc.array(fc.nat(250), { maxLength: 5 }),
    hasOnBar: fc.boolean(),
  });
  const compared = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(drawn, async ({ market, wishes, sleeps, orders, hasOnBar, ...given }) => {
      const data = minutesFrom(given.start, given.before + given.count, given.seed, market);
      const meanAt = meansOf(data, market);
      const span = {
        start: (data.time[given.before] as number) + given.within,
        end: (data.time.at(-1) as number) + 5 * MINUTE,
      };
      // What the data is too short for is refused, as another test shows.
      const possible = wishes.filter((one) => !Number.isNaN(meanAt(one, span.end)));

      class Reading extends Strategy {
        readonly #made: { readonly series: IndicatorSeries<number>; readonly wish: Wish; readonly since: number }[] =
          [];
        #iteration = 0;
        override initialize() {
          for (const one of possible) if (one.at < 0) this.#make(one);
        }
        override async onTradingIteration() {
          this.#iteration += 1;
          this.compare("iteration");
          for (const one of possible) if (one.at === this.#iteration) this.#make(one);
          if (orders.includes(this.#iteration)) this.submitOrder(this.createOrder(market.asset, 1, "buy"));
          for (const [at, seconds] of sleeps) {
            if (at !== this.#iteration) continue;
            await this.sleep(seconds);
            this.compare("sleep");
          }
        }
        override onFilledOrder() {
          this.compare("fill");
        }
        override beforeMarketCloses() {
          this.compare("close");
        }
        compare(hook: string) {
          const now = this.getTimestamp();
          for (const { series, wish: one, since } of this.#made) {
            // One that was just made is fed when the hook returns or waits.
            if (since === this.#iteration && since > 0 && hook !== "sleep") continue;
            const expected = meanAt(one, now);
            if (Number.isNaN(expected)) expect([hook, series.value]).toEqual([hook, Number.NaN]);
            else if (!(Math.abs(series.value - expected) < 1e-9)) expect([hook, now, one, series.value]).toBe(expected);
            compared.set(hook, (compared.get(hook) ?? 0) + 1);
          }
        }
        #make(one: Wish) {
          const { step: timestep, visibility, period, history } = one;
          const inner = this.indicator(Sma, { period }, { timestep, visibility, ...history });
          const series = one.isOver ? this.indicator(Sma, { period: 2 }, { over: inner }) : inner;
          this.#made.push({ series, wish: one, since: this.#iteration });
        }
      }
      class ReadingAtBars extends Reading {
        override onBar() {
          this.compare("bar");
        }
      }
      const make = () => (hasOnBar ? new ReadingAtBars() : new Reading());
      const options = { data: [data], budget: 1e9, logLevel: "silent" } as const;
      await make().backtest(InMemoryBacktesting, span.start, span.end, options);
      await make().run({ source: InMemoryBacktesting, broker: "paper", ...span, ...options });
    }),
    { numRuns: 40, seed: 5 },
  );
  for (const hook of ["iteration", "bar", "fill", "sleep", "close"]) expect(compared.get(hook)).toBeGreaterThan(50);
});
