/**
 * The one family of errors. Every error this package throws on purpose extends `BacklitError`; a bug in a strategy or in the
 * package itself surfaces as whatever JavaScript throws and is not in the family.
 *
 * Messages follow one grammar: what was attempted, what was found, what was expected; `hint` says what to do next.
 * No message ever holds a secret.
 */

/** Stable words a program may switch on. A code never changes its meaning. */
export type ErrorCode =
  | "invalid_argument"
  | "invalid_asset"
  | "invalid_timestep"
  | "invalid_time"
  | "invalid_order"
  | "invalid_parameter"
  | "invalid_option"
  | "invalid_bars"
  | "invalid_file"
  | "data_missing"
  | "data_source"
  | "save_failed"
  | "cache_full"
  | "cache_read_only"
  | "cache_locked"
  | "cache_failed"
  | "calendar_range"
  | "strategy_failed"
  | "strategy_load"
  | "callback_failed"
  | "interrupted"
  | "unsupported";

/** What a `BacklitError` carries besides its message. */
export interface ErrorDetails {
  /** What to do next, in a sentence. */
  readonly hint?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** Base of the family. `name` tells the class, `code` the case, `hint` the next step. */
export class BacklitError extends Error {
  override readonly name: string = "BacklitError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

/** A value handed in by the caller is not acceptable: fix the call. */
export class InvalidInputError extends BacklitError {
  override readonly name = "InvalidInputError";
}

/** Data that was asked for is not there: another file, asset or span is needed. */
export class DataMissingError extends BacklitError {
  override readonly name = "DataMissingError";

  constructor(message: string, details: ErrorDetails = {}) {
    super("data_missing", message, details);
  }
}

/** One thing wrong with a data file or a set of bars, and where. */
export interface DataProblem {
  /** What is wrong, in words, with the value found. */
  readonly message: string;
  /** Row as a person counts: for a file the line number (header is line 1), for columns the index from 0. */
  readonly row?: number;
  /** Name of the column. */
  readonly column?: string;
}

/** Data is there and is not sound. Holds the first problems found; `problemCount` counts all of them. */
export class InvalidDataError extends BacklitError {
  override readonly name = "InvalidDataError";
  readonly problems: readonly DataProblem[];
  readonly problemCount: number;

  constructor(
    code: "invalid_bars" | "invalid_file",
    message: string,
    problems: readonly DataProblem[],
    details: ErrorDetails & { readonly problemCount?: number } = {},
  ) {
    super(code, message, details);
    this.problems = problems;
    this.problemCount = details.problemCount ?? problems.length;
  }
}

/** The strategy's own code threw, or gave something it must not. `cause` is the strategy's own error with its own stack. */
export class StrategyError extends BacklitError {
  override readonly name = "StrategyError";
  /** Simulated instant of the failure, epoch milliseconds UTC; undefined before the run began. */
  readonly time: number | undefined;

  constructor(message: string, details: ErrorDetails & { readonly time?: number } = {}) {
    super("strategy_failed", message, details);
    this.time = details.time;
  }
}

/** Narrows a caught value to the family. */
export function isBacklitError(value: unknown): value is BacklitError {
  return value instanceof BacklitError;
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Anything that was thrown, with the name of its class: `TypeError: x is not a function`. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/** A value as an error tells it: text in quotes, so that '3' is not taken for 3, and a list in brackets. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  return Array.isArray(value) ? `[${value}]` : String(value);
}
