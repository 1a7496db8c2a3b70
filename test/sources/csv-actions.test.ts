import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Asset, FileBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";

const ACME = Asset.stock("ACME");

async function fileOf(text: string): Promise<string> {
  const path = join(temporaryFolder(), "acme.csv");
  await writeFile(path, text);
  return path;
}

/** Buys ten shares at the first bar, and notes what it sees at the last. */
class Holder extends Strategy {
  readonly seen: unknown[] = [];
  override async onTradingIteration() {
    if (this.firstIteration) this.submitOrder(this.createOrder(ACME, 10, "buy"));
    const bars = await this.getHistoricalPrices(ACME, 3, "1d");
    if (bars !== undefined) this.seen.push([...bars.close]);
  }
}

async function hold(text: string) {
  const strategy = new Holder();
  const result = await strategy.backtest(FileBacktesting, "2024-01-02", "2024-01-07", {
    file: await fileOf(text),
    asset: ACME,
    budget: 10_000,
    timezone: "UTC",
  });
  return { result, strategy };
}

describe("columns of dividends and splits beside the bars of a CSV file", () => {
  it("are money and new shares; prices fill as they traded and history is in today's shares", async () => {
    const { result, strategy } = await hold(`Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
2024-01-02,400,400,400,400,100,0,0
2024-01-03,400,404,400,404,100,0,0
2024-01-04,101,101,100,100,400,0,4.0
2024-01-05,99.5,99.5,99.5,99.5,400,0.5,0
`);
    // 10 at 400 are 40 at 100 and at 99.50 at the end, with 20 of dividend.
    expect(result.fills.map(({ price, quantity }) => [quantity, price])).toEqual([[10, 400]]);
    expect(result.cashflows).toMatchObject([{ kind: "dividend", amount: 20, quantity: 40 }]);
    expect(result.equity.value.at(-1)).toBe(10_000);
    expect(strategy.seen).toEqual([[100, 101, 100]]);
  });

  it("are left alone where the prices have the split in them, and the notes say so", async () => {
    const { result } = await hold(`Date,Open,High,Low,Close,Volume,Stock Splits
2024-01-02,100,100,100,100,100,0
2024-01-03,101,101,101,101,100,0
2024-01-04,102,102,102,102,400,4:1
2024-01-05,102,102,102,102,400,0
`);
    expect(result.trades).toMatchObject([{ quantity: 10, pnl: 20 }]);
    expect(result.notes.join()).toContain("the split of 2024-01-04 is in its prices already");
  });

  it("are worked out from an adjusted close where nothing else tells them", async () => {
    // 100 x (1 - 0.995) = 0.50 a share; the rest of the column is rounded to cents.
    const { result } = await hold(`date,open,high,low,close,adj_close,volume
2024-01-02,100,100,100,100,99.50,100
2024-01-03,100,100,100,100,99.50,100
2024-01-04,99.5,99.5,99.5,99.5,99.5,100
2024-01-05,99.5,99.5,99.5,99.5,99.5,100
`);
    expect(result.cashflows).toMatchObject([{ kind: "dividend", amount: 5, price: 0.5 }]);
    expect(result.notes.join()).toContain("1 dividends and 0 splits were worked out from its adjusted close");
  });

  it("are refused where they are no numbers, by line", async () => {
    await expect(
      hold("date,open,high,low,close,volume,dividend\n2024-01-02,1,1,1,1,1,0\n2024-01-03,1,1,1,1,1,half\n"),
    ).rejects.toMatchObject({ code: "invalid_file", message: expect.stringContaining("line 3") });
  });
});

const folder = join(import.meta.dirname, "../../../shared/data/real");
const real = existsSync(join(folder, "aapl-1d-lean.csv"));

describe("the adjusted close of Apple, made from the factors of its file", () => {
  it.skipIf(!real)(
    "gives the splits of 2014 and 2020 and the dividends between (skipped where the shared data is not there)",
    async () => {
      const factors = readFileSync(join(folder, "aapl-factors-lean.csv"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(",").map(Number) as [number, number, number]);
      // A row's factors hold for prices up to its date.
      const factorOn = (date: string) => {
        const [, price, split] = factors.find(([until]) => Number(date.replaceAll("-", "")) <= until) ?? [0, 1, 1];
        return price * split;
      };
      const rows = readFileSync(join(folder, "aapl-1d-lean.csv"), "utf8").trim().split("\n").slice(1);
      const text = rows
        .map((row) => {
          const [date = "", , open, high, low, close, volume] = row.split(",");
          return [date, open, high, low, close, volume, (Number(close) * factorOn(date)).toFixed(6)].join(",");
        })
        .join("\n");
      const source = new FileBacktesting({
        file: await fileOf(`date,open,high,low,close,volume,adj close\n${text}\n`),
        asset: Asset.stock("AAPL"),
        timezone: "UTC",
      });
      const span = { start: Date.UTC(2014, 0, 1), end: Date.UTC(2021, 0, 1) };
      const actions = await source.corporateActions(Asset.stock("AAPL"), span);
      const splits = actions.filter(({ kind }) => kind === "split");
      expect(splits).toEqual([
        { kind: "split", date: "2014-06-09", ratio: 7 },
        { kind: "split", date: "2020-08-31", ratio: 4 },
      ]);
      // Known from the company: 3.05 on 2014-02-06, 3.29 on 2014-05-08, 0.47 on 2014-08-07, 0.82 on 2020-08-07, 0.205 on 2020-11-06.
      const paid = new Map(
        actions.flatMap((action) => (action.kind === "dividend" ? [[action.date, action.amount]] : [])),
      );
      for (const [date, amount] of [
        ["2014-02-06", 3.05],
        ["2014-05-08", 3.29],
        ["2014-08-07", 0.47],
        ["2020-08-07", 0.82],
        ["2020-11-06", 0.205],
      ] as const)
        expect([date, Math.abs((paid.get(date) ?? 0) - amount) < 0.01 * amount + 0.005]).toEqual([date, true]);
      // Four a year.
      expect(paid.size).toBe(28);
    },
  );
});
