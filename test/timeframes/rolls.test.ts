import { Asset, type ContractRoll, computeIndicator, Ema, type IndicatorSeries, Rsi, Sma, Strategy } from "backlit";
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
