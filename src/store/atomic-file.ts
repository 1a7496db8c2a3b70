/** Whole files or none. */

import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Bytes or text in one piece, or text piece by piece: then the whole never stands in memory. */
export type FileContent = string | Uint8Array | Iterable<string>;

/** Pieces of text are gathered to about this many characters before they go to the disk. */
const GATHERED = 1 << 20;

/**
 * Writes a file so that at every moment the path holds the old content, the new content, or nothing: the bytes go to a temporary
 * file beside it, reach the disk, and take its name. Directories are made as needed. When anything fails the temporary file is
 * removed and the old content stays. Text is written as UTF-8.
 * @throws the error of the file system
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const directory = dirname(path);
  await makeFolder(directory);
  const temporary = join(directory, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await writeContent(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

async function writeContent(file: FileHandle, content: FileContent): Promise<void> {
  if (typeof content === "string" || content instanceof Uint8Array) return file.writeFile(content);
  let gathered = "";
  for (const piece of content) {
    gathered += piece;
    if (gathered.length < GATHERED) continue;
    await file.writeFile(gathered);
    gathered = "";
  }
  await file.writeFile(gathered);
}

/** A rename is lasting once its directory is; systems that cannot open a directory keep it by themselves. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file is whole under its name, which is what was promised.
  }
}
