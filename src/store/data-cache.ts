/** The cache as a whole: a folder of series, of answers, and of what was paid. */

import { randomUUID } from "node:crypto";
import { readdir, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AnswerStore } from "./answer-store.ts";
import { CacheFullError, onCache, systemCode } from "./cache-errors.ts";
import type { OnCacheEvent } from "./cache-events.ts";
import { folderName, wordOfFolder } from "./cache-folder.ts";
import { readChunkName } from "./chunk-name.ts";
import { type LockOptions, withLock } from "./file-lock.ts";
import { makeFolder } from "./make-folder.ts";
import { INDEX, SeriesStore } from "./series-store.ts";

/** Most that is left over for a decoded file beside the raw one, times the size uncompressed. */
const ROOM_FACTOR = 2;

/**
 * A cache of bought data. Under its folder lie
 *
 * - `series/WORD/WORD/...`: the series, each in a folder named by its words (see `SeriesStore`);
 * - `answers`: answers to free questions;
 * - `quarantine`: damaged files, for a person to look at;
 * - `costs.jsonl`: one line a purchase;
 * - `lock`: there while a process adds to the cache.
 *
 * Makes nothing until something is written.
 */
export class DataCache {
  readonly folder: string;
  readonly answers: AnswerStore;
  readonly #onEvent: OnCacheEvent;
  readonly #series = new Map<string, SeriesStore>();

  constructor(folder: string, onEvent: OnCacheEvent = () => {}) {
    this.folder = folder;
    this.answers = new AnswerStore(join(folder, "answers"));
    this.#onEvent = onEvent;
  }

  /** Where purchases are noted. */
  get costsFile(): string {
    return join(this.folder, "costs.jsonl");
  }

  /** Where damaged files go. */
  get quarantineFolder(): string {
    return join(this.folder, "quarantine");
  }

  /** The series of some words, such as dataset, schema, kind of symbol and symbol. Always the same object for the same words. */
  series(words: readonly string[]): SeriesStore {
    const folder = join(this.folder, "series", ...words.map(folderName));
    const known = this.#series.get(folder);
    if (known !== undefined) return known;
    const series = new SeriesStore(folder, { quarantine: this.quarantineFolder, onEvent: this.#onEvent });
    this.#series.set(folder, series);
    return series;
  }

  /** The words of every series in the cache, in order of their names. */
  async list(): Promise<readonly (readonly string[])[]> {
    return listBelow(join(this.folder, "series"), []);
  }

  /** Deletes a series with everything in it. @throws CacheReadOnlyError */
  async remove(words: readonly string[]): Promise<void> {
    const folder = join(this.folder, "series", ...words.map(folderName));
    this.#series.delete(folder);
    await onCache(folder, () => rm(folder, { recursive: true, force: true }));
  }

  /** Runs work that adds to the cache, one process at a time. @throws CacheLockedError */
  withLock<Value>(options: Omit<LockOptions, "onEvent">, work: () => Promise<Value>): Promise<Value> {
    return withLock(join(this.folder, "lock"), { ...options, onEvent: this.#onEvent }, work);
  }

  /**
   * Makes sure, before anything is paid, that so many bytes of data can be stored.
   * @throws CacheReadOnlyError, CacheFullError
   */
  async checkRoom(uncompressedBytes: number): Promise<void> {
    const probe = join(this.folder, `.${randomUUID()}.probe`);
    await onCache(this.folder, async () => {
      await makeFolder(dirname(probe));
      await writeFile(probe, "backlit");
      await rm(probe, { force: true });
    });
    const { bavail, bsize } = await statfs(this.folder);
    const [free, needed] = [bavail * bsize, uncompressedBytes * ROOM_FACTOR];
    if (free >= needed) return;
    const found = `${megabytes(needed)} are needed and ${megabytes(free)} are free; nothing was bought`;
    throw new CacheFullError(this.folder, found);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Folders that hold an index or data; their names are the words. */
async function listBelow(folder: string, words: readonly string[]): Promise<(readonly string[])[]> {
  let entries: import("node:fs").Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return [];
    return onCache(folder, () => Promise.reject(thrown));
  }
  const holdsSeries = entries.some(({ name }) => name === INDEX || readChunkName(name) !== undefined);
  const below: (readonly string[])[] = holdsSeries ? [words] : [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory())
      below.push(...(await listBelow(join(folder, entry.name), [...words, wordOfFolder(entry.name)])));
  }
  return below;
}
