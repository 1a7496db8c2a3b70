import type { Bars } from "../bars/bars.ts";
import type { Asset } from "../market/asset.ts";
import type { StrategyChart } from "../market/chart.ts";
import type {
  MultilegOptions,
  Order,
  OrderChanges,
  OrderLeg,
  OrderOptions,
  OrderSide,
  OrderTarget,
  TargetOrderOptions,
} from "../market/order.ts";
import type { Position } from "../market/position.ts";
import type { Quote } from "../market/quote.ts";
import type { Timestep, TimestepLike } from "../market/timestep.ts";
import type { IndicatorSeries } from "./indicator-series.ts";
import type { ScheduledFunction, ScheduleOptions, ScheduleRule } from "./schedule-rule.ts";

/**
 * What a running engine gives a strategy. `Strategy` turns these few calls into its public methods; backtest, paper and live each
 * put one of these behind the same strategy.
 */
export interface StrategyContext {
  readonly isBacktesting: boolean;
  /** Time zone in which `getDatetime` speaks. */
  readonly timezone: string;
  readonly initialBudget: number;
  readonly assets: readonly Asset[];
  /** Epoch ms UTC. */
  now(): number;
  firstIteration(): boolean;

  history(asset: Asset, length: number, timestep: TimestepLike, timeshift: number): Promise<Bars | undefined>;
  subscribe(asset: Asset, timestep: TimestepLike, lookback: number): Promise<void>;
  bars(asset: Asset, timestep: TimestepLike, length: number | undefined): Bars | undefined;
  baseTimestep(asset: Asset): Timestep;
  /** Name of the calendar an asset trades by. */
  calendarOf(asset: Asset): string;
  /** Has an indicator fed from when the hook that asked has returned. */
  addIndicator(series: IndicatorSeries): void;
  lastPrice(asset: Asset): Promise<number | undefined>;
  quote(asset: Asset): Promise<Quote | undefined>;

  createOrder(asset: Asset, quantity: number, side: OrderSide, options: OrderOptions): Order;
  /** Sends the order that leads to a target; undefined when nothing is to do. */
  orderTarget(asset: Asset, target: OrderTarget, options: TargetOrderOptions): Order | undefined;
  createMultilegOrder(legs: readonly OrderLeg[], options: MultilegOptions): Order;
  submitOrder(order: Order): void;
  modifyOrder(order: Order, changes: OrderChanges): void;
  cancelOrder(order: Order): void;
  /** In the order in which they were sent. */
  openOrders(): readonly Order[];
  /** The asset as the run knows it, where another way to write a contract is meant. */
  knownAs(asset: Asset): Asset;
  order(id: string): Order | undefined;

  position(asset: Asset): Position | undefined;
  positions(): readonly Position[];
  cash(): number;
  portfolioValue(): number;

  readonly chart: StrategyChart;

  setMarket(name: string): void;
  /** Answers how to take the function out again. */
  schedule(rule: ScheduleRule, call: ScheduledFunction, options: ScheduleOptions): () => void;
  sleep(milliseconds: number): Promise<void>;
  awaitMarketToOpen(): Promise<void>;
  awaitMarketToClose(): Promise<void>;
  log(level: "debug" | "info" | "warn" | "error", message: string): void;
}
