import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, Bars, InMemoryBacktesting, Strategy } from "backlit";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { runFiles } from "../../src/report/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { browserPath, colorsOf, pageOpener, pixelsIn } from "./browser.ts";
import { minuteBars, OPEN, runOf, SESSION } from "./page-run.ts";

const folder = temporaryFolder();

/** Draws on the candles and in three panes of its own. */
class Draws extends Strategy {
  #iteration = 0;

  override async onTradingIteration(): Promise<void> {
    const i = this.#iteration++;
    const price = (await this.getLastPrice(this.asset)) ?? 0;
    this.addLine("average", price + 2, { color: "#ff00ff", width: 2 });
    this.addLine("strength", i % 100 === 50 ? Number.NaN : i % 100, {
      plot: "oscillator",
      color: "#00ff00",
      style: "dashed",
    });
    if (i % 15 === 0) this.addOhlc("range", 10, 14, 8, 12, { plot: "ranges" });
    if (i % 60 === 0)
      this.addMarker("alone", { plot: "marks", value: i % 7, symbol: "star", color: "#00ffff", size: 2 });
    if (i % 45 === 0) this.addMarker("here", { symbol: "diamond", color: "#ff0000", text: "here" });
  }
}

/** One line of a million points. */
class ManyPoints extends Strategy {
  #done = false;

