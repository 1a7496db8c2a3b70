import { isNativeError } from "node:util/types";
import { BacklitError, InvalidDataError, isBacklitError, messageOf } from "../market/errors.ts";
import { isUsageError } from "./exit-code.ts";
import { flagHint } from "./flag-hint.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { userFrames } from "./user-frames.ts";

/** Problems of a data file that are shown; the rest is counted. */
const MOST_PROBLEMS = 5;
/** Longer messages are cut: an error fits on one screen. */
const LONGEST_MESSAGE = 1_500;

/** Tells an error on stderr: what was attempted and found, what to do, and where in the user's own code it arose. */
export function printError(thrown: unknown): void {
  process.stderr.write(maskSecrets(`${errorLines(thrown).join("\n")}\n`));
}

/** The lines `printError` writes, before secrets are masked. */
export function errorLines(thrown: unknown): readonly string[] {
  const lines = [`error: ${headline(thrown)}`];
  if (thrown instanceof InvalidDataError) lines.push(...problemLines(thrown));
  if (isBacklitError(thrown) && thrown.hint !== undefined) lines.push(`hint: ${flagHint(thrown.hint)}`);
  return isUsageError(thrown) ? lines : [...lines, ...userFrames(origin(thrown))];
}

function headline(thrown: unknown): string {
  const message = messageOf(thrown);
  const named =
    isNativeError(thrown) && thrown.name !== "Error" && !isBacklitError(thrown)
      ? `${thrown.name}: ${message}`
      : message;
  return named.length <= LONGEST_MESSAGE ? named : `${named.slice(0, LONGEST_MESSAGE)}...`;
}

/** The problems but the one that the message tells already. */
function problemLines(error: InvalidDataError): readonly string[] {
  const untold = error.problems.filter(({ message }) => !error.message.includes(message));
  const shown = untold.slice(0, MOST_PROBLEMS).map(({ message, row, column }) => {
    const place = [row === undefined ? "" : `row ${row}`, column === undefined ? "" : `column ${column}`];
    const where = place.filter((part) => part !== "").join(", ");
    return where === "" ? `  ${message}` : `  ${where}: ${message}`;
  });
  const hidden = error.problemCount - (error.problems.length - untold.length) - shown.length;
  return hidden > 0 ? [...shown, `  and ${hidden} more`] : shown;
}

/** The error whose stack leads into the user's code: the innermost cause that is an error. */
function origin(thrown: unknown): Error | undefined {
  if (!isNativeError(thrown)) return undefined;
  if (thrown instanceof AggregateError) return origin(thrown.errors[0]) ?? thrown;
  const cause = thrown instanceof BacklitError ? origin(thrown.cause) : undefined;
  return cause ?? thrown;
}
