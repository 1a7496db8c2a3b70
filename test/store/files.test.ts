import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import { Asset } from "../../src/market/asset.ts";
import { saveBars } from "../../src/sources/save-bars.ts";
import { writeFileAtomic } from "../../src/store/atomic-file.ts";
import { openFeather, readFeather, writeFeather } from "../../src/store/feather.ts";
import { toDoubles, toMilliseconds } from "../../src/store/int64.ts";
import { openParquet } from "../../src/store/parquet-reader.ts";
import { type ParquetColumn, writeParquet } from "../../src/store/parquet-writer.ts";
import { arbitraryBars, minuteBars, plain } from "../bars/generate.ts";

const directory = mkdtempSync(join(tmpdir(), "backlit-store-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("writeFileAtomic", () => {
  it("writes text and bytes, makes directories, replaces what was there", async () => {
    const path = join(directory, "a", "b.txt");
    await writeFileAtomic(path, "first");
    await writeFileAtomic(path, Uint8Array.of(104, 105));
    expect(readFileSync(path, "utf8")).toBe("hi");
    expect(readdirSync(join(directory, "a"))).toEqual(["b.txt"]);
  });

  it("makes one path of directories for many writers at once", async () => {
    for (let round = 0; round < 30; round++) {
      const deep = join(directory, `round-${round}`, "b", "c", "d");
      const paths = Array.from({ length: 12 }, (_, writer) => join(deep, `${writer % 4}`, `${writer}.txt`));
      await Promise.all(paths.map((path) => writeFileAtomic(path, "whole")));
      expect(paths.every((path) => readFileSync(path, "utf8") === "whole")).toBe(true);
    }
  });

  it("leaves nothing half-written when it fails, and the old content where it was", async () => {
    const target = join(directory, "taken");
    await writeFileAtomic(join(target, "inside"), "x");
    await expect(writeFileAtomic(target, "file over a directory")).rejects.toThrow();
    expect(readdirSync(directory).filter((name) => name.includes("tmp"))).toEqual([]);
    expect(existsSync(join(target, "inside"))).toBe(true);
  });

  it("never shows a reader a part of the file", async () => {
    const path = join(directory, "busy.txt");
    const [old, next] = ["a".repeat(2_000_000), "b".repeat(2_000_000)];
    await writeFileAtomic(path, old);
    let writing = true;
    const written = Promise.all([writeFileAtomic(path, next), writeFileAtomic(path, next)]).finally(() => {
      writing = false;
    });
    while (writing) {
      const found = readFileSync(path, "utf8");
      expect(found === old || found === next).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await written;
    expect(readFileSync(path, "utf8")).toBe(next);
  });
});

describe("int64", () => {
  it("milliseconds out of every unit", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3e12, max: 9e12 })), (times) => {
        const whole = times.map((time) => time + 0);
        for (const [unit, scale] of [
          ["millisecond", 1n],
          ["microsecond", 1000n],
          ["nanosecond", 1_000_000n],
        ] as const) {
          const counts = BigInt64Array.from(times, (time) => BigInt(time) * scale);
          expect(Array.from(toMilliseconds(counts, unit))).toEqual(whole);
        }
        expect(Array.from(toDoubles(BigInt64Array.from(times, BigInt)))).toEqual(whole);
      }),
    );
    expect(toMilliseconds(BigInt64Array.of(-5n, 7n), "second")).toEqual(Float64Array.of(-5000, 7000));
    expect(toDoubles(BigUint64Array.of(2n ** 63n))).toEqual(Float64Array.of(2 ** 63));
  });
});

describe("Feather", () => {
  it("gives back the same bars", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryBars(), async (bars) => {
        expect(plain(Bars.fromArrow(await readFeather(await writeFeather(bars.toArrow()))))).toEqual(plain(bars));
      }),
      { numRuns: 30 },
    );
  });

  it("columns are views on the bytes of the file", async () => {
    const bytes = await writeFeather(minuteBars(5000).toArrow());
    const whole = new Uint8Array(bytes);
    const close = (await readFeather(whole)).getChild("close")?.toArray() as Float64Array;
    expect(close.buffer).toBe(whole.buffer);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("time,open,high,low,close,volume\n")],
    ["a Parquet file", new TextEncoder().encode("PAR1PAR1PAR1PAR1")],
  ])("refuses %s", async (_what, bytes) => {
    await expect(openFeather(bytes)).rejects.toMatchObject({ code: "invalid_file" });
  });

  it("refuses a file that is cut short", async () => {
    const bytes = await writeFeather(minuteBars(5000).toArrow());
    await expect(
      openFeather(bytes.slice(0, bytes.length / 2)).then((table) => table.read(["close"])),
    ).rejects.toMatchObject({
      code: "invalid_file",
    });
  });
});

