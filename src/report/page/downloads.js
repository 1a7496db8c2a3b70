/** The run's files, put together from what the page holds. */

import { unpackJson } from "./unpack.js";

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

/** Wires the buttons of the download menu. */
export function startDownloads(result, page) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-download]"))) {
    button.addEventListener("click", async () => {
      const name = button.dataset.download;
      if (name === "result.json") {
        const whole = { ...result, events: await unpackJson(page.events) };
        save(name, new Blob([`${JSON.stringify(whole, null, 2)}\n`], { type: "application/json" }));
      } else {
        save(name, new Blob([csvText(await unpackJson(page.tables[name]))], { type: "text/csv" }));
      }
    });
  }
}
