import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "./cache-errors.ts";

/**
 * Makes a folder and those above it; one that is there is left as it is. Node's own recursive way goes on for ever where the system says
 * ENOENT of a place inside a folder that is there, as under `/proc`.
 * @throws the error of the file system
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code !== "ENOENT" && (await isFolder(path))) return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path || (await isFolder(above))) throw thrown;
    await makeFolder(above);
    await mkdir(path).catch(async (again: unknown) => {
      // Another run may have made it meanwhile.
      if (!(await isFolder(path))) throw again;
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
