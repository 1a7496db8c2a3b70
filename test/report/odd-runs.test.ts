/** Runs that are not as one would have them, through the public door: each ends in plain numbers, files and a screen. */

import { existsSync, readFileSync } from "node:fs";
import { Asset, type BacktestResult, Bars, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { metricNames, summaryLines } from "../../src/report/index.ts";
import { barsOf, ES, flat, type Row, run, STOCK } from "../engine/support.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** What must hold of every result. */
async function expectSound(result: BacktestResult): Promise<readonly string[]> {
  for (const name of metricNames) {
    const value = result.stats[name];
    expect(value === null || Number.isFinite(value), name).toBe(true);
    expect(result.stats.undefinedReasons[name] !== undefined, name).toBe(value === null);
  }
  expect(JSON.parse(JSON.stringify(result.review))).toEqual(result.review);
  const folder = temporaryFolder();
  const files = await result.save(folder);
  for (const file of files) expect(readFileSync(file, "utf8"), file).not.toMatch(/\b(NaN|Infinity)\b/);
  const lines = summaryLines(result, result.stats, { review: result.review });
  expect(lines.length).toBeLessThanOrEqual(20);
  for (const line of lines) {
    expect(line).not.toMatch(/NaN|Infinity|undefined/);
    expect(line.length).toBeLessThanOrEqual(100);
  }
  return lines;
}

const statusOf = (result: BacktestResult, code: string) =>
  result.review.checks.find((check) => check.code === code)?.status;

describe("an odd run", () => {
  it("without a trade", async () => {
    const { result } = await run(barsOf(ES, flat(100, 10)), () => {});
    const lines = await expectSound(result);
    expect(result.stats).toMatchObject({ trades: 0, netProfit: 0, winRate: null, sharpe: null });
    expect(lines.join("\n")).toContain("no closed trades");
  });

  it("of one bar", async () => {
    const { result } = await run(barsOf(STOCK, [[10, 12, 9, 11]]), (s) => {
      s.send(STOCK, 1, "buy");
    });
    await expectSound(result);
    expect(result.stats).toMatchObject({ netProfit: 1, openTrades: 1, sharpe: null });
  });

  it("into ruin", async () => {
    const rows: readonly Row[] = [100, 100, 60, 20, 40].map((price) => [price, price, price, price] as const);
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
      },
      { budget: 1_000, marginCall: "off" },
    );
    const lines = await expectSound(result);
    // 40 points of 50 lost at the third bar: 1,000 - 2,000.
    expect(result.stats).toMatchObject({ cagr: -1, sharpe: null, finalEquity: 1_000 - 3_000 });
    expect(result.stats.undefinedReasons.sharpe).toContain("ruined");
    expect(statusOf(result, "one_day_profit")).toBe("unknown");
    expect(lines.join("\n")).toContain("Sharpe -");
  });

  it("that stops in the middle", async () => {
    const failing = run(barsOf(ES, flat(100, 10)), (s) => {
      s.send(ES, 1, "buy");
      if (s.iteration === 5) throw new Error("no more");
    });
    const { result } = (await failing.catch((error: unknown) => error)) as { result: BacktestResult };
    expect(result.status).toBe("PARTIAL");
    await expectSound(result);
  });

  it("of 500 instruments", async () => {
    const assets = Array.from({ length: 500 }, (_, i) => Asset.stock(`S${i}`));
    const data = assets.map((asset, i) =>
      barsOf(
        asset,
        Array.from({ length: 20 }, (_, row) => {
          const price = 20 + ((i + row * row) % 13);
          return [price, price + 1, price - 1, price, i === 7 ? 0 : 1_000] as const;
        }),
      ),
    );
    const { result } = await run(
      data,
      (s) => {
        if (s.iteration % 4 === 0) for (const asset of assets) s.send(asset, 1, s.iteration % 8 === 0 ? "buy" : "sell");
      },
      { budget: 1_000_000 },
    );
    await expectSound(result);
    expect(Object.keys(result.stats.byAsset)).toHaveLength(500);
    // One of them has no volume in any bar: nothing is known of it, and nothing is said.
    expect(statusOf(result, "zero_volume_fills")).toBe("clear");
    expect(result.stats.trades).toBe(result.trades.filter((trade) => !trade.open).length);
    const sum = result.trades.reduce((total, { pnl }) => total + pnl, 0);
    expect(sum).toBeCloseTo(result.stats.netProfit ?? Number.NaN, 6);
    expect(result.data).toHaveLength(500);
  });
});

const shared = new URL("../../../shared/data/real/", import.meta.url);
const present = existsSync(new URL("aapl-1d-lean.csv", shared));
if (!present) console.warn("skipped: ../shared/data/real is not there, so there are no real splits to find");

describe.skipIf(!present)("the closes of Apple as they traded", () => {
  /** The run trades nothing: the bars are what is looked at. */
  class Watching extends Strategy {
    override onTradingIteration(): void {}
  }

  it("are seen to hold the splits of 2000, 2005, 2014 and 2020, and no other", async () => {
    const [header = "", ...lines] = readFileSync(new URL("aapl-1d-lean.csv", shared), "utf8").trim().split(/\r?\n/);
    const names = header.split(",");
    const column = (name: string) => lines.map((line) => Number(line.split(",")[names.indexOf(name)]));
    const bars = Bars.from({
      asset: Asset.stock("AAPL"),
      timestep: "1d",
      time: lines.map((line) => Date.parse(`${line.split(",")[names.indexOf("date")]}T00:00:00Z`)),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
    });
    const result = await new Watching().backtest(InMemoryBacktesting, "1998-01-01", "2021-04-01", { data: [bars] });
    const found = result.review.checks.find(({ code }) => code === "unadjusted_splits");
    // 2:1 on 2000-06-21 and 2005-02-28, 7:1 on 2014-06-09, 4:1 on 2020-08-31.
    expect(found).toMatchObject({
      status: "found",
      figures: { suspects: 4 },
      text: "4 jumps as of a split: AAPL 2:1 on 2000-06-21, AAPL 2:1 on 2005-02-28, AAPL 7:1 on 2014-06-09 and 1 more.",
    });
  });
});
