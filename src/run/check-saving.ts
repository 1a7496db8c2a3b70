import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

/**
 * The options of `save` and `report`, checked with the path beside them.
 * @throws InvalidInputError `invalid_argument` for what is no path, `invalid_option` for an option nobody knows
 */
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
