import { suggestWord } from "../market/nearest.ts";
import { usageError } from "./usage-error.ts";

const ROLES = ["time", "open", "high", "low", "close", "volume", "symbol"];

/**
 * Reads `--column close=px_last` pairs: what a file calls its columns. `volume=` says that there is none.
 * @throws BacklitError `invalid_argument`
 */
export function readColumns(pairs: readonly string[]): Readonly<Record<string, string | null>> {
  return Object.fromEntries(pairs.map(readColumn));
}

function readColumn(pair: string): readonly [string, string | null] {
  const [, role = "", header = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
  if (!ROLES.includes(role)) {
    const [word = ""] = pair.split("=", 1);
    const found = pair.includes("=") ? `'${word}' is not a column of bars` : "expected column=header";
    throw usageError(`Reading --column ${pair}: ${found}`, suggestWord(word, ROLES));
  }
  return [role, role === "volume" && header === "" ? null : header];
}
