import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { BacklitError } from "../../market/errors.ts";
import { writeFileAtomic } from "../../store/atomic-file.ts";
import { git, repositoryTop } from "./git.ts";

const OPENING = "# >>> backlit guard >>>";
const CLOSING = "# <<< backlit guard <<<";
const BLOCK = new RegExp(`${OPENING}[\\s\\S]*?${CLOSING}\n`);
/** Name that a hook in another language goes on under. */
const KEPT_NAME = "pre-commit.before-backlit";

export interface InstalledHook {
  readonly path: string;
  readonly done: "created" | "added" | "renewed" | "unchanged" | "wrapped";
}

/**
 * Puts the guard into the repository's pre-commit hook: as the first lines of a shell script that is there, in front of a hook in
 * another language, or as a new one. Everything that was there stays and runs after it. Doing it again changes nothing.
 * @throws BacklitError `data_source` outside of a repository; `unsupported` for a hook that git does not run as it is
 */
export async function installHook(): Promise<InstalledHook> {
  const top = repositoryTop();
  const link = join(hooksFolder(top), "pre-commit");
  // A link is followed and stays one: the script itself is changed.
  const path = existsSync(link) ? realpathSync(link) : link;
  const block = hookBlock(top);
  if (!existsSync(path)) return write(path, `#!/bin/sh\n${block}`, "created");
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  if (BLOCK.test(text)) {
    const renewed = text.replace(BLOCK, () => block);
    return renewed === text ? { path, done: "unchanged" } : write(path, renewed, "renewed");
  }
  if (!text.trim()) return write(path, `#!/bin/sh\n${block}`, "created");
  checkRuns(path);
  if (!isShell(text)) return wrap(path, block);
  const [, shebang = "", rest = ""] = /^(#![^\n]*\n)?([\s\S]*)$/.exec(text) ?? [];
  return write(path, `${shebang}${block}${rest}`, "added");
}

/** Where git looks for hooks, with `core.hooksPath` heard. Husky writes the folder that git looks into anew, and reads its own beside it. */
function hooksFolder(top: string): string {
  const told = git(["-C", top, "rev-parse", "--git-path", "hooks"]).toString().trimEnd();
  const folder = isAbsolute(told) ? told : resolve(top, told);
  return basename(folder) === "_" && basename(dirname(folder)) === ".husky" ? dirname(folder) : folder;
}

/** Hooks run at the top of the repository; the package may be installed in a folder below. */
function hookBlock(top: string): string {
  const command = localCommand(top) ?? "npx --no-install backlit";
  return `${OPENING}
# Looks through what is staged for calls that would buy data past the cost gate.
${command} guard --staged || {
  echo "backlit guard stopped the commit (git commit --no-verify goes around it)." >&2
  exit 1
}
${CLOSING}
`;
}

function localCommand(top: string): string | undefined {
  const root = realpathSync(top);
  for (let folder = realpathSync("."); ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", ".bin", "backlit");
    if (existsSync(path)) return `"./${relative(root, path).replaceAll("\\", "/")}"`;
    if (folder === root || folder === dirname(folder)) return undefined;
  }
}

function isShell(text: string): boolean {
  if (!text.startsWith("#!")) return !text.includes("\0");
  return /^#!\s*(?:\S*\/)?(?:env\s+(?:-S\s+)?)?(?:\S*\/)?(?:sh|bash|dash|ash|zsh|ksh)\b/.test(text);
}

/** Git passes over a hook that cannot be executed; making it run would bring back what somebody switched off. */
function checkRuns(path: string): void {
  const ownFolder = basename(dirname(path)) === ".husky";
  if (process.platform === "win32" || ownFolder || (statSync(path).mode & 0o111) !== 0) return;
  throw new BacklitError("unsupported", `Adding to the hook ${path}: it is not executable, so git does not run it`, {
    hint: `Make it executable (chmod +x ${path}), or remove it, and install again.`,
  });
}

function wrap(path: string, block: string): Promise<InstalledHook> {
  const kept = join(dirname(path), KEPT_NAME);
  if (existsSync(kept)) {
    throw new BacklitError("unsupported", `Adding to the hook ${path}: its place ${kept} is taken`, {
      hint: "Look at both files, remove the one that is not needed, and install again.",
    });
  }
  renameSync(path, kept);
  return write(path, `#!/bin/sh\n${block}exec "$(dirname "$0")/${KEPT_NAME}" "$@"\n`, "wrapped");
}

async function write(path: string, text: string, done: InstalledHook["done"]): Promise<InstalledHook> {
  const mode = existsSync(path) ? statSync(path).mode : 0o755;
  await writeFileAtomic(path, text);
  chmodSync(path, (mode & 0o777) | 0o111);
  return { path, done };
}
