import { BacklitError } from "../market/errors.ts";

const SEE_HELP = "The same command with --help lists its options.";

/** The command was not written right. */
export function usageError(message: string, hint: string = SEE_HELP): BacklitError {
  return new BacklitError("invalid_argument", message, { hint });
}
