import { basename, dirname, join, normalize } from "node:path";
import { comparePage, MOST_COMPARED } from "../report/html/compare-page.ts";
import { reportPage } from "../report/html/page.ts";
import { pageAssets } from "../run/page-assets.ts";
import { savePictures } from "../run/save-pictures.ts";
import { readSavedRun } from "../run/saved-run.ts";
import { writeFileAtomic } from "../store/atomic-file.ts";
import { writing } from "../store/write-errors.ts";
import type { ReportFlags } from "./report-command.ts";
import { usageError } from "./usage-error.ts";

const SEE_HELP = "Run 'backlit report --help' for examples.";

/** `backlit report`: writes, and prints the path of every file written. */
export async function report(runs: readonly string[], flags: ReportFlags): Promise<void> {
  const folders = runs.map((run) => normalize(run).replace(/[\\/]+$/, "") || run);
  checkCommand(folders, flags);
  const [first = ""] = folders;
  if (flags.pictures !== undefined) return picturesOfRun(first, flags.pictures);
  const file = flags.out ?? (folders.length === 1 ? join(first, "report.html") : compareFile(folders));
  const page = folders.length === 1 ? await pageOfRun(first) : await pageOfRuns(folders);
  await writing("Writing the report to", file, () => writeFileAtomic(file, page));
  process.stdout.write(`${file}\n`);
}

function checkCommand(folders: readonly string[], { out, pictures }: ReportFlags): void {
  if (folders.length === 0) throw usageError("Reading the command: there is no run to report", SEE_HELP);
  if (new Set(folders).size < folders.length)
    throw usageError("Comparing runs: the same folder was given twice", SEE_HELP);
  if (folders.length > MOST_COMPARED) {
    throw usageError(`Comparing runs: ${folders.length} were given, one page keeps ${MOST_COMPARED} apart`, SEE_HELP);
  }
  if (pictures === undefined) return;
  if (folders.length > 1) throw usageError("Writing pictures: give one run", SEE_HELP);
  if (out !== undefined)
    throw usageError("Writing pictures: --out is for the page; pictures go into the run's folder", SEE_HELP);
}

async function picturesOfRun(folder: string, format: "svg" | "png"): Promise<void> {
  const paths = await savePictures(join(folder, "pictures"), await readSavedRun(folder), format);
  process.stdout.write(`${paths.join("\n")}\n`);
}

async function pageOfRun(folder: string): Promise<string> {
  return reportPage(await readSavedRun(folder), pageAssets());
}

async function pageOfRuns(folders: readonly string[]): Promise<string> {
  const names = new Set(folders.map((folder) => basename(folder)));
  const named = [];
  for (const folder of folders) {
    named.push({ name: names.size === folders.length ? basename(folder) : folder, input: await readSavedRun(folder) });
  }
  return comparePage(named, pageAssets());
}

function compareFile(folders: readonly string[]): string {
  const name = folders.map((folder) => basename(folder)).join("-and-");
  return join(dirname(folders[0] ?? ""), `compare-${name}.html`);
}
