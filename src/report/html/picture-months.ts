/** Returns of months as a table of colours, of years at its end. */

import { formatSigned, formatSignedPercent } from "../format.ts";
import type { PeriodReturn } from "../metrics/periods.ts";
import { label, picture, tag } from "./svg.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const COLUMN = 48;
const ROW = 34;
const HEAD_LINE = 17;
const FOOT_LINE = 17;
/** Below the last line, and between the heads and the first year. */
const GAP = 5;

/** Where things stand. */
interface Layout {
  readonly name: string;
  readonly width: number;
  /** Left edge of the first month of a row; the years stand before it. */
  readonly left: number;
  /** Months side by side. */
  readonly perRow: number;
  /** Left edge of the returns of years, and the row of its year that they stand in. */
  readonly total: { readonly x: number; readonly row: number };
  readonly foot: readonly string[];
}

const WIDE: Layout = {
  name: "months",
  width: 692,
  left: 52,
  perRow: 12,
  total: { x: 638, row: 0 },
  foot: ["Percent of equity. Dashed: the run began or ended inside it. Blank: no session."],
};

/** Two rows a year, for a telephone held upright. */
const NARROW: Layout = {
  name: "months-narrow",
  width: 348,
  left: 60,
  perRow: 6,
  total: { x: 2, row: 1 },
  foot: [
    "Percent of equity; below the year its own.",
    "Dashed: the run began or ended inside it.",
    "Blank: no session.",
  ],
};

/** Text stays readable on the fullest colour. */
const FAINTEST = 0.08;
const FULLEST = 0.55;

/**
 * The picture; an empty text when there is no month. A month without a session stays blank; one that is cut off has a dashed edge.
 * `narrow` is half as wide and gives each year two rows.
 */
export function monthsPicture(
  months: readonly PeriodReturn[],
  years: readonly PeriodReturn[],
  { narrow = false }: { readonly narrow?: boolean } = {},
): string {
  const names = [...new Set(months.map(({ period }) => period.slice(0, 4)))];
  if (names.length === 0) return "";
  const { name, width, left, perRow, total, foot } = narrow ? NARROW : WIDE;
  // One wild month must not wash out all others: colour is full from the 90th percentile on.
  const sizes = months.map((month) => Math.abs(month.return)).sort((a, b) => a - b);
  const full = sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.9))] || 1;
  const rows = MONTHS.length / perRow;
  const head = rows * HEAD_LINE + 2 * GAP - 1;
  const rowOf = (year: string, row = 0) => head + (names.indexOf(year) * rows + row) * ROW;
  const columnOf = (month: number) => left + (month % perRow) * COLUMN;
  const cells = months.map((month) => {
    const number = Number(month.period.slice(5, 7)) - 1;
    return cell(month, columnOf(number), rowOf(month.period.slice(0, 4), Math.floor(number / perRow)), full);
  });
  const totals = years
    .filter(({ period }) => names.includes(period))
    .map((year) => cell(year, total.x, rowOf(year.period, total.row), Number.POSITIVE_INFINITY));
  const bottom = head + names.length * rows * ROW;
  const positive = months.filter((month) => month.return > 0).length;
  return picture(
    {
      name,
      width,
      height: bottom + foot.length * FOOT_LINE + GAP,
      title: "Returns of months",
      description: `${positive} of ${months.length} months gained.`,
    },
    ...MONTHS.map((month, i) =>
      label(month, columnOf(i) + COLUMN / 2, HEAD_LINE * (1 + Math.floor(i / perRow)), { anchor: "middle" }),
    ),
    ...(narrow ? [] : [label("Year", total.x + COLUMN / 2, HEAD_LINE, { anchor: "middle" })]),
    ...names.map((year) => label(year, left - 10, rowOf(year) + ROW / 2 + 5, { anchor: "end", kind: "strong" })),
    ...cells,
    ...totals,
    ...foot.map((line, i) => label(line, narrow ? total.x : left, bottom + FOOT_LINE * (i + 1))),
  );
}

function cell(month: PeriodReturn, x: number, y: number, full: number): string {
  const strength = Math.min(1, Math.abs(month.return) / full);
  const kind = month.return > 0 ? "gain" : month.return < 0 ? "loss" : "none";
  const text = formatSigned(month.return * 100, Math.abs(month.return) >= 0.0995 ? 1 : 2);
  const words = `${month.period}: ${formatSignedPercent(month.return)}${month.partial ? ", in part" : ""}`;
  return tag(
    "g",
    {},
    tag("title", {}, words),
    tag("rect", {
      class: `cell ${kind}`,
      x,
      y,
      width: COLUMN,
      height: ROW,
      rx: 5,
      "fill-opacity": kind === "none" ? 0 : FAINTEST + (FULLEST - FAINTEST) * strength,
    }),
    ...(month.partial
      ? [tag("rect", { class: "partial", x: x + 3, y: y + 3, width: COLUMN - 6, height: ROW - 6, rx: 3 })]
      : []),
    label(text, x + COLUMN / 2, y + ROW / 2 + 5, { anchor: "middle", kind: "value" }),
  );
}
