/**
 * Colours of pictures: Okabe and Ito's blue and vermilion, which stay apart for every common kind of colour blindness, each lighter on
 * dark ground; vermilion is darker where it is text. Gains and losses differ by sign, side or shape as well.
 */

import { label } from "./svg.ts";

const LIGHT = {
  ground: "#ffffff",
  panel: "#ffffff",
  ink: "#16202c",
  quiet: "#5b6876",
  faint: "#e4e8ed",
  gain: "#0072b2",
  loss: "#d55e00",
  "loss-ink": "#b45000",
  other: "#7a4fa3",
  candle: "#7d8996",
  shade: "#1f2d3d0a",
  wash: "#0072b21a",
  "wash-loss": "#d55e0033",
  mark: "#7a4fa340",
} as const;

const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  ground: "#0f141b",
  panel: "#161d27",
  ink: "#e6ebf1",
  quiet: "#97a5b5",
  faint: "#29333f",
  gain: "#4db2ea",
  loss: "#ff9248",
  "loss-ink": "#ff9248",
  other: "#bb9be0",
  candle: "#8592a1",
  shade: "#ffffff0a",
  wash: "#4db2ea22",
  "wash-loss": "#ff92483d",
  mark: "#bb9be055",
};

/** Custom properties for CSS: `light` and `dark` are the bodies of rules. */
export const COLORS = { light: properties(LIGHT), dark: properties(DARK) };

function properties(colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

/** Rules that every picture needs, in the page and by itself. */
export const PICTURE_RULES = [
  ".picture{font:14px/1.2 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}",
  ".picture text{fill:var(--ink)}.picture .tick{fill:var(--quiet)}.picture .over{paint-order:stroke;stroke:var(--panel);stroke-width:4px;stroke-linejoin:round}.picture .strong{font-weight:600}",
  ".picture .grid{stroke:var(--faint);stroke-width:1;fill:none}.picture .zero{stroke:var(--quiet);stroke-width:1;fill:none}",
  ".picture text.headline{font-size:28px;font-weight:650}.picture text.figure{font-size:23px;font-weight:650}",
  ".picture text.figure.gain{fill:var(--gain)}.picture text.figure.loss{fill:var(--loss-ink)}",
  ".picture .gain{fill:var(--gain)}.picture .loss{fill:var(--loss)}",
  ".picture .line{fill:none;stroke:var(--gain);stroke-width:1.6;stroke-linejoin:round}.picture .line.second{stroke:var(--loss);stroke-dasharray:6 3}",
  ".picture .line.third{stroke:var(--other);stroke-dasharray:2 2}.picture .line.fourth{stroke:var(--quiet)}",
  ".picture .line.benchmark{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:5 4}",
  ".picture .area{fill:var(--gain);opacity:.12}.picture .depth{fill:var(--loss);opacity:.28}.picture .depth-line{fill:none;stroke:var(--loss);stroke-width:1}",
  ".picture .normal{fill:none;stroke:var(--ink);stroke-width:1.2;stroke-dasharray:4 3}.picture .mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}",
  ".picture .dots{fill:none;stroke-width:5}.picture .dots.won{stroke:var(--gain);stroke-linecap:round;opacity:.6}",
  ".picture .dots.lost{stroke:var(--loss);stroke-linecap:square;stroke-width:4;opacity:.6}",
  ".picture .value{font-size:13px}.picture .cell{stroke:var(--panel);stroke-width:2}.picture .partial{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:3 2;fill:none}",
  ".picture .back{fill:var(--panel)}.picture.sample{width:40px}",
].join("\n");

const CAPTION_LINE = 19;
/** Pixels of a letter of the caption, on average and a little more. */
const LETTER = 7.6;

/** A picture that stands by itself in a file: with its colours for light and dark, a ground of its own, and words below it. */
export function standalonePicture(svg: string, caption = ""): string {
  const rules = `:root{${COLORS.light}}@media(prefers-color-scheme:dark){:root{${COLORS.dark}}}\n${PICTURE_RULES}`;
  const head = `<style>${rules}</style><rect class="back" width="100%" height="100%"/>`;
  return `${withCaption(svg, caption).replace(/^(<svg[^>]*>)/, `$1${head}`)}\n`;
}

function withCaption(svg: string, caption: string): string {
  const [, width = "0", height = "0"] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const lines = caption === "" ? [] : wrapped(caption, Math.floor((Number(width) - 16) / LETTER));
  const below = lines.length === 0 ? 0 : lines.length * CAPTION_LINE + 12;
  const words = lines.map((line, i) => label(line, 8, Number(height) + 20 + i * CAPTION_LINE)).join("");
  return svg
    .replace(`viewBox="0 0 ${width} ${height}"`, `viewBox="0 0 ${width} ${Number(height) + below}"`)
    .replace(/<\/svg>$/, () => `${words}</svg>`);
}

/** Lines of at most so many letters, where words allow it. */
function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
