import { type Command, Option } from "commander";
import type { SeriesFilter } from "./data/cached-series.ts";
import type { ExportFlags } from "./data/export-data.ts";

interface FilterFlags {
  readonly dataset?: string;
  readonly schema?: string;
  readonly json?: true;
}

interface RemoveFlags extends FilterFlags {
  readonly all: boolean;
  readonly yes: boolean;
}

type SetExitCode = (code: number) => void;

/** `backlit data ls | verify | export | rm`. */
export function defineData(command: Command, setExitCode: SetExitCode): void {
  command.description("Look at, check, hand on and remove what the cache holds.").helpCommand(false);
  defineList(command.command("ls"), setExitCode);
  defineVerify(command.command("verify"), setExitCode);
  defineExport(command.command("export"), setExitCode);
  defineRemove(command.command("rm"), setExitCode);
}

function addFilter(command: Command): Command {
  return command
    .argument("[names...]", "symbols such as ESZ4, or roots such as ES (default: all)")
    .option("--dataset <code>", "of this dataset only")
    .option("--schema <name>", "of this schema only");
}

function filterOf(names: readonly string[], { dataset, schema }: FilterFlags): SeriesFilter {
  return { names, ...(dataset === undefined ? {} : { dataset }), ...(schema === undefined ? {} : { schema }) };
}

function defineList(command: Command, setExitCode: SetExitCode): void {
  addFilter(command.description("List the series in the cache: spans, files, sizes."))
    .option("--json", "print them as one JSON document")
    .action(async (names: readonly string[], flags: FilterFlags) => {
      const { listData } = await import("./data/list-data.ts");
      setExitCode(await listData(filterOf(names, flags), flags.json === true));
    });
}

function defineVerify(command: Command, setExitCode: SetExitCode): void {
  addFilter(command.description("Check every file against its SHA-256; damaged ones go to quarantine."))
    .option("--json", "print what was found as one JSON document")
    .action(async (names: readonly string[], flags: FilterFlags) => {
      const { verifyData } = await import("./data/verify-data.ts");
      setExitCode(await verifyData(filterOf(names, flags), flags.json === true));
    });
}

function defineExport(command: Command, setExitCode: SetExitCode): void {
  command
    .description("Write bars from the cache to files. Buys nothing.")
    .argument("[names...]", "ES (continuous), ES.n.0, ESZ24 (a contract), stock:AAPL ...")
    .option("--start <when>", "first instant, inclusive: a date or date-time, UTC")
    .option("--end <when>", "last instant, exclusive (default: the start of today)")
    .option("--timestep <step>", "length of the bars, such as 1m, 15m, 1d", "1m")
    .addOption(new Option("--format <name>", "kind of file").choices(["parquet", "csv", "feather"]).default("parquet"))
    .addOption(
      new Option("--adjust <kind>", "take the gaps out of a continuous future's rolls")
        .choices(["none", "difference", "ratio"])
        .default("none"),
    )
    .option("--roll <rule>", "how a root rolls: v, n, c, or sessions before the end (default: v)")
    .option("--dataset <code>", "dataset of all of them (default: by exchange)")
    .option("--out <folder>", "where the files go", ".")
    .option("--json", "print the files as one JSON document")
    .action(async (names: readonly string[], flags: ExportFlags) => {
      const { exportData } = await import("./data/export-data.ts");
      setExitCode(await exportData(names, flags));
    });
}

function defineRemove(command: Command, setExitCode: SetExitCode): void {
  addFilter(command.description("Delete series from the cache, after a yes."))
    .option("--all", "everything, where nothing else is named", false)
    .option("--yes", "do not ask", false)
    .action(async (names: readonly string[], flags: RemoveFlags) => {
      const { removeData } = await import("./data/remove-data.ts");
      setExitCode(await removeData(filterOf(names, flags), flags));
    });
}
