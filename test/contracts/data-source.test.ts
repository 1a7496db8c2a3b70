import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resample } from "backlit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import { DataMissingError } from "../../src/market/errors.ts";
import type { BarsRequest, DataSource } from "../../src/market/ports.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { FileBacktesting } from "../../src/sources/file.ts";
import { InMemoryBacktesting } from "../../src/sources/memory.ts";
import { saveBars } from "../../src/sources/save-bars.ts";
import { type DataSourceSubject, dataSourceContract } from "../../src/testing/index.ts";
import { minuteBars } from "../bars/generate.ts";

const directory = mkdtempSync(join(tmpdir(), "backlit-contract-"));
const START = Date.parse("2025-03-10T14:30:00Z");
const asset = Asset.future("ESM25");
const bars = minuteBars(2000, START, asset);
const FORMATS = ["csv", "feather", "arrow", "parquet"];

beforeAll(async () => {
  for (const format of FORMATS) await saveBars(bars, join(directory, `bars.${format}`));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const MINUTES = {
  asset,
  timestep: parseTimestep("1m"),
  start: START + 600_000,
  end: START + 3_600_000,
  unknownAsset: Asset.stock("NONE"),
};
const HOURS = { ...MINUTES, timestep: parseTimestep("1h"), start: START + 10 * 3_600_000, end: START + 30 * 3_600_000 };

function suite(name: string, subject: DataSourceSubject): void {
  describe(name, () => {
    for (const { name: title, check } of dataSourceContract(subject)) it(title, check);
  });
}

suite("memory, minutes", { ...MINUTES, create: () => new InMemoryBacktesting({ data: [bars] }) });
suite("memory, hours made from minutes", { ...HOURS, create: () => new InMemoryBacktesting({ data: [bars] }) });
suite("memory, a slice", { ...MINUTES, create: () => new InMemoryBacktesting({ data: [bars.slice(3, 500)] }) });
for (const format of FORMATS) {
  const create = () => new FileBacktesting({ file: join(directory, `bars.${format}`), start: 0, end: 1 });
  suite(`${format}, minutes`, { ...MINUTES, create });
  suite(`${format}, hours made from minutes`, { ...HOURS, create });
}

/** Sources that break one promise each: the suite has to notice. */
describe("the suite finds", () => {
  const sound = new InMemoryBacktesting({ data: [bars] });
  const broken = (getBars: DataSource["getBars"]): DataSource => ({ name: "broken", getBars });
  const failures = async (source: DataSource) => {
    const found: string[] = [];
    for (const { name, check } of dataSourceContract({ ...MINUTES, create: () => source })) {
      await check().catch(() => found.push(name));
    }
    return found;
  };

  it.each<[string, DataSource["getBars"], string]>([
    [
      "an inclusive end",
      (request) => sound.getBars({ ...request, end: request.end + 1 }),
      "takes the start in and leaves the end out",
    ],
    [
      "an exclusive start",
      (request) => sound.getBars({ ...request, start: request.start + 1 }),
      "takes the start in and leaves the end out",
    ],
    [
      "a lookback left out",
      (request) => sound.getBars({ ...request, lookback: 0 }),
      "gives lookback bars before the start, and no more than asked for",
    ],
    [
      "another step",
      async (request) => resample(await sound.getBars(request), "5m"),
      "answers with the asset and the step that were asked for",
    ],
    [
      "an empty answer for an unknown asset",
      (request) => sound.getBars({ ...request, asset }),
      "refuses an asset it does not hold with a DataMissingError that names it",
    ],
    ["memory that changes", reusingMemory(), "does not change what it has handed out"],
    ["a rising number of bars", growing(), "gives the same answer each time"],
  ])("%s", async (_what, getBars, name) => {
    expect(await failures(broken(getBars))).toContain(name);
  });

  function reusingMemory(): DataSource["getBars"] {
    let shared: Float64Array | undefined;
    return async (request) => {
      if (request.asset !== asset) throw new DataMissingError("no NONE");
      const answer = await sound.getBars(request);
      shared?.fill(0);
      shared = answer.close.slice();
      return { ...columns(answer), close: shared };
    };
  }

  function growing(): DataSource["getBars"] {
    let more = 0;
    return (request: BarsRequest) => sound.getBars({ ...request, end: request.end + 60_000 * more++ });
  }

  function columns(of: Awaited<ReturnType<DataSource["getBars"]>>) {
    const { time, open, high, low, close, volume, timestep, length } = of;
    return { asset: of.asset, timestep, length, time, open, high, low, close, volume };
  }
});
