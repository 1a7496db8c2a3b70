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
    await makeOne(path);
  } catch (thrown) {
    const above = dirname(path);
    if (systemCode(thrown) !== "ENOENT" || above === path) throw thrown;
    if (!(await isFolder(above))) await makeFolder(above);
    // Once more in any case: another run may have made the one above in the meantime.
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT" || !(await isFolder(path))) throw thrown;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
