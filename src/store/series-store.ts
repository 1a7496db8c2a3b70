/** One series of the cache: raw files as they were bought, columns beside them, and an index of what they cover. */

import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import { onCache, systemCode } from "./cache-errors.ts";
import type { OnCacheEvent } from "./cache-events.ts";
import { chunkName, columnsName, readChunkName } from "./chunk-name.ts";
import { type ColumnPart, type Columns, isUnchanged, readColumnFiles, writeColumnFile } from "./column-file.ts";
import type { TimeSpan } from "./coverage.ts";
import { makeFolder } from "./make-folder.ts";
import {
  type AbsentSpan,
  chunksWithin,
  EMPTY_INDEX,
  parseIndex,
  type SeriesIndex,
  type StoredChunk,
  withAbsent,
  withAdopted,
  withChunk,
  withoutFile,
} from "./series-index.ts";
import { sha256OfFile } from "./sha256.ts";

/** Makes columns of a raw file. Throws when the file is no sound one. */
export type DecodeChunk = (path: string) => Promise<Columns>;

/** What a series works with besides its folder. */
export interface SeriesParts {
  /** Where damaged files are moved. */
  readonly quarantine: string;
  readonly onEvent: OnCacheEvent;
}

/** Name of the index in the folder of a series. */
export const INDEX = "index.json";
const UNFINISHED = ".part";

/** A series in a folder of its own. Reading needs no lock; whoever adds holds the lock of the cache. */
export class SeriesStore {
  readonly folder: string;
  readonly #parts: SeriesParts;
  #index: SeriesIndex | undefined;
  #updating: Promise<unknown> = Promise.resolve();

  constructor(folder: string, parts: SeriesParts) {
    this.folder = folder;
    this.#parts = parts;
  }

