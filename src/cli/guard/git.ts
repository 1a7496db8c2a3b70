import { spawnSync } from "node:child_process";
import { BacklitError } from "../../market/errors.ts";

/** Room for the staged text of a large repository. */
const MOST_OUTPUT = 1 << 30;

/** A file as it is staged. */
export interface StagedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly content: string;
}

/** True inside a work tree; false outside of one, and where there is no git. */
export function insideRepository(): boolean {
  return runGit(["rev-parse", "--show-toplevel"]).status === 0;
}

/** Top folder of the repository the command runs in. @throws BacklitError `data_source` outside of one */
export function repositoryTop(): string {
  return git(["rev-parse", "--show-toplevel"]).toString().trimEnd();
}

/**
 * Files below the working directory that git follows or would: not those it ignores. Relative paths.
 * @throws BacklitError `data_source` when git fails
 */
export function repositoryFiles(): readonly string[] {
  const names = git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  return [...new Set(namesIn(names))].sort();
}

/**
 * What a commit now would bring, as it is staged, whatever the work tree holds. Removed files, links and submodules are left out.
 * @param wanted which paths are read
 * @throws BacklitError `data_source` when git fails
 */
export function stagedFiles(wanted: (path: string) => boolean): readonly StagedFile[] {
  const changes = git(["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=AMT"]);
  const words = namesIn(changes);
  const files: { readonly path: string; readonly blob: string }[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const [, mode = "", , blob = ""] = (words[i] ?? "").split(" ");
    const path = words[i + 1] ?? "";
    if (mode.startsWith("100") && wanted(path)) files.push({ path, blob });
  }
  const contents = readBlobs(files.map(({ blob }) => blob));
  return files.map(({ path }, index) => ({ path, content: contents[index] ?? "" }));
}

/** Output of a git command. @throws BacklitError `data_source` when it fails, outside of a repository say */
export function git(words: readonly string[], input = ""): Buffer {
  const { status, stdout, stderr, error } = runGit(words, input);
  if (status === 0) return stdout;
  const found = error?.message ?? stderr.toString().trim();
  throw new BacklitError("data_source", `Running git ${words[0]}: ${found}`, {
    hint: "Run the command inside a git repository, with git installed, or name the files to look through.",
  });
}

function runGit(words: readonly string[], input = "") {
  return spawnSync("git", words, { input, maxBuffer: MOST_OUTPUT });
}

function namesIn(output: Buffer): readonly string[] {
  return output.toString().split("\0").slice(0, -1);
}

/** Contents in the order of their ids. Each comes as `id type size`, a line end, so many bytes, a line end. */
function readBlobs(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  const output = git(["cat-file", "--batch"], `${ids.join("\n")}\n`);
  const contents: string[] = [];
  let at = 0;
  for (const _id of ids) {
    const headEnd = output.indexOf("\n", at);
    const size = Number(output.toString("utf8", at, headEnd).split(" ")[2]);
    contents.push(output.toString("utf8", headEnd + 1, headEnd + 1 + size));
    at = headEnd + 1 + size + 1;
  }
  return contents;
}
