import { join } from "node:path";
import { Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { browserPath, colorsOf, pageOpener, temporaryFolder } from "./browser.ts";
import { minuteBars, runOf } from "./page-run.ts";

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
      expect([color.toString(16), await hasColor(page, color)]).toEqual([color.toString(16), true]);
    }
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
  });

  /** Whether the chart shows a colour as it was asked for. */
  async function hasColor(page: Awaited<ReturnType<typeof open>>["page"], color: number): Promise<boolean> {
    const picture = await page.locator("#price-chart").screenshot();
    return page.evaluate<boolean>(`(async () => {
      const bytes = Uint8Array.from(atob("${picture.toString("base64")}"), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      for (let i = 0; i < data.length; i += 4) if (data[i] * 65536 + data[i + 1] * 256 + data[i + 2] === ${color}) return true;
      return false;
    })()`);
  }
});
