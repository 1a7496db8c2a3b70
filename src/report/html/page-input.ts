/** What a page is made of: the files of a run, and what only the run itself knows. */

import type { EquityCurve, RunOutcome, TradedBars } from "../../market/run-outcome.ts";
import type { CodeState } from "../config-file.ts";
import { runFiles } from "../files.ts";
import type { Statistics } from "../metrics/statistics.ts";
import { resultDocument } from "../result-json.ts";
import type { RunReview } from "../review/review.ts";
import { fitBars, type PageBars } from "./coarsen.ts";
import { type Drawing, type Pack, packDrawing } from "./drawing.ts";
import type { RunDocument } from "./run-document.ts";
import { parseTable, type TextTable } from "./table-text.ts";

/** One run, ready to be shown. A saved run gives the same as the run itself did. */
export interface PageInput {
  readonly document: RunDocument;
  readonly equity: EquityCurve;
  /** The CSV files that the page offers, by file name. */
  readonly tables: Readonly<Record<string, TextTable>>;
  readonly drawing: Drawing;
  /** The other files that the page offers, by file name: `PAGE_TEXTS`, as far as the run has them. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Files whose rows the page holds. */
export const PAGE_TABLES = [
  "trades.csv",
  "orders.csv",
  "fills.csv",
  "cashflows.csv",
  "traces.csv",
  "sessions.csv",
  "positions.csv",
  "rolls.csv",
  "markers.csv",
];

/** `code.patch` is not among them: pages are sent around, and the code of a strategy is nobody else's. */
export const PAGE_TEXTS = ["config.resolved.json", "run.log"];

/**
 * The input of a run that has just ended.
 * @param code state of the code it was made with, where it is known
 */
export function pageInputOf(
  outcome: RunOutcome,
  statistics: Statistics,
  review: RunReview,
  pack: Pack,
  code?: CodeState,
): PageInput {
  const files = runFiles(outcome, statistics, review, code);
  const held = PAGE_TABLES.flatMap((name) => files.filter((file) => file.name === name));
  return {
    document: resultDocument(outcome, statistics, review) as unknown as RunDocument,
    equity: outcome.equity,
    tables: Object.fromEntries(held.map(({ name, text }) => [name, parseTable(text)])),
    drawing: packDrawing(fitBars(inGivenOrder(outcome).map(pageBars)), outcome, pack),
    texts: Object.fromEntries(
      PAGE_TEXTS.flatMap((name) => files.filter((file) => file.name === name)).map(({ name, text }) => [name, text]),
    ),
  };
}

/** The candles that are shown first are those of the asset that was named first; assets nobody named come last. */
function inGivenOrder({ tradedBars = [], settings }: RunOutcome): readonly TradedBars[] {
  const places = new Map(settings.assets.map((key, place) => [key, place]));
  const placeOf = ({ asset }: TradedBars) => places.get(asset.key) ?? places.size;
  return tradedBars.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function pageBars({ asset, timestep, rolls = [], time, open, high, low, close, volume }: TradedBars): PageBars {
  const told = rolls.map((roll) => ({ time: roll.time, text: `${roll.from} to ${roll.to}` }));
  return { asset: asset.key, step: timestep.milliseconds, rolls: told, time, open, high, low, close, volume };
}
