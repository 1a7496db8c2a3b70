/** Databento's history up to now. */

import type { RunSpan } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import { DataBentoBacktesting } from "./backtesting.ts";
import type { DataBentoOptions } from "./options.ts";
import type { VendorService } from "./service.ts";

/** Where a strategy that runs now begins to be described: contracts listed then are those that trade now. */
const RECENT = 7 * DAY;

/**
 * The same data and the same cache as `DataBentoBacktesting`, for questions about the time up to now. Historical data appears some time
 * after it happened, the last day only with a live licence: bars end where the service's data does, which `notes` tells, and the end is
 * looked for again after an hour.
 */
export class DataBentoData extends DataBentoBacktesting {
  /** @param options as for a backtest; the span may be left out @throws as `DataBentoBacktesting` */
  constructor(options: DataBentoOptions & Partial<RunSpan> = {}, service?: VendorService) {
    const end = options.end ?? Date.now();
    super({ ...options, start: options.start ?? end - RECENT, end }, service);
  }
}
