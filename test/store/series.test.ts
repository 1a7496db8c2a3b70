import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { columnsName } from "../../src/store/chunk-name.ts";
import { DataCache } from "../../src/store/data-cache.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const WORDS = ["GLBX.MDP3", "ohlcv-1h", "raw_symbol", "ESH4"];
const DAY = 86_400_000;
const time = Float64Array.of(0);
const decode = async () => ({ time });
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** Adds the raw bytes of a text for some days, as a purchase does. */
async function add(cache: DataCache, [from, to]: readonly [number, number], text: string, remarks: readonly string[]) {
  const series = cache.series(WORDS);
  const part = await series.newPart(text);
  writeFileSync(part, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  await series.addChunk(part, { start: from * DAY, end: to * DAY }, { sha256, columns: { time }, remarks });
}

describe("a series of the cache", () => {
  it("is listed by its data when its index is lost", async () => {
    const cache = new DataCache(folder);
    await add(cache, [0, 1], "first", []);
    rmSync(join(cache.series(WORDS).folder, "index.json"));
    expect(await new DataCache(folder).list()).toEqual([WORDS]);
  });

  it("keeps what another process adds while this one makes columns again", async () => {
    const writer = new DataCache(folder);
    await add(writer, [0, 1], "first", []);
    const reader = new DataCache(folder);
    const series = reader.series(WORDS);
    const [first] = (await series.index()).chunks;
    // The reader has looked; then the writer adds a day of reduced quality and learns of one without data.
    await add(writer, [1, 2], "second", ["1970-01-02 (degraded)"]);
    const absent = { start: 2 * DAY, end: 3 * DAY, askedAt: 7, isFinal: false };
    await writer.series(WORDS).addAbsent(absent);
    rmSync(join(series.folder, columnsName(first?.file ?? "")));
    await series.readColumns({ start: 0, end: DAY }, ["time"], decode);
    const index = await new DataCache(folder).series(WORDS).index();
    expect(index.chunks.map(({ start, remarks }) => [start / DAY, remarks])).toEqual([
      [0, []],
      [1, ["1970-01-02 (degraded)"]],
    ]);
    expect(index.absent).toEqual([absent]);
  });
});
