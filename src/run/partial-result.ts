import { type BacklitError, StrategyError } from "../market/errors.ts";
import type { BacktestResult } from "./result.ts";

/** The failure of a strategy with what there is of a result; other failures as they are. */
export function withPartialResult(failure: BacklitError, result: BacktestResult): BacklitError {
  return failure instanceof StrategyError ? Object.assign(failure, { result }) : failure;
}

/** The partial result of a run whose strategy threw, or undefined. */
export function partialResultOf(error: unknown): BacktestResult | undefined {
  return error instanceof StrategyError
    ? (error as StrategyError & { readonly result?: BacktestResult }).result
    : undefined;
}
