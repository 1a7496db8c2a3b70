import { PieceCollector, type SourceText } from "./source-text.ts";

/** Words after which a slash begins a regular expression. */
const BEFORE_EXPRESSION = /\b(?:return|typeof|case|in|of|delete|void|throw|new|do|else|yield|await)$/;

/**
 * Parts JavaScript and TypeScript into code, strings and comments. It is no parser: where a quote stands in JSX text or a slash could
 * be either, it may take a line for what it is not, and no more than that line.
 */
export function readJavaScript(original: string): SourceText {
  const pieces = new PieceCollector(original);
  readCode(original, 0, pieces, false);
  return pieces.finish();
}

/** Reads code from `start` on, to the end or, inside a template, to the brace that closes it. @returns where it stopped */
function readCode(text: string, start: number, pieces: PieceCollector, insideTemplate: boolean): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] as string;
    const pair = text.slice(at, at + 2);
    if (pair === "//" || (at === 0 && pair === "#!")) at = readComment(text, at, endOfLine(text, at), pieces);
    else if (pair === "/*") at = readComment(text, at, endOfBlock(text, at), pieces);
    else if (character === '"' || character === "'") at = readQuoted(text, at, pieces);
    else if (character === "`") at = readTemplate(text, at, pieces);
    else if (character === "/" && beginsExpression(text, start, at)) at = readPattern(text, at, pieces);
    else {
      if (character === "{") depth += 1;
      if (character === "}" && --depth < 0 && insideTemplate) return at;
      at += 1;
    }
  }
  return at;
}

function readComment(_text: string, start: number, end: number, pieces: PieceCollector): number {
  pieces.comment(start, end);
  return end;
}

function endOfBlock(text: string, at: number): number {
  const end = text.indexOf("*/", at + 2);
  return end === -1 ? text.length : end + 2;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function readQuoted(text: string, start: number, pieces: PieceCollector): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start] && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  const inside = Math.min(at, text.length);
  pieces.blank(start + 1, inside);
  const end = text[inside] === text[start] ? inside + 1 : inside;
  pieces.string(start, end, text.slice(start + 1, inside));
  return end;
}

function readTemplate(text: string, start: number, pieces: PieceCollector): number {
  let content = "";
  let from = start + 1;
  let at = from;
  while (at < text.length && text[at] !== "`") {
    if (text.startsWith("${", at)) {
      content += `${text.slice(from, at)}\${}`;
      pieces.blank(from, at);
      at = readCode(text, at + 2, pieces, true) + 1;
      from = at;
    } else at += text[at] === "\\" ? 2 : 1;
  }
  const inside = Math.min(at, text.length);
  pieces.blank(Math.min(from, inside), inside);
  const end = Math.min(inside + 1, text.length);
  pieces.string(start, end, content + text.slice(from, inside));
  return end;
}

function beginsExpression(text: string, start: number, at: number): boolean {
  const before = text.slice(Math.max(start, at - 40), at).trimEnd();
  return before === "" || /[(,=:[!&|?{;+\-*%~^<>]$/.test(before) || BEFORE_EXPRESSION.test(before);
}

function readPattern(text: string, start: number, pieces: PieceCollector): number {
  let inClass = false;
  for (let at = start + 1; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "/" && !inClass) {
      pieces.blank(start + 1, at);
      return at + 1;
    }
  }
  // No end on its line: it was a division.
  return start + 1;
}
