import { messageOf } from "../../market/errors.ts";
import { decodeChunkFile, seriesName } from "../../sources/databento/index.ts";
import type { CacheEvent } from "../../store/cache-events.ts";
import { ExitCode } from "../exit-code.ts";
import { type CachedSeries, findCachedSeries, LOCK_TIMEOUT_SECONDS, type SeriesFilter } from "./cached-series.ts";

interface Damage {
  readonly file: string;
  readonly reason: string;
  /** Where the file lies now; null where it stayed. */
  readonly movedTo: string | null;
}

/**
 * `backlit data verify`: holds every raw file against its SHA-256 and makes its columns again. A file that fails is moved to quarantine, and
 * what it covered is missing from then on.
 * @returns the exit code
 */
export async function verifyData(filter: SeriesFilter, json: boolean): Promise<number> {
  const damaged: Damage[] = [];
  const onEvent = (event: CacheEvent) => {
    if (event.kind === "quarantined") damaged.push(event);
  };
  const series = await findCachedSeries(filter, onEvent);
  let sound = 0;
  for (const each of series) {
    try {
      sound += await verify(each);
    } catch (thrown) {
      damaged.push({ file: each.store.folder, reason: `${seriesName(each.key)}: ${messageOf(thrown)}`, movedTo: null });
    }
  }
  const told = damaged.map(({ file, reason, movedTo }) => ({ file, reason, movedTo }));
  process.stdout.write(
    json
      ? `${JSON.stringify({ series: series.length, sound, damaged: told }, null, 2)}\n`
      : text(series.length, sound, told),
  );
  return damaged.length === 0 ? ExitCode.ok : ExitCode.failed;
}

/** @returns how many files are sound */
async function verify({ key, store, cache }: CachedSeries): Promise<number> {
  const work = () => store.verify((path) => decodeChunkFile(path, key.schema));
  await cache.withLock({ timeoutSeconds: LOCK_TIMEOUT_SECONDS, signal: undefined }, work);
  const { chunks } = await store.index();
  return new Set(chunks.map(({ file }) => file)).size;
}

function text(series: number, sound: number, damaged: readonly Damage[]): string {
  const looked = `${series} series, ${sound} file${sound === 1 ? "" : "s"} sound`;
  if (damaged.length === 0) return `${looked}, none damaged.\n`;
  const lines = damaged.map(({ file, reason, movedTo }) => {
    const moved = movedTo === null ? "" : `, moved to ${movedTo}`;
    return `damaged: ${file}: ${reason}${moved}\n`;
  });
  return `${lines.join("")}${looked}, ${damaged.length} damaged. What they covered is missing now; 'backlit fetch' buys it again.\n`;
}
