/** Which column of a table is which: the names that files give to the columns of bars. */

import { InvalidDataError, InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

export const VALUE_NAMES = ["open", "high", "low", "close", "volume"] as const;
export type ValueName = (typeof VALUE_NAMES)[number];

/** Own names for columns, where the usual ones are not found. `volume: null` says that there is none: it is 0 throughout. */
export interface ColumnNames {
  readonly time?: string;
  readonly open?: string;
  readonly high?: string;
  readonly low?: string;
  readonly close?: string;
  readonly volume?: string | null;
  readonly symbol?: string;
}

/** Positions of the columns in a table. */
export interface ColumnLayout {
  readonly time: number;
  /** A second column with the time of day, when `time` holds the date only. */
  readonly clock: number | undefined;
  /** The name of the time column says that it is in UTC. */
  readonly timeIsUtc: boolean;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number | undefined;
  readonly symbol: number | undefined;
}

type Role = keyof ColumnNames;

/** Known names, the more telling ones first; compared without case, blanks at the ends, quotes and angle brackets. */
const KNOWN_NAMES: Readonly<Record<Role, readonly string[]>> = {
  time: [
    "ts_utc",
    "ts_event",
    "timestamp",
    "datetime",
    "date_time",
    "date time",
    "ts",
    "open_time",
    "time",
    "date",
    // An index that pandas writes without a name, to CSV and to Parquet.
    "",
    "__index_level_0__",
  ],
  open: ["open", "o"],
  high: ["high", "h"],
  low: ["low", "l"],
  close: ["close", "c", "last", "close/last"],
  volume: ["volume", "vol", "v"],
  symbol: ["symbol", "ticker", "contract", "raw_symbol"],
};

/**
 * Finds the columns of bars among `header`.
 * @throws InvalidDataError `invalid_file` when one is missing or stands twice, InvalidInputError `invalid_option` when an own name is
 * not there; both tell the columns found
 */
export function findColumns(header: readonly string[], own: ColumnNames, what: string): ColumnLayout {
  const names = header.map(plainName);
  const finder = new ColumnFinder(header, names, own, what);
  const missing: Role[] = [];
  const required = (role: Role): number => {
    const index = finder.find(role);
    if (index === undefined) missing.push(role);
    return index ?? -1;
  };
  const time = required("time");
  const [open, high, low, close] = [required("open"), required("high"), required("low"), required("close")];
  const volume = own.volume === null ? undefined : required("volume");
  if (missing.length > 0) throw missingColumns(missing, header, what);
  const pair = own.time === undefined && names[time] === "time" ? names.indexOf("date") : -1;
  return {
    time: pair >= 0 ? pair : time,
    clock: pair >= 0 ? time : undefined,
    timeIsUtc: /(^|_)utc$/.test(names[time] ?? ""),
    open,
    high,
    low,
    close,
    volume,
    symbol: finder.find("symbol"),
  };
}

function plainName(name: string): string {
  return name
    .trim()
    .replace(/^["'<]+|["'>]+$/g, "")
    .trim()
    .toLowerCase();
}

class ColumnFinder {
  readonly #header: readonly string[];
  readonly #names: readonly string[];
  readonly #own: ColumnNames;
  readonly #what: string;

  constructor(header: readonly string[], names: readonly string[], own: ColumnNames, what: string) {
    this.#header = header;
    this.#names = names;
    this.#own = own;
    this.#what = what;
  }

  find(role: Role): number | undefined {
    const own = this.#own[role];
    if (typeof own === "string") return this.#findOwn(role, own);
    for (const known of KNOWN_NAMES[role]) {
      const index = this.#indexOf(known);
      if (index !== undefined) return index;
      if (role === "time" && known === "ts_utc") {
        const utc = this.#names.findIndex((name) => name.endsWith("_utc"));
        if (utc >= 0) return utc;
      }
    }
    return undefined;
  }

  #findOwn(role: Role, own: string): number {
    const exact = this.#header.findIndex((name) => name.trim() === own);
    const index = exact >= 0 ? exact : this.#indexOf(plainName(own));
    if (index !== undefined) return index;
    throw new InvalidInputError("invalid_option", `${this.#what}: there is no column '${own}' for ${role}`, {
      hint: suggestWord(own, this.#header),
    });
  }

  #indexOf(name: string): number | undefined {
    const index = this.#names.indexOf(name);
    if (index < 0) return undefined;
    if (name !== "" && this.#names.indexOf(name, index + 1) >= 0) {
      throw new InvalidDataError(
        "invalid_file",
        `${this.#what}: the column '${name}' stands twice`,
        [{ message: `column '${name}' stands twice`, column: name }],
        { hint: "Rename one of them, or name the column that is meant with the option columns." },
      );
    }
    return index;
  }
}

function missingColumns(missing: readonly Role[], header: readonly string[], what: string): InvalidDataError {
  const roles = missing.join(", ");
  const found = header.map((name) => name.trim()).join(", ");
  const first = missing[0] ?? "close";
  const free = freeName(header);
  const named = free === undefined ? undefined : `Name it, for example columns: { ${first}: '${free}' }.`;
  const onlyVolume = first === "volume" && missing.length === 1;
  const none = onlyVolume ? "If the file has no volume, pass columns: { volume: null }." : undefined;
  return new InvalidDataError(
    "invalid_file",
    `${what}: no column for ${roles}; found ${found}`,
    missing.map((role) => ({ message: `no column for ${role}`, column: role })),
    { hint: [named, none].filter((words) => words !== undefined).join(" ") || NO_HEADER },
  );
}

const NO_HEADER =
  "Bars need time, open, high, low, close and volume, with their names in the first line; other names are told with columns: { close: 'name' }.";

/** The last column that has no usual name, and may be what is missing; a number is a cell of a file without a header. */
function freeName(header: readonly string[]): string | undefined {
  const usual = new Set(Object.values(KNOWN_NAMES).flat());
  return header.map((name) => name.trim()).findLast((name) => !usual.has(plainName(name)) && !(Number(name) >= 0));
}
