import type { RunOutcome } from "../market/run-outcome.ts";
import { reportPage } from "../report/html/page.ts";
import { pageInputOf } from "../report/html/page-input.ts";
import type { CodeState, RunReview, Statistics } from "../report/index.ts";
import { writeFileAtomic } from "../store/atomic-file.ts";
import { writing } from "../store/write-errors.ts";
import { pageAssets } from "./page-assets.ts";

/** Writes the page of a run in one step. */
export async function writeReport(
  file: string,
  outcome: RunOutcome,
  statistics: Statistics,
  review: RunReview,
  code?: CodeState,
): Promise<void> {
  const assets = pageAssets();
  const page = reportPage(pageInputOf(outcome, statistics, review, assets.pack, code), assets);
  await writing("Writing the report to", file, () => writeFileAtomic(file, page));
}
