/** The cached history that options and environment describe: what the source reads from, and the command line's tools work on. */

import { CachedHistory } from "./cached-history.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import { cacheFolderOf, confirmationOf, costLimitsOf, type DataBentoOptions, serviceOf } from "./options.ts";
import type { VendorService } from "./service.ts";

/** Longest wait for another process that adds to the cache. */
const LOCK_TIMEOUT_SECONDS = 600;

/**
 * Opens nothing yet: the cache is made when something is written, the service asked when something is missing. Close it when done.
 * @param onEvent told besides the option `onDataEvent`
 * @throws {ApiKeyError} for a key of the wrong shape, InvalidInputError for another option that cannot be right
 */
export function openHistory(
  options: DataBentoOptions,
  onEvent: OnHistoryEvent = () => {},
  service: VendorService | undefined = undefined,
): CachedHistory {
  const tell: OnHistoryEvent = (event) => {
    onEvent(event);
    options.onDataEvent?.(event);
  };
  return new CachedHistory({
    service: service ?? serviceOf(options, tell),
    cacheFolder: cacheFolderOf(options),
    limits: costLimitsOf(options),
    confirm: confirmationOf(options),
    forceRefresh: options.forceRefresh ?? false,
    chunkMonths: options.chunkMonths,
    signal: options.signal,
    lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
    now: Date.now,
    onEvent: tell,
  });
}
