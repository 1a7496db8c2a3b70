import { type Command, Option } from "commander";

export interface ReportFlags {
  readonly out?: string;
  readonly pictures?: "svg" | "png";
}

const AFTER_HELP = `
Examples:
  $ backlit report runs/a
  $ backlit report runs/a runs/b --out compared.html
  $ backlit report runs/a --pictures svg

One folder: its report.html is made anew. Several: one page that shows them side by side.`;

/** `backlit report`. */
export function defineReport(command: Command): void {
  command
    .description("Make the report of a saved run anew, or compare several runs on one page.")
    .usage("<run...> [options]")
    .argument("[run...]", "folders of saved runs")
    .option("--out <file>", "where the page goes (default: report.html in the run, or beside the first run)")
    .addOption(
      new Option(
        "--pictures <format>",
        "write the still pictures of the run instead, into its folder pictures",
      ).choices(["svg", "png"]),
    )
    .addHelpText("after", AFTER_HELP)
    .action(async (runs: readonly string[], flags: ReportFlags) => {
      const { report } = await import("./report.ts");
      await report(runs, flags);
    });
}
