import { resolve, sep } from "node:path";
import { ExitCode } from "./exit-code.ts";
import { findFiles, readText } from "./guard/find-files.ts";
import { repositoryTop, stagedFiles } from "./guard/git.ts";
import { type Finding, inspect, isInspected } from "./guard/inspect.ts";
import { type InstalledHook, installHook } from "./guard/install-hook.ts";
import type { GuardFlags } from "./guard-command.ts";
import { usageError } from "./usage-error.ts";
import { shortest } from "./user-frames.ts";

const ALLOWING =
  "Buy through the gate: client.quote([...]), quote.approve(...), or 'backlit fetch'. Where a call is meant, say why in a comment\n" +
  "on its line or the one above:  backlit-guard: allow <reason>   (for a whole file: backlit-guard: allow-file <reason>)";

/** What was looked through, and what came of it. */
interface Inspection {
  readonly files: number;
  readonly findings: readonly Finding[];
}

/**
 * `backlit guard`: looks for calls that buy data past the cost gate.
 * @returns the exit code: 1 when there is one that no comment allows
 */
export async function guard(names: readonly string[], flags: GuardFlags): Promise<number> {
  if (flags.install) return install(names);
  const { files, findings } = flags.staged ? inspectStaged(names) : inspectFiles(names);
  const refused = findings.filter(({ allowed }) => allowed === undefined);
  const allowed = findings.filter((finding) => finding.allowed !== undefined);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ files, findings: refused, allowed }, null, 2)}\n`
      : report(files, refused, allowed),
  );
  return refused.length === 0 ? ExitCode.ok : ExitCode.failed;
}

async function install(names: readonly string[]): Promise<number> {
  if (names.length > 0) throw usageError("Installing the hook: it takes no files", "Run 'backlit guard --install'.");
  const { path, done } = await installHook();
  process.stdout.write(`${SAID[done]}: ${shortest(path)}\n`);
  return ExitCode.ok;
}

const SAID: Readonly<Record<InstalledHook["done"], string>> = {
  created: "Made the pre-commit hook",
  added: "Added to the pre-commit hook, in front of what it did before",
  renewed: "Renewed the guard's lines in the pre-commit hook",
  unchanged: "The guard stands in the pre-commit hook already",
  wrapped: "Made a pre-commit hook that runs the guard, then the one before, which was kept beside it",
};

function inspectStaged(names: readonly string[]): Inspection {
  const top = repositoryTop();
  const wanted = names.map((name) => resolve(name));
  const isWanted = (path: string) =>
    wanted.length === 0 || wanted.some((name) => path === name || path.startsWith(name + sep));
  const files = stagedFiles((path) => isInspected(path) && isWanted(resolve(top, path)));
  return { files: files.length, findings: files.flatMap(({ path, content }) => inspect(path, content)) };
}

function inspectFiles(names: readonly string[]): Inspection {
  const files = findFiles(names);
  return { files: files.length, findings: files.flatMap((path) => inspect(path, readText(path) ?? "")) };
}

function report(files: number, refused: readonly Finding[], allowed: readonly Finding[]): string {
  const looked = `Looked through ${count(files, "file")}`;
  const permitted = allowed.length === 0 ? "" : `, ${count(allowed.length, "call")} allowed by a comment`;
  if (refused.length === 0) return `${looked}: nothing buys data past the cost gate${permitted}.\n`;
  const lines = refused.map((finding) => `${placeText(finding)}  ${finding.message}\n    ${finding.excerpt}\n`);
  return `${lines.join("")}\n${looked}: ${count(refused.length, "place")} may buy data past the cost gate${permitted}.\n${ALLOWING}\n`;
}

function placeText({ file, cell, line, column }: Finding): string {
  return cell === undefined ? `${file}:${line}:${column}` : `${file} cell ${cell}:${line}:${column}`;
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}
