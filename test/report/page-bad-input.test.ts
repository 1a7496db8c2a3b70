import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, Bars, Strategy, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { computeStatistics, reviewRun } from "../../src/report/index.ts";
import { writeReport } from "../../src/run/report-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { browserPath, colorsOf, pageOpener } from "./browser.ts";
import { minuteBars, OPEN, runOf } from "./page-run.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

const folder = temporaryFolder();

class Idle extends Strategy {}

/** Writes the page of an outcome made by hand. @returns its path */
async function write(name: string, outcome: RunOutcome): Promise<string> {
  const file = join(folder, `${name}.html`);
  const statistics = computeStatistics(outcome);
  await writeReport(file, outcome, statistics, reviewRun(outcome, statistics));
  return file;
}

async function writeRun(name: string, run: ReturnType<typeof runOf>): Promise<string> {
  return (await run).report(join(folder, `${name}.html`));
}

const NAME = `</script><script>alert(1)</script><!--"'&`;

/** Daily bars of many stocks, each bought once. */
function manyStocks(count: number) {
  const data = Array.from({ length: count }, (_, i) =>
    Bars.from({
      asset: Asset.stock(`S${i}`),
      timestep: "1d",
      time: Array.from({ length: 30 }, (_, day) => Date.UTC(2024, 0, 1 + day)),
      open: new Float64Array(30).fill(10 + i),
      high: new Float64Array(30).fill(11 + i),
      low: new Float64Array(30).fill(9 + i),
      close: new Float64Array(30).fill(10.5 + i),
      volume: new Float64Array(30).fill(1_000),
    }),
  );
  class Many extends Strategy {
    #done = false;
    override onTradingIteration(): void {
      if (this.#done) return;
      this.#done = true;
      for (const { asset } of data) this.submitOrder(this.createOrder(asset, 1, "buy"));
    }
  }
  return runOf(1, new Many(), {
    data,
    slippage: new TradingSlippage({ percent: 0.0001 }),
    market: "24/7",
    budget: 10_000_000,
    assets: data.map(({ asset }) => asset),
  });
}

const CASES = {
  "no trades": () => writeRun("no-trades", runOf(2, new Idle())),
  "one bar": () => writeRun("one-bar", runOf(1, new Idle(), { data: [minuteBars(1).slice(0, 1)] })),
  "no equity at all": () => write("no-equity", outcomeOf({ equity: dailyEquity([]) })),
  "a single row of equity": () => write("one-row", outcomeOf()),
  ruin: () =>
    write("ruin", outcomeOf({ equity: dailyEquity([100_000, 60_000, -5_000, -4_000]), trades: [tradeOf(-104_000)] })),
  "marks that are no number": () =>
    write("nan", outcomeOf({ equity: dailyEquity([100_000, Number.NaN, 101_000, Number.POSITIVE_INFINITY, 99_000]) })),
  "500 instruments": () => writeRun("many", manyStocks(500)),
  "a name with an end of script in it": () =>
    write(
      "name",
      outcomeOf({
        settings: { ...SETTINGS, strategy: NAME, parameters: { [NAME]: NAME }, assets: [NAME] },
        equity: dailyEquity([100_000, 101_000, 100_500]),
        notice: NAME,
        notes: [NAME],
        events: [
          { time: OPEN, code: "order_refused", level: "warning", reason: "no_data", message: NAME },
          { time: OPEN, code: "data_missing", level: "error", message: NAME },
        ],
        data: [{ asset: NAME, timestep: "1d", source: NAME, rows: 1, first: null, last: null, hash: NAME }],
      }),
    ),
  "a run that ended early": () =>
    write("partial", outcomeOf({ status: "PARTIAL", equity: dailyEquity([100_000, 99_000]) })),
  "enormous and tiny values": () =>
    write(
      "sizes",
      outcomeOf({
        equity: dailyEquity([1e15, 1e15 + 1, 3e18, 5e-324, 1e-9]),
        trades: [tradeOf(1e300), tradeOf(-1e-300)],
      }),
    ),
} as const;

describe("a run that has little or nothing to show", () => {
  const written = Object.entries(CASES).map(([name, make]) => [name, make] as const);

  it.each(written)("%s: gives a whole page whose text nothing breaks out of", async (_, make) => {
    const page = readFileSync(await make(), "utf8");
    expect(page.startsWith("<!doctype html>")).toBe(true);
    expect(page.trimEnd().endsWith("</html>")).toBe(true);
    // Three blocks of data and three programs, each ended once.
    expect(page.match(/<script[ >]/g)?.length).toBe(6);
    expect(page.match(/<\/script/gi)?.length).toBe(6);
    const words = page.slice(page.indexOf("<body>"), page.indexOf("<script", page.indexOf("<body>")));
    expect(words.match(/.{0,40}(\bundefined<|NaN[^"]|>null|Infinity).{0,20}/g)).toBeNull();
    for (const [, json] of page.matchAll(/<script type="application\/json"[^>]*>(.*?)<\/script>/gs)) {
      expect(() => JSON.parse(json ?? "")).not.toThrow();
    }
  });

  it("says what there is not", async () => {
    const says = async (name: keyof typeof CASES, words: string) =>
      expect([name, readFileSync(await CASES[name](), "utf8").includes(words)]).toEqual([name, true]);
    await says("no trades", "No trades. No order was handed in.");
    await says("ruin", "Ruin. The account was ruined");
    await says("marks that are no number", "No equity to speak of: equity is not a number at 2025-01-03");
    await says("a run that ended early", "PARTIAL: the run ended before its time");
    await says("no equity at all", "There is no equity to draw");
  });

  it("keeps within a few megabytes with 500 instruments, and offers each of them", async () => {
    const page = readFileSync(await CASES["500 instruments"](), "utf8");
    expect(page.length).toBeLessThan(3e6);
    expect(page.match(/<option value="\d+">stock:S\d+<\/option>/g)?.length).toBe(500);
  });
});

describe.skipIf(browserPath === undefined)("the same pages in a browser", () => {
  const open = pageOpener();

  it.each(Object.entries(CASES))("%s: stands without a complaint or a request", async (_, make) => {
    const { page, complaints, requests } = await open(await make(), { width: 768 });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(768);
    for (const chart of ["#equity-chart", "#price-chart"]) {
      if ((await page.locator(chart).count()) > 0) expect(await colorsOf(page, chart)).toBeGreaterThan(2);
    }
  });

  it("a name from outside is text and nothing else", async () => {
    const { page } = await open(await CASES["a name with an end of script in it"]());
    expect(await page.locator("h1").textContent()).toBe(NAME);
    expect(await page.evaluate("JSON.parse(document.getElementById('result').textContent).settings.strategy")).toBe(
      NAME,
    );
  });

  it("another of 500 instruments can be chosen", async () => {
    const { page, complaints } = await open(await CASES["500 instruments"]());
    await page.locator("#asset").selectOption("499");
    await expect.poll(() => page.locator("#price-legend").textContent()).toContain("stock:S499");
    expect(complaints).toEqual([]);
  });
});
