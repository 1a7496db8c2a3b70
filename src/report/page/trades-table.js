/** The table of trades: sorted by any column, shown in pages, each row a way to the trade on the chart. */

import { count, instant, money, price, signedMoney, signedPrice } from "./words.js";

const PAGE = 50;
/** Most decimals of a price in the table; the mean of several fills may have many more. */
const MOST_DECIMALS = 6;

const ALL_COLUMNS = [
  { name: "number", title: "#", text: (trade) => String(trade.number) },
  { name: "asset", title: "Asset", text: (trade) => trade.asset, kind: "text" },
  {
    name: "direction",
    title: "Side",
    text: (trade) => (trade.direction === "long" ? "▲ long" : "▼ short"),
    kind: "text",
  },
  { name: "quantity", title: "Quantity", text: (trade) => price(trade.quantity) },
  { name: "entryTime", title: "Entry (UTC)", text: (trade) => instant(trade.entryTime), kind: "text" },
  { name: "entryPrice", title: "at", text: (trade, decimals) => price(trade.entryPrice, decimals) },
  {
    name: "exitTime",
    title: "Exit (UTC)",
    text: (trade) => (trade.open ? "open" : instant(trade.exitTime)),
    kind: "text",
  },
  { name: "exitPrice", title: "at", text: (trade, decimals) => price(trade.exitPrice, decimals) },
  { name: "pnl", title: "Result", text: (trade) => signedMoney(trade.pnl) },
  { name: "fees", title: "Fees", text: (trade) => money(trade.fees) },
  { name: "bars", title: "Bars", text: (trade) => count(trade.bars) },
  { name: "mae", title: "MAE", hint: "the worst open profit, fees left out", text: (trade) => signedMoney(trade.mae) },
  { name: "mfe", title: "MFE", hint: "the best open profit, fees left out", text: (trade) => signedMoney(trade.mfe) },
  { name: "ticks", title: "Ticks", text: (trade) => signedPrice(inHundredths(trade.ticks)) },
  { name: "exitReason", title: "Ended by", text: (trade) => trade.exitReason, kind: "text" },
];

const FILTERS = {
  all: () => true,
  long: (trade) => trade.direction === "long",
  short: (trade) => trade.direction === "short",
  won: (trade) => trade.pnl > 0 && !trade.open,
  lost: (trade) => trade.pnl <= 0 && !trade.open,
  open: (trade) => trade.open,
};

/**
 * @typedef {{ number: number, asset: string, direction: string, quantity: number, entryTime: number, entryPrice: number, exitTime: number,
 *   exitPrice: number, pnl: number, fees: number, bars: number, mae: number, mfe: number, open: boolean, exitReason: string, ticks: number }} Trade
 */

/**
 * Rows of `trades.csv` as trades, in the order of the file.
 * @returns {Trade[]}
 */
export function tradesOf({ columns, rows }) {
  const at = Object.fromEntries(columns.map((name, i) => [name, i]));
  return rows.map((row, i) => {
    const number = (name) => ((row[at[name]] ?? "") === "" ? Number.NaN : Number(row[at[name]]));
    return {
      number: i + 1,
      asset: row[at.asset],
      direction: row[at.direction],
      quantity: number("quantity"),
      entryTime: Date.parse(row[at.entryTime]),
      entryPrice: number("entryPrice"),
      exitTime: Date.parse(row[at.exitTime]),
      exitPrice: number("exitPrice"),
      pnl: number("pnl"),
      fees: number("fees"),
      bars: number("bars"),
      mae: number("mae"),
      mfe: number("mfe"),
      open: row[at.open] === "true",
      exitReason: (row[at.exitReason] ?? "").replaceAll("_", " "),
      ticks: number("ticks"),
    };
  });
}

/** Prices off the grid make ticks of many decimals. */
function inHundredths(ticks) {
  return Math.round(ticks * 100) / 100;
}

