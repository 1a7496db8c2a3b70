/** The fields of a form or a query string, checked one by one. */

import { fieldError } from "./api-error.ts";

/** Reads fields; each method throws an ApiError 422 that names the field. */
export class Fields {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  /** A field that may be missing; empty counts as missing. */
  optional(name: string): string | undefined {
    const value = this.#values.get(name)?.trim();
    return value === "" ? undefined : value;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw fieldError(name, "field required", "value_error.missing");
    return value;
  }

  /** One of a set of words. */
  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const permitted = words.map((candidate) => `'${candidate}'`).join(", ");
    throw fieldError(name, `value is not a valid enumeration member; permitted: ${permitted}`, "type_error.enum");
  }

  /** A boolean in any of the spellings the official clients send. */
  flag(name: string, otherwise = false): boolean {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    throw fieldError(name, "value could not be parsed to a boolean", "type_error.bool");
  }

  /** A whole number of at least 1. */
  count(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,19}$/.test(value)) {
      throw fieldError(name, "ensure this value is greater than 0", "value_error.number.not_gt");
    }
    return Number(value);
  }

  /** A comma list without blanks; undefined when the field is missing. */
  list(name: string): string[] | undefined {
    const items = this.optional(name)
      ?.split(",")
      .map((item) => item.trim());
    return items?.filter((item) => item !== "");
  }

  /** Every field as it came, for the request log. */
  all(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }
}
