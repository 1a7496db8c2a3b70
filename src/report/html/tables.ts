/** Tables of a run that the page holds as HTML. */

import { formatCount, formatMoney, formatNumber, formatPercent } from "../format.ts";
import { escapeHtml } from "./escape.ts";
import type { DrawdownRow, EventRow, RunDocument } from "./run-document.ts";
import { table } from "./sections.ts";
import { metricText, signedMetricText, toneOf, withMinus } from "./words.ts";

const LISTED_EVENTS = 300;
const LISTED_REFUSALS = 100;
const LISTED_GROUPS = 60;
const LISTED_SERIES = 20;

export function drawdownTable(rows: readonly DrawdownRow[]): string {
  if (rows.length === 0) return "";
  const body = rows.map(
    ({ peakTime, valleyTime, recoveryTime, depth, money, days, daysToValley, daysToRecover, samples }) =>
      `<tr><td class="text whole">${peakTime.slice(0, 10)}</td><td class="text whole">${valleyTime.slice(0, 10)}</td>` +
      `<td class="text whole">${recoveryTime?.slice(0, 10) ?? "not yet"}</td><td class="loss">${withMinus(formatPercent(depth))}</td>` +
      `<td>${withMinus(formatMoney(money))}</td><td>${metricText(daysToValley, "days")}</td><td>${metricText(daysToRecover, "days")}</td>` +
      `<td>${metricText(days, "days")}</td><td>${metricText(samples, "count")}</td></tr>`,
  );
  return table(
    ["Peak", "Valley", "Recovered", "Depth", "Money", "To the valley", "From there", "In all", "Sessions"],
    body,
    "Deepest drawdowns at session closes",
  );
}

