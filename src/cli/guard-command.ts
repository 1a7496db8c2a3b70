import type { Command } from "commander";

export interface GuardFlags {
  readonly staged: boolean;
  readonly install: boolean;
  readonly json: boolean;
}

const AFTER_HELP = `
Examples:
  $ backlit guard
  $ backlit guard src/download.ts notebooks
  $ backlit guard --install

Looks into JavaScript, TypeScript, Python, Jupyter notebooks and shell scripts.
Exit codes: 0 nothing found, 1 something found, 2 usage`;

/** `backlit guard`. */
export function defineGuard(command: Command, setExitCode: (code: number) => void): void {
  command
    .description("Find code that would buy Databento data past the cost gate.")
    .argument("[files...]", "files and folders (default: those of the repository, else of this folder)")
    .option("--staged", "look at what is staged for the next commit, not at the work tree", false)
    .option("--install", "add this to the repository's pre-commit hook", false)
    .option("--json", "print the findings as one JSON document", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (files: readonly string[], flags: GuardFlags) => {
      const { guard } = await import("./guard.ts");
      setExitCode(await guard(files, flags));
    });
}
