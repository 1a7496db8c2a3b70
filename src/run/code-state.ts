/** In what state the code was that a run was made with, asked of git. */

import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { CodeState } from "../report/index.ts";
import { maskKeys } from "../report/plain.ts";

/** What a strategy is made of. Nothing else is written out: files with keys in them, such as `.env`, are not among it. */
const CODE_FILES = ["*.ts", "*.mts", "*.cts", "*.js", "*.mjs", "*.cjs", "package.json"];
/** A longer patch is not kept. */
const MOST_BYTES = 10_000_000;
/** Longer than git needs for a large repository. */
const PATIENCE = 10_000;

/**
 * The commit of the repository in which a file lies, and how its code files differ from it, new ones that git does not ignore included. Vendor's
 * keys are masked in it. Undefined outside of a repository, before its first commit, and where there is no git. Writes nothing.
 */
export async function codeState(path: string): Promise<CodeState | undefined> {
  try {
    const top = (await git(dirname(path), ["rev-parse", "--show-toplevel"])).trimEnd();
    const commit = (await git(top, ["rev-parse", "--verify", "HEAD"])).trimEnd();
    return { commit, ...(await patchOf(top, commit)) };
  } catch {
    // No git, no repository, no commit, no answer in time: nothing is known then, which `code: null` says.
    return undefined;
  }
}

async function patchOf(top: string, commit: string): Promise<Omit<CodeState, "commit">> {
  try {
    const changed = await git(top, [...DIFF, commit, "--", ...CODE_FILES]);
    const names = await git(top, ["ls-files", "-z", "--others", "--exclude-standard", "--", ...CODE_FILES]);
    const added: string[] = [];
    for (const name of names.split("\0").slice(0, -1).sort()) added.push(await additionOf(top, name));
    const patch = maskKeys(changed + added.join(""));
    return { dirty: patch !== "", patch: patch === "" ? null : `# against commit ${commit}\n${patch}` };
  } catch (thrown) {
    if (isTooLong(thrown)) return { dirty: true, patch: null };
    throw thrown;
  }
}

const DIFF = [
  "diff",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

/** A file git does not follow yet, as a patch that makes it. */
async function additionOf(top: string, name: string): Promise<string> {
  try {
    return await git(top, [...DIFF, "--no-index", "--", "/dev/null", name]);
  } catch (thrown) {
    // Two files that differ are exit code 1 here.
    if (isDifference(thrown)) return thrown.stdout;
    throw thrown;
  }
}

function isDifference(thrown: unknown): thrown is { readonly stdout: string } {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === 1 && "stdout" in thrown;
}

function isTooLong(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";
}

async function git(folder: string, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", ["-C", folder, "-c", "core.fsmonitor=false", ...words], {
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
    timeout: PATIENCE,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
  return stdout;
}
