import { join } from "node:path";
import type { RunOutcome } from "../market/run-outcome.ts";
import { type CodeState, OPTIONAL_RUN_FILES, type RunReview, runFiles, type Statistics } from "../report/index.ts";
import { writing } from "../store/write-errors.ts";
import { checkSaving } from "./check-saving.ts";
import { hasReport, REPORT_FILE, saveFiles } from "./save-files.ts";

/** `BacktestResult.save`. */
export async function saveRun(
  folder: string,
  outcome: RunOutcome,
  stats: () => Statistics,
  review: () => RunReview,
  options: { readonly code?: string },
): Promise<readonly string[]> {
  const code = await stateOf(checkSaving("Saving the run", folder, options).code);
  const files = runFiles(outcome, stats(), review(), code);
  const paths = await writing("Saving the run in", folder, async () => {
    const reported = await hasReport(folder);
    return { saved: await saveFiles(folder, files, OPTIONAL_RUN_FILES), reported };
  });
  if (!paths.reported) return paths.saved;
  const { writeReport } = await import("./report-file.ts");
  const page = join(folder, REPORT_FILE);
  await writeReport(page, outcome, stats(), review(), code);
  return [...paths.saved, page];
}

/** `BacktestResult.report`. */
export async function reportRun(
  file: string,
  outcome: RunOutcome,
  stats: () => Statistics,
  review: () => RunReview,
  options: { readonly code?: string },
): Promise<string> {
  const code = await stateOf(checkSaving("Writing the report", file, options).code);
  const { writeReport } = await import("./report-file.ts");
  await writeReport(file, outcome, stats(), review(), code);
  return file;
}

async function stateOf(code: string | undefined): Promise<CodeState | undefined> {
  return code === undefined ? undefined : (await import("./code-state.ts")).codeState(code);
}
