import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { Asset, FileBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { type ParquetColumn, writeParquet } from "../../src/store/parquet-writer.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ACME = Asset.stock("ACME");
const DAY = 86_400_000;
const TUESDAY = Date.UTC(2024, 0, 2);
const time = [0, 1, 2, 3].map((day) => TUESDAY + day * DAY);
const price = [400, 404, 100, 99.5];

async function save(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

function parquet(columns: Readonly<Record<string, readonly (number | string)[]>>): Promise<Uint8Array> {
  const held = new Map<string, ParquetColumn>([
    ["ts_utc", { kind: "timestamp", milliseconds: Float64Array.from(time) }],
  ]);
  const all = { open: price, high: price, low: price, close: price, volume: [1, 1, 1, 1], ...columns };
  for (const [name, values] of Object.entries(all)) {
    held.set(name, columnOf(values));
  }
  return Promise.resolve(writeParquet(held, new Map()));
}

function columnOf(values: readonly (number | string)[]): ParquetColumn {
  if (typeof values[0] === "string") return { kind: "text", values: values.map(String) };
  return { kind: "number", values: Float64Array.from(values, Number) };
}

async function actionsOf(file: string) {
  const source = new FileBacktesting({ file, asset: ACME, timezone: "UTC" });
  return {
    actions: await source.corporateActions(ACME, { start: TUESDAY, end: TUESDAY + 4 * DAY }),
    notes: source.notes(),
  };
}

const told = [
  { kind: "split", date: "2024-01-04", ratio: 4 },
  { kind: "dividend", date: "2024-01-05", amount: 0.5 },
];

describe("columns of dividends and splits beside the bars", () => {
  it("of a Parquet file are what companies did", async () => {
    const bytes = await parquet({ Dividends: [0, 0, 0, 0.5], stock_splits: [0, 0, 4, 0] });
    expect((await actionsOf(await save("acme.parquet", bytes))).actions).toEqual(told);
  });

  it("may be text such as 4:1, and are refused by row where they are no numbers", async () => {
    const bytes = await parquet({ dividend: ["", "", "", "0.5"], split: ["", "", "4:1", ""] });
    expect((await actionsOf(await save("acme.parquet", bytes))).actions).toEqual(told);
    const bad = await parquet({ dividend: ["", "", "half", ""] });
    await expect(actionsOf(await save("acme.parquet", bad))).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining("row 2"),
    });
  });

  it("of a Feather file are read by symbol", async () => {
    const table = tableFromArrays({
      date: ["2024-01-02", "2024-01-03", "2024-01-02", "2024-01-03"],
      symbol: ["ACME", "ACME", "OTHER", "OTHER"],
      ...{ open: [5, 5, 5, 5], high: [5, 5, 5, 5], low: [5, 5, 5, 5], close: [5, 5, 5, 5], volume: [1, 1, 1, 1] },
      divCash: [0, 0.25, 0, 0],
    });
    const file = await save("two.feather", tableToIPC(table, "file"));
    const source = new FileBacktesting({ file, timezone: "UTC" });
    const span = { start: TUESDAY, end: TUESDAY + 4 * DAY };
    expect(await source.corporateActions(ACME, span)).toEqual([{ kind: "dividend", date: "2024-01-03", amount: 0.25 }]);
    expect(await source.corporateActions(Asset.stock("OTHER"), span)).toEqual([]);
  });

  it("that hold factors have dividends and splits worked out from where these change", async () => {
    // 1 - 0.5 / 100 = 0.995 before the dividend, and a quarter of that before the split.
    const running = { adj_factor: [0.24875, 0.24875, 0.995, 1] };
    const parted = { price_factor: [0.995, 0.995, 0.995, 1], split_factor: [0.25, 0.25, 1, 1] };
    for (const columns of [running, parted]) {
      const { actions, notes } = await actionsOf(await save("acme.parquet", await parquet(columns)));
      expect(actions).toEqual(told);
      expect(notes.join()).toContain("1 dividends and 1 splits");
    }
  });

  it("that repeat a dividend in every row of its day tell it once", async () => {
    const minutes = Array.from(
      { length: 4 },
      (_, row) => `2024-01-0${row < 2 ? 3 : 4}T15:0${row}:00Z,5,5,5,5,1,${row < 2 ? 0 : 0.5}`,
    );
    const text = `time,open,high,low,close,volume,dividend\n${minutes.join("\n")}\n`;
    const { actions } = await actionsOf(await save("acme.csv", new TextEncoder().encode(text)));
    expect(actions).toEqual([{ kind: "dividend", date: "2024-01-04", amount: 0.5 }]);
  });
});