describe("Parquet", () => {
  const columnsOf = (bars: Bars): ReadonlyMap<string, ParquetColumn> =>
    new Map<string, ParquetColumn>([
      ["ts_utc", { kind: "timestamp", milliseconds: bars.time }],
      ["symbol", { kind: "text", values: Array.from(bars.time, (_, row) => (row % 2 === 0 ? "ES" : "Ä")) }],
      ["close", { kind: "number", values: bars.close }],
    ]);

  async function roundTrip(bars: Bars): Promise<void> {
    const table = await openParquet(await writeParquet(columnsOf(bars), new Map([["maker", "test"]])));
    expect([table.rows, table.names, table.metadata.get("maker")]).toEqual([
      bars.length,
      ["ts_utc", "symbol", "close"],
      "test",
    ]);
    const [time, symbol, close] = await table.read(table.names);
    expect(time).toMatchObject({ kind: "timestamp", unit: "microsecond", isUtc: true, nullRows: [] });
    expect(time?.kind === "timestamp" && Array.from(toMilliseconds(time.values, time.unit))).toEqual(
      Array.from(bars.time),
    );
    expect(symbol?.kind === "text" && symbol.values.join("")).toBe(
      Array.from(bars.time, (_, row) => (row % 2 === 0 ? "ES" : "Ä")).join(""),
    );
    expect(close).toEqual({
      kind: "number",
      values: close?.kind === "number" ? Float64Array.from(bars.close) : undefined,
    });
  }

  it("gives back the same columns, before 1970 too", async () => {
    await fc.assert(fc.asyncProperty(arbitraryBars(), roundTrip), { numRuns: 40 });
  });

  it("gives back times at any distance, and numbers of any kind", async () => {
    // Distances from 0 to 2^44 ms, there and back: runs that pack into any number of bits, and blocks that are not full.
    const distance = fc.oneof(
      fc.constant(60_000),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -(2 ** 44), max: 2 ** 44 }),
    );
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.integer().map((ticks) => ticks / 4),
    );
    const rows = fc.array(fc.tuple(distance, number), { minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        let time = 0;
        const milliseconds = Float64Array.from(drawn, ([step]) => {
          // Microseconds have to stay whole in a double.
          time = Math.abs(time + step) < 2 ** 42 ? time + step : 0;
          return time;
        });
        const values = Float64Array.from(drawn, ([, value]) => value);
        const columns = new Map<string, ParquetColumn>([
          ["time", { kind: "timestamp", milliseconds }],
          ["value", { kind: "number", values }],
        ]);
        const table = await openParquet(await writeParquet(columns));
        const [times, numbers] = await table.read(["time", "value"]);
        expect(times?.kind === "timestamp" && toMilliseconds(times.values, times.unit)).toEqual(milliseconds);
        expect(numbers?.kind === "number" && numbers.values).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    // Quarters of a point, cents, and 1/64: the grids of ES, CL and ZN. Every fourth minute without a trade.
    ["quarters", 4, 4_300],
    ["cents", 100, 72],
    ["sixty-fourths", 64, 111],
  ])("is less than a fifth of the CSV of the same minute bars on a grid of %s", async (_grid, ticks, level) => {
    let state = 7;
    let price = level * ticks;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % below;
    };
    const rows = Array.from({ length: 20_000 }, (_, row) => {
      const open = price + random(5) - 2;
      const close = open + random(9) - 4;
      price = close;
      const [high, low] = [Math.max(open, close) + random(4), Math.min(open, close) - random(4)];
      return { time: (row + Math.floor(row / 3)) * 60_000, open, high, low, close, volume: 1 + random(1_500) };
    });
    const column = (name: "open" | "high" | "low" | "close") => rows.map((row) => row[name] / ticks);
    const bars = Bars.from({
      asset: Asset.continuousFuture("ES"),
      timestep: "1m",
      time: rows.map(({ time }) => time),
      ...{ open: column("open"), high: column("high"), low: column("low"), close: column("close") },
      volume: rows.map(({ volume }) => volume),
    });
    const sizes = await Promise.all(
      ["csv", "parquet"].map(async (format) => {
        const path = join(directory, `${ticks}.${format}`);
        await saveBars(bars, path);
        return statSync(path).size;
      }),
    );
    const [csv = 0, parquet = 0] = sizes;
    expect(csv / parquet).toBeGreaterThan(5);
  });

  it.each([0, 1, 2, 65_535, 65_536, 65_537, 131_073])(
    "gives back %d rows, over the bounds of its groups",
    async (rows) => {
      await roundTrip(minuteBars(rows));
    },
  );

  it("reads columns by name and leaves the rest alone", async () => {
    const table = await openParquet(await writeParquet(columnsOf(minuteBars(10))));
    const [close] = await table.read(["close"]);
    expect(close?.kind).toBe("number");
  });

  it("refuses what is no Parquet file, and one that is cut short", async () => {
    const bytes = await writeParquet(columnsOf(minuteBars(100)));
    await expect(openParquet(new Uint8Array())).rejects.toThrow("no Parquet file: it does not begin with PAR1");
    await expect(openParquet(bytes.slice(4))).rejects.toThrow("it does not begin with PAR1");
    await expect(openParquet(bytes.slice(0, -9))).rejects.toThrow(
      "the Parquet file is cut short: it does not end with PAR1",
    );
    const broken = bytes.slice();
    broken.fill(255, broken.length - 60, broken.length - 8);
    await expect(openParquet(broken).then((table) => table.read(["close"]))).rejects.toMatchObject({
      code: "invalid_file",
    });
  });
});
