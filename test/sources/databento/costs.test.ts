import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Asset, DataBentoBacktesting, Sma, Strategy } from "backlit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfirmCost, PurchasePlan } from "../../../src/sources/databento/index.ts";
import { costTable, terminalConfirmation } from "../../../src/sources/databento/index.ts";
import { type Bench, getBars, rejection, span, startBench } from "./support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  for (const name of ["DATABENTO_MAX_COST", "DATABENTO_MONTHLY_CEILING"]) Reflect.deleteProperty(process.env, name);
  await bench.close();
});

const WEEK = span("2024-01-08", "2024-01-13");
const ES = Asset.future("ESH24");
/** The limit of the other tests taken away. */
const NO_LIMIT = { maxCost: undefined } as unknown as { readonly maxCost: number };
const nothingBought = () => expect(bench.requestsTo("timeseries.get_range")).toEqual([]);

describe("the cost gate", () => {
  it("refuses above the limit, with both figures, before a byte is bought", async () => {
    const refused = await rejection(getBars(bench.source(WEEK, { maxCost: 0.0001 }), ES, "1m", WEEK));
    expect(refused).toMatchObject({ name: "CostLimitError", maxCost: 0.0001, cost: expect.any(Number) });
    expect(refused["cost"]).toBeGreaterThan(0.0001);
    expect(refused.message).toContain("$0.0001");
    nothingBought();
    expect(existsSync(join(bench.folder, "costs.jsonl"))).toBe(false);
  });

  it("counts the limit over all that a run buys", async () => {
    const source = bench.source(WEEK, { maxCost: 0.08 });
    await getBars(source, ES, "1m", WEEK);
    const spent = bench.simulator.spent;
    expect(spent).toBeLessThan(0.08);
    const refused = await rejection(getBars(source, Asset.future("NQH24"), "1m", WEEK));
    expect(refused).toMatchObject({ name: "CostLimitError", maxCost: 0.08 });
    expect(refused["cost"]).toBeGreaterThan(spent);
    expect(bench.simulator.spent).toBe(spent);
  });

  it("keeps within the limit when a chunk breaks: what is still to be bought counts before a second try", async () => {
    const key = { dataset: "GLBX.MDP3", schema: "ohlcv-1h", stypeIn: "raw_symbol", symbol: "ESH4" } as const;
    const wanted = [{ ...key, ...span("2023-12-01", "2024-03-01") }];
    const { total } = await bench.history().plan(wanted);
    // Three months, a chunk each. A tenth more than all of them is no room for a third of them once more.
    const maxCost = total * 1.1;
    const limited = bench.history({ maxCost, chunkMonths: 1 });
    bench.simulator.fail({ kind: "cut", afterBytes: 400, endpoint: "timeseries.get_range" });
    const { failures } = await limited.fetch(wanted);
    expect([...failures.values()]).toMatchObject([{ name: "StreamBrokenError" }]);
    expect(limited.costs.spent).toBeLessThanOrEqual(maxCost);
    // With room for it the chunk is bought once more, and all that is missing with it.
    bench.simulator.fail({ kind: "cut", afterBytes: 400, endpoint: "timeseries.get_range" });
    const wide = bench.history({ maxCost: total * 1.4, chunkMonths: 1 });
    expect((await wide.fetch(wanted)).failures.size).toBe(0);
    expect(wide.costs.purchases).toHaveLength(4);
    expect(wide.costs.spent).toBeLessThanOrEqual(total * 1.4);
  });

  it("keeps to the month's ceiling when a chunk breaks", async () => {
    const key = { dataset: "GLBX.MDP3", schema: "ohlcv-1h", stypeIn: "raw_symbol", symbol: "ESH4" } as const;
    const wanted = [{ ...key, ...span("2024-01-01", "2024-02-01") }];
    const { total } = await bench.history().plan(wanted);
    const monthlyCeiling = total * 1.5;
    const history = bench.history({ maxCost: 100, monthlyCeiling });
    bench.simulator.fail({ kind: "cut", afterBytes: 400, endpoint: "timeseries.get_range" });
    const { failures } = await history.fetch(wanted);
    expect([...failures.values()]).toMatchObject([{ name: "StreamBrokenError" }]);
    expect(history.costs.spent).toBeLessThanOrEqual(monthlyCeiling);
  });

  it("refuses without a limit where there is nobody to ask, unless it is free", async () => {
    const refused = await rejection(getBars(bench.source(WEEK, NO_LIMIT), ES, "1m", WEEK));
    expect(refused).toMatchObject({ name: "CostNotApprovedError", reason: "nobody_to_ask" });
    nothingBought();
    const free = await startBench({ subscribed: true });
    expect((await getBars(free.source(WEEK, NO_LIMIT), ES, "1m", WEEK)).length).toBeGreaterThan(1_000);
    expect((await getBars(free.source(WEEK, { maxCost: 0 }), ES, "1h", WEEK)).length).toBeGreaterThan(50);
    await free.close();
  });

  it("tells what the money is for: history of coarser bars is made of the run's own", async () => {
    class Days extends Strategy {
      static override readonly assets = [ES];
      override initialize() {
        this.indicator(Sma, { period: 5 }, { timestep: "1d", lookback: 5 });
      }
    }
    const { url, key } = bench.simulator;
    const options = { url, apiKey: key, cacheDir: bench.cacheDir, maxCost: 0.2, logLevel: "silent" } as const;
    await new (class extends Strategy {
      static override readonly assets = [ES];
    })().backtest(DataBentoBacktesting, WEEK.start, WEEK.end, options);
    const spent = bench.simulator.spent;
    // The minutes of the week are here, those of the days before it are not.
    const limited = await rejection(
      new Days().backtest(DataBentoBacktesting, WEEK.start, WEEK.end, { ...options, maxCost: 0.001 }),
    );
    expect(limited.message).toMatch(
      /\(ohlcv-1m of ESH4 from 2023-12-\d\d to 2024-01-\d\d(, and \d more)?\) exceeds the limit of \$0\.001/,
    );
    expect(limited["hint"]).toContain("less history");
    expect(bench.simulator.spent).toBe(spent);
    const alone = await rejection(getBars(bench.source(WEEK, NO_LIMIT), Asset.future("NQH24"), "1m", WEEK));
    expect(alone.message).toContain("(ohlcv-1m of NQH4 from 2024-01-");
  });

  it("asks the callback, and takes only true for a yes", async () => {
    for (const answer of ["yes", 1, {}, undefined, false]) {
      const confirmCost = (() => answer) as unknown as ConfirmCost;
      const refused = await rejection(getBars(bench.source(WEEK, { ...NO_LIMIT, confirmCost }), ES, "1m", WEEK));
      expect(refused).toMatchObject({ name: "CostNotApprovedError", reason: "declined" });
    }
    nothingBought();
    const confirmCost = async () => true;
    expect((await getBars(bench.source(WEEK, { ...NO_LIMIT, confirmCost }), ES, "1m", WEEK)).length).toBeGreaterThan(
      1_000,
    );
  });

  it("asks once about everything a run begins with", async () => {
    const plans: PurchasePlan[] = [];
    const confirmCost: ConfirmCost = (plan) => plans.push(plan) > 0;
    await new Pair().backtest(DataBentoBacktesting, "2024-01-08", "2024-01-13", {
      apiKey: bench.simulator.key,
      url: bench.simulator.url,
      cacheDir: bench.cacheDir,
      confirmCost,
    });
    expect(plans).toHaveLength(1);
    const bought = new Set(plans[0]?.series.map(({ key }) => `${key.symbol} ${key.schema}`));
    expect([...bought].toSorted()).toEqual([
      "AAPL ohlcv-1m",
      "ESH4 definition",
      "ESH4 ohlcv-1m",
      "NQH4 definition",
      "NQH4 ohlcv-1m",
    ]);
    const total = plans[0]?.series.flatMap(({ chunks }) => chunks.map(({ cost }) => cost)).reduce((a, b) => a + b, 0);
    expect(plans[0]?.total).toBeCloseTo(total ?? 0, 9);
    expect(bench.simulator.spent).toBeCloseTo(plans[0]?.total ?? 0, 9);
  });

  it("reads its limit from the environment, and an option wins", async () => {
    process.env["DATABENTO_MAX_COST"] = "0.0001";
    expect(await rejection(getBars(bench.source(WEEK, NO_LIMIT), ES, "1m", WEEK))).toMatchObject({ maxCost: 0.0001 });
    await getBars(bench.source(WEEK, { maxCost: 5 }), ES, "1m", WEEK);
    process.env["DATABENTO_MAX_COST"] = "five";
    expect(() => bench.source(WEEK, NO_LIMIT)).toThrow("DATABENTO_MAX_COST is no amount");
    expect(() => bench.source(WEEK, { maxCost: -1 })).toThrow("maxCost was -1");
    expect(() => bench.source(WEEK, { maxCost: Number.NaN })).toThrow("maxCost was NaN");
  });

  it("keeps to a ceiling for the month, over all runs", async () => {
    await getBars(bench.source(WEEK), ES, "1m", WEEK);
    const spent = bench.simulator.spent;
    const monthlyCeiling = spent + 0.001;
    const ask = () => rejection(getBars(bench.source(WEEK, { monthlyCeiling }), Asset.future("NQH24"), "1m", WEEK));
    const refused = await ask();
    expect(refused).toMatchObject({ name: "MonthlyCeilingError", ceiling: monthlyCeiling });
    expect(refused["spent"]).toBeCloseTo(spent, 9);
    expect(bench.simulator.spent).toBe(spent);
    // What was spent in another month does not count, and neither does half a line.
    const costs = join(bench.folder, "costs.jsonl");
    const moved = readFileSync(costs, "utf8").replaceAll(/"time":"\d{4}-\d\d/g, '"time":"2001-01');
    rmSync(costs);
    appendFileSync(costs, `${moved}{"time":"20`);
    await getBars(bench.source(WEEK, { monthlyCeiling }), Asset.future("NQH24"), "1m", WEEK);
    const lines = readFileSync(costs, "utf8").trim().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ symbol: "NQH4" });
  });
});

