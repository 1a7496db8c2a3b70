/** `report.html`: one file that needs no network, no server and no other file. */

import type { CodeState } from "../config-file.ts";
import { dataScript, htmlDocument, type PageAssets } from "./document.ts";
import type { Drawing } from "./drawing.ts";
import { escapeHtml, jsonForScript } from "./escape.ts";
import { type HeldFiles, holdFiles } from "./held-files.ts";
import { logTail } from "./log-tail.ts";
import { keyFigures, metricCards, metricTables } from "./metric-cards.ts";
import { PACKING } from "./pack.ts";
import type { PageInput } from "./page-input.ts";
import { captionOf } from "./picture-captions.ts";
import { monthsPicture } from "./picture-months.ts";
import { type PictureName, type Pictures, picturesOf } from "./pictures.ts";
import { regularHours } from "./regular-hours.ts";
import { REVIEW_NOTE, reviewBody } from "./review-section.ts";
import { rollTables } from "./roll-tables.ts";
import type { RunDocument } from "./run-document.ts";
import { banners, facts, header, section, spanText } from "./sections.ts";
import { conventions, dataTable, drawdownTable, events, refusals, tradeSummaries } from "./tables.ts";

/** The whole page. The same input gives the same text. */
export function reportPage(input: PageInput, assets: PageAssets): string {
  const { document: run } = input;
  const held = holdFiles(input, assets.pack);
  return htmlDocument(
    {
      title: `${run.settings.strategy} ${spanText(run.settings)}`,
      body: [
        topBar(input, held),
        main(input),
        footer(assets),
        metricCards(run),
        ...dataScripts(input, held, assets),
      ].join("\n"),
      programs: [assets.lightweightCharts, assets.uPlot, assets.script],
    },
    assets,
  );
}

/** The commit a run was made with; empty where it is not known. */
function codeWords(config = "{}"): string {
  const { code } = JSON.parse(config) as { readonly code?: Omit<CodeState, "patch"> | null };
  return code == null ? "" : `commit ${code.commit.slice(0, 10)}${code.dirty ? ", and changes" : ""}`;
}

function topBar({ document: run, texts }: PageInput, { offered, left }: HeldFiles): string {
  const downloads = offered.map((name) => `<button type="button" data-download="${name}">${name}</button>`).join("");
  const missing =
    left.length === 0 ? "" : `<p class="note">Not in this page: ${left.join(", ")}. See the run's folder.</p>`;
  return (
    `<header>${header(run, codeWords(texts["config.resolved.json"]))}<div class="tools">` +
    `<button type="button" id="theme" aria-label="Light or dark">◐</button>` +
    `<button type="button" popovertarget="downloads">Download</button><div popover id="downloads" class="menu"><button type="button" id="download-all">All of them (run.zip)</button>${downloads}` +
    `${missing}</div></div></header>`
  );
}

function main(input: PageInput): string {
  const { document: run } = input;
  const pictures = picturesOf(input);
  return [
    "<main>",
    banners(run),
    keyFigures(run),
    section("equity", "Equity and drawdown", equityPanel(pictures.equity, input.drawing)),
    section("review", "Would it hold?", reviewBody(run.review), REVIEW_NOTE),
    section("price", "Price and trades", pricePanel(input.drawing)),
    section("trades", "Trades", tradesPanel(input)),
    section("orders-refused", "Orders refused", refusals(run.events)),
    section("months", "Months and years", framed(monthsPictures(pictures, run), "wide")),
    section("distribution", "Distribution", framed(smallPictures(pictures, DISTRIBUTION, run), "small")),
    section("over-time", "Over time", framed(smallPictures(pictures, OVER_TIME, run), "small")),
    section("run", "How it was run", facts(run, codeWords(input.texts["config.resolved.json"]))),
    section("statistics", "Statistics", `<div class="columns">${metricTables(run)}</div>${conventions(run)}`),
    section("drawdowns", "Drawdowns", drawdownTable(run.drawdowns)),
    section("rolls", "Rolls", rollTables(run, input.tables["rolls.csv"])),
    section("data", "Data", dataTable(run)),
    section("events", "Events", events(run)),
    section("log", "Log", logTail(input.texts["run.log"] ?? "")),
    "</main>",
  ].join("\n");
}

const DISTRIBUTION: readonly PictureName[] = ["returns", "trades", "excursions", "hours", "weekdays", "years"];

const OVER_TIME: readonly PictureName[] = [
  "rolling-sharpe",
  "rolling-volatility",
  "rolling-beta",
  "exposure",
  "margin",
];

function smallPictures(
  pictures: Pictures,
  names: readonly PictureName[],
  run: RunDocument,
): readonly (string | undefined)[] {
  return names.map((name) => {
    const svg = pictures[name];
    return svg === undefined ? undefined : `${svg}<figcaption>${escapeHtml(captionOf(name, run))}</figcaption>`;
  });
}

/** The table of months, and the same for a narrow screen: the style shows one of them. */
function monthsPictures({ months }: Pictures, run: RunDocument): readonly (string | undefined)[] {
  return months === undefined ? [] : [months, monthsPicture(run.months, run.years, { narrow: true })];
}

function framed(pictures: readonly (string | undefined)[], kind: string): string {
  const figures = pictures.filter((svg) => svg !== undefined).map((svg) => `<figure>${svg}</figure>`);
  return figures.length === 0 ? "" : `<div class="pictures ${kind}">${figures.join("")}</div>`;
}

