/** Returns of months as a table of colours, of years at its end. */

import { formatSigned, formatSignedPercent } from "../format.ts";
import type { PeriodReturn } from "../metrics/periods.ts";
import { label, picture, tag } from "./svg.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const WIDTH = 692;
const LEFT = 52;
const COLUMN = 48;
const YEAR_GAP = 10;
const HEAD = 26;
const ROW = 34;
const FOOT = 22;
/** Text stays readable on the fullest colour. */
const FAINTEST = 0.08;
const FULLEST = 0.55;

/** The picture; an empty text when there is no month. A month without a session stays blank; one that is cut off has a dashed edge. */
export function monthsPicture(months: readonly PeriodReturn[], years: readonly PeriodReturn[]): string {
  const names = [...new Set(months.map(({ period }) => period.slice(0, 4)))];
  if (names.length === 0) return "";
  // One wild month must not wash out all others: colour is full from the 90th percentile on.
  const sizes = months.map((month) => Math.abs(month.return)).sort((a, b) => a - b);
  const full = sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.9))] || 1;
  const rowOf = (year: string) => HEAD + names.indexOf(year) * ROW;
  const cells = months.map((month) =>
    cell(month, LEFT + (Number(month.period.slice(5, 7)) - 1) * COLUMN, rowOf(month.period.slice(0, 4)), full),
  );
  const totals = years
    .filter(({ period }) => names.includes(period))
    .map((year) => cell(year, LEFT + 12 * COLUMN + YEAR_GAP, rowOf(year.period), Number.POSITIVE_INFINITY));
  const height = HEAD + names.length * ROW + FOOT;
  const positive = months.filter((month) => month.return > 0).length;
  return picture(
    {
      name: "months",
      width: WIDTH,
      height,
      title: "Returns of months",
      description: `${positive} of ${months.length} months gained.`,
    },
    ...MONTHS.map((name, i) => label(name, LEFT + (i + 0.5) * COLUMN, HEAD - 9, { anchor: "middle" })),
    label("Year", LEFT + 12.5 * COLUMN + YEAR_GAP, HEAD - 9, { anchor: "middle" }),
    ...names.map((year) => label(year, LEFT - 10, rowOf(year) + ROW / 2 + 5, { anchor: "end", kind: "strong" })),
    ...cells,
    ...totals,
    label("Percent of equity. Dashed: the run began or ended inside it. Blank: no session.", LEFT, height - 5),
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
