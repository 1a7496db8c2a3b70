import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findStripProblem } from "./strip-types.ts";
import { shortest } from "./user-frames.ts";

/** Where in which file a syntax error stands: `file:line:column`, and the line with a caret under the column. */
export interface SyntaxPlace {
  readonly position: string;
  readonly excerpt: string;
}

/** Finds the place of a syntax error that came from importing `path`, in that file or in one it imports. */
export function findSyntaxPlace(error: SyntaxError, path: string): SyntaxPlace | undefined {
  const stack = error.stack ?? "";
  return strippersPlace(stack) ?? enginesPlace(stack) ?? enginesPlace(uncaughtReport(path));
}

/** A type stripper names file and line only; asking once more gives the column, and a place where the line alone is none. */
function strippersPlace(stack: string): SyntaxPlace | undefined {
  const [, location] = /^(\S.*\.m?ts):\d+\n/.exec(stack) ?? [];
  if (location === undefined) return undefined;
  const path = pathOf(location);
  const code = readFileSync(path, "utf8");
  const problem = findStripProblem(code);
  if (problem === undefined) return undefined;
  const line = code.split(/\r?\n/)[problem.line - 1] ?? "";
  return placeOf(path, problem.line, characterColumn(line, problem.column), line);
}

/** The stripper counts a tab as four columns; editors and this command count it as one. */
function characterColumn(line: string, column: number): number {
  const tabs = /^\t*/.exec(line)?.[0].length ?? 0;
  return Math.max(1, column - 3 * tabs);
}

/** V8 opens the stack of a syntax error with `url:line`, the line of code, and a line of carets. */
function enginesPlace(stack: string): SyntaxPlace | undefined {
  const match = /^(\S.*):(\d+)\n([^\n]*)\n([ \t]*)\^/m.exec(stack);
  if (match === null) return undefined;
  const [, location = "", line = "", code = "", indent = ""] = match;
  return placeOf(pathOf(location), Number(line), indent.length + 1, code);
}

function placeOf(path: string, line: number, column: number, code: string): SyntaxPlace {
  const indent = code.slice(0, column - 1).replace(/[^\t]/g, " ");
  return { position: `${shortest(path)}:${line}:${column}`, excerpt: `  ${code}\n  ${indent}^` };
}

function pathOf(location: string): string {
  return location.startsWith("file:") ? fileURLToPath(location) : location;
}

/**
 * V8 tells the place of some errors (a name declared twice, an unknown `#field`) only where they stay uncaught, so they are let
 * go uncaught in a process of their own. Syntax errors come before any code of the module runs, hence nothing of it runs there.
 */
function uncaughtReport(path: string): string {
  const preload = new URL("./register.js", import.meta.url).href;
  const { stderr } = spawnSync(process.execPath, ["--import", preload, path], {
    encoding: "utf8",
    timeout: 10_000,
    stdio: ["ignore", "ignore", "pipe"],
  });
  return stderr ?? "";
}
