import { Asset, parseAsset } from "../market/asset.ts";
import { messageOf } from "../market/errors.ts";
import { usageError } from "./usage-error.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads `--param name=value` pairs by the types of the strategy's defaults. A name the defaults do not have is passed on as it is:
 * the strategy refuses it and names the nearest right one.
 * @throws BacklitError `invalid_argument`: not a pair, given twice, or a value of another type than the default's
 */
export function readParameters(defaults: Values, pairs: readonly string[]): Values {
  const values: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name = "", text = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name === "") throw usageError(`Reading --param ${pair}: expected name=value`, "For example: --param fast=5");
    if (Object.hasOwn(values, name)) throw usageError(`Reading --param ${pair}: '${name}' was given before`);
    values[name] = readValue(name, text, defaults[name]);
  }
  return values;
}

function readValue(name: string, text: string, standard: unknown): unknown {
  const fail = (expected: string) => usageError(`Reading --param ${name}=${text}: expected ${expected}`);
  switch (typeof standard) {
    case "number":
      if (isNumber(text)) return Number(text);
      throw fail(`a number, as its default ${standard}`);
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      throw fail(`true or false (the default is ${standard})`);
    case "object":
      if (standard instanceof Asset) return parseAsset(text);
      if (standard !== null) return readJson(name, text);
      return guess(text);
    case "undefined":
      return guess(text);
    default:
      return text;
  }
}

/** A default of null or undefined says nothing of the type, so the text itself decides. */
function guess(text: string): unknown {
  if (isNumber(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function readJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw usageError(
      `Reading --param ${name}=${text}: ${messageOf(cause)}`,
      `The default is a list or an object, so the value is JSON, such as --param '${name}=[1,2]'.`,
    );
  }
}
