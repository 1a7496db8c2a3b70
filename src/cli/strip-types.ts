import { createRequire } from "node:module";

/** What the stripper throws when it cannot. Lines count from 1, columns from 0. */
interface StripProblem {
  readonly code: string;
  readonly message: string;
  readonly startLine: number;
  readonly startColumn: number;
}

interface Stripper {
  transformSync(code: string, options: { mode: "strip-only"; filename: string }): { readonly code: string };
}

let stripper: Stripper | undefined;

/**
 * Blanks out the types of a TypeScript file. Every other character keeps its line and column, so stack traces point at the user's
 * own lines without a source map.
 *
 * A failure is thrown as Node's own stripper throws it (its code, and a stack that opens with `url:line`), so that one reader
 * explains both.
 */
export function stripTypes(code: string, url: string): string {
  try {
    return strip(code, url);
  } catch (thrown) {
    throw isStripProblem(thrown) ? syntaxError(thrown, url) : thrown;
  }
}

/** Line and column, both from 1, at which a TypeScript file cannot be stripped; undefined when it can. */
export function findStripProblem(code: string): { readonly line: number; readonly column: number } | undefined {
  try {
    strip(code, "input.ts");
  } catch (thrown) {
    if (isStripProblem(thrown)) return { line: thrown.startLine, column: thrown.startColumn + 1 };
  }
  return undefined;
}

function strip(code: string, filename: string): string {
  // Loaded on first use: it takes a tenth of a second, which a JavaScript strategy need not wait for.
  stripper ??= createRequire(import.meta.url)("@swc/wasm-typescript") as Stripper;
  return stripper.transformSync(code, { mode: "strip-only", filename }).code;
}

function isStripProblem(thrown: unknown): thrown is StripProblem {
  return typeof thrown === "object" && thrown !== null && "startLine" in thrown && "startColumn" in thrown;
}

function syntaxError(problem: StripProblem, url: string): SyntaxError {
  const kind = problem.code === "UnsupportedSyntax" ? "ERR_UNSUPPORTED" : "ERR_INVALID";
  const error = Object.assign(new SyntaxError(problem.message), { code: `${kind}_TYPESCRIPT_SYNTAX` });
  error.stack = `${url}:${problem.startLine}\n\n${error.name}: ${problem.message}`;
  return error;
}
