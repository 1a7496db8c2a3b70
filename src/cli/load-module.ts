import { statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BacklitError } from "../market/errors.ts";
import { explainLoadFailure } from "./explain-load-failure.ts";
import { registerLoader } from "./register-loader.ts";

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * Imports a user's module, TypeScript without a build step included.
 * @param what what the file is to the command, for messages: `strategy`, `data source`
 * @throws BacklitError `strategy_load`: no such file, a syntax error with its place, or an error thrown while the file ran
 */
export async function loadModule(file: string, what: string): Promise<ModuleExports> {
  const path = resolve(file);
  checkFile(file, path, what);
  registerLoader();
  try {
    return (await import(pathToFileURL(path).href)) as ModuleExports;
  } catch (thrown) {
    throw explainLoadFailure({ file, path, what }, thrown);
  }
}

function checkFile(file: string, path: string, what: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new BacklitError("strategy_load", `Loading the ${what} ${file}: there is no such file`, {
      hint: `Looked for ${path}. Paths are taken from the directory the command runs in.`,
    });
  }
  if (!found.isFile()) throw new BacklitError("strategy_load", `Loading the ${what} ${file}: it is not a file`);
  if (!EXTENSIONS.includes(extname(path))) {
    throw new BacklitError("strategy_load", `Loading the ${what} ${file}: expected a file ending in ${list()}`);
  }
}

function list(): string {
  return `${EXTENSIONS.slice(0, -1).join(", ")} or ${EXTENSIONS.at(-1)}`;
}
