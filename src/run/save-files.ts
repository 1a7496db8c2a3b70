import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../store/atomic-file.ts";

/** Writes named texts into a folder, made where it is missing; each file in one step. Answers the paths. */
export async function saveFiles(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const { name, text } of files) {
    const path = join(folder, name);
    await writeFileAtomic(path, text);
    paths.push(path);
  }
  return paths;
}
