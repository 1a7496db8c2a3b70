import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { BacklitError } from "../../market/errors.ts";
import { insideRepository, repositoryFiles } from "./git.ts";
import { isInspected } from "./inspect.ts";

/**
 * The files to look through: those named, files below folders named; without names those of the repository, or of the working
 * directory outside of one. What is in no language that is understood is left out, so that a hook may hand over all it has.
 * @throws BacklitError `invalid_argument` for a name that is not there
 */
export function findFiles(names: readonly string[]): readonly string[] {
  if (names.length === 0) return insideRepository() ? repositoryFiles().filter(isInspected) : filesBelow(".");
  const named = names.flatMap((name) => {
    const found = statSync(name, { throwIfNoEntry: false });
    if (found === undefined) {
      throw new BacklitError("invalid_argument", `Looking through ${name}: there is no such file`, {
        hint: "Paths are taken from the directory the command runs in.",
      });
    }
    return found.isDirectory() ? filesBelow(name) : [name];
  });
  return [...new Set(named)].filter(isInspected);
}

/** The text of a file; undefined when it is gone meanwhile: deleted in the work tree, say, and still followed by git. */
export function readText(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, "utf8") : undefined;
}

/** Installed packages and hidden folders are nobody's own code. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : filesBelow(path);
    return entry.isFile() && isInspected(path) ? [path] : [];
  });
}
