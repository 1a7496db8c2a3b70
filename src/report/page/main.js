/** Brings the page to life: reads its data, then draws one part after the other so that it can be used early. */

import { save, startDownloads } from "./downloads.js";
import { drawnSeries } from "./drawn-series.js";
import { createEquityChart } from "./equity-chart.js";
import { createPriceChart } from "./price-chart.js";
import { colors, startTheme } from "./theme.js";
import { createTradesTable, tradesOf } from "./trades-table.js";
import { unpackBars, unpackCurve, unpackJson } from "./unpack.js";
import { tradeText } from "./words.js";

const find = (id) => document.getElementById(id);
const read = (id) => JSON.parse(find(id).textContent);
const NO_TABLE = { columns: [], rows: [] };
const rowsOf = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));

async function start() {
  const result = read("result");
  const page = read("page");
  const charts = [];
  startTheme(() => {
    for (const chart of charts) chart.recolor();
  });
  const drawing = read("drawing");
  startDownloads(result, page, drawing);
  const table = async (name) => (page.tables[name] === undefined ? NO_TABLE : unpackJson(page.tables[name]));

  const equity = await startEquity(result, page, drawing);
  if (equity !== undefined) charts.push(equity);
  await pause();
  const trades = tradesOf(await table("trades.csv"));
  const happened = { trades, orders: rowsOf(await table("orders.csv")), fills: rowsOf(await table("fills.csv")) };
  const markers = rowsOf(await table("markers.csv")).map(markerOf);
  const prices = await startPrices({ ...drawing, markers }, happened, page);
  if (prices !== undefined) charts.push(prices.chart);
  startTrades(trades, prices, equity);
  document.documentElement.dataset.ready = "true";
  performance.mark("backlit-ready");
}

/** Lets the browser show what there is. */
function pause() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

async function startEquity(result, page, drawing) {
  const element = find("equity-chart");
  if (element === null) return undefined;
  const benchmark =
    drawing.benchmark === null ? null : { name: drawing.benchmark.name, ...(await unpackCurve(drawing.benchmark)) };
  const curve = await unpackCurve(page.equity);
  element.parentElement.classList.add("alive");
  const chart = createEquityChart(
    { element, legend: find("equity-legend"), colors },
    { curve, benchmark, drawdowns: result.drawdowns },
  );
  const log = /** @type {HTMLButtonElement} */ (document.querySelector("[data-equity=log]"));
  log.disabled = !chart.canBeLogarithmic;
  log.addEventListener("click", () => log.setAttribute("aria-pressed", String(chart.toggleLog())));
  document.querySelector("[data-equity=all]").addEventListener("click", chart.all);
  steerByKeys(element, chart, {});
  return chart;
}

async function startPrices(drawing, happened, page) {
  const element = find("price-chart");
  if (element === null) return undefined;
  /** @type {(trade: import("./trades-table.js").Trade) => void} */
  let choose = () => {};
  const chart = createPriceChart({ element, legend: find("price-legend"), colors }, (trade) => choose(trade));
  const choice = /** @type {HTMLSelectElement} */ (find("asset"));
  const unpacked = new Map();
  let current = -1;

  async function use(index) {
    if (index === current) return;
    if (!unpacked.has(index)) unpacked.set(index, await unpackBars(drawing.bars[index]));
    current = index;
    choice.value = String(index);
    const drawn = await strategyDrawing(drawing, drawing.bars[index].asset);
    const things = {
      ...thingsOf(drawing.bars[index], happened, page),
      markers: drawn.markers.filter(({ plot }) => plot === "main"),
    };
    chart.use(unpacked.get(index), things, drawnSeries(drawn, colors));
    chart.all();
  }

  choice.addEventListener("change", () => use(Number(choice.value)));
  const act = { in: () => chart.zoom(0.5), out: () => chart.zoom(2), all: chart.all, png: () => savePng(chart) };
  for (const [name, action] of Object.entries(act)) {
    document.querySelector(`[data-price=${name}]`).addEventListener("click", action);
  }
  await use(0);
  return {
    chart,
    element,
    /** Sets what a click on a trade does. */
    onChoose(action) {
      choose = action;
    },
    /** Shows a trade with room around it. */
    async show(trade) {
      const index = drawing.bars.findIndex(({ asset }) => asset === trade.asset);
      if (index < 0) return;
      await use(index);
      const room = Math.max((trade.exitTime - trade.entryTime) * 0.7, drawing.bars[index].step * 30);
      chart.select(trade);
      chart.show(trade.entryTime - room, trade.exitTime + room);
    },
  };
}