  /**
   * What the series holds, after looking at the files: one that is gone or changed is checked against its SHA-256 and, when it is another,
   * moved to quarantine and no longer counted; a finished file that the index lacks is taken in.
   * @param reload looks at the disk again, as another process may have added to it
   */
  async index(reload = false): Promise<SeriesIndex> {
    if (this.#index !== undefined && !reload) return this.#index;
    const stored = await this.#readIndex();
    const checked = await this.#adoptLost(await this.#checkFiles(stored));
    if (checked !== stored) await this.#writeIndex(checked).catch(ignoreReadOnly);
    this.#index = checked;
    return checked;
  }

  /** A path for a file that is still being written; `addChunk` gives it its name. */
  async newPart(id: string): Promise<string> {
    await onCache(this.folder, () => makeFolder(this.folder));
    return join(this.folder, `.${id}${UNFINISHED}`);
  }

  /** Takes a finished raw file in: it gets its name, its columns are written beside it, and the index says so. */
  async addChunk(
    part: string,
    span: TimeSpan,
    content: { readonly sha256: string; readonly columns: Columns | undefined; readonly remarks: readonly string[] },
  ): Promise<void> {
    const file = chunkName(span, content.sha256);
    const path = join(this.folder, file);
    await onCache(path, () => rename(part, path));
    const { size, mtimeMs } = await stat(path);
    const columns = content.columns === undefined ? null : await this.#writeColumns(path, content.columns);
    const { start, end } = span;
    const { sha256, remarks } = content;
    const chunk = { start, end, file, bytes: size, sha256, modified: mtimeMs, columns, remarks };
    const replaced = await this.#update((index) => withChunk(index, chunk));
    for (const old of replaced) {
      await rm(join(this.folder, old), { force: true });
      await rm(join(this.folder, columnsName(old)), { force: true });
    }
  }

  /** Remembers that the service has nothing for a span. */
  async addAbsent(span: AbsentSpan): Promise<void> {
    await this.#update((index) => withAbsent(index, span));
  }

  /** Rows with `start <= time < end` of every file that overlaps the span. Columns that are missing or changed are made again. */
  async readColumns<Name extends string>(
    span: TimeSpan,
    names: readonly Name[],
    decode: DecodeChunk,
  ): Promise<Columns<Name>> {
    const parts: ColumnPart[] = [];
    for (const chunk of chunksWithin(await this.index(), span)) parts.push(await this.#partOf(chunk, decode));
    return onCache(this.folder, () => readColumnFiles(parts, names));
  }

  /** Paths of the raw files that overlap a span, ascending. */
  async rawFiles(span: TimeSpan): Promise<readonly (TimeSpan & { readonly path: string })[]> {
    const chunks = chunksWithin(await this.index(), span);
    return chunks.map(({ start, end, file }) => ({ start, end, path: join(this.folder, file) }));
  }

  /** Moves a raw file that turned out to be no sound one aside, with its columns; what it covered is missing then. */
  async quarantine(file: string, reason: string): Promise<void> {
    await this.#setAside(file, reason);
    await this.#update((index) => withoutFile(index, file));
  }

  /**
   * Checks every byte: raw files against their SHA-256, columns against what the raw file decodes to. What fails is moved aside.
   * @returns the names of the raw files that failed
   */
  async verify(decode: DecodeChunk): Promise<readonly string[]> {
    const index = await this.index(true);
    const failed: string[] = [];
    for (const file of new Set(index.chunks.map((chunk) => chunk.file))) {
      const path = join(this.folder, file);
      const reason = await sha256OfFile(path)
        .then((found) => (found === readChunkName(file)?.sha256 ? undefined : "its SHA-256 is another"))
        .catch((thrown: unknown) => String(thrown));
      if (reason === undefined) await this.#rebuildColumns(file, await decode(path));
      else {
        failed.push(file);
        await this.quarantine(file, reason);
      }
    }
    return failed;
  }

  /** Removes raw files left half-written by a process that was killed. Only under the lock. */
  async removeUnfinished(): Promise<void> {
    for (const name of await this.#list()) {
      if (name.endsWith(UNFINISHED)) await rm(join(this.folder, name), { force: true });
    }
  }

  /**
   * Changes the index on the disk and in memory, one change after the other. The disk is looked at again: whoever makes columns anew holds
   * no lock, and must not undo what another process has added.
   * @returns files that count no longer
   */
  #update(change: (index: SeriesIndex) => SeriesIndex): Promise<readonly string[]> {
    const done = this.#updating.then(async () => {
      const before = await this.#readIndex();
      const changed = change(before);
      await this.#writeIndex(changed);
      this.#index = changed;
      const counted = new Set(changed.chunks.map((chunk) => chunk.file));
      return [...new Set(before.chunks.map((chunk) => chunk.file))].filter((file) => !counted.has(file));
    });
    this.#updating = done.catch(() => {});
    return done;
  }

  #writeIndex(index: SeriesIndex): Promise<void> {
    const path = join(this.folder, INDEX);
    return onCache(path, () => writeFileAtomic(path, `${JSON.stringify(index, undefined, 1)}\n`));
  }

  async #readIndex(): Promise<SeriesIndex> {
    const path = join(this.folder, INDEX);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (thrown) {
      if (systemCode(thrown) === "ENOENT") return EMPTY_INDEX;
      return onCache(path, () => Promise.reject(thrown));
    }
    const index = parseIndex(text);
    if (index !== undefined) return index;
    await this.#setAside(INDEX, "it is no index");
    return EMPTY_INDEX;
  }

  /** The index without the files that are gone or are no longer what was stored. */
  async #checkFiles(index: SeriesIndex): Promise<SeriesIndex> {
    let checked = index;
    for (const chunk of index.chunks) {
      const path = join(this.folder, chunk.file);
      if (await isUnchanged(path, chunk)) continue;
      const found = await sha256OfFile(path).catch(() => undefined);
      if (found === chunk.sha256) checked = await touched(checked, chunk.file, path);
      else {
        await this.#setAside(chunk.file, found === undefined ? "it is gone" : "its content changed").catch(
          ignoreReadOnly,
        );
        checked = withoutFile(checked, chunk.file);
      }
    }
    return checked;
  }

  /** The index with finished files it lacks: a process may be killed between the last byte and the index. */
  async #adoptLost(index: SeriesIndex): Promise<SeriesIndex> {
    const known = new Set(index.chunks.map((chunk) => chunk.file));
    let adopted = index;
    for (const file of await this.#list()) {
      const named = known.has(file) ? undefined : readChunkName(file);
      if (named === undefined) continue;
      const path = join(this.folder, file);
      if ((await sha256OfFile(path)) !== named.sha256) {
        await this.#setAside(file, "its content is not what its name says").catch(ignoreReadOnly);
        continue;
      }
      const { size, mtimeMs } = await stat(path);
      const chunk = { ...named, file, bytes: size, modified: mtimeMs, columns: null, remarks: [] };
      const next = withAdopted(adopted, chunk);
      if (next === undefined) continue;
      adopted = next;
      this.#parts.onEvent({ kind: "adopted", file: path });
    }
    return adopted;
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await readdir(this.folder);
    } catch (thrown) {
      if (systemCode(thrown) === "ENOENT") return [];
      return onCache(this.folder, () => Promise.reject(thrown));
    }
  }

  async #partOf({ file, columns, start, end }: StoredChunk, decode: DecodeChunk): Promise<ColumnPart> {
    const path = join(this.folder, columnsName(file));
    if (columns !== null && (await isUnchanged(path, columns))) return { start, end, path, file: columns };
    if (columns !== null) this.#parts.onEvent({ kind: "columns_rebuilt", file: path, reason: "gone or changed" });
    const decoded = await decode(join(this.folder, file));
    // A cache that cannot be written still serves what it holds.
    await this.#rebuildColumns(file, decoded).catch(ignoreReadOnly);
    return { start, end, columns: decoded };
  }

  async #rebuildColumns(file: string, columns: Columns): Promise<void> {
    const written = await this.#writeColumns(join(this.folder, file), columns);
    await this.#update((index) => ({
      ...index,
      chunks: index.chunks.map((chunk) => (chunk.file === file ? { ...chunk, columns: written } : chunk)),
    }));
  }

  #writeColumns(path: string, columns: Columns) {
    const columnsPath = columnsName(path);
    return onCache(columnsPath, () => writeColumnFile(columnsPath, columns));
  }

  async #setAside(file: string, reason: string): Promise<void> {
    const path = join(this.folder, file);
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, "");
    const movedTo = join(this.#parts.quarantine, `${stamp}-${basename(this.folder)}-${file}`);
    await onCache(movedTo, async () => {
      await makeFolder(this.#parts.quarantine);
      await rename(path, movedTo).catch(ignoreMissing);
      await rm(join(this.folder, columnsName(file)), { force: true });
    });
    this.#parts.onEvent({ kind: "quarantined", file: path, movedTo, reason });
  }
}

/** The content is the same, only the time of the file is another: a copied cache. */
async function touched(index: SeriesIndex, file: string, path: string): Promise<SeriesIndex> {
  const { size, mtimeMs } = await stat(path);
  const chunks = index.chunks.map((chunk) =>
    chunk.file === file ? { ...chunk, bytes: size, modified: mtimeMs } : chunk,
  );
  return { ...index, chunks };
}

/** A cache that cannot be written still serves what it holds. */
function ignoreReadOnly(thrown: unknown): void {
  const code = (thrown as { readonly code?: unknown }).code;
  if (code !== "cache_read_only" && code !== "cache_full") throw thrown;
}

function ignoreMissing(thrown: unknown): void {
  if (systemCode(thrown) !== "ENOENT") throw thrown;
}
