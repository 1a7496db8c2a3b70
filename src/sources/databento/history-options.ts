/** The cached history that options and environment describe, before anything of it is loaded. */

import type { CachedHistoryOptions } from "./cached-history.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import { cacheFolderOf, confirmationOf, costLimitsOf, type DataBentoOptions, serviceOf } from "./options.ts";
import type { VendorService } from "./service.ts";

/** Longest wait for another process that adds to the cache. */
const LOCK_TIMEOUT_SECONDS = 600;

/**
 * @param onEvent told besides the option `onDataEvent`
 * @param service the way to the service, in place of the one that `apiKey`, `url` and the environment name
 * @throws {ApiKeyError} for a key of the wrong shape, InvalidInputError for another option that cannot be right
 */
export function historyOptions(
  options: DataBentoOptions,
  onEvent: OnHistoryEvent,
  service: VendorService | undefined,
): CachedHistoryOptions {
  const tell: OnHistoryEvent = (event) => {
    onEvent(event);
    options.onDataEvent?.(event);
  };
  return {
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
  };
}
