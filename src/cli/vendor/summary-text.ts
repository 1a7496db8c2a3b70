import { dollars } from "../../databento/index.ts";
import { megabytes } from "./download-progress.ts";
import type { AssetSummary } from "./fetch-summary.ts";
import type { SessionGaps } from "./session-gaps.ts";

/** Trade dates that are listed; the rest is counted. */
const MOST_LISTED = 5;

/** What a fetch came to. */
export interface FetchOutcome {
  readonly simulated: boolean;
  /** US$ paid now, and for how many requests. */
  readonly paid: number;
  readonly purchases: number;
  readonly assets: readonly AssetSummary[];
  readonly notes: readonly string[];
}

/** The summary of a fetch, a block an asset. */
export function summaryText({ simulated, paid, purchases, assets, notes }: FetchOutcome): string {
  const title = simulated ? ["[SIMULATED]"] : [];
  const total = `${dollars(paid)} paid for ${purchases} request${purchases === 1 ? "" : "s"}`;
  return `${[...title, ...assets.flatMap(assetLines), ...notes.map((note) => `! ${note}`), total].join("\n")}\n`;
}

function assetLines(summary: AssetSummary): readonly string[] {
  const { asset, error, hint, folder, symbols } = summary;
  if (error !== null) return [`${asset}  FAILED: ${error}`, ...(hint === null ? [] : [`  hint: ${hint}`])];
  const conditions = listed(summary.conditions);
  return [
    `${asset}  ${rowsText(summary)}`,
    `  ${sizeText(summary)}`,
    ...(summary.gaps === null ? [] : [`  ${gapsText(summary.gaps)}`]),
    ...(conditions === "" ? [] : [`  reduced quality, as Databento says: ${conditions}`]),
    ...(folder === null ? [] : [`  ${folder}/ (${listed(symbols)})`]),
  ];
}

function rowsText({ rows, first, last }: AssetSummary): string {
  if (rows === null) return "fetched";
  if (rows === 0) return "no rows: nothing traded, or nothing is available in this span";
  return `${rows.toLocaleString("en-US")} rows, ${first} to ${last}`;
}

function sizeText({ bytes, csvBytes }: AssetSummary): string {
  const raw = `${megabytes(bytes)} MB as DBN`;
  if (csvBytes === null || bytes === 0) return raw;
  return `${raw}, ${megabytes(csvBytes)} MB as CSV would be (${(csvBytes / bytes).toFixed(1)} times as large)`;
}

function gapsText({ sessions, withoutBars, bars, expectedBars, outside }: SessionGaps): string {
  const share = expectedBars === 0 ? "-" : `${((bars / expectedBars) * 100).toFixed(1)} %`;
  const without =
    withoutBars.length === 0 ? "none without bars" : `${withoutBars.length} without bars: ${listed(withoutBars)}`;
  const closed = outside === 0 ? "" : `; ${outside} bars while the exchange is closed`;
  return `${sessions} sessions, ${without}; bars for ${share} of their steps${closed}`;
}

function listed(words: readonly string[]): string {
  const first = words.slice(0, MOST_LISTED).join(", ");
  return words.length > MOST_LISTED ? `${first} and ${words.length - MOST_LISTED} more` : first;
}
