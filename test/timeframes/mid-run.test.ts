import { Asset, type Bars, type ContractRoll, type IndicatorSeries, Sma, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { MINUTE, minutes, run, T0, walk } from "./support.ts";

describe("history that is asked for after a series of its step is there", () => {
  it("is put before a series that has no bar yet", async () => {
    const data = minutes(Array.from({ length: 60 }, (_, minute) => minute));
    let closes: number[] | undefined;
    class Asking extends Strategy {
      override async initialize() {
        await this.subscribe(this.asset, "5m");
        const bars: Bars | undefined = await this.getHistoricalPrices(this.asset, 3, "5m");
        closes = bars && [...bars.close];
      }
    }
    // The run begins with minute 40, as five minutes do.
    await run(new Asking(), data, { start: T0 + 40 * MINUTE });
    expect(closes).toEqual([29, 34, 39]);
  });
});

describe("an indicator over another whose history is there", () => {
  it.each([
    [25, 14],
    [10, 29],
  ])("is taken where %i bars before the start and %i after it are just enough", async (before, after) => {
    let value: number | undefined;
    class Twice extends Strategy {
      #mean: IndicatorSeries<number> | undefined;
      override initialize() {
        this.#mean = this.indicator(Sma, { period: 20 }, { over: this.indicator(Sma, { period: 20 }) });
      }
      override onTradingIteration() {
        value = this.#mean?.value;
      }
      override onStrategyEnd() {
        value = this.#mean?.value;
      }
    }
    // 20 means of 20 closes 0 to 38: the first 9.5, the last 28.5, their mean 19.
    const data = minutes(Array.from({ length: before + after }, (_, minute) => minute));
    await run(new Twice(), data, { start: T0 + before * MINUTE });
    expect(value).toBe(19);
  });
});

describe("an indicator that was made later, at a roll", () => {
  const es = Asset.continuousFuture("ES", { adjust: "difference" });
  const traded = walk(400).map((close, minute) => close + (minute >= 300 ? 30 : 0));
  const roll: ContractRoll = {
    time: T0 + 300 * MINUTE,
    measuredAt: T0 + 299 * MINUTE,
    from: Asset.future("ESH24"),
    to: Asset.future("ESM24"),
    fromPrice: traded[299] as number,
    toPrice: (traded[299] as number) + 30,
  };
  const adjusted = traded.map((close, minute) => close + (minute < 300 ? 30 : 0));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each(["1m", "5m"])("keeps the history it was fed with, on %s", async (step) => {
    const length = step === "1m" ? 1 : 5;
    let value: number | undefined;
    class Later extends Strategy {
      static override readonly assets = [es];
      #mean: IndicatorSeries<number> | undefined;
      override initialize() {
        this.indicator(Sma, { period: 1 }, { timestep: step, lookback: 1 });
      }
      override onTradingIteration() {
        const minute = (this.getTimestamp() - T0) / MINUTE;
        if (minute === 290) this.#mean = this.indicator(Sma, { period: 40 }, { timestep: step });
        if (minute === 305) value = this.#mean?.value;
      }
    }
    await run(new Later(), minutes(traded, es), { start: T0 + 280 * MINUTE, rolls: [roll] } as never);
    const closes = adjusted.filter((_, minute) => minute < 305 && minute % length === length - 1).slice(-40);
    expect(value).toBeCloseTo(mean(closes), 9);
  });

  it("is moved too where its step, the asset's own, was subscribed before", async () => {
    let value: number | undefined;
    class Subscribed extends Strategy {
      static override readonly assets = [es];
      #mean: IndicatorSeries<number> | undefined;
      override async initialize() {
        await this.subscribe(es, "1m");
        this.#mean = this.indicator(Sma, { period: 10 });
      }
      override onBar() {
        if (this.getTimestamp() === T0 + 305 * MINUTE) value = this.#mean?.value;
      }
    }
    await run(new Subscribed(), minutes(traded, es), { start: T0 + 280 * MINUTE, rolls: [roll] } as never);
    expect(value).toBeCloseTo(mean(adjusted.slice(295, 305)), 9);
  });
});