/** By side, by what ended them, and by asset. */
export function tradeSummaries(run: RunDocument): string {
  const rows = [
    ["Long", run.long] as const,
    ["Short", run.short] as const,
    ...Object.entries(run.byExitReason).map(
      ([reason, summary]) => [`Ended by ${reason.replaceAll("_", " ")}`, summary] as const,
    ),
    ...Object.entries(run.byAsset),
  ];
  const traded = rows.filter(([, { trades }]) => trades > 0);
  const shown = traded.slice(0, LISTED_GROUPS);
  const left = traded.length - shown.length;
  const body = shown.map(
    ([name, summary]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${formatNumber(summary.trades, 0)}</td><td>${metricText(summary.winRate, "fraction")}</td>` +
      `<td class="${toneOf(summary.pnl)}">${signedMetricText(summary.pnl, "money")}</td><td>${metricText(summary.profitFactor, "ratio")}</td>` +
      `<td>${signedMetricText(summary.expectancy, "money")}</td><td>${metricText(summary.fees, "money")}</td></tr>`,
  );
  const { openTrades = 0, openPnl = null } = run.stats;
  if ((openTrades ?? 0) > 0) body.push(openRow(openTrades ?? 0, openPnl));
  if (body.length === 0) return "";
  return (
    table(
      ["", "Trades", "Won", "Result", "Profit factor", "Expectancy", "Fees"],
      body,
      "Trades by side, exit and asset",
    ) + (left > 0 ? `<p class="note">${formatCount(left, "more asset")} in result.json.</p>` : "")
  );
}

/** Trades that the run left open have a result so far, and nothing that only an end can give. */
function openRow(trades: number, pnl: number | null): string {
  const unknown = `<td>${metricText(null, "ratio")}</td>`;
  return (
    `<tr><th scope="row">Still open at the end</th><td>${formatNumber(trades, 0)}</td>${unknown}` +
    `<td class="${toneOf(pnl)}">${signedMetricText(pnl, "money")}</td>${unknown.repeat(3)}</tr>`
  );
}

/** Orders that were refused: how many for which reason, and each of them. */
export function refusals(events: readonly EventRow[]): string {
  const refused = events.filter(({ code }) => code === "order_refused");
  if (refused.length === 0) return "";
  const reasons = new Map<string, EventRow[]>();
  for (const event of refused) {
    const reason = event.reason ?? "unknown";
    reasons.set(reason, [...(reasons.get(reason) ?? []), event]);
  }
  const body = [...reasons].map(
    ([reason, list]) =>
      `<tr><th scope="row"><code>${escapeHtml(reason)}</code></th><td>${formatNumber(list.length, 0)}</td>` +
      `<td class="text whole">${escapeHtml(list[0]?.time ?? "")}</td><td class="text">${escapeHtml(list[0]?.message ?? "")}</td></tr>`,
  );
  return (
    table(["Reason", "Orders", "First", "What it said"], body, `${formatCount(refused.length, "order")} refused`) +
    eventList(refused, LISTED_REFUSALS, "Every refusal")
  );
}

/** Everything else worth knowing, warnings and errors first in view. */
export function events(run: RunDocument): string {
  const others = run.events.filter(({ code }) => code !== "order_refused");
  const loud = others.filter(({ level }) => level !== "info");
  const quiet = others.filter(({ level }) => level === "info");
  return eventList(loud, LISTED_EVENTS, "Warnings and errors", true) + eventList(quiet, LISTED_EVENTS, "Information");
}

function eventList(list: readonly EventRow[], most: number, title: string, open = false): string {
  if (list.length === 0) return "";
  const rows = list
    .slice(0, most)
    .map(
      ({ time, level, code, message }) =>
        `<tr class="${level}"><td class="text whole">${escapeHtml(time)}</td><td class="text whole">${level}</td><td class="text whole"><code>${escapeHtml(code)}</code></td><td class="text">${escapeHtml(message)}</td></tr>`,
    );
  const rest = list.length > most ? `<p class="note">${list.length - most} more in result.json.</p>` : "";
  return (
    `<details${open ? " open" : ""}><summary>${escapeHtml(title)} (${formatNumber(list.length, 0)})</summary>` +
    `${table(["Time (UTC)", "Level", "Code", "Message"], rows, title)}${rest}</details>`
  );
}

/** What the numbers rest on: notes of the source (rows left out, money paid), and every series. */
export function dataTable(run: RunDocument): string {
  const notes = run.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("");
  return (notes === "" ? "" : `<ul class="notes">${notes}</ul>`) + seriesTable(run);
}

function seriesTable(run: RunDocument): string {
  const rows = run.data.map(
    (entry) =>
      `<tr><th scope="row">${escapeHtml(entry.asset)}</th><td class="text">${escapeHtml([entry.timestep, entry.part ?? []].flat().join(", "))}</td><td class="text">${escapeHtml(entry.source)}</td>` +
      `<td>${formatNumber(entry.rows, 0)}</td><td class="text whole">${escapeHtml(entry.first ?? "–")}</td><td class="text whole">${escapeHtml(entry.last ?? "–")}</td><td class="text"><code>${escapeHtml(entry.hash)}</code></td></tr>`,
  );
  if (rows.length === 0) return `<p>No data was used.</p>`;
  const shown = rows.slice(0, LISTED_SERIES);
  const rest =
    rows.length > LISTED_SERIES
      ? `<details><summary>${rows.length - LISTED_SERIES} more series</summary>${table(DATA_HEADS, rows.slice(LISTED_SERIES), "More series")}</details>`
      : "";
  return table(DATA_HEADS, shown, "Series of bars and their fingerprints") + rest;
}

const DATA_HEADS = ["Asset", "Bars", "Source", "Rows", "First", "Last", "Fingerprint"];

export function conventions(run: RunDocument): string {
  const items = Object.values(run.conventions).map((text) => `<li>${escapeHtml(text)}</li>`);
  return `<details><summary>Rules behind the numbers</summary><ul class="notes">${items.join("")}</ul></details>`;
}
