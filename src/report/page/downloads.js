/** The run's files, put together from what the page holds. */

import { unpackBars, unpackCurve, unpackJson, unpackText } from "./unpack.js";
import { zipOf } from "./zip.js";

/** Hands a file to the reader. @param {Blob} blob */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells) => `${cells.map(cell).join(",")}\n`;

/** The same bytes as the run's own CSV file. */
function csvText({ columns, rows }) {
  return line(columns) + rows.map(line).join("");
}

const instantOf = (time) => new Date(time).toISOString().replace(".000Z", "Z");
const number = (value) => (Number.isFinite(value) ? String(value) : "");

/** The same bytes as the run's own `equity.csv`. */
async function equityText(page) {
  const [{ time, value }, cash] = [await unpackCurve(page.equity), await unpackCurve(page.cash)];
  const rows = Array.from(time, (instant, i) => `${instantOf(instant)},${number(value[i])},${number(cash.value[i])}\n`);
  return `time,value,cash\n${rows.join("")}`;
}

/** The same bytes as the run's own `lines.csv` or `ohlc.csv`. */
async function drawnText(series, unpack, columns) {
  const parts = [line(["time", "name", "plot", "asset", ...columns])];
  for (const drawn of series) {
    const unpacked = await unpack(drawn);
    const who = [drawn.name, drawn.plot, drawn.asset ?? ""].map(cell).join(",");
    unpacked.time.forEach((time, i) => {
      parts.push(`${instantOf(time)},${who},${columns.map((name) => number(unpacked[name][i])).join(",")}\n`);
    });
  }
  return parts.join("");
}

/** Text of a file by its name. */
async function textOf(name, result, page, drawing) {
  switch (name) {
    case "result.json":
      return `${JSON.stringify({ ...result, events: await unpackJson(page.events) }, null, 2)}\n`;
    case "equity.csv":
      return equityText(page);
    case "lines.csv":
      return drawnText(drawing.lines, unpackCurve, ["value"]);
    case "ohlc.csv":
      return drawnText(drawing.ohlc, unpackBars, ["open", "high", "low", "close"]);
    default:
      return page.texts[name] === undefined
        ? csvText(await unpackJson(page.tables[name]))
        : unpackText(page.texts[name]);
  }
}

const TYPES = { json: "application/json", csv: "text/csv", log: "text/plain" };

/** Wires the buttons of the download menu. */
export function startDownloads(result, page, drawing) {
  const buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-download]"))];
  document.getElementById("download-all")?.addEventListener("click", async () => {
    const names = buttons.map((button) => button.dataset.download);
    const files = await Promise.all(
      names.map(async (name) => ({ name, text: await textOf(name, result, page, drawing) })),
    );
    save("run.zip", await zipOf(files));
  });
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const name = button.dataset.download;
      const text = await textOf(name, result, page, drawing);
      save(name, new Blob([text], { type: TYPES[name.split(".").at(-1)] }));
    });
  }
}
