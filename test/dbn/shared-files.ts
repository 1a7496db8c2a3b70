import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folder of the real files, beside the checkout; they are not ours to keep in the repository. */
const root = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Whether the real files are on this machine. Suites that need them are skipped where they are not. */
export const haveSharedFiles = existsSync(`${root}README.md`);

/** What a suite that is skipped for lack of the files says in its title. */
export const sharedFilesNote = haveSharedFiles ? "" : " (skipped: ../shared/data is not on this machine)";

/** Where a real file lies, by its path under the data folder. */
export function sharedFilePath(path: string): string {
  return root + path;
}

/** The bytes of a real file by its path under the data folder. */
export function sharedFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(sharedFilePath(path)));
}

/** One row of the file tables of the data folder's README. */
export interface FileRow {
  readonly path: string;
  readonly bytes: number;
  /** "v1", "v2", "v3", "frag" or text that begins with "DBZ". */
  readonly version: string;
  /** Zstd frames, undefined for plain files. */
  readonly frames: number | undefined;
  readonly dataset: string;
  readonly schema: string;
  readonly symbols: string;
  readonly window: string;
  readonly limit: string;
  readonly mappings: string;
  /** `Struct(56B)x2 ...` */
  readonly records: string;
}

/** All rows of all three tables. */
export function fileTable(): FileRow[] {
  if (!haveSharedFiles) return [];
  const rows: FileRow[] = [];
  let folder = "";
  for (const line of readFileSync(`${root}README.md`, "utf8").split("\n")) {
    const heading = /^## File table: (\S+)\//.exec(line);
    if (heading !== null) folder = heading[1] ?? "";
    // A symbol in backquotes never holds a bar, so cells split cleanly.
    const cells = line.split("|").map((cell) => cell.trim());
    if (folder === "" || !/\.(dbn|dbz|zst|frag)$/.test(cells[1] ?? "")) continue;
    const [, path = "", bytes = "", version = "", frames = "", dataset = "", schema = "", ...rest] = cells;
    const [symbols = "", window = "", limit = "", mappings = "", records = ""] = rest;
    rows.push({
      path: `${folder}/${path}`,
      bytes: Number(bytes),
      version,
      frames: /^\d+$/.test(frames) ? Number(frames) : undefined,
      dataset,
      schema,
      symbols,
      window,
      limit,
      mappings,
      records,
    });
  }
  return rows;
}