/** Two futures and a stock, looked at and not traded. */
class Pair extends Strategy {
  static override readonly assets = [ES, Asset.future("NQH24"), Asset.stock("AAPL")];

  override initialize() {
    this.sleeptime = "1d";
  }

  override onTradingIteration() {}
}

describe("the question at the terminal", () => {
  const plan = async () => {
    await getBars(bench.source(span("2024-01-08", "2024-01-10")), ES, "1h", span("2024-01-08", "2024-01-10"));
    const key = { dataset: "GLBX.MDP3", schema: "ohlcv-1h", stypeIn: "raw_symbol" } as const;
    return bench.history().plan([
      { ...key, symbol: "ESH4", ...span("2024-01-08", "2024-01-12") },
      { ...key, symbol: "NQH4", ...span("2024-01-08", "2024-01-12") },
    ]);
  };

  it("shows symbol, schema, span, size, price, cached share and the total", async () => {
    const lines = costTable(await plan()).split("\n");
    expect(lines[0]).toMatch(/^symbol {2}schema {4}span \(end exclusive\) +size +price {2}cached$/);
    expect(lines[1]).toMatch(/^ESH4 {4}ohlcv-1h {2}2024-01-08 to 2024-01-12 {2}2\.6 kB {2}\$0\.\d+ +50 %$/);
    expect(lines[2]).toMatch(/^NQH4 {4}ohlcv-1h {2}2024-01-08 to 2024-01-12 {2}5\.2 kB {2}\$0\.\d+ +0 %$/);
    expect(lines[3]).toMatch(/^total +7\.7 kB {2}\$0\.\d+$/);
  });

  it("takes 'yes' typed in full and nothing else", async () => {
    const priced = await plan();
    for (const [typed, expected] of [
      ["yes", true],
      ["y", false],
      ["YES", false],
      ["yes ", false],
      ["", false],
    ] as const) {
      const input = Object.assign(new PassThrough(), { isTTY: true });
      const output = Object.assign(new PassThrough(), { isTTY: true });
      let shown = "";
      output.on("data", (text) => {
        shown += text;
      });
      const answer = terminalConfirmation({ input, output })?.(priced);
      input.write(`${typed}\n`);
      expect(await answer).toBe(expected);
      expect(shown).toContain("Type yes to go on");
    }
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
    ["the end of the input", ""],
  ])("is no yes when it is left by %s", async (_how, key) => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    const answer = terminalConfirmation({ input, output })?.(await plan());
    if (key === "") input.end();
    else input.write(key);
    expect(await answer).toBe(false);
  });

  it("is not there without a terminal on both ends", () => {
    const stream = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });
    expect(terminalConfirmation({ input: stream(false), output: stream(true) })).toBeUndefined();
    expect(terminalConfirmation({ input: stream(true), output: stream(false) })).toBeUndefined();
  });
});

it("keeps made-up data apart from bought data", async () => {
  mkdirSync(bench.cacheDir, { recursive: true });
  await getBars(bench.source(WEEK), ES, "1h", WEEK);
  expect(existsSync(join(bench.cacheDir, "series"))).toBe(false);
  expect(existsSync(join(bench.folder, "series"))).toBe(true);
});
