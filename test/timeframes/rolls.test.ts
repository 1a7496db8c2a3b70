import {
  Asset,
  type ContractRoll,
  computeIndicator,
  Ema,
  type IndicatorSeries,
  InMemoryBacktesting,
  Rsi,
  Sma,
  Strategy,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE, minutes, run, T0, walk } from "./support.ts";

const [H, M, U] = ["ESH24", "ESM24", "ESU24"].map((symbol) => Asset.future(symbol)) as [Asset, Asset, Asset];

/** A roll at the open of a minute, by a gap. */
function rollAt(minute: number, from: Asset, to: Asset, closes: readonly number[], gap: number): ContractRoll {
  const fromPrice = closes[minute - 1] as number;
  return {
    time: T0 + minute * MINUTE,
    measuredAt: T0 + (minute - 1) * MINUTE,
    from,
    to,
    fromPrice,
    toPrice: fromPrice + gap,
  };
}

describe("an indicator over a continuous future", () => {
  const closes = walk(400);
  // 30 points more from minute 100 on, 12 fewer from minute 250: as traded, the closes jump there.
  const traded = closes.map((close, minute) => close + (minute >= 100 ? 30 : 0) - (minute >= 250 ? 12 : 0));
  const rolls = [rollAt(100, H, M, traded, 30), rollAt(250, M, U, traded, -12)];

  it.each([
    ["difference", "backward"],
    ["difference", "forward"],
    ["ratio", "backward"],
    ["none", "backward"],
  ] as const)("%s, %s: is at each instant what the history as of then gives", async (adjust, direction) => {
    const es = Asset.continuousFuture("ES", { adjust, direction });
    let compared = 0;
    class Watcher extends Strategy {
      static override readonly assets = [es];
      #series: (readonly [IndicatorSeries<number>, string, () => Ema | Rsi | Sma])[] = [];
      #over: IndicatorSeries<number> | undefined;
      override initialize() {
        const make = (step: string, create: () => Ema | Rsi | Sma, visibility: "closed" | "developing" = "closed") =>
          [this.indicator(create(), { timestep: step, visibility }), step, create] as const;
        this.#series = [
          make("5m", () => new Ema({ period: 3 })),
          make("1m", () => new Rsi({ period: 14 })),
          make("10m", () => new Sma({ period: 4 })),
        ];
        this.#over = this.indicator(Sma, { period: 2 }, { over: this.#series[0]?.[0] as IndicatorSeries<number> });
      }
      override async onTradingIteration() {
        for (const [series, step, create] of this.#series) {
          if (series.length === 0) continue;
          const bars = await this.getHistoricalPrices(es, series.length, step);
          if (bars === undefined) throw new Error(`no history of ${series.length} bars`);
          const values = computeIndicator(create(), bars.close);
          expect([step, this.getTimestamp() - T0, series.value]).toEqual([
            step,
            this.getTimestamp() - T0,
            values.at(-1),
          ]);
          expect(series.at(-2)).toBe(values.at(-2) ?? Number.NaN);
          compared += 1;
        }
        const [inner] = this.#series[0] ?? [];
        const mean = ((inner?.at(-1) ?? 0) + (inner?.at(-2) ?? 0)) / 2;
        if (this.#over?.ready) expect(this.#over.value).toBeCloseTo(mean, 9);
      }
    }
    await run(new Watcher(), minutes(traded, es), { rolls } as never);
    expect(compared).toBeGreaterThan(1000);
  });

  it("is drawn as it was seen, not as it looks after the roll", async () => {
    const es = Asset.continuousFuture("ES", { adjust: "difference" });
    class Drawing extends Strategy {
      static override readonly assets = [es];
      override initialize() {
        this.indicator(Sma, { period: 1 }, { timestep: "5m", plot: true });
      }
    }
    const { chart } = await run(new Drawing(), minutes(traded, es), { rolls } as never);
    const fives = traded.filter((_, minute) => minute % 5 === 4);
    expect(Array.from(chart.lines[0]?.value ?? [])).toEqual(fives);
  });
});

const LENGTHS = { "1m": 1, "3m": 3, "5m": 5 } as const;
const step = fc.constantFrom("1m", "3m", "5m");

/** What a strategy asks for, and so many minutes after the start; below 20 in `initialize`. */
const WISHES = fc.record({
  at: fc.nat(90),
  step,
  visibility: fc.constantFrom("closed", "developing"),
  period: fc.integer({ min: 1, max: 12 }),
  history: fc.constantFrom({}, { lookback: 1 }, { lookback: 40 }),
});

