import { PieceCollector, type SourceText } from "./source-text.ts";

/** Parts Python into code, strings and comments. A text that is a statement by itself, a docstring, counts as a comment. */
export function readPython(original: string): SourceText {
  const pieces = new PieceCollector(original);
  let at = 0;
  while (at < original.length) {
    const character = original[at];
    if (character === "#") {
      const end = endOfLine(original, at);
      pieces.comment(at, end);
      at = end;
    } else if (character === '"' || character === "'") at = readString(original, at, pieces);
    else at += 1;
  }
  return pieces.finish();
}

function readString(text: string, start: number, pieces: PieceCollector): number {
  const quote = text[start] as string;
  const triple = text.startsWith(quote.repeat(3), start);
  const mark = triple ? quote.repeat(3) : quote;
  let at = start + mark.length;
  while (at < text.length && !text.startsWith(mark, at) && (triple || text[at] !== "\n")) {
    at += text[at] === "\\" ? 2 : 1;
  }
  const inside = Math.min(at, text.length);
  const end = text.startsWith(mark, inside) ? inside + mark.length : inside;
  if (triple && standsAlone(text, start, end)) {
    pieces.comment(start, end);
    return end;
  }
  pieces.blank(start + mark.length, inside);
  pieces.string(start, end, text.slice(start + mark.length, inside));
  return end;
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  return /^[ \t]*[rRuU]?$/.test(before) && /^[ \t]*(?:#.*)?$/.test(text.slice(end, endOfLine(text, end)));
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}