/** A row of `markers.csv` as the charts draw it; what a row does not say is null. */
function markerOf(row) {
  const { time, asset, value, color, size } = row;
  return {
    ...row,
    time: Date.parse(time),
    asset: asset === "" ? null : asset,
    value: value === "" ? null : Number(value),
    color: color === "" ? null : color,
    size: Number(size),
  };
}

/** What the strategy drew on an asset; what names no asset belongs to the first. */
async function strategyDrawing({ bars, lines, ohlc, markers }, asset) {
  const mine = (thing) => (thing.asset ?? bars[0].asset) === asset;
  return {
    lines: await Promise.all(lines.filter(mine).map(async (line) => ({ ...line, ...(await unpackCurve(line)) }))),
    ohlc: await Promise.all(ohlc.filter(mine).map(async (candles) => ({ ...candles, ...(await unpackBars(candles)) }))),
    markers: markers.filter(mine),
  };
}

/** What happened on an asset, as the chart draws it. */
function thingsOf({ asset, rolls }, { trades, orders, fills }, page) {
  const mine = (row) => row.asset === asset;
  const levels = orders.filter(mine).flatMap((order) => {
    const from = Date.parse(order.submittedAt);
    const to = order.closedAt === "" ? Number.POSITIVE_INFINITY : Date.parse(order.closedAt);
    if (Number.isNaN(from)) return [];
    if (order.stopPrice !== "") return [{ from, to, price: Number(order.stopPrice), kind: "stop" }];
    return order.limitPrice === "" ? [] : [{ from, to, price: Number(order.limitPrice), kind: "limit" }];
  });
  return {
    trades: trades.filter(mine),
    fills: fills.filter(mine).map(({ time, price, side }) => ({ time: Date.parse(time), price: Number(price), side })),
    levels,
    rolls,
    regularHours: Float64Array.from(page.regularHours),
  };
}

function savePng(chart) {
  chart.picture().toBlob((blob) => save("price.png", blob), "image/png");
}

function startTrades(trades, prices, equity) {
  const element = find("trade-table");
  if (element === null) return;
  let chosen = -1;
  const choose = (trade) => {
    chosen = trade.number - 1;
    table.select(trade);
    equity?.select(trade);
    prices?.show(trade);
    if (prices !== undefined) find("chosen-trade").textContent = tradeText(trade);
    find("price")?.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  const table = createTradesTable(
    { element, filter: /** @type {HTMLSelectElement} */ (find("trade-filter")), countElement: find("trade-count") },
    trades,
    choose,
  );
  if (prices === undefined) return;
  prices.onChoose(choose);
  const step = (by) => {
    chosen = chosen < 0 ? (by > 0 ? 0 : trades.length - 1) : (chosen + by + trades.length) % trades.length;
    choose(trades[chosen]);
  };
  document.querySelector("[data-price=previous]").addEventListener("click", () => step(-1));
  document.querySelector("[data-price=next]").addEventListener("click", () => step(1));
  steerByKeys(prices.element, prices.chart, { "[": () => step(-1), "]": () => step(1) });
}

/** Plus and minus zoom, arrows move, 0 shows all. */
function steerByKeys(element, chart, more) {
  const keys = {
    "+": () => chart.zoom(0.5),
    "=": () => chart.zoom(0.5),
    "-": () => chart.zoom(2),
    0: () => chart.all(),
    ArrowLeft: () => chart.move(-0.25),
    ArrowRight: () => chart.move(0.25),
    ...more,
  };
  element.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

start().catch((error) => {
  const words = document.createElement("p");
  words.className = "banner";
  words.textContent = `The charts of this page could not be drawn: ${error.message}. The figures and tables stand; the files of the run hold everything else.`;
  document.querySelector("main").prepend(words);
  throw error;
});
