/** Several runs side by side: one picture, and tables of what differs. Needs no script. */

import type { MetricUnit } from "../metrics/definition.ts";
import { type MetricName, metricGroups, metricRegistry } from "../metrics/registry.ts";
import { htmlDocument, type PageAssets } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import type { PageInput } from "./page-input.ts";
import { comparePicture, LINE_KINDS } from "./picture-compare.ts";
import type { RunDocument } from "./run-document.ts";
import { section, spanText, table } from "./sections.ts";
import { metricText, signedMetricText } from "./words.ts";

/** A run and the name it goes by on the page. */
export interface NamedRun {
  readonly name: string;
  readonly input: PageInput;
}

/** How many runs one page can keep apart. */
export const MOST_COMPARED = LINE_KINDS.length;

const FIRST_FIGURES: readonly MetricName[] = [
  "netProfit",
  "totalReturn",
  "cagr",
  "sharpe",
  "sortino",
  "maxDrawdown",
  "calmar",
  "volatility",
  "trades",
  "winRate",
  "profitFactor",
  "expectancy",
  "fees",
  "slippageCost",
  "exposureTime",
];

/** The whole page. The same runs give the same text. */
export function comparePage(runs: readonly NamedRun[], assets: PageAssets): string {
  const title = `Compared: ${runs.map(({ name }) => name).join(", ")}`;
  const curves = runs.map(({ name, input }) => ({ name, ...input.equity }));
  const pictures = comparePicture(curves) + comparePicture(curves, { narrow: true });
  const body = [
    `<header><div class="title"><h1>${escapeHtml(title)}</h1></div></header>`,
    "<main>",
    section("runs", "Runs", runTable(runs)),
    section(
      "growth",
      "Gain since the start, and drawdown",
      pictures === "" ? "" : `<div class="pictures wide"><figure>${pictures}${key(runs)}</figure></div>`,
    ),
    section("figures", "Figures", metricTable(runs, FIRST_FIGURES, "Key figures")),
    section(
      "settings",
      "Settings that differ",
      differences(runs, (run) => flat(run.settings), "As each run had them") || "<p>None.</p>",
    ),
    section(
      "data",
      "Data that differs",
      differences(runs, dataOf, "Fingerprints of data") || "<p>None: every run saw the same bars.</p>",
    ),
    section("statistics", "All statistics", allStatistics(runs)),
    "</main>",
    "<footer><p>Made by backlit. A backtest is no promise.</p></footer>",
  ].join("\n");
  return htmlDocument({ title, body, programs: [] }, assets);
}

/** Which line is whose. */
function key(runs: readonly NamedRun[]): string {
  const names = runs.map(({ name }, i) => `<span>${sample(i)} ${escapeHtml(name)}</span>`);
  return `<figcaption class="key">${names.join("")}</figcaption>`;
}

function sample(place: number): string {
  return `<svg class="picture sample" viewBox="0 0 40 10" aria-hidden="true"><path class="line ${LINE_KINDS[place] ?? ""}" d="M1 5H39"/></svg>`;
}

function runTable(runs: readonly NamedRun[]): string {
  const rows = runs.map(({ name, input: { document: run } }, i) => {
    const tags = [run.notice, run.status === "PARTIAL" ? "PARTIAL" : null].filter((word) => word !== null);
    return (
      `<tr><td class="text">${sample(i)}</td><th scope="row">${escapeHtml(name)}</th><td>${signedMetricText(run.stats.netProfit, "money")}</td><td class="text">${escapeHtml(run.settings.strategy)} ${tags.map((word) => `<strong class="tag">${escapeHtml(word)}</strong>`).join(" ")}</td>` +
      `<td class="text whole">${escapeHtml(spanText(run.settings))}</td></tr>`
    );
  });
  return table(["", "Run", "Net profit", "Strategy", "Span"], rows, "What was compared");
}

function metricTable(runs: readonly NamedRun[], names: readonly MetricName[], caption: string): string {
  const pair = runs.length === 2;
  const rows = names.map((name) => {
    const { title, unit } = metricRegistry[name];
    const values = runs.map(({ input }) => input.document.stats[name] ?? null);
    const [first = null, second = null] = values;
    const change = first === null || second === null ? null : second - first;
    const cells = values.map((value) => `<td>${escapeHtml(metricText(value, unit))}</td>`).join("");
    const last = pair ? `<td>${escapeHtml(change === 0 ? "=" : differenceText(change, unit))}</td>` : "";
    return `<tr><th scope="row">${escapeHtml(title)}</th>${cells}${last}</tr>`;
  });
  return table(["", ...runs.map(({ name }) => name), ...(pair ? ["Difference"] : [])], rows, caption);
}

/** The difference of two fractions is a number of percentage points. */
function differenceText(change: number | null, unit: MetricUnit): string {
  const text = signedMetricText(change, unit);
  return unit === "fraction" ? text.replace(" %", " pp") : text;
}

function allStatistics(runs: readonly NamedRun[]): string {
  const tables = metricGroups.map(({ title, metrics }) =>
    metricTable(runs, Object.keys(metrics) as MetricName[], title),
  );
  return `<details><summary>Every statistic</summary>${tables.join("")}</details>`;
}

type Facts = Readonly<Record<string, string>>;

/** Rows of those facts in which the runs are not all equal; nothing when there is none. */
function differences(runs: readonly NamedRun[], factsOf: (run: RunDocument) => Facts, caption: string): string {
  const facts = runs.map(({ input }) => factsOf(input.document));
  const names = [...new Set(facts.flatMap((fact) => Object.keys(fact)))];
  const differing = names.filter((name) => new Set(facts.map((fact) => fact[name])).size > 1);
  if (differing.length === 0) return "";
  const rows = differing.map((name) => {
    const cells = facts.map((fact) => `<td class="text">${escapeHtml(fact[name] ?? "\u2013")}</td>`).join("");
    return `<tr><th scope="row"><code>${escapeHtml(name)}</code></th>${cells}</tr>`;
  });
  return table(["", ...runs.map(({ name }) => name)], rows, caption);
}

/** Settings by name, parameters one by one. */
function flat(settings: RunDocument["settings"]): Facts {
  const { parameters, ...rest } = settings;
  const named = Object.entries(parameters).map(([name, value]) => [`parameters.${name}`, value] as const);
  return Object.fromEntries([...named, ...Object.entries(rest)].map(([name, value]) => [name, settingText(value)]));
}

/** As JSON on one line, with room to break it between its parts: a line break inside a text is always escaped. */
function settingText(value: unknown): string {
  return (JSON.stringify(value, null, 1) ?? "").replace(/\n\s*/g, " ");
}

function dataOf(run: RunDocument): Facts {
  return Object.fromEntries(
    run.data.map(({ asset, timestep, part, source, rows, first, last, hash }) => [
      [asset, timestep, part ?? ""].join(" ").trimEnd(),
      `${hash}, ${rows} rows from ${source}, ${first?.slice(0, 10) ?? "none"} to ${last?.slice(0, 10) ?? "none"}`,
    ]),
  );
}
