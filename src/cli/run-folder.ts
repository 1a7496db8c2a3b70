import { join } from "node:path";
import { messageOf } from "../market/errors.ts";
import type { RunSettings } from "../market/run-outcome.ts";
import { spanDates } from "../report/run-zone.ts";
import { usageError } from "./usage-error.ts";
import { writableFolder } from "./writable-folder.ts";

/** Where runs without an `--out` go. */
const RUNS = "runs";
/** Of a strategy in the name of its folder: file systems take 255 bytes, and the dates stand behind it. */
const MOST_BYTES = 200;

/**
 * Where a run's files go: `--out`, else `runs/<strategy>-<start>-<end>`. The name holds no clock time, so the same run goes to the
 * same place and replaces its files there.
 */
export function runFolder(out: string | undefined, settings: RunSettings): string {
  if (out !== undefined) return out;
  const { start, end } = spanDates(settings);
  const name = settings.strategy.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "") || "strategy";
  return join(RUNS, `${shortened(name)}-${start}-${end}`);
}

/** As much of a name as a folder's may have, whole letters. */
function shortened(name: string): string {
  let letters = [...name].slice(0, MOST_BYTES);
  while (Buffer.byteLength(letters.join("")) > MOST_BYTES) letters = letters.slice(0, -1);
  return letters.join("");
}

/**
 * Sees before the run that its files will have a place after it: a folder that takes files, or in which one can be made.
 * @throws BacklitError `invalid_argument`
 */
export async function checkOutFolder(out = RUNS): Promise<void> {
  try {
    await writableFolder(out);
  } catch (thrown) {
    throw usageError(
      `Writing the run to --out ${out}: ${messageOf(thrown)}`,
      "Give the name of a folder that can be written to; it is made where it is missing.",
    );
  }
}
