/** The cached history that the command line's tools work on. */

import { CachedHistory } from "./cached-history.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import { historyOptions } from "./history-options.ts";
import type { DataBentoOptions } from "./options.ts";
import type { VendorService } from "./service.ts";

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
  return new CachedHistory(historyOptions(options, onEvent, service));
}
