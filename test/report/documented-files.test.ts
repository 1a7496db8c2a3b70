/** The pages that describe the files of a run, held against the files. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, type BacktestResult, Strategy, TradingFee } from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { metricNames, OPTIONAL_RUN_FILES } from "../../src/report/index.ts";
import { barsOf, MINUTE, type Row, run, type Scripted, T0 } from "../engine/support.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const future = Asset.continuousFuture("ES");
const KEY = `db-${"A1b2C3d4".repeat(3)}`;

class Noting extends Strategy {
  #iteration = -1;
  override onTradingIteration(): void {
    this.#iteration += 1;
    if (this.#iteration === 0) this.submitOrder(this.createOrder(future, 2, "buy"));
    if (this.#iteration === 0) this.logMessage(`a line with ${KEY} in it\nand another`, "warn");
    this.addLine("line", this.#iteration);
    this.addMarker("marker");
    this.addOhlc("candles", 1, 1, 1, 1);
  }
  override traceStats() {
    return { noted: this.#iteration };
  }
}

/** 102 at the first contract's end, 108 at the next one's beginning; a minute of two sessions each. */
const rows: readonly Row[] = [100, 102, 108, 109].map((price) => [price, price + 1, price - 1, price, 500] as const);
const rolls = [
  {
    time: T0 + 2 * MINUTE,
    measuredAt: T0 + MINUTE,
    from: Asset.future("ESH24"),
    to: Asset.future("ESM24"),
    fromPrice: 102,
    toPrice: 108,
  },
];

describe("docs/results.md", () => {
  let folder = "";
  let result: BacktestResult;
  const text = (name: string) => readFileSync(join(folder, name), "utf8");

  beforeAll(async () => {
    folder = temporaryFolder();
    const { InMemoryBacktesting } = await import("backlit");
    result = await new Noting().backtest(InMemoryBacktesting, T0, T0 + 4 * MINUTE, {
      data: [barsOf(future, rows)],
      rolls,
      market: "24/7",
      margins: { ES: { initial: 1_500, maintenance: 1_000 } },
      buyTradingFees: [new TradingFee({ perContract: 1.5 })],
      sellTradingFees: [new TradingFee({ perContract: 1.5 })],
      logLevel: "silent",
    });
    await result.save(folder);
  });

  it("names every file that is written", () => {
    for (const name of readdirSync(folder)) expect(page("results.md"), name).toContain(`\`${name}\``);
    for (const name of OPTIONAL_RUN_FILES) expect(page("results.md"), name).toContain(`\`${name}\``);
  });

  it("names every column of every table", () => {
    const columnsOf = page("results.md").slice(page("results.md").indexOf("## CSV columns"));
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".csv") && file !== "traces.csv")) {
      const paragraph = columnsOf.slice(columnsOf.indexOf(`\`${name}\`:`)).split("\n\n")[0] ?? "";
      for (const column of text(name).split("\n")[0]?.split(",") ?? []) {
        expect(paragraph, `${name} ${column}`).toContain(`\`${column}\``);
      }
    }
  });

  it("names every field of result.json", () => {
    for (const field of Object.keys(JSON.parse(text("result.json")))) {
      expect(page("results.md"), field).toMatch(new RegExp(`\\| [^|]*\`${field}\``));
    }
  });

  it("has sessions, positions, rolls and the log as it says", () => {
    // Bought 2 at 100, rolled from 102 to 108, worth 109: 3 points of 50 on 2 contracts, three fees of 3. Exposure was
    // 2 x 50 x 109 at most; over four minutes from the opening, two at 100 and two at 108, 10,400 on the mean. 2 x 1,500 of margin.
    expect(text("sessions.csv")).toBe(
      "date,time,value,return,drawdown,gross,net,margin,benchmark\n" +
        `2024-01-02,2024-01-02T15:04:00Z,100291,${100_291 / 100_000 - 1},0,10900,10400,3000,\n`,
    );
    expect(text("positions.csv")).toBe(
      [
        "time,asset,contract,quantity",
        "2024-01-02T15:00:00Z,future:ES,ESH24,2",
        "2024-01-02T15:02:00Z,future:ES,ESH24,0",
        "2024-01-02T15:02:00Z,future:ES,ESM24,2",
        "",
      ].join("\n"),
    );
    expect(text("rolls.csv")).toBe(
      "time,asset,from,to,quantity,fromPrice,toPrice,cost\n2024-01-02T15:02:00Z,future:ES,ESH24,ESM24,2,102,108,6\n",
    );
    expect(text("run.log")).toBe("2024-01-02T15:00:00Z warn a line with db-*** in it | and another\n");
    expect(result.log).toHaveLength(1);
  });

  it("keeps one run in a folder: what the next one has nothing for goes, what is not ours stays", async () => {
    const { result: plain } = await run(barsOf(future, rows), (_: Scripted) => {});
    const other = temporaryFolder();
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(other, "lines.csv"), "mine");
    await plain.save(other);
    // There was no run in the folder before: nothing of it is known to be a run's.
    expect(readdirSync(other)).toContain("lines.csv");
    writeFileSync(join(folder, "notes.txt"), "mine");
    await plain.save(folder);
    expect(readdirSync(folder).sort()).toEqual([
      "config.resolved.json",
      "equity.csv",
      "fills.csv",
      "notes.txt",
      "orders.csv",
      "result.json",
      "sessions.csv",
      "trades.csv",
    ]);
  });
});

describe("docs/migrating-from-lumibot.md", () => {
  it("names only statistics there are", () => {
    const text = page("migrating-from-lumibot.md");
    const rows = text.slice(text.indexOf("The numbers by name"), text.indexOf("Numbers that differ")).split("\n");
    const ours = rows.slice(4).map((row) => row.split("|")[2] ?? "");
    const names = ours.flatMap((cell) => [...cell.matchAll(/`-?(\w+)`/g)].map((match) => match[1] ?? ""));
    expect(names.length).toBeGreaterThan(40);
    const known: readonly string[] = [...metricNames, "drawdowns", "valleyTime", "null"];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names only methods there are", () => {
    const text = page("migrating-from-lumibot.md");
    const tables = text.slice(text.indexOf("## Hooks"), text.indexOf("## The run"));
    const ours = [...tables.matchAll(/\| ([^|]+) \|$/gm)].map((match) => match[1] ?? "").join(" ");
    const hooksAndVerbs = ours.matchAll(
      /`((?:get|set|add|on|before|after|submit|cancel|close|sell|modify|update|await|log|trace)[A-Z]\w+)\b/g,
    );
    const names = new Set([...hooksAndVerbs].map((match) => match[1] ?? ""));
    expect(names.size).toBeGreaterThan(40);
    for (const name of names) expect(name in Strategy.prototype, name).toBe(true);
  });

  it("names only files there are", () => {
    const files = [...page("migrating-from-lumibot.md").matchAll(/\| .*\| ([^|]+) \|$/gm)]
      .map((match) => match[1] ?? "")
      .join(" ")
      .matchAll(/`([a-z]+\.(?:csv|json|log))`/g);
    const known = new Set<string>([
      ...OPTIONAL_RUN_FILES,
      "result.json",
      "equity.csv",
      "orders.csv",
      "fills.csv",
      "trades.csv",
    ]);
    for (const [, name = ""] of files) expect(known.has(name), name).toBe(true);
  });
});
