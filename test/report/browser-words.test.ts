/** Words that must be whole: of the still pictures, and of the time axis. */
import { join } from "node:path";
import { Asset, Bars, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { browserPath, pageOpener } from "./browser.ts";

const folder = temporaryFolder();
const DAY = 86_400_000;
const STOCK = Asset.stock("ABC");

/** So small a part of the account that shares of it have many decimals: `0.055 %`. */
class Small extends Strategy {
  #iteration = 0;

  override onTradingIteration(): void {
    const turn = this.#iteration++ % 5;
    if (turn === 1) this.submitOrder(this.createOrder(STOCK, 10, "buy"));
    if (turn === 4) this.closePosition(STOCK);
  }
}

function dailyBars(): Bars {
  const close = Array.from({ length: 400 }, (_, i) => 40 + 10 * Math.sin(i / 5));
  const open = close.map((price, i) => close[i - 1] ?? price);
  return Bars.from({
    asset: STOCK,
    timestep: "1d",
    time: close.map((_, i) => Date.UTC(2024, 0, 1) + i * DAY),
    open,
    high: close.map((price, i) => Math.max(price, open[i] ?? price) + 0.5),
    low: close.map((price, i) => Math.min(price, open[i] ?? price) - 0.5),
    close,
    volume: close.map(() => 1_000),
  });
}

describe.skipIf(browserPath === undefined)("the words of the page's pictures", () => {
  const open = pageOpener();

  it("are whole: none begins or ends outside its picture", async () => {
    const result = await new Small().backtest(InMemoryBacktesting, "2024-01-01", "2025-02-04", {
      data: [dailyBars()],
      market: "24/7",
      logLevel: "silent",
    });
    const file = await result.report(join(folder, "words.html"));
    const { page } = await open(file);
    const cut = await page.evaluate<string[]>(`[...document.querySelectorAll("svg.picture")].flatMap((svg) => {
      const { x, width } = svg.viewBox.baseVal;
      return [...svg.querySelectorAll("text")].flatMap((word) => {
        if (word.checkVisibility() === false) return [];
        const box = word.getBBox();
        return box.x < x || box.x + box.width > x + width ? [word.textContent] : [];
      });
    })`);
    expect(cut).toEqual([]);
    expect(await page.locator("svg.rolling-volatility").count()).toBe(1);

    // The first word of the time axis stands under the first bar; a word that is cut touches the edge of the chart.
    for (const width of [1_280, 400]) {
      const narrow = (await open(file, { width })).page;
      // Below the line at the top of the axis.
      const colors = (pixels: number) =>
        narrow.evaluate<number>(`(() => {
          const canvas = document.querySelector("#price-chart table tr:last-child td:nth-child(2) canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 4, ${pixels}, canvas.height - 4);
          const found = new Set();
          for (let i = 0; i < data.length; i += 4) found.add(data.slice(i, i + 4).join());
          return found.size;
        })()`);
      expect([width, await colors(1)]).toEqual([width, 1]);
      expect(await colors(80)).toBeGreaterThan(10);
    }
  });
});
