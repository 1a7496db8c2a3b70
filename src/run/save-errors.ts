/** What can go wrong where a run is written to a disk. */

import { BacklitError, InvalidInputError, messageOf, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { systemCode } from "../store/cache-errors.ts";

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

/** @throws InvalidInputError `invalid_argument` for what is no path, `invalid_option` for an option nobody knows */
export function checkSaving(attempt: string, path: unknown, options: unknown): { readonly code?: string } {
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw new InvalidInputError("invalid_argument", `${attempt}: the path was ${shown(path)}, expected one as text`, {
      hint: "Such as 'runs/first'.",
    });
  if (typeof options !== "object" || options === null)
    throw new InvalidInputError("invalid_argument", `${attempt}: the options were ${shown(options)}`, {
      hint: "Expected an object such as { code: import.meta.filename }, or nothing.",
    });
  for (const [name, value] of Object.entries(options)) {
    if (name !== "code")
      throw new InvalidInputError("invalid_option", `${attempt}: the option '${name}' is not known`, {
        hint: suggestWord(name, ["code"]),
      });
    if (value !== undefined && typeof value !== "string")
      throw new InvalidInputError("invalid_option", `${attempt}: code was ${shown(value)}, expected a path`, {
        hint: "Give the path of the strategy's file, such as import.meta.filename.",
      });
  }
  return options;
}
