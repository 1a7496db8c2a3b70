import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../store/atomic-file.ts";

/** Writes the files of a run into a folder, made where it is missing; each file in one step. Answers the paths. */
export async function saveFiles(
  folder: string,
  files: readonly { readonly name: string; chunks(): Iterable<string> }[],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    await writeFileAtomic(path, file.chunks());
    paths.push(path);
  }
  return paths;
}
