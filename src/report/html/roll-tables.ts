/** Rolls of continuous futures: each of them, and what every contract earned. */

import { formatNumber } from "../format.ts";
import { escapeHtml } from "./escape.ts";
import type { RunDocument } from "./run-document.ts";
import { table } from "./sections.ts";
import { numbersOf, type TextTable, textsOf } from "./table-text.ts";
import { metricText, signedMetricText, toneOf, withMinus } from "./words.ts";

const LISTED = 60;
const PRICE_DECIMALS = 8;

/** Empty for a run that held no continuous future. */
export function rollTables(run: RunDocument, rolls: TextTable = { columns: [], rows: [] }): string {
  return contractTable(run) + rollTable(rolls);
}

function contractTable({ byContract = {} }: RunDocument): string {
  const rows = Object.entries(byContract).map(
    ([contract, { pnl, fees, units }]) =>
      `<tr><th scope="row">${escapeHtml(contract)}</th><td class="${toneOf(pnl)}">${signedMetricText(pnl, "money")}</td>` +
      `<td>${metricText(fees, "money")}</td><td>${formatNumber(units, 0)}</td></tr>`,
  );
  return listed(["Contract", "Result", "Fees", "Units traded"], rows, "What each contract earned", "result.json");
}

function rollTable(rolls: TextTable): string {
  const [time, asset, from, to] = ["time", "asset", "from", "to"].map((name) => textsOf(rolls, name));
  const [quantity, left, entered, cost] = ["quantity", "fromPrice", "toPrice", "cost"].map((name) =>
    numbersOf(rolls, name),
  );
  const rows = rolls.rows.map((_, row) => {
    const gap = (entered?.[row] ?? Number.NaN) - (left?.[row] ?? Number.NaN);
    const texts = [asset?.[row], from?.[row], to?.[row]].map(
      (text) => `<td class="text">${escapeHtml(text ?? "")}</td>`,
    );
    const prices = [quantity?.[row], left?.[row], entered?.[row], gap].map((value) => `<td>${priceText(value)}</td>`);
    return (
      `<tr><td class="text whole">${escapeHtml(time?.[row]?.slice(0, 16).replace("T", " ") ?? "")}</td>${texts.join("")}${prices.join("")}` +
      `<td>${metricText(cost?.[row], "money")}</td></tr>`
    );
  });
  return listed(
    ["Time (UTC)", "Asset", "From", "To", "Quantity", "Left at", "Entered at", "Gap", "Cost"],
    rows,
    "Positions that went over into the next contract",
    "rolls.csv",
  );
}

/** A price as short as it is, with its thousands apart. */
function priceText(value = Number.NaN): string {
  const text = formatNumber(value, PRICE_DECIMALS);
  return withMinus(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

function listed(heads: readonly string[], rows: readonly string[], caption: string, file: string): string {
  if (rows.length === 0) return "";
  const rest = rows.length > LISTED ? `<p class="note">${rows.length - LISTED} more in ${file}.</p>` : "";
  return table(heads, rows.slice(0, LISTED), caption) + rest;
}
