import { type SType, stypes } from "../dbn/index.ts";
import { InvalidParameterError } from "./errors.ts";

/** One symbol, a comma list, or a list; instrument ids may be numbers. `ALL_SYMBOLS` must be written out. */
export type SymbolsInput = string | number | readonly (string | number)[];

/** The service takes no more in one request. */
export const MOST_SYMBOLS = 2_000;

/** Symbol of a request for everything in a dataset. */
export const ALL_SYMBOLS = "ALL_SYMBOLS";

/**
 * One spelling for every way to write a list: upper case (the roll letter of a continuous symbol lower case, as the official
 * client writes it), each once, sorted, as the service does not care for the order.
 * @throws {InvalidParameterError} for an empty list and for more than {@link MOST_SYMBOLS}
 */
export function canonicalSymbols(input: SymbolsInput, stypeIn: SType): readonly string[] {
  const list = typeof input === "object" ? input : [input];
  const symbols = list
    .flatMap((entry) => String(entry).split(","))
    .map((text) => canonicalSymbol(text.trim(), stypeIn));
  if (symbols.length === 0 || symbols.includes("")) {
    const hint = `name the symbols, or write '${ALL_SYMBOLS}' when you mean every instrument of the dataset`;
    throw new InvalidParameterError("symbols", "Check 'symbols': found an empty one, expected at least one", hint);
  }
  const distinct = [...new Set(symbols)].sort();
  if (distinct.length > MOST_SYMBOLS) {
    const found = `Check 'symbols': found ${distinct.length}, expected at most ${MOST_SYMBOLS}`;
    throw new InvalidParameterError("symbols", found, "split the list over several requests");
  }
  return distinct;
}

function canonicalSymbol(symbol: string, stypeIn: SType): string {
  const upper = symbol.toUpperCase();
  if (stypeIn !== "continuous") return upper;
  return upper.replace(/\.([CNV])\.(\d+)$/, (_, roll: string, rank: string) => `.${roll.toLowerCase()}.${rank}`);
}

/** @throws {InvalidParameterError} for a word that is no symbology type */
export function checkSType(parameter: string, value: string): SType {
  const known = stypes.find((stype) => stype === value);
  if (known !== undefined) return known;
  const expected = "raw_symbol, instrument_id, parent or continuous";
  throw new InvalidParameterError(parameter, `Check '${parameter}': found '${value}', expected ${expected}`);
}
