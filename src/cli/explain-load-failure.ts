import { BacklitError, messageOf } from "../market/errors.ts";
import { findSyntaxPlace } from "./syntax-place.ts";

/** The module that was to be loaded: as the user wrote it, in full, and what it is to the command. */
export interface LoadAttempt {
  readonly file: string;
  readonly path: string;
  readonly what: string;
}

const NOT_ERASABLE =
  "Types are stripped, not compiled, so only syntax that can be erased works. Write an enum as " +
  "`const Side = { buy: 'buy', sell: 'sell' } as const`, a namespace as a module of its own, and a constructor's " +
  "`private x` as a field that the constructor sets.";

/** Says in one screen why a module could not be imported. */
export function explainLoadFailure(attempt: LoadAttempt, thrown: unknown): BacklitError {
  const attempted = `Loading the ${attempt.what} ${attempt.file}`;
  const code = codeOf(thrown);
  if (code === "BACKLIT_OTHER_COPY") {
    return failure(`${attempted}: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: "Run the command of the project's own copy: 'npx backlit' in the project's folder.",
    });
  }
  if (code === "ERR_MODULE_NOT_FOUND" || code === "ERR_UNSUPPORTED_DIR_IMPORT") {
    return failure(`${attempted}: ${messageOf(thrown)}`, { cause: thrown, hint: missingHint(messageOf(thrown)) });
  }
  if (thrown instanceof SyntaxError) return syntaxFailure(attempt, attempted, thrown, code);
  return failure(`${attempted}: it threw while it was loaded: ${messageOf(thrown)}`, { cause: thrown });
}

function failure(message: string, details: { readonly cause: unknown; readonly hint?: string }): BacklitError {
  return new BacklitError("strategy_load", message, details);
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
}

function missingHint(message: string): string {
  return message.includes("Cannot find package")
    ? "Install the package in the project of the strategy, or correct its name."
    : "A relative import names the file with its ending: './helper.ts'.";
}

function syntaxFailure(attempt: LoadAttempt, attempted: string, thrown: SyntaxError, code: string | undefined) {
  const place = findSyntaxPlace(thrown, attempt.path);
  const where = place === undefined ? "" : ` at ${place.position}`;
  const excerpt = place === undefined ? "" : `\n\n${place.excerpt}`;
  const hint = syntaxHint(thrown.message, code);
  // The place is said; the engine's own stack under it would only show Node's loader.
  return new BacklitError("strategy_load", `${attempted}: ${thrown.message}${where}${excerpt}`, hint);
}

function syntaxHint(message: string, code: string | undefined): { readonly hint?: string } {
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") return { hint: NOT_ERASABLE };
  const missing = /does not provide an export named '(\w+)'/.exec(message)?.[1];
  if (missing === undefined) return {};
  return { hint: `If '${missing}' is a type, write 'import type'; otherwise correct its name.` };
}
