import { formatCount } from "../format.ts";
import { escapeHtml } from "./escape.ts";

const SHOWN = 200;

/** The last lines of `run.log`. */
export function logTail(log: string): string {
  if (log === "") return "";
  const lines = log.trimEnd().split("\n");
  const title =
    lines.length > SHOWN ? `Last ${SHOWN} of ${formatCount(lines.length, "line")}` : formatCount(lines.length, "line");
  return `<details><summary>${title}</summary><pre class="log" tabindex="0">${escapeHtml(lines.slice(-SHOWN).join("\n"))}</pre></details>`;
}
