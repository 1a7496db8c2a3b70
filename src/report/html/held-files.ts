/** Which files of a run its page holds, so that it can hand them out as the same bytes. */

import { type Block, block, type Drawing, type Pack } from "./drawing.ts";
import { type PackedCurve, packCurve } from "./pack.ts";
import type { PageInput } from "./page-input.ts";
import type { TextTable } from "./table-text.ts";

/** Tables that the page draws from are always there, whatever they weigh. */
const DRAWN_FROM = new Set(["trades.csv", "orders.csv", "fills.csv"]);
/** Rows beyond which other tables stay out, markers are thinned, and values that lie on no grid are rounded. */
const MOST_ROWS = 50_000;
/** Characters of a text that is handed out. */
const LONGEST_TEXT = 1_000_000;

export interface HeldFiles {
  /** What the page's program reads. */
  readonly data: {
    readonly equity: Block<PackedCurve>;
    /** Null where `equity.csv` could not be given to the last digit. */
    readonly cash: Block<PackedCurve> | null;
    /** By file name, packed JSON. */
    readonly tables: Readonly<Record<string, string>>;
    /** By file name, packed. */
    readonly texts: Readonly<Record<string, string>>;
  };
  /** Names of the files in the order in which they are offered. */
  readonly offered: readonly string[];
  /** Names of those that the run has and the page does not. */
  readonly left: readonly string[];
}

export function holdFiles({ document, equity, tables, drawing, texts }: PageInput, pack: Pack): HeldFiles {
  const text = (words: string) => pack(new TextEncoder().encode(words));
  const toTheDigit = equity.time.length <= MOST_ROWS;
  const value = packCurve(equity.time, equity.value, toTheDigit);
  const cash = packCurve(equity.time, equity.cash, toTheDigit);
  const wholeEquity = isWhole(value) && isWhole(cash) && equity.time.every(Number.isInteger);
  const isHeld = (name: string, { rows }: TextTable) => DRAWN_FROM.has(name) || rows.length <= MOST_ROWS;
  const held = Object.entries(tables).flatMap(([name, table]) =>
    isHeld(name, table) ? [[name, table] as const] : name === "markers.csv" ? [[name, thinned(table)] as const] : [],
  );
  const { counts } = document;
  const there: readonly (readonly [name: string, exists: boolean, held: boolean])[] = [
    ["result.json", true, true],
    ["equity.csv", true, wholeEquity],
    ...Object.entries(tables).map(([name, table]) => [name, true, isHeld(name, table)] as const),
    ["lines.csv", (counts["lines"] ?? 0) > 0, areWhole(drawing.lines, counts["lines"])],
    ["ohlc.csv", (counts["ohlc"] ?? 0) > 0, areWhole(drawing.ohlc, counts["ohlc"])],
    ...Object.entries(texts).map(([name, { length }]) => [name, true, length <= LONGEST_TEXT] as const),
  ];
  const names = (wanted: boolean) => there.filter(([, exists, has]) => exists && has === wanted).map(([name]) => name);
  return {
    data: {
      equity: block(value, pack),
      cash: wholeEquity ? block(cash, pack) : null,
      tables: Object.fromEntries(held.map(([name, table]) => [name, text(JSON.stringify(table))])),
      texts: Object.fromEntries(
        Object.entries(texts).flatMap(([name, words]) => (words.length > LONGEST_TEXT ? [] : [[name, text(words)]])),
      ),
    },
    offered: names(true),
    left: names(false),
  };
}

function isWhole({ value }: PackedCurve): boolean {
  return value === null || value.exact;
}

/** So many rows, evenly taken. */
function thinned({ columns, rows }: TextTable): TextTable {
  const every = Math.ceil(rows.length / MOST_ROWS);
  return { columns, rows: rows.filter((_, row) => row % every === 0) };
}

/** All the drawn series are there, each with every point. */
function areWhole(series: Drawing["lines"] | Drawing["ohlc"], count: number | undefined): boolean {
  return series.length === count && series.every(({ whole }) => whole);
}
