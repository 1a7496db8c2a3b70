import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Schema, SType } from "../../dbn/index.ts";
import { MONTH_CODES } from "../../market/contract-symbol.ts";
import { cacheFolderOf, type SeriesKey, wordsOf } from "../../sources/databento/index.ts";
import type { OnCacheEvent } from "../../store/cache-events.ts";
import { DataCache } from "../../store/data-cache.ts";
import type { SeriesStore } from "../../store/series-store.ts";
import { loadEnvironmentFile } from "../environment-file.ts";

/** Which series are meant; what is not given means all. */
export interface SeriesFilter {
  /** Symbols of the vendor, or roots of futures. */
  readonly names: readonly string[];
  readonly dataset?: string;
  readonly schema?: string;
}

/** A series and the cache it lies in. */
export interface CachedSeries {
  readonly key: SeriesKey;
  readonly store: SeriesStore;
  readonly cache: DataCache;
  /** True for made-up data. */
  readonly simulated: boolean;
}

/** Longest wait for another process that adds to the cache. */
export const LOCK_TIMEOUT_SECONDS = 60;

const SIMULATED = /^simulated-/;

/** The series of the caches of this machine's folder that a filter means, by dataset, schema and symbol. */
export async function findCachedSeries(
  filter: SeriesFilter,
  onEvent: OnCacheEvent = () => {},
): Promise<readonly CachedSeries[]> {
  loadEnvironmentFile();
  const found: CachedSeries[] = [];
  for (const { cache, simulated } of await openCaches(onEvent)) {
    for (const words of await cache.list()) {
      const [dataset = "", schema = "", stypeIn = "", symbol = ""] = words;
      const key = { dataset, schema: schema as Schema, stypeIn: stypeIn as SType, symbol };
      if (words.length === wordsOf(key).length && isMeant(key, filter))
        found.push({ key, store: cache.series(words), cache, simulated });
    }
  }
  return found;
}

interface OpenCache {
  readonly cache: DataCache;
  readonly simulated: boolean;
}

/** The cache of the real service, and one for each made-up market. */
async function openCaches(onEvent: OnCacheEvent): Promise<readonly OpenCache[]> {
  const folder = cacheFolderOf({});
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return [];
    throw thrown;
  });
  const simulated = names.filter((name) => SIMULATED.test(name)).sort();
  return [
    { cache: new DataCache(folder, onEvent), simulated: false },
    ...simulated.map((name) => ({ cache: new DataCache(join(folder, name), onEvent), simulated: true })),
  ];
}

function isMeant(key: SeriesKey, { names, dataset, schema }: SeriesFilter): boolean {
  if (dataset !== undefined && key.dataset !== dataset) return false;
  if (schema !== undefined && key.schema !== schema) return false;
  return names.length === 0 || names.some((name) => key.symbol === name || isContractOf(key.symbol, name));
}

/** `ESH4` and `ESH24` are contracts of `ES`. */
function isContractOf(symbol: string, root: string): boolean {
  return symbol.startsWith(root) && new RegExp(`^[${MONTH_CODES}]\\d{1,2}$`).test(symbol.slice(root.length));
}
