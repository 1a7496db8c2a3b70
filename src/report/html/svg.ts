/** Pictures as SVG text. Colours come from classes, so that one picture serves light, dark, page and print. */

import { escapeHtml } from "./escape.ts";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element. Numbers are written with at most two decimals: a hundredth of a pixel is enough. */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escapeHtml(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A label. `x` and `y` are its anchor and baseline. */
export function label(
  text: string,
  x: number,
  y: number,
  { anchor, kind = "tick" }: { readonly anchor?: "middle" | "end"; readonly kind?: string } = {},
): string {
  // A true minus is as wide as a plus.
  return tag("text", { x, y, class: kind, "text-anchor": anchor }, escapeHtml(text.replace(/^-(?=[\d.])/, "\u2212")));
}

/** What a picture is: its size in pixels, and its words for those who cannot see it. */
export interface PictureFrame {
  /** Stable word, used as class and file name. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** A sentence with the figures that matter. */
  readonly description: string;
}

export function picture(frame: PictureFrame, ...children: readonly string[]): string {
  const { name, width, height, title, description } = frame;
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: `picture ${name}`,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${title}. ${description}`,
    },
    ...children,
  );
}

/** Points as a line; a NaN breaks it. */
export function linePath(points: Iterable<readonly [x: number, y: number]>): string {
  let path = "";
  let pen = "M";
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
}

/** What lies between a line and a level; points without a height are left out. */
export function areaPath(points: readonly (readonly [x: number, y: number])[], level: number): string {
  const known = points.filter(([, y]) => Number.isFinite(y));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "";
  return `${linePath(known)}L${last[0].toFixed(1)} ${level.toFixed(1)}L${first[0].toFixed(1)} ${level.toFixed(1)}Z`;
}

export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
