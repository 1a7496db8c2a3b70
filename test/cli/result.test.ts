import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { barsCsv, ON_FILE, run, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
write(folder, { "trades.ts": TRADES_ONCE, "es.csv": barsCsv("2024-01-02T00:00Z", 60) });
const FILES = [
  "config.resolved.json",
  "equity.csv",
  "fills.csv",
  "orders.csv",
  "positions.csv",
  "report.html",
  "result.json",
  "sessions.csv",
  "trades.csv",
];

interface Document {
  readonly counts: { readonly orders: number; readonly fills: number; readonly trades: number };
  readonly orders: readonly object[];
  readonly fills: readonly object[];
  readonly trades: readonly object[];
  readonly status: string;
  readonly settings: { readonly parameters: unknown; readonly budget: number; readonly slippage: unknown };
  readonly stats: { readonly fees: number; readonly trades: number };
  readonly files: readonly string[];
}

function backtest(...options: readonly string[]) {
  return run(folder, ["backtest", "trades.ts", ...ON_FILE, ...options]);
}

async function json(...options: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await backtest("--json", ...options);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Document;
}

function contents(run: string): Record<string, string> {
  const path = join(folder, run);
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

describe.concurrent("a run", () => {
  it("prints its summary and the place of its files on stdout, and nothing else anywhere", async () => {
    const { code, stdout, stderr } = await backtest();
    expect(stdout).toContain("TradesOnce  2024-01-02 .. 2024-01-03");
    expect(stdout).toContain("bars/s");
    expect(stdout).toContain(join("runs", "TradesOnce-2024-01-02-2024-01-03"));
    expect(stdout).not.toContain("\u001b");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(readdirSync(join(folder, "runs/TradesOnce-2024-01-02-2024-01-03")).sort()).toEqual(FILES);
  });

  it("gives byte-identical files when it is run again, over the old ones", async () => {
    await backtest("--out", "again");
    const first = contents("again");
    await backtest("--out", "again");
    expect(Object.keys(first).sort()).toEqual(FILES);
    expect(contents("again")).toEqual(first);
  });

  it("prints with --json what result.json says, orders, fills and trades, and the paths of the files", async () => {
    const { files, orders, fills, trades, ...document } = await json("--out", "as-json");
    expect([orders.length, fills.length, trades.length]).toEqual([
      document.counts.orders,
      document.counts.fills,
      document.counts.trades,
    ]);
    expect(fills[0]).toMatchObject({ asset: "future:ES", side: "buy", orderId: "1" });
    expect(document).toEqual(JSON.parse(readFileSync(join(folder, "as-json/result.json"), "utf8")));
    expect(files.map((file) => file.replace("\\", "/")).sort()).toEqual(FILES.map((name) => `as-json/${name}`));
  });

  it("reads parameters by the types of their defaults", async () => {
    const given = ["--param", "quantity=2", "eager=false", "--param", "label=a=b 7"];
    const { settings } = await json("--out", "parameters", ...given);
    expect(settings.parameters).toEqual({ quantity: 2, eager: false, label: "a=b 7" });
  });

  it("takes budget, fees and slippage", async () => {
    const costs = "--budget 50000 --fee-per-contract 2.5 --fee-per-order 1 --slippage-ticks 1".split(" ");
    const { settings, stats } = await json("--out", "costs", ...costs);
    expect(settings).toMatchObject({ budget: 50_000, slippage: { ticks: 1 } });
    expect(stats).toMatchObject({ trades: 1, fees: 7 });
  });
});

describe.concurrent("a strategy that throws", () => {
  it("is told by its own error and stack; what there was is saved as PARTIAL", async () => {
    const { code, stdout, stderr } = await backtest("--out", "thrown", "--param", "label=throw");
    expect(stderr).toContain("RangeError: out of luck");
    expect(stderr).toMatch(/at TradesOnce\.onTradingIteration \(trades\.ts:10:\d+\)/);
    expect(stderr).toContain("PARTIAL");
    expect(stderr.split("\n").length).toBeLessThan(10);
    expect(stdout).toBe("");
    expect(code).toBe(1);
    const document = JSON.parse(readFileSync(join(folder, "thrown/result.json"), "utf8")) as Document;
    expect(document.status).toBe("PARTIAL");
    expect(document.stats.trades).toBe(1);
  });

  it("is told as well when it forgets about a promise", async () => {
    write(folder, {
      "forgets.ts": `import { Strategy } from "backlit";
export class Forgets extends Strategy {
  override async onTradingIteration() {
    void Promise.reject(new Error("nobody waits for me"));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
`,
    });
    const { code, stderr } = await run(folder, ["backtest", "forgets.ts", ...ON_FILE, "--out", "forgets"]);
    expect(stderr).toContain("error: nobody waits for me");
    expect(stderr).toMatch(/forgets\.ts:4:\d+/);
    expect(code).toBe(1);
  });

  it("by a wrong value in its own code is not a usage error", async () => {
    write(folder, {
      "wrong-market.ts": `import { Strategy } from "backlit";
export class WrongMarket extends Strategy {
  override initialize() {
    this.setMarket("CME_Equty");
  }
}
`,
    });
    const { code, stderr } = await run(folder, ["backtest", "wrong-market.ts", ...ON_FILE]);
    expect(stderr).toContain("CME_Equty");
    expect(stderr).toMatch(/at WrongMarket\.initialize \(wrong-market\.ts:4:\d+\)/);
    expect(code).toBe(1);
  });
});
