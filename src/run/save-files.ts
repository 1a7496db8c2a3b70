import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../store/atomic-file.ts";

/** What every run writes: where it lies, a run was saved before. */
const ALWAYS = "result.json";

/**
 * Writes the files of a run into a folder, made where it is missing; each file in one step. Of a run that was saved there before, the files
 * this one has nothing for are taken away, so that a folder holds one run. Answers the paths.
 * @param optional names of the files that not every run has
 */
export async function saveFiles(
  folder: string,
  files: readonly { readonly name: string; chunks(): Iterable<string> }[],
  optional: readonly string[],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const names = new Set(files.map(({ name }) => name));
  const stale = existsSync(join(folder, ALWAYS)) ? optional.filter((name) => !names.has(name)) : [];
  for (const name of stale) await rm(join(folder, name), { force: true });
  const paths: string[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    await writeFileAtomic(path, file.chunks());
    paths.push(path);
  }
  return paths;
}
