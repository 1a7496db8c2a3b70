/** The shell of a page: what the browser may do, styles, scripts. */

import { escapeHtml, programForScript } from "./escape.ts";
import { COLORS, PICTURE_RULES } from "./picture-style.ts";

/** What a page needs from outside: texts of libraries and of our own files, and two functions the machine has. */
export interface PageAssets {
  /** Our own program and style. */
  readonly script: string;
  readonly style: string;
  /** Builds that set a global name, with their licence notices at the head. */
  readonly lightweightCharts: string;
  readonly uPlot: string;
  readonly uPlotStyle: string;
  /** Licence text of uPlot, which asks to be in every copy. */
  readonly uPlotLicense: string;
  /** Bytes to base64 of a raw deflate stream. */
  readonly pack: (bytes: Uint8Array) => string;
  /** SHA-256 of a text as base64. */
  readonly sha256: (text: string) => string;
}

/** The parts of one page. */
export interface PageParts {
  readonly title: string;
  readonly body: string;
  /** Programs in order; each runs only because its hash is in the page's policy. */
  readonly programs: readonly string[];
}

/** A whole page. It can load nothing: the policy allows no source at all but its own style and programs, named by hash. */
export function htmlDocument({ title, body, programs }: PageParts, assets: PageAssets): string {
  const style = [colorRules(), PICTURE_RULES, assets.uPlotStyle, assets.style].join("\n");
  const scripts = programs.map(programForScript);
  const hash = (text: string) => `'sha256-${assets.sha256(text)}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.length === 0 ? "'none'" : scripts.map(hash).join(" ")}`,
    `style-src ${hash(style)}`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="backlit">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    body,
    ...scripts.map((script) => `<script>${script}</script>`),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Data for the page's program, or for a reader of the file. */
export function dataScript(id: string, json: string): string {
  return `<script type="application/json" id="${id}">${json}</script>`;
}

function colorRules(): string {
  return (
    `:root{color-scheme:light dark;${COLORS.light}}` +
    `@media(prefers-color-scheme:dark){:root{${COLORS.dark}}}` +
    `:root[data-theme=light]{color-scheme:light;${COLORS.light}}:root[data-theme=dark]{color-scheme:dark;${COLORS.dark}}` +
    `@media print{:root,:root[data-theme]{color-scheme:light;${COLORS.light}}}`
  );
}
