import { InvalidInputError } from "./errors.ts";
import { DAY, HOUR, MINUTE, MONTH, SECOND, WEEK } from "./time.ts";

export type TimestepUnit = "second" | "minute" | "hour" | "day" | "week" | "month";

/** Length of a bar or of a pause. Equal steps are the same object, so `===` compares them. */
export interface Timestep {
  /** Shortest spelling: `1s` `5m` `4h` `1d` `1w` `1mo`. */
  readonly name: string;
  readonly unit: TimestepUnit;
  /** How many units, a whole number from 1. */
  readonly count: number;
  /** Length in milliseconds; a day is 24 hours, a week 7 days, a month 31 days, the longest there is. */
  readonly milliseconds: number;
}

/** Anything that names a step: `"5m"`, `"5 minutes"`, `"minute"`, or a `Timestep`. */
export type TimestepLike = string | Timestep;

const UNITS: Record<
  TimestepUnit,
  { readonly letter: string; readonly milliseconds: number; readonly words: readonly string[] }
> = {
  second: { letter: "s", milliseconds: SECOND, words: ["s", "sec", "secs", "second", "seconds"] },
  minute: { letter: "m", milliseconds: MINUTE, words: ["m", "min", "mins", "minute", "minutes"] },
  hour: { letter: "h", milliseconds: HOUR, words: ["h", "hr", "hrs", "hour", "hours"] },
  day: { letter: "d", milliseconds: DAY, words: ["d", "day", "days"] },
  week: { letter: "w", milliseconds: WEEK, words: ["w", "wk", "week", "weeks"] },
  month: { letter: "mo", milliseconds: MONTH, words: ["mo", "month", "months"] },
};

const UNIT_OF_WORD = new Map<string, TimestepUnit>();
for (const unit of Object.keys(UNITS) as TimestepUnit[]) {
  for (const word of UNITS[unit].words) UNIT_OF_WORD.set(word, unit);
}

/** Lumibot writes pauses in capitals, where `M` is the minute: `10S`, `5M`, `1H`, `1D`. */
const UNIT_OF_SLEEPTIME_LETTER = new Map<string, TimestepUnit>([
  ["S", "second"],
  ["M", "minute"],
  ["T", "minute"],
  ["H", "hour"],
  ["D", "day"],
  ["W", "week"],
]);

const KNOWN_FORMS = "Use for example '1m', '5 minutes', 'hour', '4h', 'day', '1d', '1s', 'week' or '1mo'.";
const interned = new Map<string, Timestep>();

/** The step of `count` units. */
export function timestep(count: number, unit: TimestepUnit): Timestep {
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError(
      "invalid_timestep",
      `Reading a timestep: the count was ${count}, expected a whole number from 1`,
      {
        hint: KNOWN_FORMS,
      },
    );
  }
  const name = `${count}${UNITS[unit].letter}`;
  const known = interned.get(name);
  if (known !== undefined) return known;
  const step: Timestep = Object.freeze({ name, unit, count, milliseconds: count * UNITS[unit].milliseconds });
  interned.set(name, step);
  return step;
}

/**
 * Reads a bar length. The unit's letter is lower case: `1m` is a minute, and `1M`, which others read as a month, is refused.
 * @throws InvalidInputError `invalid_timestep`, naming the nearest right words
 */
export function parseTimestep(text: TimestepLike): Timestep {
  if (typeof text !== "string") return timestep(text.count, text.unit);
  const match = /^\s*(\d*)\s*([A-Za-z]+)\s*$/.exec(text);
  const word = match?.[2] ?? "";
  if (/^M$/.test(word)) {
    const count = match?.[1] || "1";
    throw new InvalidInputError(
      "invalid_timestep",
      `Reading the timestep '${text}': 'M' means minutes to some and months to others`,
      {
        hint: `Write '${count}m' or '${count} minutes' for minutes, '${count}mo' or '${count} months' for months.`,
      },
    );
  }
  const unit = UNIT_OF_WORD.get(word.length === 1 ? word : word.toLowerCase());
  if (match === null || unit === undefined) {
    throw new InvalidInputError("invalid_timestep", `Reading the timestep '${text}': expected a count and a unit`, {
      hint: KNOWN_FORMS,
    });
  }
  return timestep(match[1] === "" ? 1 : Number(match[1]), unit);
}

/**
 * Reads the pause between two iterations: everything `parseTimestep` reads, Lumibot's capitals (`"10S" "5M" "1H" "1D"`), and a
 * number, which counts minutes. Months have no one length and are no pause.
 * @throws InvalidInputError `invalid_timestep`
 */
export function parseSleeptime(value: TimestepLike | number): Timestep {
  if (typeof value === "number") return timestep(value, "minute");
  if (typeof value === "string") {
    const match = /^\s*(\d+)\s*([SMTHDW])\s*$/.exec(value);
    const unit = match === null ? undefined : UNIT_OF_SLEEPTIME_LETTER.get(match[2] ?? "");
    if (match !== null && unit !== undefined) return timestep(Number(match[1]), unit);
  }
  const step = parseTimestep(value);
  if (step.unit !== "month") return step;
  throw new InvalidInputError(
    "invalid_timestep",
    `Reading the sleeptime '${step.name}': a pause is at most weeks long`,
    {
      hint: "Use '1d' or '1w' and ask in the hook whether the month is a new one.",
    },
  );
}
