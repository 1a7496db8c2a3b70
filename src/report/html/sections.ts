/** The frame of every part of the page, and its head: what was run, on what terms, and how far to trust it. */

import { formatCount, formatMoney, formatNumber, formatPercent } from "../format.ts";
import { spanDates } from "../run-zone.ts";
import { escapeHtml } from "./escape.ts";
import type { RunDocument } from "./run-document.ts";

const LONGEST_TERM = 120;

/** A heading with what belongs under it. Nothing at all where there is nothing to show. */
export function section(id: string, title: string, body: string, note = ""): string {
  if (body === "") return "";
  const words = note === "" ? "" : `<p class="note">${escapeHtml(note)}</p>`;
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeHtml(title)}</h2>${words}${body}</section>`;
}

/** From when to when, on the clock of the run. */
export function spanText(settings: RunDocument["settings"]): string {
  const { start, end } = spanDates(settings);
  return `${start} to ${end}`;
}

/** Name, span, notices and the facts that decide how far to trust the numbers. @param code as for `facts` */
export function header(run: RunDocument, code: string): string {
  const { settings, status, notice, basis, stats } = run;
  const terms = [
    parameterText(settings.parameters),
    `${formatMoney(settings.budget)} ${settings.currency} at the start`,
    `data from ${settings.source}${stats.dataCost == null ? "" : `, $${formatNumber(stats.dataCost)} paid`}`,
    settings.fill === "next-open" ? "orders fill at the next open" : "orders fill at the same close",
    `${settings.calendar}, ${formatNumber(basis.periodsPerYear, 0)} periods a year`,
    `risk-free ${formatPercent(basis.riskFree)}`,
    ...(code === "" ? [] : [code]),
  ];
  const tags = [notice, status === "PARTIAL" ? "PARTIAL" : null].filter((word) => word !== null);
  return (
    `<div class="title"><h1>${escapeHtml(settings.strategy)}</h1>` +
    tags.map((word) => `<strong class="tag">${escapeHtml(word)}</strong>`).join("") +
    `</div><p class="span">${escapeHtml(spanText(settings))}` +
    ` · ${escapeHtml(settings.assets.slice(0, 4).join(", "))}${settings.assets.length > 4 ? ` and ${settings.assets.length - 4} more` : ""}` +
    ` · ${formatCount(run.counts["bars"] ?? 0, "bar")}</p>` +
    `<p class="span">${escapeHtml(terse(terms).join(" · "))} · <a href="#run">all settings</a></p>`
  );
}

/** Without `none`, and no word longer than a line. */
function terse(words: readonly string[]): readonly string[] {
  return words
    .filter((text) => text !== "none")
    .map((text) => (text.length > LONGEST_TERM ? `${text.slice(0, LONGEST_TERM)}…` : text));
}

/** What stands over the figures when they must not be taken at their face. */
export function banners(run: RunDocument): string {
  const { stats } = run;
  const ruined = run.undefined.sharpe?.includes("ruined") === true;
  const texts = [
    ...(ruined ? [`Ruin. ${sentence(run.undefined.sharpe ?? "")} Ratios do not exist; money stands as it is.`] : []),
    ...(stats.finalEquity === null ? [`No equity to speak of: ${run.undefined.finalEquity ?? "unknown"}.`] : []),
    ...(run.status === "PARTIAL" ? ["PARTIAL: the run ended before its time; everything is up to that instant."] : []),
    ...(run.notice === null ? [] : [`${run.notice} data: no market ever traded these prices.`]),
  ];
  return texts.map((text) => `<p class="banner" role="alert">${escapeHtml(text)}</p>`).join("");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** How the run was made, as name and value. @param code what is known of the strategy's code, in words */
export function facts(run: RunDocument, code: string): string {
  const { settings, basis } = run;
  const sources = [...new Set(run.data.map((entry) => `${entry.source} ${entry.timestep}`))];
  const rows: readonly (readonly [string, string])[] = [
    ["Data", `${sources.join(", ") || settings.source}${run.notice === null ? "" : ` (${run.notice})`}`],
    ["Account", `${formatMoney(settings.budget)} at the start`],
    ["Fees, buying", terms(settings.buyTradingFees)],
    ["Fees, selling", terms(settings.sellTradingFees)],
    ["Slippage", settings.slippage === null ? "none" : terms([settings.slippage])],
    ["Market orders fill", settings.fill === "next-open" ? "at the next bar's open" : "at the same bar's close"],
    ["Inside a bar", pathWords(settings.intrabar)],
    ["Limit orders fill", settings.limitFill === "touch" ? "at a touch" : "a tick beyond"],
    ["Trades are matched", settings.tradeMatching === "fifo" ? "oldest entries first" : "from flat to flat"],
    ["Calendar", settings.calendar],
    ["Iterations", `every ${settings.sleeptime}`],
    ["Periods a year", `${formatNumber(basis.periodsPerYear, 0)} (${basis.periodsPerYearText})`],
    ["Risk-free rate", `${formatPercent(basis.riskFree)} a year`],
    ["Benchmark", benchmarkWords(run)],
    ["Parameters", parameterText(settings.parameters)],
    ["Seed", String(settings.seed)],
    ...(code === "" ? [] : [["Code", code] as const]),
    ...otherSettings(settings),
  ];
  return `<dl class="facts">${rows.map(([name, text]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`).join("")}</dl>`;
}

/** Its name, and how much of the run it covers where that is not all. */
function benchmarkWords({ basis, stats }: RunDocument): string {
  const { benchmark, comparedSessions } = basis;
  const sessions = stats.sessions ?? 0;
  if (benchmark === null) return "none";
  return comparedSessions == null || comparedSessions === sessions
    ? benchmark
    : `${benchmark}, in ${comparedSessions} of ${formatCount(sessions, "session")}`;
}

const NAMED_SETTINGS = new Set([
  ..."strategy parameters start end source assets budget sleeptime market calendar timezone fill intrabar limitFill tradeMatching".split(
    " ",
  ),
  ..."buyTradingFees sellTradingFees slippage benchmarkAsset riskFreeRate seed".split(" "),
]);

/** Values that say that a setting was not used. */
const NOTHING = new Set<string | undefined>(["null", "false", "0", "[]", "{}", '"splits"', undefined]);

/** Settings that have no words of their own here: by name, where they are set. */
function otherSettings(settings: RunDocument["settings"]): readonly (readonly [string, string])[] {
  return Object.entries(settings)
    .filter(([name, value]) => !NAMED_SETTINGS.has(name) && !NOTHING.has(JSON.stringify(value)))
    .map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase()),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
}

/** Fees and slippage in words: `2.25 per contract and 0.01 % of the money traded`. */
function terms(list: readonly unknown[]): string {
  const texts = list.flatMap((entry) =>
    typeof entry === "object" && entry !== null
      ? Object.entries(entry)
          .filter(([name, value]) => value !== 0 && name !== "paidTo")
          .map(([name, value]) => (TERM_WORDS[name]?.(Number(value)) ?? `${name} ${String(value)}`) + paidTo(entry))
      : [String(entry)],
  );
  return texts.join(" and ") || "none";
}

function paidTo(entry: object): string {
  return "paidTo" in entry && entry.paidTo === "exchange" ? " to the exchange" : "";
}

const TERM_WORDS: Readonly<Record<string, (value: number) => string>> = {
  perContract: (value) => `${value} per contract`,
  perShare: (value) => `${value} per share`,
  flat: (value) => `${value} per order`,
  percent: (value) => `${formatPercent(value, 4)} of the price`,
  ticks: (value) => `${value} tick${value === 1 ? "" : "s"}`,
};

function parameterText(parameters: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === "object" || value === "" ? JSON.stringify(value) : String(value)}`,
  );
  return texts.join(", ") || "none";
}

/** A table with a caption, in a frame that scrolls sideways on narrow screens. */
export function table(heads: readonly string[], rows: readonly string[], caption: string): string {
  // A head stands over its column as the first row's cell does: words at the left, numbers at the right.
  const first = [...(rows[0] ?? "").matchAll(/<t[dh]([^>]*)>/g)].map(([, attributes = ""]) => attributes);
  const isText = (column: number) => /class="text|scope="row"/.test(first[column] ?? "");
  const cells = heads
    .map((head, i) => `<th scope="col"${isText(i) ? ' class="text"' : ""}>${escapeHtml(head)}</th>`)
    .join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${cells}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function pathWords(intrabar: unknown): string {
  if (intrabar === "worst") return "the worse path counts";
  return intrabar === "finer" ? "finer bars tell the way" : `prices go ${intrabar}`;
}
