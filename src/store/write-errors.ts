/** What can go wrong where a file is written for a user. */

import { BacklitError, messageOf } from "../market/errors.ts";
import { systemCode } from "./cache-errors.ts";

const FOUND: Readonly<Record<string, string>> = {
  ENOTDIR: "part of the path is a file",
  EEXIST: "there is a file of that name",
  EISDIR: "there is a folder of that name",
  ENOENT: "the folder cannot be made there",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  ENAMETOOLONG: "the name is too long",
};

/** Writes by `work`; an error of the file system becomes one of the family, a defect of our own stays what it is. */
export async function writing<Value>(attempt: string, path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const found = FOUND[code] ?? messageOf(cause);
    throw new BacklitError("save_failed", `${attempt} ${path}: ${found} (${code}), expected a place to write to`, {
      hint: "Give another path, or make this one writable. What was there before is as it was.",
      cause,
    });
  }
}
