import type { Asset, StockAdjustment } from "../market/asset.ts";
import type { BarStream } from "../market/bar-stream.ts";
import type { RateSeries } from "../market/exchange-rate.ts";
import type { TradingFee, TradingSlippage } from "../market/fees.ts";
import type { Broker, DataSource } from "../market/ports.ts";
import type { RunSettings } from "../market/run-outcome.ts";
import type { TradeMatching } from "../market/trade.ts";
import type { MarginSettings } from "./account/requirements.ts";
import type { LogSink } from "./engine-context.ts";
import type { HookWatch } from "./hook-guard.ts";
import type { FeedClock } from "./live-feed.ts";
import type { IntrabarPolicy, LimitFillPolicy } from "./matching.ts";
import type { ProgressListener } from "./progress.ts";
import type { AnswerWatch } from "./venue-desk.ts";

/** The options of a run, checked, with every default filled in. */
export interface EngineOptions extends MarginSettings {
  /** Undefined: the one all assets share, else USD. */
  readonly currency: string | undefined;
  readonly fxRates: Readonly<Record<string, RateSeries>>;
  /** Yearly, of shares sold short: one for all, or by symbol. */
  readonly borrowRate: number | Readonly<Record<string, number>>;
  /** Inclusive, epoch ms UTC. */
  readonly start: number;
  /** Exclusive, epoch ms UTC. */
  readonly end: number;
  readonly budget: number;
  /** Empty: the strategy's own, else all the source holds. */
  readonly assets: readonly Asset[];
  readonly stockAdjustment: StockAdjustment;
  readonly market: string | undefined;
  readonly timezone: string;
  readonly fill: "next-open" | "this-close";
  readonly intrabar: IntrabarPolicy;
  readonly limitFill: LimitFillPolicy;
  readonly tradeMatching: TradeMatching;
  readonly buyTradingFees: readonly TradingFee[];
  readonly sellTradingFees: readonly TradingFee[];
  readonly slippage: TradingSlippage | undefined;
  readonly volumeShare: number | undefined;
  readonly fillWithoutVolume: boolean;
  readonly benchmarkAsset: Asset | undefined;
  readonly benchmarkSource: DataSource | undefined;
  readonly riskFreeRate: RunSettings["riskFreeRate"];
  readonly seed: number;
  /** What the data source was made with, as its result tells it: plain data. */
  readonly sourceOptions: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ProgressListener | undefined;
  readonly log: LogSink;
  /** Undefined: a hook may take as long as it likes. */
  readonly hookWatch: HookWatch | undefined;
  /** Undefined in a backtest, where all bars are here from the start. */
  readonly live: LiveOptions | undefined;
}

/** What a run on bars that come in one at a time needs beside the rest. */
export interface LiveOptions {
  readonly stream: BarStream;
  /** Undefined: time passes as the stream tells it. */
  readonly clock: FeedClock | undefined;
  /** How long after its close a bar is waited for, ms of the clock. */
  readonly grace: number;
  /** Undefined: orders are matched with the bars, as in a backtest. */
  readonly broker: Broker | undefined;
  /** How long a broker's answer is waited for. */
  readonly answerWatch: AnswerWatch;
}
