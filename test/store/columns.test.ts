import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderName, wordOfFolder } from "../../src/store/cache-folder.ts";
import { chunkName, columnsName, readChunkName } from "../../src/store/chunk-name.ts";
import { type ColumnPart, isUnchanged, readColumnFiles, writeColumnFile } from "../../src/store/column-file.ts";

const folder = mkdtempSync(join(tmpdir(), "backlit-columns-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Times 0, 10, 20, ...; values that no other row has, the usual oddities among them. */
const ROWS = 1_000;
const time = Float64Array.from({ length: ROWS }, (_, row) => row * 10);
const value = Float64Array.from(time, (at) => at / 7);
value.set([Number.NaN, -0, 1e300, -1e-300]);

describe("column files", () => {
  const parts: ColumnPart[] = [];
  beforeAll(async () => {
    // Three of them, one without rows, the last in memory.
    for (const [from, to] of [
      [0, 400],
      [400, 400],
      [400, 700],
    ] as const) {
      const path = join(folder, `${from}-${to}.feather`);
      const file = await writeColumnFile(path, { time: time.slice(from, to), value: value.slice(from, to) });
      parts.push({ path, file, start: from * 10, end: to * 10 });
    }
    parts.push({ columns: { time: time.slice(700), value: value.slice(700) }, start: 7_000, end: 10_000 });
  });

  it("give exactly the rows of any span, behind each other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -5, max: 10_005 }), fc.integer({ min: -5, max: 10_005 }), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const cut = parts.map((part) => ({
          ...part,
          start: Math.max(part.start, start),
          end: Math.max(part.start, Math.min(part.end, end)),
        }));
        const read = await readColumnFiles(cut, ["time", "value"]);
        const wanted = [...time.keys()].filter((row) => (time[row] as number) >= start && (time[row] as number) < end);
        expect([...read.time]).toEqual(wanted.map((row) => time[row]));
        expect([...read.value]).toEqual(wanted.map((row) => value[row]));
      }),
      { numRuns: 40 },
    );
  });

  it("are Feather files that others read", async () => {
    const table = tableFromIPC(await readFile(join(folder, "0-400.feather")));
    expect(table.numRows).toBe(400);
    expect(table.getChild("value")?.toArray()).toEqual(value.slice(0, 400));
  });

  it("are noticed to be another file, or none", async () => {
    const path = join(folder, "short.feather");
    const file = await writeColumnFile(path, { time });
    expect(await isUnchanged(path, file)).toBe(true);
    truncateSync(path, statSync(path).size - 1);
    expect(await isUnchanged(path, file)).toBe(false);
    expect(await isUnchanged(join(folder, "none"), file)).toBe(false);
    await expect(readColumnFiles([{ path, file, start: 0, end: 10_000 }], ["time"])).resolves.toBeDefined();
    truncateSync(path, 600);
    await expect(readColumnFiles([{ path, file, start: 0, end: 10_000 }], ["time"])).rejects.toThrow("shorter");
  });
});

describe("names", () => {
  it("of chunks say span and hash, and come back", () => {
    const span = { start: Date.parse("2024-01-02T03:04:05.006Z"), end: Date.parse("2024-03-15T00:00:00Z") };
    const sha256 = "0123456789abcdef".repeat(4);
    const name = chunkName(span, sha256);
    expect(name).toBe(`20240102T030405006Z-20240315T000000000Z-${sha256}.dbn.zst`);
    expect(readChunkName(name)).toEqual({ ...span, sha256 });
    expect(columnsName(name)).toBe(name.replace(".dbn.zst", ".feather"));
    for (const other of ["index.json", name.slice(1), `${name}.part`, name.replace("2024", "2025")]) {
      expect(readChunkName(other)).toBeUndefined();
    }
  });

  it("of folders stand for any word on any system, no two alike", () => {
    const words = [
      "ES.v.0",
      "BRN FMZ0024!",
      "G   FMZ0025!",
      "CON",
      "con",
      "nul",
      "UD:1V: BO 1",
      "A/B",
      "..",
      "a*",
      "C%",
    ];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...words), fc.string({ minLength: 1, unit: "grapheme-ascii" })), (word) => {
        const name = folderName(word);
        expect(wordOfFolder(name)).toBe(word);
        expect(name).not.toMatch(/[/\\:*?"<>|]|^\.{1,2}$|[ .]$|^(con|nul)$/i);
      }),
    );
  });
});
