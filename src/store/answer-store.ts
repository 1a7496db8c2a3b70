/** Answers to free questions, each a small JSON file, so that asking the same again needs no request. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import { onCache } from "./cache-errors.ts";
import { sha256Of } from "./sha256.ts";

/** An answer that was stored. */
export interface StoredAnswer {
  /** What was asked, as plain data. */
  readonly question: unknown;
  /** When, epoch ms UTC. */
  readonly askedAt: number;
  /** True for what cannot change any more. */
  readonly isFinal: boolean;
  readonly answer: unknown;
}

/** Keeps answers in a folder. */
export class AnswerStore {
  readonly #folder: string;
  readonly #known = new Map<string, StoredAnswer>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The answer to a question; undefined when there is none, or its file is damaged: then it is asked again. */
  async get(question: unknown): Promise<StoredAnswer | undefined> {
    const path = this.#pathOf(question);
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    try {
      const read = JSON.parse(await readFile(path, "utf8")) as StoredAnswer;
      if (JSON.stringify(read.question) !== JSON.stringify(question) || typeof read.askedAt !== "number")
        return undefined;
      this.#known.set(path, read);
      return read;
    } catch {
      return undefined;
    }
  }

  /** Stores an answer in place of an earlier one. @throws CacheFullError, CacheReadOnlyError */
  async put(stored: StoredAnswer): Promise<void> {
    const path = this.#pathOf(stored.question);
    this.#known.set(path, stored);
    await onCache(path, () => writeFileAtomic(path, `${JSON.stringify(stored)}\n`));
  }

  #pathOf(question: unknown): string {
    return join(this.#folder, `${sha256Of(JSON.stringify(question)).slice(0, 40)}.json`);
  }
}
