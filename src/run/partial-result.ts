import { BacklitError } from "../market/errors.ts";
import type { BacktestResult } from "./result.ts";

/** What ended a run before its time, with what there is of a result. */
export function withPartialResult(failure: BacklitError, result: BacktestResult): BacklitError {
  // Not listed, so that printing the error does not print the whole result.
  return Object.defineProperty(failure, "result", { value: result, enumerable: false });
}

/** The partial result of a run that an error ended, or undefined. */
export function partialResultOf(error: unknown): BacktestResult | undefined {
  return error instanceof BacklitError
    ? (error as BacklitError & { readonly result?: BacktestResult }).result
    : undefined;
}
