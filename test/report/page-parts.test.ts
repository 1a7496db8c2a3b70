/** Single parts of the page: what must stand in them, read from the text of the page. */

import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { Fill } from "../../src/market/fill.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { DAY } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { comparePage } from "../../src/report/html/compare-page.ts";
import { reportPage } from "../../src/report/html/page.ts";
import { pageInputOf } from "../../src/report/html/page-input.ts";
import { computeStatistics, reviewRun } from "../../src/report/index.ts";
import { pageAssets } from "../../src/run/page-assets.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

const assets = pageAssets();

function inputOf(outcome: RunOutcome) {
  const statistics = computeStatistics(outcome);
  return pageInputOf(outcome, statistics, reviewRun(outcome, statistics), assets.pack);
}

const pageOf = (parts: Partial<RunOutcome>) => reportPage(inputOf(outcomeOf(parts)), assets);

/** The words of a part of the page, without its marks. */
function wordsOf(page: string, from: string, to: string): string {
  const start = page.indexOf(from);
  expect(start, from).toBeGreaterThan(0);
  return page
    .slice(start, page.indexOf(to, start))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

const series = { asset: "future:ES", timestep: "1m", source: "file", rows: 5, first: null, last: null };
const DATA = [
  { ...series, hash: "aaaa" },
  { ...series, hash: "bbbb", part: "warm-up" as const },
];

describe("the data of a run", () => {
  it("tells the bars before the run from those of it", () => {
    const words = wordsOf(pageOf({ data: DATA }), '<section id="data"', "</section>");
    expect(words).toContain("1m file 5 – – aaaa");
    expect(words).toContain("1m, warm-up file 5 – – bbbb");
  });

  it("is compared part by part", () => {
    const [first, second] = [DATA, [{ ...DATA[0], hash: "cccc" } as (typeof DATA)[0], ...DATA.slice(1)]].map(
      (data, i) => ({ name: `run ${i}`, input: inputOf(outcomeOf({ data })) }),
    );
    if (first === undefined || second === undefined) throw new Error("two runs");
    const differing = wordsOf(comparePage([first, second], assets), '<section id="data"', "</section>");
    // The run's own bars differ; those of the warm-up are equal and not told.
    expect(differing).toContain("aaaa");
    expect(differing).toContain("cccc");
    expect(differing).not.toContain("bbbb");
  });
});

describe("settings of compared runs", () => {
  it("can be broken between their parts, and keep what stands in a text", () => {
    const runs = [2.25, 1].map((perContract, i) => {
      const settings = {
        ...SETTINGS,
        buyTradingFees: [{ flat: 0, perContract }],
        parameters: { note: `a,"b:${i}\n c` },
      };
      return { name: `run ${i}`, input: inputOf(outcomeOf({ settings })) };
    });
    const words = wordsOf(comparePage(runs, assets), '<section id="settings"', "</section>").replaceAll("&quot;", '"');
    expect(words).toContain('buyTradingFees [ { "flat": 0, "perContract": 2.25 } ]');
    expect(words).toContain(JSON.stringify('a,"b:0\n c'));
  });
});

describe("the figures at the head", () => {
  it("do not call ruin a rate a year", () => {
    const words = wordsOf(pageOf({ equity: dailyEquity([100, 50, -5, 10]) }), '<ul class="figures">', "</ul>");
    expect(words).toContain("−100.00 % nothing is left");
    expect(words).not.toContain("annualised");
  });

  it("tell what trades still open are worth, which no figure of closed ones does", () => {
    const open = tradeOf(-900, { open: true });
    const page = pageOf({ trades: [tradeOf(10), tradeOf(20), open], equity: dailyEquity([1_000, 130]) });
    expect(wordsOf(page, '<ul class="figures">', "</ul>")).toContain("100.00 % won, 1 open at −900.00");
    expect(wordsOf(page, '<section id="trades"', "</table>")).toContain("Still open at the end 1 – −900.00");
  });
});

describe("the candles", () => {
  it("are first of the asset that was named first, whatever order the engine takes them in", () => {
    const bars = ["AAA", "MMM", "ZZZ"].map((symbol) => {
      const column = Float64Array.of(1);
      const columns = { open: column, high: column, low: column, close: column, volume: column };
      return {
        asset: Asset.stock(symbol),
        timestep: parseTimestep("1d"),
        length: 1,
        time: Float64Array.of(0),
        ...columns,
      };
    });
    const page = pageOf({ tradedBars: bars, settings: { ...SETTINGS, assets: ["stock:ZZZ", "stock:AAA"] } });
    expect([...page.matchAll(/<option value="\d+">stock:(\w+)/g)].map(([, symbol]) => symbol)).toEqual([
      "ZZZ",
      "AAA",
      "MMM",
    ]);
  });
});

describe("trades of very many assets", () => {
  it("are summed up by the first of them, and the rest is counted", () => {
    const trades = Array.from({ length: 70 }, (_, i) => tradeOf(1, { asset: Asset.stock(`S${i}`) }));
    // 60 rows: long, the way they ended, and 58 assets of 70.
    expect(wordsOf(pageOf({ trades }), '<section id="trades"', "</section>")).toContain(
      "12 more assets in result.json.",
    );
  });
});

describe("the head of the page", () => {
  it("names currency, cost of the data and parameters without a value", () => {
    const settings = { ...SETTINGS, parameters: { timestep: "" } };
    const words = wordsOf(pageOf({ dataCost: 1.5, settings }), "<header>", "</header>");
    expect(words).toContain("timestep &quot;&quot;");
    expect(words).toContain("100,000 USD at the start");
    expect(words).toContain("data from in-memory, $1.50 paid");
  });
});

describe("the ladder", () => {
  it("says that it was worked out and not run, and that the delay is an estimate", () => {
    const words = wordsOf(pageOf({ trades: [tradeOf(10)] }), '<section id="review"', "</section>");
    expect(words).toContain("1 bar later, estimated");
    expect(words).toContain("not run again");
  });
});

describe("the table of drawdowns", () => {
  it("has both ways and the sessions of each", () => {
    // Down over two days, up over one: -20 of 100.
    const words = wordsOf(pageOf({ equity: dailyEquity([100, 90, 80, 110]) }), '<section id="drawdowns"', "</section>");
    expect(words).toMatch(/−20\.00 % −20\.00 2 days 1 day 3 days 2 /);
  });
});

describe("rolls", () => {
  const ES = Asset.continuousFuture("ES");
  const time = Date.UTC(2025, 0, 3);
  const fill = (parts: Partial<Fill>): Fill => ({
    time,
    asset: ES,
    side: "buy",
    quantity: 1,
    price: 100,
    fee: 2,
    slippage: 0,
    contract: "ESH25",
    orderId: "",
    ...parts,
  });
  const fills = [
    fill({}),
    fill({ time: time + DAY, side: "sell", price: 110, reason: "roll" }),
    fill({ time: time + DAY, price: 113.25, contract: "ESM25", reason: "roll" }),
    fill({ time: time + 2 * DAY, side: "sell", price: 113.25, contract: "ESM25" }),
  ];

  it("stand in a table with their gap and cost, and what each contract earned in another", () => {
    const instruments = { [ES.key]: { multiplier: 50, tickSize: 0.25, currency: "USD" } };
    const page = pageOf({ fills, instruments });
    const words = wordsOf(page, '<section id="rolls"', "</section>");
    // 50 x (110 - 100) - 2 x 2; 50 x 0 - 2 x 2. The gap is 113.25 - 110, and a roll pays two fees.
    expect(words).toContain("ESH25 +496.00 4.00 2");
    expect(words).toContain("ESM25 −4.00 4.00 2");
    expect(words).toContain("2025-01-04 00:00 future:ES ESH25 ESM25 1 110 113.25 3.25 4.00");
  });

  it("have no part of the page where nothing was rolled", () => {
    expect(pageOf({})).not.toContain('<section id="rolls"');
  });
});
