import { describe, expect, it } from "vitest";
import { DbnDecoder, DbnError, type DbnMetadata, type DbnRecord } from "../../src/dbn/index.ts";
import { layoutOfKind } from "../../src/dbn/layouts.ts";
import { type FileRow, fileTable, haveSharedFiles, sharedFile, sharedFilesNote } from "./shared-files.ts";

const STRUCTS: Readonly<Record<string, string>> = {
  trade: "Trade",
  mbp1: "Mbp1",
  mbp10: "Mbp10",
  mbo: "Mbo",
  bbo: "Bbo",
  cbbo: "Cbbo",
  cmbp1: "Cmbp1",
  ohlcv: "Ohlcv",
  status: "Status",
  imbalance: "Imbalance",
  statistics: "Stat",
  statisticsV1: "Stat",
  definition: "InstrumentDef",
  definitionV1: "InstrumentDef",
  definitionV2: "InstrumentDef",
  symbolMapping: "SymbolMapping",
};

/** Records as the table writes them, counted per struct and size. */
function summary(records: readonly DbnRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of records) {
    const key = `${STRUCTS[kind]}(${layoutOfKind(kind)?.size}B)`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function stated(records: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, key = "", count] of records.matchAll(/(\w+\(\d+B\))x(\d+)/g)) {
    counts.set(key, (counts.get(key) ?? 0) + Number(count));
  }
  return counts;
}

function time(ns: bigint | undefined): string {
  if (ns === undefined) return "undef";
  if (ns === 0n || ns === 18_446_744_073_709_551_615n) return "-";
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().replace(".000Z", "");
  const fraction = ns % 1_000_000_000n;
  if (fraction !== 0n) return `${seconds}.${String(fraction).padStart(9, "0")}Z`;
  return seconds.endsWith("T00:00:00") ? seconds.slice(0, 10) : `${seconds}Z`;
}

function checkMetadata(metadata: DbnMetadata, row: FileRow): void {
  const intervals = metadata.mappings.reduce((sum, mapping) => sum + mapping.intervals.length, 0);
  const symbols = metadata.symbols.map((symbol) => `\`${symbol}\``).join(",");
  expect({
    version: `v${metadata.version}`,
    dataset: metadata.dataset,
    schema: metadata.schema ?? "None",
    symbols: `${metadata.stypeIn ?? "None"}: ${symbols || "(none)"}`,
    window: `${time(metadata.start)} .. ${time(metadata.end)}`,
    limit: String(metadata.limit ?? "-"),
    mappings: `${metadata.mappings.length}/${intervals}`,
  }).toEqual({
    version: row.version,
    dataset: row.dataset,
    schema: row.schema,
    symbols: row.symbols,
    window: row.window,
    limit: row.limit,
    mappings: row.mappings,
  });
}

describe.skipIf(!haveSharedFiles)(`every real file decodes to what its table states${sharedFilesNote}`, () => {
  const rows = fileTable();

  it("finds all 199 rows", () => {
    expect(rows).toHaveLength(199);
  });

  it.for(rows.filter((row) => row.version.startsWith("DBZ")))("refuses the legacy $path", ({ path }) => {
    expect(() => new DbnDecoder().push(sharedFile(path))).toThrow(/legacy DBZ/);
    expect(() => new DbnDecoder().push(sharedFile(path))).toThrow(DbnError);
  });

  it.for(rows.filter((row) => !row.version.startsWith("DBZ")))("$path", (row) => {
    const bytes = sharedFile(row.path);
    expect(bytes).toHaveLength(row.bytes);
    const decoder = new DbnDecoder({ upgradePolicy: "asIs", fragment: row.version === "frag" });
    const records = decoder.push(bytes);
    decoder.finish();
    expect(summary(records)).toEqual(stated(row.records));
    if (decoder.metadata === undefined) expect(row.version).toBe("frag");
    else checkMetadata(decoder.metadata, row);
  });
});
