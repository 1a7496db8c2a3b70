/** Statistics with their (?) cards: formula, unit, reference, and why a value does not exist. */

import { UNIT_WORDS } from "../metrics/definition.ts";
import { type MetricName, metricGroups, metricRegistry } from "../metrics/registry.ts";
import { escapeHtml } from "./escape.ts";
import type { RunDocument } from "./run-document.ts";
import { metricText, signedMetricText, toneOf } from "./words.ts";

interface KeyFigure {
  readonly name: MetricName;
  readonly title: string;
  /** The figure is a result: its sign and colour matter. */
  readonly signed?: boolean;
  /** Smaller words below it. */
  readonly below: (document: RunDocument) => string;
}

const KEY_FIGURES: readonly KeyFigure[] = [
  {
    name: "netProfit",
    title: "Net profit",
    signed: true,
    below: (run) => signedMetricText(run.stats.totalReturn, "fraction"),
  },
  { name: "cagr", title: "CAGR", signed: true, below: cagrWords },
  { name: "sharpe", title: "Sharpe ratio", below: sharpeWords },
  { name: "maxDrawdown", title: "Max drawdown", signed: true, below: drawdownWords },
  {
    name: "profitFactor",
    title: "Profit factor",
    below: (run) => `expectancy ${signedMetricText(run.stats.expectancy, "money")}`,
  },
  {
    name: "trades",
    title: "Trades",
    below: ({ stats }) => [...wonWords(stats), ...openWords(stats)].join(", "),
  },
];

/** The six figures at the head of the page. */
export function keyFigures(run: RunDocument): string {
  return `<ul class="figures">${KEY_FIGURES.map((figure) => keyFigure(figure, run)).join("")}</ul>`;
}

function keyFigure({ name, title, signed, below }: KeyFigure, run: RunDocument): string {
  const value = run.stats[name];
  const { unit } = metricRegistry[name];
  const text = signed === true ? signedMetricText(value, unit) : metricText(value, unit);
  const tone = signed === true ? toneOf(value) : "";
  const reason = run.undefined[name];
  return (
    `<li class="figure"><span class="figure-title">${escapeHtml(title)} ${cardButton(name)}</span>` +
    `<span class="figure-value ${tone}" id="figure-${name}">${escapeHtml(text)}</span>` +
    `<span class="figure-below">${escapeHtml(reason ?? below(run))}</span></li>`
  );
}

type Stats = RunDocument["stats"];

function wonWords({ winRate }: Stats): readonly string[] {
  return winRate == null ? [] : [`${metricText(winRate, "fraction")} won`];
}

/** The result of trades that the run left open is in the net profit, and in no figure of trades. */
function openWords({ openTrades, openPnl }: Stats): readonly string[] {
  return openTrades == null || openTrades === 0 ? [] : [`${openTrades} open at ${signedMetricText(openPnl, "money")}`];
}

function cagrWords({ stats }: RunDocument): string {
  if (stats.cagr === -1) return "nothing is left";
  const days = stats.days ?? 0;
  return days < 365 ? `annualised from ${Math.round(days)} days` : `over ${(days / 365.25).toFixed(1)} years`;
}

function sharpeWords({ stats }: RunDocument): string {
  if (stats.sharpeLow95 === null || stats.sharpeHigh95 === null) return "";
  return `95 %: ${metricText(stats.sharpeLow95, "ratio")} to ${metricText(stats.sharpeHigh95, "ratio")}`;
}

function drawdownWords({ stats }: RunDocument): string {
  return stats.maxDrawdown === 0
    ? "never below its peak"
    : `${metricText(stats.maxDrawdownDays, "days")} below the peak`;
}

/** Every metric of the registry in its groups. */
export function metricTables(run: RunDocument): string {
  return metricGroups
    .map(({ title, note, metrics }) => {
      const rows = Object.entries(metrics).map(([name, { title: words, unit }]) => {
        const value = run.stats[name as MetricName];
        const reason = run.undefined[name as MetricName];
        const shown =
          value === null || value === undefined
            ? `<span class="why" title="${escapeHtml(reason ?? "")}">${metricText(null, unit)}</span>`
            : escapeHtml(metricText(value, unit));
        return `<tr><th scope="row">${escapeHtml(words)} ${cardButton(name as MetricName)}</th><td>${shown}</td></tr>`;
      });
      return `<table class="metrics"><caption>${escapeHtml(title)} <small>${escapeHtml(note)}</small></caption><tbody>${rows.join("")}</tbody></table>`;
    })
    .join("");
}

/** The cards that the buttons open, one a metric. */
export function metricCards(run: RunDocument): string {
  return Object.entries(metricRegistry)
    .map(([name, { title, formula, unit, reference }]) => {
      const reason = run.undefined[name as MetricName];
      const missing = reason === undefined ? "" : `<p class="notice">Not known here: ${escapeHtml(reason)}.</p>`;
      return (
        `<div popover class="card" id="card-${name}" role="dialog" aria-label="${escapeHtml(title)}"><h3>${escapeHtml(title)}</h3>${missing}` +
        `<dl><dt>Formula</dt><dd>${escapeHtml(formula)}</dd><dt>Unit</dt><dd>${UNIT_WORDS[unit]}</dd>` +
        `<dt>Checked against</dt><dd>${escapeHtml(reference)}</dd><dt>Name</dt><dd><code>${name}</code></dd></dl></div>`
      );
    })
    .join("");
}

function cardButton(name: MetricName): string {
  const { title } = metricRegistry[name];
  return `<button type="button" class="what" popovertarget="card-${name}" aria-label="What is: ${escapeHtml(title)}">?</button>`;
}
