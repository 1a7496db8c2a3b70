import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "../../market/errors.ts";
import { writableFolder } from "../writable-folder.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** Less room than this is told. */
const LITTLE_ROOM = 2 * 1024 ** 3;

/** The cache folder: there or to be made, writable, with room. Leaves nothing behind. */
export async function checkCache(folder: string): Promise<Check> {
  const another = "Give write permission, or choose another folder with BACKLIT_CACHE_DIR.";
  try {
    const existing = await writableFolder(folder);
    const { bavail, bsize } = await statfs(existing);
    const room = bavail * bsize;
    const found = `${folder}${existing === resolve(folder) ? "" : " (will be made)"}, ${(room / 1024 ** 3).toFixed(1)} GB free`;
    if (room >= LITTLE_ROOM) return ok("cache", found);
    return warn("cache", found, "Free some space, or choose another folder with BACKLIT_CACHE_DIR.");
  } catch (thrown) {
    return fail("cache", `${folder}: ${messageOf(thrown)}`, another);
  }
}
