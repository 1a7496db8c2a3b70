/** The trading API on one screen. Not here on purpose: the engine's parts and the vendors' clients, which have doors of their own. */
import "./run/provide-arrow.ts";

export { type Bar, Bars, type BarsInput, type BarsOptions } from "./bars/bars.ts";
export {
  addBusinessDays,
  businessDaysBetween,
  type Calendar,
  calendarFor,
  calendarNames,
  clearingDateOf,
  isBusinessDay,
  type Session,
  sessionsPerYear,
} from "./calendar/index.ts";
export { type ResampleOptions, resample } from "./futures/resample.ts";
export {
  Asset,
  type AssetFields,
  type AssetType,
  type ContinuousTerms,
  parseAsset,
  type StockAdjustment,
} from "./market/asset.ts";
export type { BarColumns, BarSeries } from "./market/bar-series.ts";
export type { BarExpectation, BarStream, StreamEvent, StreamedBar, StreamTime } from "./market/bar-stream.ts";
export type { Cashflow, CashflowKind } from "./market/cashflow.ts";
export type {
  ChartLine,
  ChartMarker,
  ChartOhlc,
  ChartPlace,
  LineOptions,
  LineStyle,
  MarkerOptions,
  MarkerSymbol,
  RunChart,
} from "./market/chart.ts";
export {
  BacklitError,
  DataMissingError,
  type ErrorCode,
  InvalidDataError,
  InvalidInputError,
  isBacklitError,
  StrategyError,
} from "./market/errors.ts";
export type { AccountEventCode, EventCode, RefusalCode, RunEvent } from "./market/events.ts";
export type { RateSeries } from "./market/exchange-rate.ts";
export { TradingFee, type TradingFeeTerms, TradingSlippage, type TradingSlippageTerms } from "./market/fees.ts";
export type { Fill, FillReason } from "./market/fill.ts";
export type { BuyingPowerModel, MarginCallPolicy, MarginTerms } from "./market/margin.ts";
export type {
  MultilegOptions,
  Order,
  OrderChanges,
  OrderKind,
  OrderLeg,
  OrderOptions,
  OrderSide,
  OrderStatus,
  OrderTarget,
  TargetOrderOptions,
  TimeInForce,
} from "./market/order.ts";
export type {
  BarsRequest,
  Broker,
  BrokerCapabilities,
  BrokerEvent,
  Clock,
  CommandOutcome,
  ContractRoll,
  CorporateAction,
  DataSource,
  DataSourceClass,
  InstrumentDetails,
  RunSpan,
  SettlementPrice,
} from "./market/ports.ts";
export type { Position } from "./market/position.ts";
export type { Quote } from "./market/quote.ts";
export type { DataFingerprint, DatedRate, EquityCurve, RunOutcome, RunSettings } from "./market/run-outcome.ts";
export { parseTimestep, type Timestep, type TimestepLike } from "./market/timestep.ts";
export type { Trade, TradeMatching } from "./market/trade.ts";
export type {
  BenchmarkInput,
  Bootstrap,
  BootstrapOptions,
  DatedRates,
  InstrumentFacts,
  RunReview,
  Statistics,
  StatisticsOptions,
} from "./report/index.ts";
export { type BacktestAllOptions, type BacktestAllResult, backtestAll } from "./run/backtest-all.ts";
export type { LiveRunOptions } from "./run/live.ts";
export type { BacktestOptions, Instant, RunProgress } from "./run/options.ts";
export { partialResultOf, partialResultsOf } from "./run/partial-result.ts";
export { ReplayController } from "./run/replay-controller.ts";
export type { BacktestResult } from "./run/result.ts";
export { dataSourceByName, dataSourceNames } from "./run/sources.ts";
export { Strategy } from "./run/strategy.ts";
export { DataBentoBacktesting } from "./sources/databento/backtesting.ts";
export { DataBentoData } from "./sources/databento/data.ts";
export type { DataBentoOptions } from "./sources/databento/options.ts";
export { FileBacktesting } from "./sources/file.ts";
export { InMemoryBacktesting } from "./sources/memory.ts";
export { SyntheticBacktesting } from "./sources/synthetic.ts";
export type { OrderRefusal } from "./strategy/hooks.ts";
export type { IndicatorsConfiguration, TimeframeConfiguration } from "./strategy/indicator-configuration.ts";
export type { IndicatorKind, IndicatorOptions } from "./strategy/indicator-request.ts";
export { IndicatorSeries, type OutputName, type SeriesOf, type Visibility } from "./strategy/indicator-series.ts";
export * from "./strategy/indicators/index.ts";
export type { RuleSessions, ScheduleOptions, ScheduleRule, SessionRule } from "./strategy/schedule-rule.ts";
export type { HistoryOptions, StrategyOptions } from "./strategy/strategy-base.ts";