  override onTradingIteration(): void {
    if (this.#done) return;
    this.#done = true;
    const start = this.getDatetime().toMillis();
    for (let i = 0; i < 1_000_000; i++) this.addLine("million", 4_700 + (i % 1_000) / 100, { time: start + i });
  }
}

/** The drawn lines as the page hands them out. */
async function linesFile(page: Page): Promise<string> {
  await page.locator("button[popovertarget=downloads]").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator('[data-download="lines.csv"]').click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

/** Of the light page: gains and buys, losses and sells. */
const BLUE = 0x00_72_b2;
const VERMILION = 0xd5_5e_00;

/** Buys once, with a stop and a target that are not reached, or without. */
class Once extends Strategy<{ exits: boolean }> {
  static override readonly parameters = { exits: false };
  #iteration = 0;

  override onTradingIteration(): void {
    if (this.#iteration++ !== 30) return;
    // The session trades between 4,683.25 and 4,716.75: beside what is traded, and still on the screen.
    const exits = { orderClass: "bracket", takeProfitPrice: 4_718, stopLossPrice: 4_682.5 } as const;
    this.submitOrder(this.createOrder(this.asset, 1, "buy", this.parameters.exits ? exits : {}));
  }
}

describe.skipIf(browserPath === undefined)("what a run does on the chart", () => {
  const open = pageOpener();

  async function colorsOfRun(
    name: string,
    strategy: Strategy,
  ): Promise<{ readonly blue: number; readonly vermilion: number }> {
    const result = await runOf(1, strategy);
    const { page } = await open(await result.report(join(folder, `${name}.html`)));
    return {
      blue: await pixelsIn(page, "#price-chart", BLUE),
      vermilion: await pixelsIn(page, "#price-chart", VERMILION),
    };
  }

  it("a buy is a blue mark, a stop a vermilion line and a target a blue one", async () => {
    const none = await colorsOfRun("none", new (class Idle extends Strategy {})());
    expect(none).toEqual({ blue: 0, vermilion: 0 });
    const bought = await colorsOfRun("bought", new Once());
    expect(bought.blue).toBeGreaterThan(10);
    const { stops, targets } = await withExits();
    // Dashes over most of the chart's width: far more than a mark or two.
    expect(stops).toBeGreaterThan(200);
    expect(targets).toBeGreaterThan(100);

    async function withExits() {
      const both = await colorsOfRun("exits", new Once({ parameters: { exits: true } }));
      return { stops: both.vermilion - bought.vermilion, targets: both.blue - bought.blue };
    }
  });
});

describe.skipIf(browserPath === undefined)("a fill beside the candles", () => {
  const open = pageOpener();

  it("is on the chart: an option that ends in the money is settled far above its last price, after its last bar", async () => {
    const day = 86_400_000;
    const stock = Asset.stock("ABC");
    const call = Asset.option({ symbol: "ABC", expiration: "2024-01-19", strike: 100, right: "call" });
    const bars = (asset: Asset, prices: readonly number[]) =>
      Bars.from({
        asset,
        timestep: "1d",
        // Mondays to Fridays from 2024-01-08 on.
        time: prices.map((_, i) => Date.UTC(2024, 0, 8) + (i + 2 * Math.floor(i / 5)) * day),
        open: prices,
        high: prices,
        low: prices,
        close: prices,
        volume: prices.map(() => 1_000),
      });
    class Holds extends Strategy {
      #iteration = 0;

      override onTradingIteration(): void {
        if (this.#iteration++ === 1) this.submitOrder(this.createOrder(call, 1, "buy"));
      }
    }
    const result = await new Holds().backtest(InMemoryBacktesting, "2024-01-08", "2024-01-27", {
      data: [bars(call, [5, 5, 5, 5, 5, 5, 5, 5]), bars(stock, new Array(15).fill(150))],
      assets: [call, stock],
      logLevel: "silent",
    });
    expect(result.fills.map(({ price, reason }) => [price, reason])).toEqual([
      [5, undefined],
      [50, "expiration"],
    ]);
    const { page } = await open(await result.report(join(folder, "settled.html")));
    expect(await pixelsIn(page, "#price-chart", VERMILION)).toBeGreaterThan(10);
  });
});

describe.skipIf(browserPath === undefined)("what a strategy draws", () => {
  const open = pageOpener();

  it("stands on the candles and in panes of its own", async () => {
    const result = await runOf(2, new Draws());
    const { page, complaints } = await open(await result.report(join(folder, "draws.html")));
    expect(complaints).toEqual([]);
    // The library lays its panes out as rows of one table: four panes, lines between them, and the time axis.
    const heights = await page
      .locator("#price-chart table tr")
      .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height).filter((height) => height > 40));
    expect(heights.length).toBe(4);
    expect(await colorsOf(page, "#price-chart")).toBeGreaterThan(30);
    for (const color of [0xff_00_ff, 0x00_ff_00, 0x00_ff_ff, 0xff_00_00]) {
      expect([color.toString(16), (await pixelsIn(page, "#price-chart", color)) > 0]).toEqual([
        color.toString(16),
        true,
      ]);
    }
    const written = runFiles(result, result.stats, result.review).find(({ name }) => name === "lines.csv");
    expect(await linesFile(page)).toBe(written?.text);
  });

  it("has a gap where a line is not a number", async () => {
    /** A line of one height that is not known for half of the session, or is. */
    class Level extends Strategy<{ gap: boolean }> {
      static override readonly parameters = { gap: false };
      #iteration = 0;
      override onTradingIteration(): void {
        const inMiddle = this.#iteration >= SESSION / 4 && this.#iteration < (SESSION * 3) / 4;
        const value = this.parameters.gap && inMiddle ? Number.NaN : 1;
        this.addLine("level", value, { plot: "level", color: "#ff00ff", width: 2 });
        this.#iteration++;
      }
    }
    const pixels = async (gap: boolean) => {
      const result = await runOf(1, new Level({ parameters: { gap } }));
      const { page } = await open(await result.report(join(folder, `gap-${gap}.html`)));
      return pixelsIn(page, "#price-chart", 0xff_00_ff);
    };
    // Half of the line; its label is the same.
    const share = (await pixels(true)) / (await pixels(false));
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.8);
  });

  it("may be a million points: the page stays light and quick", async () => {
    const result = await runOf(1, new ManyPoints(), { data: [minuteBars(2)] });
    expect(result.chart.lines[0]?.time.length).toBe(1_000_000);
    const file = await result.report(join(folder, "million.html"));
    const { page, complaints } = await open(file);
    expect(complaints).toEqual([]);
    const points = await page.evaluate<number>(
      "JSON.parse(document.getElementById('drawing').textContent).lines[0].count",
    );
    expect(points).toBeLessThanOrEqual(400_000);
    expect(points).toBeGreaterThan(200_000);
    // Half of the points are not the file.
    expect(await page.locator('[data-download="lines.csv"]').count()).toBe(0);
  });
});

describe.skipIf(browserPath === undefined)("bars that were made longer", () => {
  const open = pageOpener();

  it("begin with the one that holds the first instant", async () => {
    // From a Tuesday on: weeks begin on Mondays, so the first week has begun before the first bar.
    const first = Date.UTC(2019, 0, 1);
    const column = (value: number) => new Float64Array(1_300).fill(value);
    const bars = Bars.from({
      asset: Asset.stock("ACME"),
      timestep: "1d",
      time: column(0).map((_, day) => first + day * 86_400_000),
      open: column(10),
      high: column(12),
      low: column(9),
      close: column(11),
      volume: column(100),
    });
    const strategy = new (class Idle extends Strategy {})();
    const options = { data: [bars], market: "24/7", logLevel: "silent" } as const;
    const result = await strategy.backtest(InMemoryBacktesting, first, first + 1_300 * 86_400_000, options);
    const { page } = await open(await result.report(join(folder, "weeks.html")));
    const shown = await page.locator("#price-chart").evaluate(({ dataset }) => [dataset["step"], dataset["from"]]);
    expect(shown).toEqual(["1w", "2019-01-01T00:00:00.000Z"]);
  });
});

describe.skipIf(browserPath === undefined)("a continuous future on the chart", () => {
  const open = pageOpener();

  it("shows where it went over to the next contract, held or not", async () => {
    const bars = minuteBars(2, Asset.continuousFuture("ES"));
    const time = bars.time[SESSION] ?? 0;
    class WithRolls extends InMemoryBacktesting {
      override readonly rolls = () => {
        const [from, to] = [Asset.future("ESH24"), Asset.future("ESM24")];
        return [{ time, from, to, measuredAt: time - 60_000, fromPrice: 4_700, toPrice: 4_710 }];
      };
    }
    const strategy = new (class Idle extends Strategy {})();
    const options = { data: [bars], market: "NYSE", logLevel: "silent" } as const;
    const result = await strategy.backtest(WithRolls, OPEN, time + 60_000 * SESSION, options);
    const file = await result.report(join(folder, "rolls.html"));
    const { page, complaints } = await open(file);
    const rolls = await page.evaluate<{ time: number; text: string }[]>(
      "JSON.parse(document.getElementById('drawing').textContent).bars[0].rolls",
    );
    expect(rolls).toEqual([{ time, text: "ESH24 to ESM24" }]);
    // A purple line of dots from top to bottom.
    expect(await pixelsIn(page, "#price-chart", 0x7a_4f_a3)).toBeGreaterThan(50);
    expect(complaints).toEqual([]);
  });
});
