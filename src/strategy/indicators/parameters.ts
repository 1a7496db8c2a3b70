import { InvalidInputError, shown } from "../../market/errors.ts";
import { suggestWord } from "../../market/nearest.ts";

/** What one parameter may be. */
export interface ParameterSpec<Value> {
  readonly default: Value;
  /** What is allowed, to stand after "expected": "a whole number from 1". */
  readonly allowed: string;
  accepts(value: unknown): boolean;
  /** What may have been meant by a value that is not accepted. */
  hint?(value: unknown): string | undefined;
}

/** The parameters of an indicator by name. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec<unknown>>>;

/** The values of parameters by their specification. */
export type ValuesOf<Specs extends ParameterSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ParameterSpec<infer Value> ? Value : never;
};

/** What a caller gives: some of the values, the rest are defaults. */
export type Given<Specs extends ParameterSpecs> = Partial<ValuesOf<Specs>>;

/** Nineteen years of minutes: a window of more would take memory before anybody could say that no history is as long. */
const MOST = 10_000_000;

/** A whole number, such as a period in bars. */
export function wholeNumber(standard: number, atLeast = 1): ParameterSpec<number> {
  return {
    default: standard,
    allowed: `a whole number from ${atLeast} to ${MOST}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= atLeast && (value as number) <= MOST,
  };
}

/** Any finite number from `atLeast`. */
export function numberFrom(standard: number, atLeast: number): ParameterSpec<number> {
  return {
    default: standard,
    allowed: atLeast === -Infinity ? "a finite number" : `a finite number from ${atLeast}`,
    accepts: (value) => typeof value === "number" && Number.isFinite(value) && value >= atLeast,
  };
}

/** One of some words. */
export function oneOf<Word extends string>(standard: Word, words: readonly Word[]): ParameterSpec<Word> {
  return {
    default: standard,
    allowed: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    accepts: (value) => words.some((word) => word === value),
    hint: (value) => (typeof value === "string" ? suggestWord(value, words) : undefined),
  };
}

/** A text that `check` takes without throwing, such as the name of a calendar; the hint of its error is passed on. */
export function nameOf(standard: string, allowed: string, check: (name: string) => unknown): ParameterSpec<string> {
  const failureOf = (value: unknown): unknown => {
    if (typeof value !== "string") return new Error("no text");
    try {
      check(value);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return {
    default: standard,
    allowed,
    accepts: (value) => failureOf(value) === undefined,
    hint: (value) => {
      const failure = failureOf(value);
      return failure instanceof InvalidInputError ? failure.hint : undefined;
    },
  };
}

/**
 * The defaults with `given` laid over them, frozen.
 * @throws InvalidInputError `invalid_parameter`, naming the parameter, its value and what is allowed
 */
export function readParameters<Specs extends ParameterSpecs>(
  indicator: string,
  specs: Specs,
  given: Given<Specs>,
): ValuesOf<Specs> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InvalidInputError(
      "invalid_parameter",
      `Making ${indicator}: the parameters were ${shown(given)}, expected an object by name such as { period: 14 }`,
      { hint: `Known: ${Object.keys(specs).join(", ") || "none"}.` },
    );
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) values[name] = asCount(spec.default);
  for (const [name, value] of Object.entries(given)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw unknownParameter(indicator, name, Object.keys(specs));
    if (!spec.accepts(value)) throw invalidParameter(indicator, name, value, spec.allowed, spec.hint?.(value));
    values[name] = asCount(value);
  }
  return Object.freeze(values) as ValuesOf<Specs>;
}

/**
 * The same value, a whole number in the form in which the engine counts: one that comes out of arithmetic or a field that has held
 * fractions is kept as a double, and every period and place made of it after.
 */
function asCount(value: unknown): unknown {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= MOST ? value | 0 : value;
}

export function invalidParameter(
  indicator: string,
  name: string,
  value: unknown,
  allowed: string,
  hint?: string,
): InvalidInputError {
  return new InvalidInputError(
    "invalid_parameter",
    `Making ${indicator}: '${name}' was ${shown(value)}, expected ${allowed}`,
    hint === undefined ? {} : { hint },
  );
}

function unknownParameter(indicator: string, name: string, known: readonly string[]): InvalidInputError {
  return new InvalidInputError("invalid_parameter", `Making ${indicator}: '${name}' is not one of its parameters`, {
    hint: suggestWord(name, known),
  });
}
