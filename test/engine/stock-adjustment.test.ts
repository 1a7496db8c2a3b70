import { Bars, InMemoryBacktesting, Sma, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, type Row, run, Scripted, STOCK } from "./support.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Tuesday; days are stamped midnight UTC as daily files have them. */
const TUESDAY = Date.UTC(2024, 0, 2);

function days(closes: readonly number[]): Bars {
  const rows: Row[] = closes.map((price) => [price, price, price, price, 1_000] as const);
  return barsOf(STOCK, rows, "1d", TUESDAY, DAY);
}

/** The close of 100 before the ex-date and 25 a share: what came before is shown at 1 - 25 / 100 = three quarters. */
const dividend = { asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 25 } as const;
const closes = [96, 100, 75, 76];
const corporateActions = [dividend];

/** The closes that can be seen at each iteration. */
async function views(bars: Bars, options: Parameters<typeof run>[2] = {}, step = "1d") {
  const seen: number[][] = [];
  const look = (s: Scripted) => void seen.push([...(s.bars(STOCK, step)?.close ?? [])]);
  const setup = async (s: Scripted) => void (await s.subscribe(STOCK, step));
  const { result } = await run(bars, look, { ...options, setup });
  return { seen, result };
}

describe("the past of a stock after a dividend", () => {
  it.each([
    ["splits-and-dividends", [[], [96], [72, 75], [72, 75, 75]]],
    ["splits", [[], [96], [96, 100], [96, 100, 75]]],
    ["none", [[], [96], [96, 100], [96, 100, 75]]],
  ] as const)("is shown with stockAdjustment '%s' as of now", async (stockAdjustment, expected) => {
    const { seen } = await views(days(closes), { corporateActions, stockAdjustment });
    expect(seen).toEqual(expected);
  });

  it("keeps its volume, and leaves fills, last prices and money as they traded", async () => {
    const seen: unknown[] = [];
    const { result } = await run(
      days(closes),
      async (s) => {
        if (s.iteration === 0) s.send(STOCK, 10, "buy");
        if (s.iteration !== 2) return;
        seen.push([...((await s.getHistoricalPrices(STOCK, 2, "1d"))?.volume ?? [])], await s.getLastPrice(STOCK));
      },
      { corporateActions, stockAdjustment: "splits-and-dividends", budget: 10_000 },
    );
    expect(seen).toEqual([[1_000, 1_000], 100]);
    expect(result.fills.map((fill) => fill.price)).toEqual([96]);
    // 10 x (76 - 96) of price and 10 x 25 of dividend.
    expect(result.equity.value.at(-1)).toBe(10_000 - 200 + 250);
    expect(result.settings.stockAdjustment).toBe("splits-and-dividends");
  });

  it("with a split on the same day takes the dividend as paid on the new shares", async () => {
    // Four new shares for one; 100 is 25 then, of which 6.25 is a quarter: 96 / 4 x 0.75 = 18 and 100 / 4 x 0.75 = 18.75.
    const both = [
      { ...dividend, amount: 6.25 },
      { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 },
    ] as const;
    const options = { corporateActions: both, budget: 10_000 };
    const adjusted = await views(days([96, 100, 19, 19]), { ...options, stockAdjustment: "splits-and-dividends" });
    expect(adjusted.seen[3]).toEqual([18, 18.75, 19]);
    const halves = [2, 2].map((ratio) => ({ asset: STOCK, kind: "split", date: "2024-01-04", ratio }) as const);
    const twice = { ...options, corporateActions: [...halves, { ...dividend, amount: 6.25 }] };
    const halved = await views(days([96, 100, 19, 19]), { ...twice, stockAdjustment: "splits-and-dividends" });
    expect(halved.seen[3]).toEqual([18, 18.75, 19]);
    expect((await views(days([96, 100, 19, 19]), options)).seen[3]).toEqual([24, 25, 19]);
    expect((await views(days([96, 100, 19, 19]), { ...options, stockAdjustment: "none" })).seen[3]).toEqual([
      96, 100, 19,
    ]);
  });

  it("with a split on another day is as if each came alone", async () => {
    // 25 of 100 on the third day; four new shares for one on the fourth: 96 x 0.75 / 4 = 18, 100 x 0.75 / 4 = 18.75, 76 / 4 = 19.
    const later = { asset: STOCK, kind: "split", date: "2024-01-05", ratio: 4 } as const;
    const options = { corporateActions: [dividend, later], stockAdjustment: "splits-and-dividends" } as const;
    const { seen } = await views(days([96, 100, 76, 19]), options);
    expect(seen.slice(2)).toEqual([
      [72, 75],
      [18, 18.75, 19],
    ]);
  });

  it("is measured anew on each ex-date, be the dividend the same", async () => {
    // 25 of 100, then 25 of 50: a half.
    const again = { ...dividend, date: "2024-01-05" };
    const { seen } = await views(days([96, 100, 50, 25]), {
      corporateActions: [dividend, again],
      stockAdjustment: "splits-and-dividends",
    });
    expect(seen[3]).toEqual([36, 37.5, 25]);
  });

  it("of two on one day is that of both together", async () => {
    // 25 and 5 of 100 leave 70: 7 tenths, not three quarters of 95 hundredths.
    const corporateActions = [dividend, { ...dividend, amount: 5 }];
    const seen: number[] = [];
    const { result } = await run(
      days([80, 100, 70, 71]),
      async (s) => {
        if (s.iteration === 0) s.send(STOCK, 10, "buy");
        if (s.iteration === 3) seen.push(...((await s.getHistoricalPrices(STOCK, 3, "1d"))?.close ?? []));
      },
      { corporateActions, stockAdjustment: "splits-and-dividends", budget: 10_000 },
    );
    expect(seen).toEqual([56, 70, 70]);
    expect(result.cashflows.map(({ amount }) => amount)).toEqual([250, 50]);
  });

  it("over days that the source has beside minutes begins with the bar of that day", async () => {
    // Days at 400, 400, 100; four new shares for one on the third. Minutes from the fourth on.
    const minutes = barsOf(
      STOCK,
      [100, 100, 100].map((price) => [price, price, price, price] as const),
      "1m",
      Date.UTC(2024, 0, 5, 15),
    );
    const split = { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 } as const;
    const seen: number[][] = [];
    const strategy = new Scripted(
      async (s) => void seen.push([...((await s.getHistoricalPrices(STOCK, 3, "1d"))?.close ?? [])]),
    );
    const start = minutes.time[0] ?? 0;
    const data = [days([400, 400, 100]), minutes];
    await strategy.backtest(InMemoryBacktesting, start, start + 3 * MINUTE, { data, corporateActions: [split] });
    expect(seen.at(-1)).toEqual([100, 100, 100]);
  });

  it("counts in dividends of the warm-up, before the run starts", async () => {
    class Looker extends Strategy {
      readonly seen: number[][] = [];
      override async onTradingIteration() {
        this.seen.push([...((await this.getHistoricalPrices(STOCK, 3, "1d"))?.close ?? [])]);
      }
    }
    const strategy = new Looker();
    await strategy.backtest(InMemoryBacktesting, TUESDAY + 3 * DAY, TUESDAY + 4 * DAY, {
      data: [days(closes)],
      corporateActions,
      stockAdjustment: "splits-and-dividends",
    });
    expect(strategy.seen).toEqual([[72, 75, 75]]);
  });

  it("takes nothing from later: the same with the data cut off behind each iteration", async () => {
    const options = { corporateActions, stockAdjustment: "splits-and-dividends" } as const;
    const whole = (await views(days(closes), options)).seen;
    for (let count = 1; count <= closes.length; count++)
      expect((await views(days(closes.slice(0, count)), options)).seen).toEqual(whole.slice(0, count));
  });

  it("is the same for indicators", async () => {
    const values: unknown[] = [];
    class Averages extends Strategy {
      #sma: { readonly ready: boolean; readonly value: number } | undefined;
      override initialize() {
        this.#sma = this.indicator(Sma, { period: 2 }, { asset: STOCK, timestep: "1d" });
      }
      override onTradingIteration() {
        values.push(this.#sma?.ready ? this.#sma.value : undefined);
      }
    }
    await new Averages().backtest(InMemoryBacktesting, TUESDAY, TUESDAY + 4 * DAY, {
      data: [days(closes)],
      market: "24/7",
      corporateActions,
      stockAdjustment: "splits-and-dividends",
    });
    // (72 + 75) / 2 and (75 + 75) / 2.
    expect(values).toEqual([undefined, undefined, 73.5, 75]);
  });

  it("over minutes is measured on the last trade of the session, not on one after hours", async () => {
    const close = Date.UTC(2024, 0, 3, 21);
    const open = Date.UTC(2024, 0, 4, 14, 30);
    const time = [close - 2 * MINUTE, close - MINUTE, close + 30 * MINUTE, open, open + MINUTE];
    const price = [96, 100, 50, 75, 76];
    const bars = Bars.from({
      asset: STOCK,
      timestep: "1m",
      time,
      ...{ open: price, high: price, low: price, close: price, volume: price.map(() => 100) },
    });
    const { seen } = await views(bars, { corporateActions, stockAdjustment: "splits-and-dividends" }, "1m");
    expect(seen.at(-1)).toEqual([72, 75, 37.5, 75]);
  });

  describe("over weeks", () => {
    const WEEK = 7 * DAY;
    /** Four from Monday, January 1 on. */
    const rows: Row[] = [80, 96, 100, 75].map((price) => [price, price, price, price] as const);
    const weeks = barsOf(STOCK, rows, "1w", Date.UTC(2024, 0, 1), WEEK);
    const seenFrom = async (week: number, date: string) => {
      const seen: number[][] = [];
      const strategy = new Scripted(
        async (s) => void seen.push([...((await s.getHistoricalPrices(STOCK, week + s.iteration, "1w"))?.close ?? [])]),
      );
      await strategy.backtest(InMemoryBacktesting, weeks.time[week] ?? 0, Date.UTC(2024, 0, 29), {
        ...{ data: [weeks], market: "24/7", stockAdjustment: "splits-and-dividends" },
        corporateActions: [{ ...dividend, date }],
      });
      return seen.at(-1);
    };

    it.each([1, 3])(
      "is measured on the week that is over as the ex-date begins, in a run from week %i on",
      async (week) => {
        // Thursday the 18th is in the third week; the second closed at 96: all that opens before is times 1 - 25 / 96 = 71 / 96.
        const seen = await seenFrom(week, "2024-01-18");
        expect(seen?.map((price) => Math.round(price * 1e6) / 1e6)).toEqual(
          [(80 * 71) / 96, 71, (100 * 71) / 96].map((price) => Math.round(price * 1e6) / 1e6),
        );
      },
    );

    it.each([1, 3])("that begin with an ex-date, on the one before, in a run from week %i on", async (week) => {
      // Monday the 22nd; the third week closed at 100.
      expect(await seenFrom(week, "2024-01-22")).toEqual([60, 72, 75]);
    });
  });

  it("is as it traded, and nothing is told, where the dividend comes before the first bar there is", async () => {
    // Tuesday's ex-date has no close before it, and nothing that could be adjusted.
    const { seen, result } = await views(days(closes), {
      corporateActions: [{ ...dividend, date: "2024-01-02" }],
      stockAdjustment: "splits-and-dividends",
    });
    expect(seen[3]).toEqual([96, 100, 75]);
    expect(result.events).toEqual([]);
  });

  it("tells once of a dividend that is the whole price, and leaves prices alone in all steps", async () => {
    const seen: unknown[] = [];
    const { result } = await run(
      days(closes),
      async (s) => {
        if (s.iteration !== 3) return;
        for (const step of ["1d", "2d"]) seen.push([...((await s.getHistoricalPrices(STOCK, 1, step))?.close ?? [])]);
      },
      {
        corporateActions: [{ ...dividend, amount: 100 }],
        stockAdjustment: "splits-and-dividends",
        setup: async (s) => {
          for (const step of ["1d", "2d"]) await s.subscribe(STOCK, step);
        },
      },
    );
    expect(seen).toEqual([[75], [100]]);
    const told = result.events.filter((event) => event.code === "adjustment_unknown").map(({ message }) => message);
    expect(told).toEqual([expect.stringContaining("the dividend of 100")]);
  });

  it("is refused by another name", async () => {
    await expect(run(days(closes), () => {}, { stockAdjustment: "dividends" as never })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});
