/** What a strategy sees of the market: bars that have closed, and quotes. */
import { InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, run, STOCK, T0 } from "./support.ts";

const iso = (time: number) => new Date(time).toISOString().slice(5, 16).replace("T", " ");

describe("what the strategy sees", () => {
  it("is closed bars only, in every step", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, i + 0.5, i - 0.5, i + 0.25] as const);
    const { strategy } = await run(barsOf(ES, rows, "1m", Date.UTC(2024, 0, 2, 9, 30)), async (s) => {
      if (s.iteration !== 12) return;
      const minute = await s.getHistoricalPrices(ES, 3, "minute");
      const five = await s.getHistoricalPrices(ES, 2, "5 minutes");
      s.seen.push([...(minute?.time ?? [])].map(iso).join(), [...(five?.time ?? [])].map(iso).join());
      s.seen.push(String(await s.getLastPrice(ES)));
    });
    // At 09:42: minutes to 09:41, five-minute bars 09:30 and 09:35; the bucket of 09:40 is in progress.
    expect(strategy.seen).toEqual(["01-02 09:39,01-02 09:40,01-02 09:41", "01-02 09:30,01-02 09:35", "11.25"]);
  });

  it("is undefined while there is too little, and reaches back before the start", async () => {
    const bars = barsOf(ES, flat(100, 20));
    const strategy = new (class extends Strategy {
      readonly lengths: (number | undefined)[] = [];
      override async onTradingIteration() {
        for (const length of [5, 15]) this.lengths.push((await this.getHistoricalPrices(ES, length, "1m"))?.length);
      }
    })();
    await strategy.backtest(InMemoryBacktesting, T0 + 10 * MINUTE, T0 + 12 * MINUTE, { data: [bars], market: "24/7" });
    expect(strategy.lengths).toEqual([5, undefined, 5, undefined]);
  });

  it("of a daily bar is yesterday's at most", async () => {
    const day = 86_400_000;
    const days = barsOf(
      STOCK,
      [
        [1, 1, 1, 1],
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ],
      "1d",
      Date.UTC(2024, 0, 2),
      day,
    );
    const minutes = barsOf(STOCK, flat(50, 180), "1m", Date.UTC(2024, 0, 3, 14, 30));
    const { strategy } = await run(
      [minutes, days],
      async (s) => {
        const bars = await s.getHistoricalPrices(STOCK, 1, "1d");
        s.seen.push(String(bars?.close.at(-1)));
      },
      {
        setup: (s) => {
          s.sleeptime = "1h";
        },
        market: "NYSE",
      },
    );
    expect(strategy.seen).toEqual(["1", "1", "1"]);
  });

  it("of a series nobody subscribed to is an error that says what to do", async () => {
    await expect(run(barsOf(ES, flat(100, 3)), (s) => void s.bars(ES, "1m", 1))).rejects.toMatchObject({
      code: "invalid_argument",
      hint: expect.stringContaining("subscribe"),
    });
  });
});

describe("a quote", () => {
  it("is the newest at its instant, and never shows a bid the source does not have", async () => {
    const { strategy } = await run(
      barsOf(ES, [
        [1, 1, 1, 1],
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ]),
      async (s) => {
        const quote = await s.getQuote(ES);
        s.seen.push(`${quote?.last} ${quote?.bid}`);
      },
    );
    expect(strategy.seen).toEqual(["undefined undefined", "1 undefined", "2 undefined"]);
  });
});
