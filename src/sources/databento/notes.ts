/** What a reader of a result should know of how its data came, gathered from events and files. */

import { dollars } from "../../databento/cost-errors.ts";
import { formatDate, formatInstant } from "../../market/time.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { Purchase } from "./cost-book.ts";
import type { HistoryEvent } from "./history-events.ts";

/** Gathers sentences, each once, in the order they came up. */
export class DataNotes {
  readonly #sentences = new Set<string>();

  add(sentence: string): void {
    this.#sentences.add(sentence);
  }

  /** Notes an event, when it says something about the data. */
  note(event: HistoryEvent): void {
    const sentence = sentenceOf(event);
    if (sentence !== undefined) this.add(sentence);
  }

  /** Days of a series whose data is not in order. */
  noteDays(symbol: string, days: readonly string[]): void {
    if (days.length > 0) this.add(`${symbol}: reduced quality on ${listed(days)}, as Databento says`);
  }

  /** The sentences, and what was paid. */
  all(purchases: readonly Purchase[], spent: number): readonly string[] {
    const requests = `${purchases.length} request${purchases.length === 1 ? "" : "s"}`;
    const price = spent === 0 ? "nothing" : dollars(spent);
    const paid = purchases.length === 0 ? [] : [`Databento: ${price} paid for ${requests}`];
    return [...this.#sentences, ...paid];
  }
}

function sentenceOf(event: HistoryEvent): string | undefined {
  switch (event.kind) {
    case "clamped": {
      const { symbol, dataset } = event.series;
      const has = event.available === undefined ? "none of it" : spanText(event.available);
      return `${symbol}: ${spanText(event.asked)} was asked for, ${dataset} has ${has}`;
    }
    case "unresolved":
      return `${event.series.symbol}: stands for nothing in ${event.series.dataset} from ${spanText(event.span)}`;
    case "rows_skipped":
      return `${event.series.symbol}: ${event.rows} rows without sound prices left out`;
    case "short_answer": {
      const { series, span, rows, billedRows } = event;
      const billed = `${billedRows} rows of ${series.schema} from ${spanText(span)}`;
      return `${series.symbol}: of ${billed} that are billed, ${rows} came; buy it anew with forceRefresh`;
    }
    case "quarantined":
      return `Cache: ${event.file} was not what had been stored (${event.reason}), moved to ${event.movedTo}`;
    case "adopted":
      return `Cache: ${event.file}, finished by a run that was killed, was taken in`;
    case "columns_rebuilt":
      return `Cache: ${event.file} was made again (${event.reason})`;
    case "chunk_repeated":
      return `${event.series.symbol}: a chunk was bought once more (${event.reason})`;
    default:
      return undefined;
  }
}

function spanText({ start, end }: TimeSpan): string {
  const text = (time: number) => (time % 86_400_000 === 0 ? formatDate(time) : formatInstant(time));
  return `${text(start)} to ${text(end)}`;
}

const MOST_LISTED = 10;

function listed(days: readonly string[]): string {
  const first = days.slice(0, MOST_LISTED).join(", ");
  return days.length > MOST_LISTED ? `${first} and ${days.length - MOST_LISTED} more days` : first;
}
