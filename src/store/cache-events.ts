/** What a cache tells while it works: nothing is mended in silence. */
export type CacheEvent =
  /** A file did not hold what was stored and was moved aside; what it covered is missing now and fetched again. */
  | { readonly kind: "quarantined"; readonly file: string; readonly movedTo: string; readonly reason: string }
  /** A finished file that the index did not know, left by a process that was killed, was taken in. */
  | { readonly kind: "adopted"; readonly file: string }
  /** Columns that were missing or changed were made again from the raw file. */
  | { readonly kind: "columns_rebuilt"; readonly file: string; readonly reason: string }
  /** The lock of a process that no longer runs was taken over. */
  | { readonly kind: "lock_taken_over"; readonly holder: string }
  /** Another process works on the cache; this one waits. */
  | { readonly kind: "lock_awaited"; readonly holder: string };

/** Takes the events of a cache. */
export type OnCacheEvent = (event: CacheEvent) => void;