/** How many decimals the prices of each asset need. */
function decimalsOf(trades) {
  const decimals = {};
  for (const { asset, entryPrice, exitPrice } of trades) {
    for (const value of [entryPrice, exitPrice]) {
      const written = price(value).split(".")[1]?.length ?? 0;
      decimals[asset] = Math.min(MOST_DECIMALS, Math.max(decimals[asset] ?? 0, written));
    }
  }
  return decimals;
}

/**
 * @param {{ element: HTMLElement, filter: HTMLSelectElement, countElement: HTMLElement }} place
 * @param {readonly Trade[]} trades
 * @param {(trade: Trade) => void} choose
 */
export function createTradesTable({ element, filter, countElement }, trades, choose) {
  const severalAssets = trades.some(({ asset }) => asset !== trades[0].asset);
  const inTicks = trades.some(({ ticks }) => Number.isFinite(ticks));
  const columns = ALL_COLUMNS.filter(({ name }) => (name === "asset" ? severalAssets : name !== "ticks" || inTicks));
  const decimals = decimalsOf(trades);
  let sort = { column: columns[0], descending: false };
  let page = 0;
  let chosen;

  const table = document.createElement("table");
  table.id = "trade-rows";
  const head = table.createTHead().insertRow();
  for (const column of columns) head.append(headCell(column));
  const body = table.createTBody();
  const pager = document.createElement("div");
  pager.className = "pager";
  element.append(table);
  element.after(pager);

  function headCell(column) {
    const cell = document.createElement("th");
    cell.scope = "col";
    if (column.kind === "text") cell.className = "text";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = column.title;
    button.dataset.sort = column.name;
    if (column.hint !== undefined) button.title = column.hint;
    button.addEventListener("click", () => {
      // Results and sizes are wanted largest first, everything else from the beginning.
      const first = column.kind === undefined && column.name !== "number";
      sort = { column, descending: sort.column === column ? !sort.descending : first };
      page = 0;
      draw();
    });
    cell.append(button);
    return cell;
  }

  function shownTrades() {
    const { column, descending } = sort;
    const direction = descending ? -1 : 1;
    const compare = (a, b) => {
      const [left, right] = [a[column.name], b[column.name]];
      if (left === right) return a.number - b.number;
      if (Number.isNaN(left)) return 1;
      if (Number.isNaN(right)) return -1;
      return (left < right ? -1 : 1) * direction;
    };
    return trades.filter(FILTERS[filter.value]).sort(compare);
  }

  function draw() {
    const shown = shownTrades();
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(page, pages - 1);
    for (const [i, cell] of [...head.cells].entries()) {
      if (columns[i] === sort.column) cell.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    body.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(row));
    countElement.textContent = `${shown.length.toLocaleString("en-US")} of ${trades.length.toLocaleString("en-US")}`;
    pager.hidden = pages === 1;
    pager.replaceChildren(
      turn("‹ Back", -1, page === 0),
      ` page ${page + 1} of ${pages} `,
      turn("Forward ›", 1, page === pages - 1),
    );
  }

  function row(trade) {
    const line = document.createElement("tr");
    line.dataset.trade = trade.number;
    if (trade === chosen) line.setAttribute("aria-selected", "true");
    for (const column of columns) {
      const cell = line.insertCell();
      if (column.kind === "text") cell.className = "text";
      if (column.name === "pnl") cell.className = trade.pnl < 0 ? "loss" : trade.pnl > 0 ? "gain" : "";
      if (column.name === "number") {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = column.text(trade);
        button.setAttribute("aria-label", `Show trade ${trade.number} on the chart`);
        cell.append(button);
      } else {
        cell.textContent = column.text(trade, decimals[trade.asset]);
      }
    }
    line.addEventListener("click", () => choose(trade));
    return line;
  }

  function turn(text, by, disabled) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.disabled = disabled;
    button.addEventListener("click", () => {
      page += by;
      draw();
    });
    return button;
  }

  filter.addEventListener("change", () => {
    page = 0;
    draw();
  });
  draw();

  return {
    /** Marks a trade, on the page where it is. */
    select(trade) {
      chosen = trade;
      const place = shownTrades().indexOf(trade);
      if (place >= 0) page = Math.floor(place / PAGE);
      draw();
    },
  };
}
