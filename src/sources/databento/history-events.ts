import type { ClientEvent } from "../../databento/index.ts";
import type { CacheEvent } from "../../store/cache-events.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { Purchase } from "./cost-book.ts";
import type { SeriesKey } from "./series.ts";

/** What happened on the way to the data: all that is not simply an answer. */
export type HistoryEvent =
  | CacheEvent
  | ClientEvent
  /** A chunk was paid; its first bytes have come. */
  | { readonly kind: "bought"; readonly purchase: Purchase }
  /** Part of a span lies outside what the service has, or what is licensed; only `available` was fetched. */
  | {
      readonly kind: "clamped";
      readonly series: SeriesKey;
      readonly asked: TimeSpan;
      readonly available: TimeSpan | undefined;
    }
  /** The symbol stood for nothing in a span. */
  | { readonly kind: "unresolved"; readonly series: SeriesKey; readonly span: TimeSpan }
  /** Rows without a price were left out. */
  | { readonly kind: "rows_skipped"; readonly series: SeriesKey; readonly rows: number }
  /** Fewer rows came than the price was for: an answer that was cut between two frames looks like a whole one. */
  | {
      readonly kind: "short_answer";
      readonly series: SeriesKey;
      readonly span: TimeSpan;
      readonly rows: number;
      readonly billedRows: number;
    }
  /** A paid stream broke and the chunk is bought once more, within the limit. */
  | { readonly kind: "chunk_repeated"; readonly series: SeriesKey; readonly span: TimeSpan; readonly reason: string };

/** Takes the events. */
export type OnHistoryEvent = (event: HistoryEvent) => void;
