import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import { formatInstant } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { FileBacktesting } from "../../src/sources/file.ts";
import { type ReadBarsOptions, readBarsFile } from "../../src/sources/read-bars-file.ts";

/** Real market data lies beside the repository, not in it: these tests are skipped, and say so, where it is absent. */
const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");
const present = existsSync(join(data, "real"));
if (!present) console.log("skipped: real market data, ../shared/data is not there");

const FILES: readonly (readonly [string, number, number, string, ReadBarsOptions])[] = [
  ["real/es-1m-2013-lean.csv", 20_184, 5, "1m", {}],
  ["real/es-1d-2013-lean.csv", 203, 8, "1d", {}],
  ["real/gc-1m-2013-10-lean.csv", 4_681, 11, "1m", {}],
  ["real/fesx-1m-2024-06-lean.csv", 2_532, 2, "1m", {}],
  ["real/es-1m-2011-01-quantstrat.csv", 20_037, 1, "1m", {}],
  ["real/es-5m-2026-yahoo.csv", 13_768, 1, "5m", {}],
  ["real/spy-1m-2013-10-lean.csv", 4_839, 1, "1m", {}],
  ["real/aapl-1m-2014-06-split-lean.csv", 2_303, 1, "1m", {}],
  ["real/spy-1m-2011-01-pyalgotrade.csv", 14_180, 1, "1m", {}],
  ["real/spy-1d-lean.csv", 5_849, 1, "1d", {}],
  ["real/aapl-1d-lean.csv", 5_849, 1, "1d", {}],
  ["real/spx-1d-2000-2020-vega.csv", 5_105, 1, "1d", {}],
  ["real/btcusd-1m-lean.csv", 5_656, 1, "1m", {}],
  ["real/btcusd-1d-lean.csv", 1_318, 1, "1d", {}],
  ["ohlc/OHLC_Test_Minute_Data.csv", 6_688, 1, "1m", {}],
  // Rounded to cents after adjustment, so that closes lie outside their own range: sound only as far as `keep` goes.
  ["ohlc/OHLC_Test_Daily_Data.csv", 6_699, 1, "1d", { onInvalid: "keep" }],
];

describe.skipIf(!present)("real files", () => {
  it.each(FILES)("%s holds %d rows in %d series of %s", async (file, rows, series, step, options) => {
    const table = await readBarsFile(join(data, file), options);
    const lengths = [...table.series.values()].map(({ time }) => time.length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(rows);
    expect([lengths.length, table.timestep.name, table.droppedRows]).toEqual([series, step, 0]);
  });

  it("a file whose closes lie outside their range is refused unless told otherwise", async () => {
    await expect(readBarsFile(join(data, "ohlc/OHLC_Test_Daily_Data.csv"))).rejects.toThrow(
      "line 9, column close: close 0.03 is outside low 0.04 .. high 0.04",
    );
  });

  it.each(["aapl-factors-lean.csv", "spy-factors-lean.csv", "es-oi-2013-lean.csv"])(
    "%s holds no bars",
    async (file) => {
      await expect(readBarsFile(join(data, "real", file))).rejects.toThrow("no column for");
    },
  );

  it("ES of January 2011 has a day bar for each trade date, the half day among them", async () => {
    const source = new FileBacktesting({ file: join(data, "real/es-1m-2011-01-quantstrat.csv") });
    const request = { asset: Asset.continuousFuture("ES"), start: 0, end: 1e14, lookback: 0 };
    const days = await source.getBars({ ...request, timestep: parseTimestep("1d") });
    expect(days.length).toBe(15);
    expect(formatInstant(days.time[0] ?? 0)).toBe("2011-01-02T23:00:00Z");
    const minutes = await source.getBars({ ...request, timestep: parseTimestep("1m") });
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(days.volume)).toBe(sum(minutes.volume));
  });

  it("ESZ13 is found by its expiration", async () => {
    const source = new FileBacktesting({ file: join(data, "real/es-1d-2013-lean.csv") });
    const request = { start: 0, end: 1e14, lookback: 0, timestep: parseTimestep("1d") };
    const named = await source.getBars({ ...request, asset: Asset.future("ESZ13") });
    const dated = await source.getBars({ ...request, asset: Asset.future("ES", "2013-12-20") });
    expect(Array.from(dated.close)).toEqual(Array.from(named.close));
    expect(named.length).toBeGreaterThan(50);
    expect((await source.assets()).map(({ key }) => key)).toContain("future:ESH20");
  });
});
