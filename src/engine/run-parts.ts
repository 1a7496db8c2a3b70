import type { Cashflow } from "../market/cashflow.ts";
import type { RunEvent } from "../market/events.ts";
import type { SimulatedClock } from "./clock.ts";
import type { EngineContext } from "./engine-context.ts";
import type { EquityRecorder } from "./equity-recorder.ts";
import type { Kernel } from "./kernel.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { MarketData } from "./market-data.ts";
import type { DataHorizon } from "./schedule.ts";
import type { Timeframes } from "./timeframes.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import type { TradingVenue } from "./trading-venue.ts";

/** The parts of one run, put together. */
export interface RunParts {
  readonly feed: LiveFeed | undefined;
  /** What the schedule knows of bars to come. */
  readonly horizon: DataHorizon;
  readonly clock: SimulatedClock;
  readonly market: MarketData;
  readonly broker: TradingVenue;
  readonly trades: TradeRecorder;
  readonly equity: EquityRecorder;
  readonly timeframes: Timeframes;
  readonly context: EngineContext;
  readonly kernel: Kernel;
  readonly events: RunEvent[];
  readonly cashflows: Cashflow[];
}
