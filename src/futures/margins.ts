/** What the table knows of a future's margin on a date. */

import { MARGIN_TABLE } from "./margin-table.ts";

/** Margin of one contract, in the contract's currency. */
export interface DatedMargin {
  /** ISO date from which it held. */
  readonly validFrom: string;
  readonly initial: number;
  readonly maintenance: number;
}

/**
 * Initial margin as a fraction of the contract's value, by calendar, where no figure is known: rough, and mostly more than an exchange
 * asks. The maintenance margin is taken to be the same.
 */
const MARGIN_FRACTION = {
  CME_RATES: 0.05,
  CME_FX: 0.05,
  CME_CRYPTO: 0.5,
  CFE: 0.5,
} as const satisfies Readonly<Record<string, number>>;

/** The same for every other calendar. */
const OTHER_FRACTION = 0.1;

const parsed = new Map<string, readonly DatedMargin[]>();

/** The margin of a root on a date (ISO), after the end of the table its last one; undefined where it has none, or none so early. */
export function marginOn(root: string, isoDate: string): DatedMargin | undefined {
  return marginsOf(root).findLast(({ validFrom }) => validFrom <= isoDate);
}

/** The fraction of its value taken for a future on a calendar. */
export function marginFraction(calendarName: string): number {
  return (MARGIN_FRACTION as Readonly<Record<string, number>>)[calendarName] ?? OTHER_FRACTION;
}

function marginsOf(root: string): readonly DatedMargin[] {
  const known = parsed.get(root);
  if (known !== undefined) return known;
  const text = Object.hasOwn(MARGIN_TABLE, root) ? (MARGIN_TABLE[root] ?? "") : "";
  const rows = text === "" ? [] : text.split(" ").map(readRow);
  parsed.set(root, rows);
  return rows;
}

function readRow(row: string): DatedMargin {
  const [date = "", figures = ""] = row.split(":");
  const [initial = Number.NaN, maintenance = Number.NaN] = figures.split("/").map(Number);
  return { validFrom: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`, initial, maintenance };
}
