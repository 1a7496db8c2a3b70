import { computeIndicator, Ema, type IndicatorSeries, Rsi, resample, Sma, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsAt, ES, MINUTE, minutes, run, T0, walk } from "./support.ts";

/** Takes down at each iteration what an indicator shows. */
class Watcher extends Strategy {
  readonly seen: { readonly time: number; readonly value: number; readonly ready: boolean; readonly before: number }[] =
    [];
  readonly #make: (strategy: Watcher) => IndicatorSeries<number>;
  #series: IndicatorSeries<number> | undefined;

  constructor(make: (strategy: Watcher) => IndicatorSeries<number>) {
    super();
    this.#make = make;
  }

  override initialize() {
    this.#series = this.#make(this);
  }

  override onTradingIteration() {
    const series = this.#series as IndicatorSeries<number>;
    this.seen.push({ time: this.getTimestamp(), value: series.value, ready: series.ready, before: series.at(-2) });
  }

  get values(): number[] {
    return this.seen.map(({ value }) => value);
  }
}

describe("a coarser bar seen from a finer one", () => {
  // Twelve minutes from 15:00 with closes 1 to 12: five-minute closes 5 (seen from 15:05) and 10 (from 15:10).
  const bars = minutes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

  it("is first visible at the instant it closes, and stays until the next one does", async () => {
    const strategy = new Watcher((self) => self.indicator(Sma, { period: 1 }, { timestep: "5m" }));
    await run(strategy, bars);
    // Iterations at 15:00 ... 15:11.
    expect(strategy.values).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      5,
      5,
      5,
      5,
      5,
      10,
      10,
    ]);
    expect(strategy.seen[10]).toEqual({ time: T0 + 10 * MINUTE, value: 10, ready: true, before: 5 });
  });

  it("developing by name shows the bar in progress after each minute", async () => {
    const strategy = new Watcher((self) =>
      self.indicator(Sma, { period: 2 }, { timestep: "5m", visibility: "developing" }),
    );
    await run(strategy, bars);
    // Until 15:05 one bar: no mean of two. At 15:06 bars 5 and 6 (in progress): 5.5, at 15:07 (5 + 7) / 2 ... 15:10 (5 + 10) / 2, 15:11 (10 + 11) / 2.
    expect(strategy.values.slice(6)).toEqual([5.5, 6, 6.5, 7, 7.5, 10.5]);
    expect(strategy.values.slice(0, 6).every(Number.isNaN)).toBe(true);
  });

  it("closes by the clock where its last minutes are missing", async () => {
    // 15:03 and 15:04 did not trade; 15:07 is the only minute after.
    const holes = barsAt([T0, T0 + MINUTE, T0 + 2 * MINUTE, T0 + 7 * MINUTE], [1, 2, 3, 8]);
    const strategy = new Watcher((self) => self.indicator(Sma, { period: 1 }, { timestep: "5m" }));
    await run(strategy, holes, { end: T0 + 12 * MINUTE });
    const at = (minute: number) => strategy.seen.find(({ time }) => time === T0 + minute * MINUTE)?.value;
    expect([at(4), at(5), at(6), at(7)]).toEqual([Number.NaN, 3, 3, 3]);
  });

  it("gives the values of batch resampling, shifted to when each bar closed", async () => {
    const closes = walk(600);
    const data = minutes(closes);
    const strategy = new Watcher((self) => self.indicator(Rsi, { period: 14 }, { timestep: "5m" }));
    await run(strategy, data);
    const frames = resample(data, "5m");
    const batch = computeIndicator(new Rsi({ period: 14 }), frames);
    for (const { time, value } of strategy.seen) {
      const closed = frames.time.filter((open) => open + 5 * MINUTE <= time).length;
      expect(value).toBe(closed === 0 ? Number.NaN : batch[closed - 1]);
    }
  });

  it("feeds history before the start by itself, whole bars only", async () => {
    const data = minutes(walk(400));
    const start = T0 + 203 * MINUTE;
    const strategy = new Watcher((self) => self.indicator(Sma, { period: 20 }, { timestep: "5m" }));
    await run(strategy, data, { start });
    const frames = resample(data, "5m");
    const batch = computeIndicator(new Sma({ period: 20 }), frames);
    expect(strategy.seen[0]).toMatchObject({ time: start, ready: true });
    for (const { time, value } of strategy.seen) {
      const closed = frames.time.filter((open) => open + 5 * MINUTE <= time).length;
      // A mean of twenty forgets where it began but for rounding.
      expect(value).toBeCloseTo(batch[closed - 1] as number, 9);
    }
  });

  it("a lookback begins the history so many bars earlier", async () => {
    const data = minutes(walk(2000));
    const start = T0 + 1500 * MINUTE;
    const strategy = new Watcher((self) => self.indicator(Ema, { period: 20 }, { timestep: "5m", lookback: 250 }));
    await run(strategy, data, { start, end: start + MINUTE });
    const frames = resample(data, "5m").slice(50, 300);
    expect(strategy.values).toEqual([computeIndicator(new Ema({ period: 20 }), frames).at(-1)]);
  });

  it("history is enough for an indicator over another, and long enough for averages to settle", async () => {
    const data = minutes(walk(3000));
    const start = T0 + 2500 * MINUTE;
    const smooth = new Watcher((self) =>
      self.indicator(Sma, { period: 15 }, { over: self.indicator(Rsi, { period: 14 }, { timestep: "5m" }) }),
    );
    const rsi = new Watcher((self) => self.indicator(Rsi, { period: 14 }, { timestep: "5m" }));
    const short = new Watcher((self) => self.indicator(Rsi, { period: 14 }, { timestep: "5m", lookback: 15 }));
    for (const strategy of [smooth, rsi, short]) await run(strategy, data, { start });
    expect(smooth.seen[0]?.ready).toBe(true);
    const whole = computeIndicator(new Rsi({ period: 14 }), resample(data, "5m"))[2500 / 5 - 1] as number;
    // Wilder's average of 14 keeps (13 / 14) ** 135 = 0.00005 of its seed after ten warm-ups of 15 bars, all of it after one.
    expect(Math.abs((rsi.values[0] as number) - whole)).toBeLessThan(0.01);
    expect(Math.abs((short.values[0] as number) - whole)).toBeGreaterThan(0.1);
  });

  it("a run that begins within a bar counts that bar once it has closed", async () => {
    const data = minutes([1, 2, 3, 4, 5, 6, 7]);
    const strategy = new Watcher((self) => self.indicator(Sma, { period: 2 }));
    await run(strategy, data, { start: T0 + 2 * MINUTE + 30_000 });
    const at = (minute: number) => strategy.seen.find(({ time }) => time === T0 + minute * MINUTE)?.value;
    // At 15:03 the minutes 2 and 3 have closed, at 15:04 the minutes 3 and 4.
    expect([at(3), at(4), at(5)]).toEqual([2.5, 3.5, 4.5]);
  });

  it("an indicator over another is fed with its values, developing ones too", async () => {
    const closes = walk(300);
    const data = minutes(closes);
    const strategy = new Watcher((self) => {
      const rsi = self.indicator(Rsi, { period: 3 }, { timestep: "5m" });
      return self.indicator(Sma, { period: 4 }, { over: rsi });
    });
    await run(strategy, data);
    const rsi = computeIndicator(new Rsi({ period: 3 }), resample(data, "5m"));
    const smooth = computeIndicator(new Sma({ period: 4 }), rsi.slice(3));
    expect(strategy.values.at(-1)).toBe(smooth[Math.floor(299 / 5) - 1 - 3]);
  });
});

describe("bars of an indicator's step", () => {
  it("are read synchronously, the same object until one more has closed", async () => {
    const objects = new Set<unknown>();
    const closes: (number | undefined)[] = [];
    class Reader extends Strategy {
      override initialize() {
        this.indicator(Sma, { period: 1 }, { timestep: "5m" });
      }
      override onTradingIteration() {
        const bars = this.bars(ES, "5 minutes");
        objects.add(bars);
        closes.push(bars?.close.at(-1));
        if (bars !== undefined) expect(bars.close).toBe(this.bars(ES, "5m")?.close);
      }
    }
    await run(new Reader(), minutes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    const none = undefined;
    expect(closes).toEqual([none, none, none, none, none, 5, 5, 5, 5, 5, 10, 10]);
    expect(objects.size).toBe(3);
  });
});
