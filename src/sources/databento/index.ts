/** Databento as a data source, and what its tools work with. */

export { DataBentoBacktesting } from "./backtesting.ts";
export { BarLoader } from "./bar-loader.ts";
export type { FetchProgress } from "./batch.ts";
export { CachedHistory, type CachedHistoryOptions, type ConfirmCost, type FetchReport } from "./cached-history.ts";
export { BAR_COLUMNS, decodeChunkFile, QUOTE_COLUMNS } from "./chunk-decoder.ts";
export { askForYes, costTable, terminalConfirmation } from "./confirm-in-terminal.ts";
export { CostBook, type CostLimits, type Purchase } from "./cost-book.ts";
export { DataBentoData } from "./data.ts";
export { type DatasetChoice, datasetOf } from "./dataset-of.ts";
export { ClockError, MonthlyCeilingError, UnreadableDataError } from "./errors.ts";
export type { HistoryEvent, OnHistoryEvent } from "./history-events.ts";
export { type VendorInstrument, vendorInstrument } from "./instrument.ts";
export { DataNotes } from "./notes.ts";
export { openHistory } from "./open-history.ts";
export { cacheFolderOf, type DataBentoOptions } from "./options.ts";
export type { PlannedChunk, PlannedSeries, PurchasePlan } from "./purchase-plan.ts";
export { type SeriesKey, type SeriesSpan, seriesName, wordsOf } from "./series.ts";
export { namespaceOf, type VendorService } from "./service.ts";
