/** What is free to ask and yet asked only once: ranges, symbols, the state of days. */

import type { DatasetRange, Historical, Resolution } from "../../databento/index.ts";
import type { SType } from "../../dbn/index.ts";
import { DataMissingError } from "../../market/errors.ts";
import { DAY, formatDate, formatInstant, HOUR } from "../../market/time.ts";
import type { AnswerStore } from "../../store/answer-store.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import { ClockError } from "./errors.ts";

/** How long an answer about the moving end holds, ms: new data appears by the day, licences move by the hour. */
export const FRESH_FOR = HOUR;

/** What a symbol stood for from one UTC day to another (exclusive), epoch ms. */
export interface SymbolInterval extends TimeSpan {
  readonly symbol: string;
}

/** Which symbols are asked about. */
export interface SymbolQuestion {
  readonly dataset: string;
  readonly stypeIn: SType;
  readonly stypeOut: SType;
  readonly symbols: readonly string[];
}

/** What the questions are asked with. */
export interface AnswerParts {
  readonly store: AnswerStore;
  readonly connect: () => Promise<Historical>;
  readonly now: () => number;
  /** Asks everything anew, once. */
  readonly forceRefresh: boolean;
  /** Made-up data may reach beyond today. */
  readonly isSimulated: boolean;
}

/** Asks the service, unless the answer is in the cache and still holds. */
export class FreeAnswers {
  readonly #parts: AnswerParts;
  readonly #begun: number;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#begun = parts.now();
  }

  /** From when to when a dataset has data, of one schema where it tells so. @throws {ClockError} when that lies in the future */
  async available(dataset: string, schema: string): Promise<TimeSpan> {
    const range = (await this.#ask({ endpoint: "metadata.get_dataset_range", dataset }, false, (client) =>
      client.metadata.getDatasetRange({ dataset }),
    )) as DatasetRange;
    const own = range.schema[schema] ?? range;
    const span = { start: Date.parse(own.start), end: Date.parse(own.end) };
    await this.#ask(firstInstant(dataset, schema), true, async () => span.start);
    const now = this.#parts.now();
    if (!this.#parts.isSimulated && span.end > now + DAY) throw new ClockError(formatInstant(now), own.end);
    return span;
  }

  /** The first instant a dataset has data for. Asked once for ever: the past does not grow. */
  async firstAvailable(dataset: string, schema: string): Promise<number> {
    const known = await this.#known(firstInstant(dataset, schema));
    return typeof known === "number" ? known : (await this.available(dataset, schema)).start;
  }

  /**
   * What symbols stood for on the UTC days of a span, each ascending; a symbol that stood for nothing has no intervals.
   * @param span is cut to what the dataset has
   * @throws DataMissingError when the dataset has nothing of it
   */
  async resolve(question: SymbolQuestion, span: TimeSpan): Promise<ReadonlyMap<string, readonly SymbolInterval[]>> {
    const { dataset, stypeIn, stypeOut, symbols } = question;
    const startDate = formatDate(span.start);
    const endDate = formatDate(span.end + DAY - 1);
    const asked = { endpoint: "symbology.resolve", ...question, startDate, endDate };
    const known = await this.#known(asked);
    if (known !== undefined) return intervalsOf(known as Resolution);
    const available = await this.available(dataset, "");
    const from = Math.max(Date.parse(startDate), Math.floor(available.start / DAY) * DAY);
    const to = Math.min(Date.parse(endDate), Math.ceil(available.end / DAY) * DAY);
    if (from >= to) throw outside(question, span, available);
    const answer = await this.#ask(asked, Date.parse(endDate) <= available.end, (client) =>
      client.symbology.resolve({
        dataset,
        stypeIn,
        stypeOut,
        symbols,
        startDate: formatDate(from),
        endDate: formatDate(to),
      }),
    );
    return intervalsOf(answer as Resolution);
  }

  /** Days of a span whose data is not in order, ISO dates with the vendor's word: `2024-03-05 (degraded)`. */
  async remarkableDays(dataset: string, span: TimeSpan): Promise<readonly string[]> {
    const client = await this.#parts.connect();
    const days = await client.metadata.getDatasetCondition({
      dataset,
      startDate: formatDate(span.start),
      endDate: formatDate(span.end - 1),
    });
    return days
      .filter(({ condition }) => condition !== "available")
      .map(({ date, condition }) => `${date} (${condition})`);
  }

  async #ask(question: object, isFinal: boolean, ask: (client: Historical) => Promise<unknown>): Promise<unknown> {
    const known = await this.#known(question);
    if (known !== undefined) return known;
    const answer = await ask(await this.#parts.connect());
    await this.#parts.store.put({ question, askedAt: this.#parts.now(), isFinal, answer });
    return answer;
  }

  async #known(question: object): Promise<unknown> {
    const { store, now, forceRefresh } = this.#parts;
    const stored = await store.get(question);
    if (stored === undefined || (forceRefresh && stored.askedAt < this.#begun)) return undefined;
    // An answer from the future was given under another clock: it is as old as can be.
    const age = now() - stored.askedAt;
    return stored.isFinal || (age >= 0 && age < FRESH_FOR) ? stored.answer : undefined;
  }
}

function outside({ dataset, symbols }: SymbolQuestion, asked: TimeSpan, available: TimeSpan): DataMissingError {
  const text = ({ start, end }: TimeSpan) => `${formatDate(start)} to ${formatDate(end)}`;
  return new DataMissingError(
    `Looking for ${symbols.join(", ")} in ${dataset}: it has data from ${text(available)}, nothing of ${text(asked)}`,
    { hint: "Choose a span within, or another dataset." },
  );
}

function firstInstant(dataset: string, schema: string): object {
  return { question: "first instant", dataset, schema };
}

function intervalsOf({ result }: Resolution): ReadonlyMap<string, readonly SymbolInterval[]> {
  return new Map(
    Object.entries(result).map(([symbol, intervals]) => [
      symbol,
      intervals
        // An empty symbol is a gap.
        .filter(({ s }) => s !== "")
        .map(({ d0, d1, s }) => ({ start: Date.parse(d0), end: Date.parse(d1), symbol: s }))
        .toSorted((a, b) => a.start - b.start),
    ]),
  );
}
