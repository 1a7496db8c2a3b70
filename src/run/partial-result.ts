import { BacklitError } from "../market/errors.ts";
import type { BacktestAllResult } from "./backtest-all.ts";
import type { BacktestResult } from "./result.ts";

/** What ended a run before its time, with what there is of a result. */
export function withPartialResult(failure: BacklitError, result: BacktestResult): BacklitError {
  // Not listed, so that printing the error does not print the whole result.
  return Object.defineProperty(failure, "result", { value: result, enumerable: false });
}

/** The same with what there is of all strategies of a shared account. */
export function withPartialResults(failure: BacklitError, results: BacktestAllResult): BacklitError {
  return Object.defineProperty(failure, "results", { value: results, enumerable: false });
}

/** The partial result of a run that an error ended, or undefined. Of several strategies it is that of the one that failed. */
export function partialResultOf(error: unknown): BacktestResult | undefined {
  return error instanceof BacklitError
    ? (error as BacklitError & { readonly result?: BacktestResult }).result
    : undefined;
}

/** The partial results of all strategies on a shared account, and of the account, when an error of one of them ended the run; or undefined. */
export function partialResultsOf(error: unknown): BacktestAllResult | undefined {
  return error instanceof BacklitError
    ? (error as BacklitError & { readonly results?: BacktestAllResult }).results
    : undefined;
}
