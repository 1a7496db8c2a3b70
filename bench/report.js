// The report of a year of minute bars and about 5,000 trades: time to write it, size, and, where a Chromium is found, first paint and
// the time until every chart stands. Needs `npm run build`.
import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { Asset, Strategy, SyntheticBacktesting, TradingFee } from "../dist/index.js";
import { findBrowser } from "../dist/run/find-browser.js";

const ROUNDS = 3;

/** Turns its position over every 69 minutes. */
class TurnsOver extends Strategy {
  #iteration = 0;

  initialize() {
    this.sleeptime = "1m";
  }

  onTradingIteration() {
    if (this.#iteration++ % 69 !== 0) return;
    const held = this.getPosition(this.asset)?.quantity ?? 0;
    const side = held > 0 ? "sell" : "buy";
    this.submitOrder(this.createOrder(this.asset, held === 0 ? 1 : 2, side));
  }
}

const fee = new TradingFee({ perContract: 2.25 });
const result = await new TurnsOver().backtest(SyntheticBacktesting, "2024-01-02", "2025-01-04", {
  assets: [Asset.continuousFuture("ES")],
  budget: 1_000_000,
  buyTradingFees: [fee],
  sellTradingFees: [fee],
});
void result.stats;
void result.review;

const folder = join(tmpdir(), "backlit-bench");
mkdirSync(folder, { recursive: true });
const file = join(folder, "report.html");
const times = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await result.report(file);
  const { user, system } = process.cpuUsage(cpu);
  times.push({ wall: performance.now() - start, cpu: (user + system) / 1_000 });
}
console.log(
  `${result.bars.toLocaleString("en-US")} bars, ${result.trades.length.toLocaleString("en-US")} trades, node ${process.version}`,
);
console.log(
  `written in ${times.map(({ wall, cpu }) => `${wall.toFixed(0)} (cpu ${cpu.toFixed(0)})`).join(", ")} ms (goal: under 1,000), ${(statSync(file).size / 1e6).toFixed(2)} MB (goal: under 3)`,
);

const executablePath = findBrowser();
if (executablePath === undefined) {
  console.log("First paint is left out: no chromium is here.");
} else {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href, { waitUntil: "commit" });
    await page.waitForSelector('html[data-ready="true"]', { state: "attached" });
    const { paint, ready } = await page.evaluate(
      "({ paint: performance.getEntriesByName('first-contentful-paint')[0].startTime, ready: performance.getEntriesByName('backlit-ready')[0].startTime })",
    );
    console.log(`first paint ${paint.toFixed(0)} ms (goal: under 1,000), every chart ${ready.toFixed(0)} ms`);
    await page.close();
  }
  await browser.close();
}
