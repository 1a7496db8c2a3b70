import type { Command } from "commander";

const AFTER_HELP = `
Examples:
  $ backlit open
  $ backlit open runs/SmaCross-2024-01-02-2024-07-01

Without a run, the report that was written last below runs/. Where there is no screen, the path is printed and nothing else happens.`;

/** `backlit open`. */
export function defineOpen(command: Command): void {
  command
    .description("Open the report of a run in the browser.")
    .argument("[run]", "folder of a run, or an HTML file (default: the newest below runs/)")
    .addHelpText("after", AFTER_HELP)
    .action(async (run: string | undefined) => {
      const { open } = await import("./open.ts");
      await open(run);
    });
}
