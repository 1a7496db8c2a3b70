import { Asset, Bars, type ContractRoll, InMemoryBacktesting, resample, type SeriesOf, Sma, Strategy } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const COIN = Asset.crypto("TEST");
/** Monday. */
const T0 = Date.UTC(2024, 0, 8);

function barsOf(asset: Asset, timestep: string, step: number, closes: readonly number[], start = T0): Bars {
  const time = closes.map((_, row) => start + row * step);
  const high = closes.map((price) => price + 1);
  const low = closes.map((price) => price - 1);
  const volume = closes.map(() => 10);
  return Bars.from({ asset, timestep, time, open: closes, high, low, close: closes, volume });
}

const WAYS = ["backtest", "replay"] as const;

async function play(
  way: (typeof WAYS)[number],
  strategy: Strategy<object>,
  data: readonly Bars[],
  { start, end, ...options }: { readonly start: number; readonly end: number; readonly [name: string]: unknown },
) {
  const given = { data, market: "24/7", logLevel: "silent", ...options } as const;
  if (way === "backtest") return strategy.backtest(InMemoryBacktesting, start, end, given as never);
  return strategy.run({ source: InMemoryBacktesting, broker: "paper", start, end, ...given } as never);
}

const rowsOf = (bars: Bars | undefined) =>
  bars === undefined
    ? []
    : Array.from(bars.time, (time, row) => [
        time,
        ...[bars.open, bars.high, bars.low, bars.close, bars.volume].map((column) => column[row]),
      ]);

/** Looks at bars of one step in every way there is. */
class Looker extends Strategy<{ step: string; lookback: number }> {
  static override readonly parameters = { step: "5m", lookback: 0 };
  readonly seen: { readonly time: number; readonly bars: unknown; readonly asked: unknown; readonly value: unknown }[] =
    [];
  #sma: SeriesOf<Sma> | undefined;
  override async initialize() {
    const { step, lookback } = this.parameters;
    this.sleeptime = this.baseStep;
    await this.subscribe(this.asset, step, { lookback });
    this.#sma = this.indicator(Sma, { period: 1 }, { timestep: step, lookback: 1 });
  }
  get baseStep() {
    return "1m";
  }
  override async onTradingIteration() {
    const { step } = this.parameters;
    const bars = this.bars(this.asset, step);
    const asked = bars === undefined ? undefined : await this.getHistoricalPrices(this.asset, bars.length, step);
    this.seen.push({
      time: this.getTimestamp(),
      bars: rowsOf(bars),
      asked: rowsOf(asked),
      value: this.#sma?.ready ? this.#sma.value : undefined,
    });
  }
}

