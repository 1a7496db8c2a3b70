/** Lines of a terminal from pieces of text: flowing to a width, colouring, cutting. */

import { fitting, textWidth } from "./text-width.ts";

/** What a piece means; a terminal may show it by colour. */
export type Tone = "plain" | "strong" | "quiet" | "good" | "bad" | "warning";

/** A piece of text that stays on one line. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

const ANSI: Readonly<Record<Tone, readonly [on: string, off: string]>> = {
  plain: ["", ""],
  strong: ["\u001b[1m", "\u001b[22m"],
  quiet: ["\u001b[2m", "\u001b[22m"],
  good: ["\u001b[32m", "\u001b[39m"],
  bad: ["\u001b[31m", "\u001b[39m"],
  warning: ["\u001b[33m", "\u001b[39m"],
};

/** Between two pieces on a line. */
const GAP = "  ";

export function piece(text: string, tone: Tone = "plain"): Piece {
  return { text: printable(text), tone };
}

/** Text from outside (names, messages) without line breaks and control characters, which could rewrite the screen. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
}

/** Cuts a text to `width` columns, ended by dots where something is missing. */
export function cut(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${fitting(text, Math.max(0, width - 3)).trimEnd()}...`;
}

/** Writes a line of pieces, with colour when asked. */
export function render(pieces: readonly Piece[], color: boolean): string {
  return pieces
    .map(({ text, tone }) => {
      const [on, off] = color ? ANSI[tone] : ["", ""];
      return on + text + off;
    })
    .join(GAP);
}

/**
 * Puts pieces on as few lines as fit; lines after the first are indented. A piece wider than the screen goes on at a blank: half a number
 * would be another one.
 */
export function flow(pieces: readonly Piece[], width: number, color: boolean): readonly string[] {
  const indent = "  ";
  const lines: string[] = [];
  let current: Piece[] = [];
  let used = 0;
  const flush = () => {
    if (current.length > 0) lines.push((lines.length === 0 ? "" : indent) + render(current, color));
    current = [];
  };
  for (const next of pieces.flatMap((whole) => broken(whole, width - indent.length))) {
    const needed = textWidth(next.text);
    const room = width - (lines.length === 0 ? 0 : indent.length);
    if (current.length > 0 && used + GAP.length + needed > room) flush();
    used = current.length === 0 ? needed : used + GAP.length + needed;
    current.push(next);
  }
  flush();
  return lines;
}

/** A piece as those that each fit a line; a word wider than that is cut. */
function broken({ text, tone }: Piece, width: number): readonly Piece[] {
  if (text === "") return [];
  const lines = textWidth(text) <= width ? [text] : wrap(text, width, "");
  return lines.map((line) => ({ text: cut(line, width), tone }));
}

/** A sentence on several lines broken at blanks, the first after `mark`, the others indented under it. */
export function wrap(text: string, width: number, mark: string): readonly string[] {
  const room = Math.max(8, width - mark.length);
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((content, i) => (i === 0 ? mark : " ".repeat(mark.length)) + content);
}
