import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  type DbnMetadata,
  type DbnRecord,
  type DbnVersion,
  decodeDbn,
  type UpgradePolicy,
} from "../../src/dbn/index.ts";
import { type FileRow, fileTable, haveSharedFiles, sharedFile, sharedFilePath } from "../dbn/shared-files.ts";

/** One line of the reference: the metadata of a file, or a record. */
interface ReferenceLine {
  readonly metadata?: object;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string | null>>;
}

const folder = join(tmpdir(), "backlit-conformance", "dbn");
const python = join(folder, "venv", "bin", "python");

/** Installs the vendor's package where it is not yet. @returns why the comparison cannot run, undefined when it can */
function prepare(): string | undefined {
  if (!haveSharedFiles) return "../shared/data is not on this machine";
  if (spawnSync(python, ["-c", "import databento_dbn"]).status === 0) return undefined;
  mkdirSync(folder, { recursive: true });
  if (spawnSync("python3", ["-m", "venv", join(folder, "venv")]).status !== 0)
    return "python3 with venv is not on this machine";
  const { status } = spawnSync(python, ["-m", "pip", "install", "-q", "databento-dbn"], { timeout: 120_000 });
  return status === 0 ? undefined : "pip could not install databento-dbn";
}

const reason = prepare();
if (reason !== undefined) console.log(`DBN conformance is skipped: ${reason}`);

const UNDEF_TIMESTAMP = "18446744073709551615";

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The vendor's package gives the three flags of a status as booleans, undefined where not available. */
const TRI_STATES: Readonly<Record<string, string | null>> = { Y: "1", N: "0", "~": null };

function comparable(name: string, value: unknown): string | null {
  if (/^is(Trading|Quoting|ShortSellRestricted)$/.test(name)) return TRI_STATES[String(value)] ?? null;
  return String(value);
}

/** Our record under the reference's names, levels spread as there. */
function flattened(record: DbnRecord): Record<string, string | null> {
  const fields: Record<string, string | null> = { ts_out: UNDEF_TIMESTAMP };
  for (const [name, value] of Object.entries(record)) {
    if (name === "kind" || name === "reserved" || name === "levels") continue;
    fields[snake(name)] = comparable(name, value);
  }
  if ("levels" in record) {
    record.levels.forEach((level, index) => {
      for (const [name, value] of Object.entries(level))
        fields[`${snake(name)}_${String(index).padStart(2, "0")}`] = String(value);
    });
  }
  return fields;
}

/** The reference's record; a character of NUL is no character here. */
function withoutNul(fields: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === "\0" ? "" : value]));
}

function metadataFields(metadata: DbnMetadata): object {
  const mappings = metadata.mappings.map(({ rawSymbol, intervals }) => [
    rawSymbol,
    intervals.map((interval) => [interval.startDate, interval.endDate, interval.symbol]),
  ]);
  return {
    version: metadata.version,
    dataset: metadata.dataset,
    schema: metadata.schema ?? null,
    start: String(metadata.start),
    end: metadata.end === undefined ? null : String(metadata.end),
    limit: metadata.limit === undefined ? null : String(metadata.limit),
    stype_in: metadata.stypeIn ?? null,
    stype_out: metadata.stypeOut ?? null,
    ts_out: metadata.tsOut,
    symbols: metadata.symbols,
    partial: metadata.partial,
    not_found: metadata.notFound,
    mappings: Object.fromEntries(mappings),
  };
}

/** Versions of the fragments, which do not say it themselves. */
function fragmentVersion(row: FileRow): DbnVersion {
  return row.records.includes("360B") ? 1 : row.records.includes("400B") ? 2 : 3;
}

/** What the reference says of all files: lines by path, still as text. One process for all, as starting Python is slow. */
function runReference(rows: readonly FileRow[], policy: "as_is" | "v3"): Map<string, string[]> {
  const output = join(folder, `${process.pid}-${policy}.jsonl`);
  const script = fileURLToPath(new URL("dbn-reference.py", import.meta.url));
  const inputs = rows.flatMap((row) => [
    sharedFilePath(row.path),
    policy,
    row.version === "frag" ? String(fragmentVersion(row)) : "-",
  ]);
  const { status, stderr } = spawnSync(python, [script, output, ...inputs], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const lines = readFileSync(output, "utf8").trimEnd().split("\n");
  rmSync(output);
  const byPath = new Map<string, string[]>();
  for (let at = 0; at < lines.length; ) {
    const { file, count }: { file: string; count: number } = JSON.parse(lines[at] ?? "");
    byPath.set(file, lines.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return byPath;
}

function decode(
  row: FileRow,
  upgradePolicy: UpgradePolicy,
): { metadata: DbnMetadata | undefined; records: DbnRecord[] } {
  const bytes = sharedFile(row.path);
  if (row.version !== "frag") return decodeDbn(bytes, { upgradePolicy });
  return decodeDbn(bytes, { upgradePolicy, fragment: true, fragmentVersion: fragmentVersion(row) });
}

describe.skipIf(reason !== undefined)("DBN decodes as the vendor's own package does", () => {
  const rows = fileTable().filter((row) => !row.version.startsWith("DBZ"));

  it.each([
    ["as it is", "as_is", "asIs"],
    ["upgraded", "v3", "upgradeToV3"],
  ] as const)("every field of every record of every file, %s", { timeout: 300_000 }, (_, policy, upgradePolicy) => {
    const reference = runReference(rows, policy);
    let compared = 0;
    for (const row of rows) {
      const lines = (reference.get(sharedFilePath(row.path)) ?? []).map((line): ReferenceLine => JSON.parse(line));
      const { metadata, records } = decode(row, upgradePolicy);
      if (metadata !== undefined) expect(metadataFields(metadata), row.path).toEqual(lines.shift()?.metadata);
      expect(records.length, row.path).toBe(lines.length);
      records.forEach((record, index) => {
        const ours = flattened(record);
        const theirs = withoutNul(lines[index]?.fields ?? {});
        // Comparing texts first keeps tens of thousands of deep comparisons out of the usual, equal case.
        if (sorted(ours) !== sorted(theirs)) expect(ours, `${row.path}, record ${index}`).toEqual(theirs);
        compared++;
      });
    }
    console.log(`compared ${compared} records of ${rows.length} files with databento-dbn`);
  });
});

function sorted(fields: object): string {
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
