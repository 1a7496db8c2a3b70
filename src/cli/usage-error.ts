import { BacklitError } from "../market/errors.ts";

const SEE_HELP = "Run 'backlit backtest --help' for the options and two examples.";

/** The command was not written right. */
export function usageError(message: string, hint: string = SEE_HELP): BacklitError {
  return new BacklitError("invalid_argument", message, { hint });
}