function equityPanel(still: string | undefined, { benchmark }: Drawing): string {
  if (still === undefined) return `<p class="empty">There is no equity to draw.</p>`;
  return (
    `<div class="panel"><div class="controls"><button type="button" data-equity="log" aria-pressed="false">Log scale</button>` +
    `<button type="button" data-equity="all">Whole run</button><span class="legend" id="equity-legend" aria-live="off"></span></div>` +
    `<div id="equity-chart" tabindex="0" role="application" aria-label="Equity and drawdown over time. Plus and minus zoom, arrows move, 0 shows the whole run."></div>` +
    `<figure class="still">${still}</figure>` +
    `<p class="note key live"><span class="gain">— equity</span>${benchmark === null ? "" : ` <span>╌╌ ${escapeHtml(benchmark.name)}, bought with the same money</span>`} ` +
    `<span class="loss">drawdown below</span> <span>shaded: the five worst drawdowns</span> All times UTC.</p></div>`
  );
}

function pricePanel({ bars }: Drawing): string {
  if (bars.length === 0) {
    return `<p class="empty">This page holds no bars. They are not among the files of a run; only the run itself, or a page made by it, has them.</p>`;
  }
  const options = bars.map(({ asset }, i) => `<option value="${i}">${escapeHtml(asset)}</option>`).join("");
  return (
    `<div class="panel"><div class="controls"><label>Asset <select id="asset">${options}</select></label>` +
    `<button type="button" data-price="in" aria-label="Zoom in">+</button><button type="button" data-price="out" aria-label="Zoom out">−</button>` +
    `<button type="button" data-price="all">Whole run</button><button type="button" data-price="previous" aria-label="Previous trade">‹ Trade</button>` +
    `<button type="button" data-price="next" aria-label="Next trade">Trade ›</button><button type="button" data-price="png">PNG</button>` +
    `<span class="legend" id="price-legend" aria-live="off"></span></div>` +
    `<div id="price-chart" tabindex="0" role="application" aria-label="Candles with entries, exits, stops and lines of the strategy. Plus and minus zoom, arrows move, 0 shows the whole run, brackets go from trade to trade."></div>` +
    `<p class="chosen" id="chosen-trade" role="status"></p>` +
    `<p class="note key"><span class="gain">▲ buy</span> <span class="loss">▼ sell</span> <span>╌╌ stop</span> <span>┄┄ target</span> <span>— trade, thick: won, thin: lost</span> <span>shaded: outside regular hours</span> <span>zoomed out, one mark stands for all fills of a bar</span> All times UTC.</p></div>`
  );
}

function tradesPanel({ document: run, tables }: PageInput): string {
  const count = tables["trades.csv"]?.rows.length ?? 0;
  if (count === 0)
    return `<p class="empty">No trades. ${run.counts["orders"] === 0 ? "No order was handed in." : "See the orders and events below."}</p>`;
  return (
    tradeSummaries(run) +
    `<div class="controls"><label>Show <select id="trade-filter"><option value="all">all</option><option value="long">long</option><option value="short">short</option>` +
    `<option value="won">won</option><option value="lost">lost</option><option value="open">open</option></select></label><span class="legend" id="trade-count"></span></div>` +
    `<div class="scroll" id="trade-table" tabindex="0" role="region" aria-label="Trades"></div>` +
    `<noscript><p class="note">The table of trades needs scripts; trades.csv holds them.</p></noscript>`
  );
}

function footer({ uPlotLicense }: PageAssets): string {
  return (
    `<footer><p>Made by backlit. Charts by <a href="https://www.tradingview.com/" rel="noreferrer noopener">TradingView</a> Lightweight Charts™ (Copyright © TradingView, Inc., Apache License 2.0, ` +
    `<a href="https://www.apache.org/licenses/LICENSE-2.0" rel="noreferrer noopener">text</a>) and uPlot (MIT). A backtest is no promise.</p>` +
    `<details><summary>Licence of uPlot</summary><pre>${escapeHtml(uPlotLicense)}</pre></details></footer>`
  );
}

/** Everything the page's program reads. Events, the longest part of the result, go compressed. */
function dataScripts(
  { document: run, equity, drawing }: PageInput,
  held: HeldFiles,
  { pack }: PageAssets,
): readonly string[] {
  const page = {
    ...held.data,
    events: pack(new TextEncoder().encode(JSON.stringify(run.events))),
    regularHours: regularHours(run.settings.calendar, equity.time),
  };
  return [
    dataScript("result", jsonForScript({ ...run, events: [] })),
    dataScript("page", jsonForScript(page)),
    dataScript("drawing", jsonForScript(drawing)),
  ];
}

/**
 * What an older page of the same run holds to draw; undefined when the text is no page of ours, of another packing, or of another run:
 * other settings, data, counts or another end.
 */
export function drawingOfPage(page: string, run: RunDocument): Drawing | undefined {
  const [held, drawing] = ["result", "drawing"].map((id) => {
    const start = page.indexOf(`<script type="application/json" id="${id}">`);
    return start < 0 ? undefined : page.slice(page.indexOf(">", start) + 1, page.indexOf("</script>", start));
  });
  if (held === undefined || drawing === undefined) return undefined;
  try {
    const of = ({ settings, data, counts, stats }: RunDocument) =>
      JSON.stringify([settings, data, counts, stats.finalEquity]);
    const taken: Drawing = JSON.parse(drawing);
    return taken.packing === PACKING && of(JSON.parse(held)) === of(run) ? taken : undefined;
  } catch {
    // A page that was cut off or written over has nothing to take over.
    return undefined;
  }
}
