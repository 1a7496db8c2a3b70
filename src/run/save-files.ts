import { existsSync } from "node:fs";
import { mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../store/atomic-file.ts";
import { makeFolder } from "../store/make-folder.ts";

/** What every run writes: where it lies, a run was saved before. */
const ALWAYS = "result.json";
/** Where a report is looked for. */
export const REPORT_FILE = "report.html";
/** Stands in the head of every page of ours. */
const OUR_PAGE = '<meta name="generator" content="backlit">';
const HEAD_BYTES = 4096;

/** One file of a run. */
export interface SavedFile {
  readonly name: string;
  chunks(): Iterable<string>;
}

/**
 * Writes the files of a run into a folder, made where it is missing: all of them are written beside before the first takes its name, so that
 * a disk that fails leaves the run that lay there. Of such a run, the files this one has nothing for are taken away, so that a folder
 * holds one run. Answers the paths.
 * @param optional names of the files that not every run has
 * @throws the error of the file system
 */
export async function saveFiles(
  folder: string,
  files: readonly SavedFile[],
  optional: readonly string[],
): Promise<readonly string[]> {
  await makeFolder(folder);
  const names = new Set(files.map(({ name }) => name));
  const stale = existsSync(join(folder, ALWAYS)) ? optional.filter((name) => !names.has(name)) : [];
  const beside = await mkdtemp(join(folder, ".saving-"));
  try {
    for (const file of files) await writeFileAtomic(join(beside, file.name), file.chunks());
    for (const name of names) await refuseFolder(join(folder, name));
    for (const name of stale) await rm(join(folder, name), { force: true });
    for (const name of names) await rename(join(beside, name), join(folder, name));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return files.map(({ name }) => join(folder, name));
}

/** True where a report of ours lies beside a run that was saved: with new files beside it, it would be of another run. */
export async function hasReport(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, ALWAYS))) return false;
  const file = await open(join(folder, REPORT_FILE)).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead).includes(OUR_PAGE);
  } finally {
    await file.close();
  }
}

async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR" });
}
