/** The run's files, put together from what the page holds. */

import { unpackCurve, unpackJson } from "./unpack.js";

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

/** The same bytes as the run's own `lines.csv`. */
async function linesText(lines) {
  const parts = [line(["time", "name", "plot", "asset", "value"])];
  for (const drawn of lines) {
    const { time, value } = await unpackCurve(drawn);
    const who = [drawn.name, drawn.plot, drawn.asset ?? ""].map(cell).join(",");
    value.forEach((point, i) => {
      const instant = new Date(time[i]).toISOString().replace(".000Z", "Z");
      parts.push(`${instant},${who},${Number.isNaN(point) ? "" : point}\n`);
    });
  }
  return parts.join("");
}

/** Wires the buttons of the download menu. */
export function startDownloads(result, page, drawing) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-download]"))) {
    button.addEventListener("click", async () => {
      const name = button.dataset.download;
      if (name === "result.json") {
        const whole = { ...result, events: await unpackJson(page.events) };
        save(name, new Blob([`${JSON.stringify(whole, null, 2)}\n`], { type: "application/json" }));
      } else if (name === "lines.csv") {
        save(name, new Blob([await linesText(drawing.lines)], { type: "text/csv" }));
      } else {
        save(name, new Blob([csvText(await unpackJson(page.tables[name]))], { type: "text/csv" }));
      }
    });
  }
}
