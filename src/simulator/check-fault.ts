/** Faults come from command lines and files: what is none is refused when it is given, not passed over when it is due. */

import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { namedCases } from "./api-error.ts";
import type { Fault, FaultKind } from "./faults.ts";

/** What a field has to be, and whether a value is. */
interface Rule {
  readonly expected: string;
  readonly isKept: (value: unknown) => boolean;
}

const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;
const optional = ({ expected, isKept }: Rule): Rule => ({
  expected,
  isKept: (value) => value === undefined || isKept(value),
});

const COUNT: Rule = { expected: "a whole number from 0", isKept: (value) => isWhole(value, 0) };
const TIMES: Rule = { expected: "a whole number from 1", isKept: (value) => isWhole(value, 1) };
const STATUS: Rule = {
  expected: "an HTTP status from 200 to 599",
  isKept: (value) => isWhole(value, 200) && (value as number) < 600,
};
const SECONDS: Rule = {
  expected: "a number from 0",
  isKept: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
};
const TEXT: Rule = { expected: "a text", isKept: (value) => typeof value === "string" };
const TEXTS: Rule = {
  expected: "a list of texts",
  isKept: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
};
const CASE: Rule = {
  expected: `one of ${namedCases().join(", ")}`,
  isKept: (value) => typeof value === "string" && namedCases().includes(value),
};

const RULES: Readonly<Record<FaultKind["kind"], Readonly<Record<string, Rule>>>> = {
  status: { status: STATUS, retryAfter: optional(SECONDS) },
  case: { case: CASE },
  html: { status: optional(STATUS) },
  cut: { afterBytes: COUNT },
  stall: { afterBytes: COUNT },
  drip: {},
  corrupt: { atByte: COUNT },
  drop: {},
  delay: { milliseconds: SECONDS },
  warning: { warnings: TEXTS },
};
const COMMON: Readonly<Record<string, Rule>> = { endpoint: optional(TEXT), times: optional(TIMES) };

/** @throws InvalidInputError `invalid_option` for a kind that is none, a field that is missing, wrong, or not one of that kind */
export function checkFault(fault: Fault): Fault {
  const given: Readonly<Record<string, unknown>> = typeof fault === "object" && fault !== null ? { ...fault } : {};
  const { kind, ...fields } = given;
  if (!isKind(kind)) throw refused("kind", kind, `one of ${Object.keys(RULES).join(", ")}`);
  const rules: Readonly<Record<string, Rule>> = { ...RULES[kind], ...COMMON };
  for (const name of Object.keys(fields)) {
    if (rules[name] !== undefined) continue;
    throw new InvalidInputError("invalid_option", `Adding the fault '${kind}': it has no field '${name}'`, {
      hint: suggestWord(name, Object.keys(rules)),
    });
  }
  for (const [name, { expected, isKept }] of Object.entries(rules)) {
    if (!isKept(fields[name])) throw refused(name, fields[name], expected);
  }
  return fault;
}

function isKind(kind: unknown): kind is FaultKind["kind"] {
  return typeof kind === "string" && Object.hasOwn(RULES, kind);
}

function refused(name: string, found: unknown, expected: string): InvalidInputError {
  const text = found === undefined ? "not given" : JSON.stringify(found);
  return new InvalidInputError("invalid_option", `Adding a fault: ${name} was ${text}, expected ${expected}`);
}
