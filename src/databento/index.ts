/**
 * Databento's own words for Databento's own services: the historical HTTP client. Knows nothing of trading.
 * Withheld on purpose: what mints approvals to spend, and what checks answers.
 * @module
 */
export type {
  BatchFile,
  BatchJob,
  DatasetCondition,
  DatasetRange,
  FieldInfo,
  Publisher,
  Resolution,
  UnitPrices,
} from "./answer-types.ts";
export { ApiKey } from "./api-key.ts";
export type { BatchGroup, DownloadParams, JobState, ListJobsParams } from "./batch.ts";
export { type CanonicalRequest, canonicalRequest } from "./canonical-request.ts";
export { clampRange } from "./clamp-range.ts";
export type { CostApproval } from "./cost-approval.ts";
export { type CostDecision, type CostQuestion, decideCost, totalCost } from "./cost-decision.ts";
export { CostLimitError, CostNotApprovedError, type CostRefusal, dollars } from "./cost-errors.ts";
export type { ApproveOptions, CostItem, CostQuote } from "./cost-quote.ts";
export { type ByteSource, decodeBars, decodeRecords, decodeTradeColumns, type OnMetadata } from "./decode-stream.ts";
export { historicalFromEnvironment } from "./environment.ts";
export {
  ApiKeyError,
  DatabentoError,
  DownloadFileError,
  HashMismatchError,
  IdleTimeoutError,
  InvalidParameterError,
  NetworkError,
  StreamBrokenError,
  UnexpectedAnswerError,
} from "./errors.ts";
export type { ClientEvent, OnEvent, ServiceWarning } from "./events.ts";
export type { AnswerHead } from "./exchange.ts";
export type { Progress } from "./file-download.ts";
export { Historical, type QuoteOptions } from "./historical.ts";
export {
  AccessDeniedError,
  AuthenticationError,
  DatabentoHttpError,
  type ErrorCase,
  FilesExpiredError,
  type HttpProblem,
  InsufficientFundsError,
  type KnownErrorCase,
  NotFoundError,
  RateLimitError,
  RequestRefusedError,
  ServerError,
  SymbologyError,
  UnavailableRangeError,
} from "./http-errors.ts";
export type { DateSpan, MetadataGroup } from "./metadata.ts";
export { type Backoff, DEFAULT_URL, type HistoricalOptions } from "./options.ts";
export type { RangeStream } from "./range-stream.ts";
export { DEFAULT_LIMITS, type Rate, type RateLimits } from "./rate-limits.ts";
export type { BatchParams, BilledRequest, EncodingParams, RangeParams, StreamParams } from "./request-types.ts";
export type { ResolveParams, SymbologyGroup } from "./symbology.ts";
export { ALL_SYMBOLS, MOST_SYMBOLS, type SymbolsInput } from "./symbols.ts";
export type { BilledCallOptions, TimeseriesGroup } from "./timeseries.ts";
export type { TimestampInput } from "./timestamp.ts";
export type { CallOptions } from "./transport.ts";
