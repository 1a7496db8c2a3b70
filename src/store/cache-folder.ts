import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where data of the vendor is cached: `BACKLIT_CACHE_DIR`, else `~/.backlit/cache/databento`. */
export function defaultCacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment["BACKLIT_CACHE_DIR"]?.trim() ?? "";
  return own === "" ? join(homedir(), ".backlit", "cache", "databento") : resolve(own);
}

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A word as the name of a folder, on every system the same and no two words alike. */
export function folderName(word: string): string {
  const escaped = encodeURIComponent(word).replace(/[*.]$/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  const name = escaped.replaceAll("*", "%2a");
  return RESERVED.test(name) ? `%${name.charCodeAt(0).toString(16)}${name.slice(1)}` : name;
}

/** The word a folder is named for. */
export function wordOfFolder(name: string): string {
  return decodeURIComponent(name);
}
