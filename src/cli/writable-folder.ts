import { mkdtemp, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * The folder, or the nearest one above it that exists, seen to take files; nothing is left in it.
 * @throws Error it, or what lies above it, is no folder; or the system's own where nothing can be written
 */
export async function writableFolder(folder: string): Promise<string> {
  const existing = await nearestFolder(resolve(folder));
  await rm(await mkdtemp(join(existing, ".backlit-probe-")), { recursive: true });
  return existing;
}

async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT" || thrown.code === "ENOTDIR") return undefined;
    throw thrown;
  });
  if (found === undefined) return nearestFolder(dirname(folder));
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
  return folder;
}
