/** What can go wrong with a cache on disk, each with its next step. What the cache held before stays as it was. */

import { BacklitError, type ErrorCode, messageOf } from "../market/errors.ts";

/** The cache could not be used. `path` is the file or folder it happened at. */
export class CacheError extends BacklitError {
  override readonly name: string = "CacheError";
  readonly path: string;

  constructor(code: ErrorCode, path: string, message: string, details: { hint: string; cause?: unknown }) {
    super(code, message, details);
    this.path = path;
  }
}

/** No room is left on the disk. What was finished before stays and is used by the next run. */
export class CacheFullError extends CacheError {
  override readonly name = "CacheFullError";

  constructor(path: string, found: string, cause?: unknown) {
    super("cache_full", path, `Writing to the cache ${path}: ${found}`, {
      hint: "Free some space, or choose another folder with cacheDir or BACKLIT_CACHE_DIR; what was finished is kept.",
      cause,
    });
  }
}

/** The cache may be read and not written. */
export class CacheReadOnlyError extends CacheError {
  override readonly name = "CacheReadOnlyError";

  constructor(path: string, cause?: unknown) {
    super("cache_read_only", path, `Writing to the cache ${path}: it is read-only (${messageOf(cause)})`, {
      hint: "Give write permission, or choose another folder with cacheDir or BACKLIT_CACHE_DIR; what it holds can still be read.",
      cause,
    });
  }
}

/** Another process works on the cache and did not finish in time. */
export class CacheLockedError extends CacheError {
  override readonly name = "CacheLockedError";

  constructor(path: string, holder: string, seconds: number) {
    super("cache_locked", path, `Waiting for the cache ${path}: ${holder} still works on it after ${seconds} s`, {
      hint: "Let the other run finish, or choose another folder with cacheDir or BACKLIT_CACHE_DIR.",
    });
  }
}

const READ_ONLY = ["EROFS", "EACCES", "EPERM"];
const FULL = ["ENOSPC", "EDQUOT"];

/** An error of the file system in the words of this family; anything else as it is. */
export function cacheErrorFrom(path: string, thrown: unknown): unknown {
  const code = systemCode(thrown);
  if (thrown instanceof BacklitError || code === undefined) return thrown;
  if (FULL.includes(code)) return new CacheFullError(path, "the disk is full", thrown);
  if (READ_ONLY.includes(code)) return new CacheReadOnlyError(path, thrown);
  return new CacheError("cache_failed", path, `Using the cache ${path}: ${messageOf(thrown)}`, {
    hint: "Check the folder and its disk, or choose another one with cacheDir or BACKLIT_CACHE_DIR.",
    cause: thrown,
  });
}

/** Does file work for the cache and tells its failures in the words of this family. */
export async function onCache<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw cacheErrorFrom(path, thrown);
  }
}

/** The system's word for a failure, such as `ENOENT`. */
export function systemCode(thrown: unknown): string | undefined {
  const code: unknown = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
