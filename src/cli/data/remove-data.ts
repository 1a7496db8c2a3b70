import { BacklitError } from "../../market/errors.ts";
import { askForYes, seriesName, wordsOf } from "../../sources/databento/index.ts";
import { ExitCode } from "../exit-code.ts";
import { usageError } from "../usage-error.ts";
import { megabytes } from "../vendor/download-progress.ts";
import { type CachedSeries, findCachedSeries, LOCK_TIMEOUT_SECONDS, type SeriesFilter } from "./cached-series.ts";

/** `backlit data rm`: deletes series, after a yes. @returns the exit code */
export async function removeData(filter: SeriesFilter, { all, yes }: { all: boolean; yes: boolean }): Promise<number> {
  const isBounded = filter.names.length > 0 || filter.dataset !== undefined || filter.schema !== undefined;
  if (!isBounded && !all) {
    throw usageError(
      "Removing data: nothing was named",
      "Name symbols, --dataset or --schema; --all removes everything.",
    );
  }
  const series = await findCachedSeries(filter);
  if (series.length === 0) {
    process.stdout.write("nothing in the cache is meant by that\n");
    return ExitCode.dataMissing;
  }
  process.stderr.write(await listText(series));
  if (!yes) await ask();
  for (const { key, cache } of series) {
    await cache.withLock({ timeoutSeconds: LOCK_TIMEOUT_SECONDS, signal: undefined }, () => cache.remove(wordsOf(key)));
  }
  process.stdout.write(`removed ${series.length} series\n`);
  return ExitCode.ok;
}

async function listText(series: readonly CachedSeries[]): Promise<string> {
  const lines = await Promise.all(
    series.map(async ({ key, store, simulated }) => {
      const { chunks } = await store.index();
      const bytes = new Map(chunks.map((chunk) => [chunk.file, chunk.bytes + (chunk.columns?.bytes ?? 0)]));
      const size = megabytes([...bytes.values()].reduce((sum, each) => sum + each, 0));
      return `${seriesName(key)}  ${size} MB${simulated ? "  SIMULATED" : ""}\n`;
    }),
  );
  return lines.join("");
}

/** @throws BacklitError `invalid_argument` without a yes */
async function ask(): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw usageError("Removing data: there is nobody to ask", "Add --yes. What is removed has to be bought again.");
  }
  const question = "Remove these? They would have to be bought again. Type yes to go on: ";
  if (!(await askForYes(question, { input: process.stdin, output: process.stderr })))
    throw new BacklitError("invalid_argument", "Removing data: no yes, nothing was removed");
}
