import { statSync } from "node:fs";
import { join } from "node:path";
import type { RunSettings } from "../market/run-outcome.ts";
import { usageError } from "./usage-error.ts";

/**
 * Where a run's files go: `--out`, else `runs/<strategy>-<start>-<end>`. The name holds no clock time, so the same run goes to the
 * same place and replaces its files there.
 */
export function runFolder(out: string | undefined, { strategy, start, end }: RunSettings): string {
  if (out !== undefined) return out;
  const name = strategy.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "strategy";
  return join("runs", `${name}-${start.slice(0, 10)}-${end.slice(0, 10)}`);
}

/**
 * Sees before the run that its files will have a place after it.
 * @throws BacklitError `invalid_argument` when `--out` is a file
 */
export function checkOutFolder(out: string | undefined): void {
  if (out === undefined || statSync(out, { throwIfNoEntry: false })?.isDirectory() !== false) return;
  throw usageError(
    `Writing the run to --out ${out}: it is a file`,
    "Give the name of a folder; it is made where it is missing.",
  );
}
