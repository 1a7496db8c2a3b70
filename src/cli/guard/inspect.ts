import { extname } from "node:path";
import { readJavaScript } from "./javascript-text.ts";
import { notebookCells } from "./notebook.ts";
import { readPython } from "./python-text.ts";
import { addressRules, javascriptRules, pythonRules, type RuleName, type Suspicion } from "./rules.ts";
import { readShell } from "./shell-text.ts";
import type { SourceText } from "./source-text.ts";

/** A place that may spend money past the cost gate. */
export interface Finding {
  readonly file: string;
  /** In a notebook: which cell, from 1; lines count within it. */
  readonly cell?: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly rule: RuleName | "no-reason";
  readonly message: string;
  /** The line of the file. */
  readonly excerpt: string;
  /** The reason given in a comment, where it is allowed. */
  readonly allowed?: string;
}

type Language = "javascript" | "python" | "notebook" | "shell";

const LANGUAGES: Readonly<Record<string, Language>> = {
  ...Object.fromEntries(
    [".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"].map((end) => [end, "javascript"]),
  ),
  ...{ ".vue": "javascript", ".svelte": "javascript" },
  ...{ ".py": "python", ".pyi": "python", ".ipynb": "notebook" },
  ...{ ".sh": "shell", ".bash": "shell", ".zsh": "shell" },
};

/** What a file must contain, in any case, to be worth reading: most of a repository need not be taken apart. */
const WORTH_READING = /databento|get_?range|submit_?job|backlit-guard/i;
const ALLOW = /backlit-guard:\s*allow(-file)?\b[\s:–—-]*(.*?)\s*(?:\*\/)?\s*$/m;

/** True for files that may hold code of a language that is understood. */
export function isInspected(path: string): boolean {
  return LANGUAGES[extname(path).toLowerCase()] !== undefined;
}

/** Looks through one file. `path` is told in the findings and decides the language. */
export function inspect(path: string, content: string): readonly Finding[] {
  const language = LANGUAGES[extname(path).toLowerCase()];
  if (language === undefined || !WORTH_READING.test(content)) return [];
  if (language !== "notebook") return inspectText(path, language, content);
  return notebookCells(content).flatMap(({ number, text }) =>
    inspectText(path, "python", text).map((finding) => ({ ...finding, cell: number })),
  );
}

function inspectText(file: string, language: Exclude<Language, "notebook">, content: string): Finding[] {
  const source = readSource(language, content);
  const allowances = allowancesOf(source);
  const suspicions = suspicionsOf(language, source).sort((left, right) => left.at - right.at);
  return suspicions.map(({ rule, at, message }) => {
    const place = placeOf(content, at);
    const allowance = allowances.find(({ first, last }) => first <= place.line && place.line <= last);
    const finding = { file, ...place, rule, message };
    if (allowance === undefined) return finding;
    if (allowance.reason !== "") return { ...finding, allowed: allowance.reason };
    return { ...finding, rule: "no-reason", message: `${message}; the comment that allows it gives no reason` };
  });
}

function readSource(language: Exclude<Language, "notebook">, content: string): SourceText {
  if (language === "javascript") return readJavaScript(content);
  return language === "python" ? readPython(content) : readShell(content);
}

function suspicionsOf(language: Exclude<Language, "notebook">, source: SourceText): Suspicion[] {
  if (language === "javascript") return [...addressRules(source), ...javascriptRules(source)];
  return language === "python" ? [...addressRules(source), ...pythonRules(source)] : addressRules(source);
}

interface Allowance {
  /** First and last line it holds for, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/** A comment allows its own lines and the first line after it that is more than a comment; `allow-file` allows the file. */
function allowancesOf({ original, code, comments }: SourceText): Allowance[] {
  const codeLines = code.split("\n");
  return comments.flatMap(({ text, start, end }): Allowance[] => {
    const [match, wholeFile, reason = ""] = ALLOW.exec(text) ?? [];
    if (match === undefined) return [];
    if (wholeFile !== undefined) return [{ first: 1, last: codeLines.length, reason }];
    const first = placeOf(original, start).line;
    let last = placeOf(original, end).line;
    const standsAlone = (codeLines[first - 1] ?? "").trim() === "";
    if (standsAlone) while (last < codeLines.length && (codeLines[last - 1] ?? "").trim() === "") last += 1;
    return [{ first, last, reason }];
  });
}

function placeOf(content: string, at: number): Pick<Finding, "line" | "column" | "excerpt"> {
  const before = content.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  const [excerpt = ""] = content.slice(lineStart).split(/\r?\n/, 1);
  return { line: before.split("\n").length, column: at - lineStart + 1, excerpt: excerpt.trim().slice(0, 160) };
}