describe("bars of a step are made of the asset's own bars", () => {
  const closes = Array.from({ length: 40 }, (_, minute) => 100 + minute);
  const minutes = barsOf(COIN, "1m", MINUTE, closes);
  // What the source says of these five minutes is something else.
  const fives = barsOf(COIN, "5m", 5 * MINUTE, Array(8).fill(999));

  it.each(WAYS)(
    "in a %s: for bars(), getHistoricalPrices() and indicators alike, whatever else the source has",
    async (way) => {
      const strategy = new Looker();
      await play(way, strategy, [minutes, fives], { start: T0, end: T0 + 40 * MINUTE });
      expect(strategy.seen).toHaveLength(40);
      for (const { time, bars, asked, value } of strategy.seen) {
        const closed = Math.floor((time - T0) / (5 * MINUTE));
        // Minutes 0 to 4: open 100, high 104 + 1, low 100 - 1, close 104, volume 50.
        const made = Array.from({ length: closed }, (_, five) => {
          const first = 100 + 5 * five;
          return [T0 + five * 5 * MINUTE, first, first + 5, first - 1, first + 4, 50];
        });
        expect(bars).toEqual(made);
        expect(asked).toEqual(made);
        expect(value).toBe(made.at(-1)?.[4]);
      }
    },
  );

  it.each(WAYS)("in a %s; those from before its first come from the source, also for indicators", async (way) => {
    // Days of a week before the minutes begin, and beyond; of these only the ones before count.
    const days = barsOf(COIN, "1d", DAY, [1, 2, 3, 4, 5, 6, 7, 888, 888, 888], T0 - 7 * DAY);
    const hours = barsOf(
      COIN,
      "1h",
      HOUR,
      Array.from({ length: 72 }, (_, hour) => 100 + hour),
    );
    const values: unknown[] = [];
    class Days extends Strategy {
      #sma: SeriesOf<Sma> | undefined;
      override initialize() {
        this.sleeptime = "1d";
        this.#sma = this.indicator(Sma, { period: 3 }, { timestep: "1d" });
      }
      override async onTradingIteration() {
        const seen = await this.getHistoricalPrices(COIN, 4, "1d");
        values.push([...(seen?.close ?? [])], this.#sma?.value);
      }
    }
    await play(way, new Days(), [hours, days], { start: T0, end: T0 + 3 * DAY });
    // (5 + 6 + 7) / 3 = 6; days of hours 0 to 23 and 24 to 47 close at 123 and 147: (6 + 7 + 123) / 3, (7 + 123 + 147) / 3.
    expect(values).toEqual([[4, 5, 6, 7], 6, [5, 6, 7, 123], 136 / 3, [6, 7, 123, 147], 277 / 3]);
  });

  it("as far back as is asked for later, and what was handed out before stays as it was", async () => {
    const views: Bars[] = [];
    class Longer extends Strategy {
      override initialize() {
        this.sleeptime = "1m";
        this.indicator(Sma, { period: 1 }, { timestep: "5m", lookback: 1 });
      }
      override async onTradingIteration() {
        for (const length of [1, 3, 6]) {
          const seen = await this.getHistoricalPrices(COIN, length, "5m");
          if (seen !== undefined) views.push(seen);
        }
      }
    }
    await play("backtest", new Longer(), [minutes], { start: T0 + 32 * MINUTE, end: T0 + 33 * MINUTE });
    expect(views.map((view) => [...view.close])).toEqual([[129], [119, 124, 129], [104, 109, 114, 119, 124, 129]]);
  });
});

describe("a series that was only looked at with getHistoricalPrices()", () => {
  it("is not told to onBar; one that is subscribed as well is, from then on", async () => {
    const told: string[] = [];
    class Told extends Strategy {
      override async onTradingIteration() {
        await this.getHistoricalPrices(COIN, 1, "5m");
        if (this.getTimestamp() === T0 + 12 * MINUTE) await this.subscribe(COIN, "5m");
      }
      override onBar(_asset: Asset, { name }: { readonly name: string }) {
        told.push(`${name} ${(this.getTimestamp() - T0) / MINUTE}`);
      }
    }
    const data = [barsOf(COIN, "1m", MINUTE, Array(21).fill(100))];
    await play("backtest", new Told(), data, { start: T0, end: T0 + 21 * MINUTE });
    expect(told).toEqual(["5m 15", "5m 20"]);
  });
});

describe("a bar that comes late, when the past it is in was fetched already", () => {
  it("is counted once", async () => {
    let volume: number | undefined;
    class Late extends Strategy {
      override async onTradingIteration() {
        const minute = (this.getTimestamp() - T0) / MINUTE;
        // The minute from 11 has closed and not come; the source has it.
        if (minute === 12) await this.getHistoricalPrices(COIN, 1, "5m");
        if (minute === 15) volume = (await this.getHistoricalPrices(COIN, 1, "5m"))?.volume[0];
      }
    }
    const data = [barsOf(COIN, "1m", MINUTE, Array(20).fill(100))];
    const delay = ({ time }: { readonly time: number }) => (time === T0 + 11 * MINUTE ? 30_000 : 0);
    const result = await play("replay", new Late(), data, { start: T0, end: T0 + 20 * MINUTE, delay });
    expect(result.events.map(({ code }) => code)).toContain("bar_overdue");
    // Five minutes of ten.
    expect(volume).toBe(50);
  });
});

describe("a bar that spans a roll", () => {
  const [h, m] = [Asset.future("ESH24"), Asset.future("ESM24")];
  const rollAt = (time: number, measuredAt: number, fromPrice: number, toPrice: number): ContractRoll => ({
    time,
    measuredAt,
    from: h,
    to: m,
    fromPrice,
    toPrice,
  });

  it.each(WAYS)(
    "is made of adjusted bars: in a %s the days before the roll are moved, those after it are not",
    async (way) => {
      const es = Asset.continuousFuture("ES", { adjust: "difference" });
      // Monday to Friday, and the next Monday. From Wednesday on the new contract, 10 points dearer.
      const closes = [100, 101, 112, 113, 114];
      const days = barsOf(Asset.continuousFuture("ES"), "1d", DAY, closes);
      const next = barsOf(Asset.continuousFuture("ES"), "1d", DAY, [115, 116], T0 + 7 * DAY);
      const join = (name: "time" | "open" | "high" | "low" | "close" | "volume") => [...days[name], ...next[name]];
      const data = Bars.from({
        asset: days.asset,
        timestep: "1d",
        ...{ time: join("time"), open: join("open"), high: join("high"), low: join("low") },
        ...{ close: join("close"), volume: join("volume") },
      });
      const weeks: unknown[] = [];
      class Weekly extends Strategy {
        static override readonly assets = [es];
        override async initialize() {
          await this.subscribe(es, "1w");
        }
        override onTradingIteration() {
          weeks.push(rowsOf(this.bars(es, "1w")).map((row) => row.slice(1)));
        }
      }
      const rolls = [rollAt(T0 + 2 * DAY, T0 + DAY, 101, 111)];
      await play(way, new Weekly(), [data], { start: T0, end: T0 + 9 * DAY, rolls });
      // Monday and Tuesday are 110 and 111 then: open 110, high 114 + 1, low 110 - 1, close 114; moved whole it would be 110, 125, 109, 124.
      expect(weeks.at(-1)).toEqual([[110, 115, 109, 114, 50]]);
    },
  );

  it("of a stock over a dividend and a split is made of adjusted days too", async () => {
    const stock = Asset.stock("ACME");
    // 25 of 100 are paid on Wednesday: Monday and Tuesday at three quarters. Friday's split halves all before it.
    const data = barsOf(stock, "1d", DAY, [96, 100, 75, 76, 40, 41, 42], T0);
    data.time.set([0, 1, 2, 3, 4, 7, 8].map((day) => T0 + day * DAY));
    const weeks: unknown[] = [];
    class Weekly extends Strategy {
      override async initialize() {
        await this.subscribe(stock, "1w");
      }
      override onTradingIteration() {
        weeks.push(rowsOf(this.bars(stock, "1w")).map((row) => row.slice(1)));
      }
    }
    await play("backtest", new Weekly(), [data], {
      start: T0,
      end: T0 + 9 * DAY,
      stockAdjustment: "splits-and-dividends",
      corporateActions: [
        { asset: stock, kind: "dividend", date: "2024-01-10", amount: 25 },
        { asset: stock, kind: "split", date: "2024-01-12", ratio: 2 },
      ],
    });
    // Open 96 x 0.75 / 2; high 41 of Friday, above 101 x 0.75 / 2 = 37.875 and 77 / 2; low 95 x 0.75 / 2; volume 4 x 20 + 10.
    expect(weeks.at(-1)).toEqual([[36, 41, 35.625, 40, 90]]);
  });

  it.each(["difference", "ratio"] as const)("is at each instant what adjusted bars make (%s)", async (adjust) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 19 }),
        fc.constantFrom("backward" as const, "forward" as const),
        fc.integer({ min: 0, max: 30 }),
        async (closes, first, second, direction, start) => {
          const asset = Asset.continuousFuture("ES", { adjust, direction });
          const rows = [...new Set([first, first + second])];
          const rolls = rows
            .filter((row) => row < closes.length)
            .map((row) => rollAt(T0 + row * MINUTE, T0 + (row - 1) * MINUTE, 100, 104));
          const data = [barsOf(Asset.continuousFuture("ES"), "1m", MINUTE, closes)];
          const seen: unknown[] = [];
          const wanted: unknown[] = [];
          class Both extends Strategy {
            static override readonly assets = [asset];
            override async initialize() {
              this.sleeptime = "1m";
              await this.subscribe(asset, "5m", { lookback: 12 });
              await this.subscribe(asset, "1m", { lookback: 60 });
            }
            override onTradingIteration() {
              const minutes = this.bars(asset, "1m");
              const made = minutes === undefined ? undefined : resample(minutes, "5m");
              const closed = Math.floor((this.getTimestamp() - T0) / (5 * MINUTE));
              wanted.push(rowsOf(made).slice(0, closed));
              seen.push(rowsOf(this.bars(asset, "5m")));
            }
          }
          await play("backtest", new Both(), data, {
            start: T0 + Math.min(start, closes.length - 1) * MINUTE,
            end: T0 + closes.length * MINUTE,
            rolls,
          });
          expect(seen).toEqual(wanted);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("the fingerprints of a run", () => {
  const closes = (shift: number) => Array.from({ length: 60 }, (_, minute) => (minute < 20 ? shift : 0) + 100 + minute);
  class Averaging extends Strategy {
    override initialize() {
      this.indicator(Sma, { period: 2 }, { timestep: "5m", lookback: 2 });
    }
    override onTradingIteration() {}
  }
  const dataOf = async (way: (typeof WAYS)[number], shift: number, strategy: Strategy<object> = new Averaging()) =>
    (
      await play(way, strategy, [barsOf(COIN, "1m", MINUTE, closes(shift))], {
        start: T0 + 30 * MINUTE,
        end: T0 + HOUR,
      })
    ).data;

  it.each(WAYS)("tell of the warm-up: in a %s with other bars before the start they differ", async (way) => {
    const [one, same, other] = [await dataOf(way, 0), await dataOf(way, 0), await dataOf(way, 7)];
    expect(one).toEqual(same);
    expect(one.map(({ part, rows }) => [part, rows])).toEqual([
      [undefined, 31],
      ["warm-up", 20],
    ]);
    expect(one[0]).toEqual(other[0]);
    expect(one[1]?.hash).not.toBe(other[1]?.hash);
    expect(one).toEqual(await dataOf(way === "backtest" ? "replay" : "backtest", 0));
  });

  it("say nothing of a warm-up where there is none", async () => {
    class Plain extends Strategy {
      override onTradingIteration() {}
    }
    expect((await dataOf("backtest", 0, new Plain())).map(({ part }) => part)).toEqual([undefined]);
  });
});
