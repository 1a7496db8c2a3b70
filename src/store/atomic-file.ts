import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";

/** What can be written: bytes or text in one piece, or text piece by piece. */
export type FileContent = string | Uint8Array | Iterable<string>;

/** Pieces of text are gathered to about this many characters before they go to the disk. */
const GATHERED = 1 << 20;

/**
 * Writes a file in one step: into a temporary file beside the target, flushed to the disk, then renamed over it. A reader sees the old
 * file or the new one; whatever fails, no part of the new one is left behind.
 * @throws the file system's own error, with the path in it
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
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