describe("indicators and history that are asked for at any time, with rolls at any time", () => {
  // On one contract throughout these would be the closes.
  const closes = walk(400);
  const gaps = [30, -12, 7];
  const contracts = [H, M, U, Asset.future("ESZ24")];

  /** The closes of the bars of a step by a minute, with the one in progress or without. */
  function closesBy(minute: number, name: keyof typeof LENGTHS, developing: boolean): number[] {
    const length = LENGTHS[name];
    const seen = closes.filter((_, at) => at < minute && at % length === length - 1);
    return developing && minute % length > 0 ? [...seen, closes[minute - 1] as number] : seen;
  }

  it("show one contract's prices: now's backward, forward those of the start; the same in backtest and replay", async () => {
    const drawn = fc.record({
      direction: fc.constantFrom("backward", "forward"),
      rolls: fc.uniqueArray(fc.integer({ min: 50, max: 380 }), { minLength: 1, maxLength: 3 }),
      start: fc.integer({ min: 20, max: 300 }),
      subscribed: fc.constantFrom(undefined, "1m", "5m"),
      onBar: fc.boolean(),
      wishes: fc.array(WISHES, { minLength: 1, maxLength: 6 }),
      looks: fc.array(fc.record({ at: fc.nat(9), step, length: fc.integer({ min: 1, max: 30 }) }), { maxLength: 3 }),
    });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async ({ direction, start, subscribed, onBar, wishes, looks, ...given }) => {
        const es = Asset.continuousFuture("ES", { adjust: "difference", direction });
        const times = given.rolls.sort((a, b) => a - b);
        const paid = (minute: number) =>
          times.reduce((sum, roll, place) => sum + (roll <= minute ? (gaps[place] as number) : 0), 0);
        const traded = closes.map((close, minute) => close + paid(minute));
        const rolls = times.map((minute, place) =>
          rollAt(minute, contracts[place] as Asset, contracts[place + 1] as Asset, traded, gaps[place] as number),
        );
        const level = (minute: number) => paid(direction === "backward" ? minute : start);
        const expectLevel = (found: readonly number[], plain: readonly number[], minute: number) => {
          expect(found.length).toBe(plain.length);
          for (const [place, value] of found.entries())
            expect(value).toBeCloseTo((plain[place] as number) + level(minute), 9);
          compared += found.length;
        };

        type Made = { readonly series: IndicatorSeries<number>; readonly wish: (typeof wishes)[number] };
        class Asking extends Strategy {
          static override readonly assets = [es];
          readonly #made: Made[] = [];
          #fresh: Made[] = [];
          override async initialize() {
            if (subscribed !== undefined) await this.subscribe(es, subscribed);
            for (const wish of wishes) if (wish.at < 20) this.#make(wish);
          }
          override async onTradingIteration() {
            this.#made.push(...this.#fresh);
            this.#fresh = [];
            const minute = (this.getTimestamp() - T0) / MINUTE;
            this.compare();
            for (const wish of wishes) if (wish.at >= 20 && wish.at === minute - start) this.#make(wish);
            for (const { at, step: name, length } of looks) {
              const plain = closesBy(minute, name, false).slice(-length);
              if (minute % 10 !== at || plain.length < length) continue;
              const bars = await this.getHistoricalPrices(es, length, name);
              expectLevel([...(bars?.close ?? [])], plain, minute);
            }
          }
          compare() {
            const minute = (this.getTimestamp() - T0) / MINUTE;
            for (const { series, wish } of this.#made) {
              const plain = closesBy(minute, wish.step, wish.visibility === "developing").slice(-wish.period);
              if (plain.length < wish.period) expect(series.value).toBeNaN();
              else expectLevel([series.value], [plain.reduce((sum, close) => sum + close, 0) / wish.period], minute);
            }
          }
          #make(wish: (typeof wishes)[number]) {
            const { step: timestep, visibility, period, history } = wish;
            const series = this.indicator(Sma, { period }, { timestep, visibility, ...history });
            this.#fresh.push({ series, wish });
          }
        }
        class AskingAtBars extends Asking {
          override onBar() {
            this.compare();
          }
        }
        const make = () => (onBar ? new AskingAtBars() : new Asking());
        const span = { start: T0 + start * MINUTE, end: T0 + Math.min(start + 100, 400) * MINUTE };
        const options = { data: [minutes(traded, es)], rolls, logLevel: "silent" } as const;
        await make().backtest(InMemoryBacktesting, span.start, span.end, options as never);
        await make().run({ source: InMemoryBacktesting, broker: "paper", ...span, ...options } as never);
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(compared).toBeGreaterThan(20_000);
  });
});
