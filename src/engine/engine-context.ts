import type { Bars } from "../bars/bars.ts";
import { calendarFor } from "../calendar/index.ts";
import { Asset } from "../market/asset.ts";
import { buildMultileg, buildOrder, type OrderRequest } from "../market/build-order.ts";
import type { StrategyChart } from "../market/chart.ts";
import { DataMissingError, InvalidInputError } from "../market/errors.ts";
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
import { parseTimestep, type Timestep, type TimestepLike } from "../market/timestep.ts";
import type { StrategyContext } from "../strategy/context.ts";
import { checkAsset, checkCount } from "../strategy/data-checks.ts";
import type { IndicatorSeries } from "../strategy/indicator-series.ts";
import type { ScheduledFunction, ScheduleOptions, ScheduleRule } from "../strategy/schedule-rule.ts";
import { calendarOf } from "./account/instrument-life.ts";
import type { SimulatedClock } from "./clock.ts";
import { ForcedOrders } from "./forced-orders.ts";
import type { Instrument } from "./instrument.ts";
import type { Kernel } from "./kernel.ts";
import type { MarketData } from "./market-data.ts";
import type { Portfolio } from "./portfolio.ts";
import { RunLog } from "./run-log.ts";
import type { Schedule } from "./schedule.ts";
import { readRule } from "./schedule-rules.ts";
import type { Timeframes } from "./timeframes.ts";
import type { TradingVenue } from "./trading-venue.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where `logMessage` goes. */
export type LogSink = (level: LogLevel, message: string, time: number) => void;

interface ContextParts {
  readonly clock: SimulatedClock;
  readonly market: MarketData;
  readonly broker: TradingVenue;
  readonly portfolio: Portfolio;
  readonly schedule: Schedule;
  readonly assets: readonly Asset[];
  readonly initialBudget: number;
  readonly timezone: string;
  readonly log: LogSink;
  readonly timeframes: Timeframes;
  readonly chart: StrategyChart;
  readonly isBacktesting: boolean;
}

/** The engine as a strategy sees it. */
export class EngineContext implements StrategyContext {
  readonly isBacktesting: boolean;
  readonly timezone: string;
  readonly initialBudget: number;
  readonly assets: readonly Asset[];
  readonly chart: StrategyChart;
  readonly runLog = new RunLog();
  private readonly parts: ContextParts;
  /** By number; ids count from 1. */
  private readonly orders: Order[] = [];
  private lastId = 0;
  /** Orders for assets whose bars are still to be fetched. */
  private awaitingBars: Order[] = [];
  private readonly forced = new ForcedOrders();
  private kernel: Kernel | undefined;
  private market: string | undefined;

  constructor(parts: ContextParts) {
    this.parts = parts;
    this.timezone = parts.timezone;
    this.initialBudget = parts.initialBudget;
    this.assets = parts.assets;
    this.chart = parts.chart;
    this.isBacktesting = parts.isBacktesting;
  }

  /** Ties the loop to the context; each needs the other. */
  connect(kernel: Kernel): void {
    this.kernel = kernel;
  }

  /** The market that was set by name, if any. */
  get marketName(): string | undefined {
    return this.market;
  }

  /** The calendar in force. */
  get calendarName(): string {
    return this.parts.schedule.calendar.name;
  }

  now(): number {
    return this.parts.clock.time;
  }

  firstIteration(): boolean {
    return (this.kernel?.iterations ?? 0) === 0;
  }

  // Data

  history(asset: Asset, length: number, timestep: TimestepLike, timeshift: number): Promise<Bars | undefined> {
    checkCount("getHistoricalPrices", "length", length, 1);
    checkCount("getHistoricalPrices", "timeshift", timeshift, 0);
    const series = this.parts.market.history(asset, timestep);
    const wanted = length + timeshift;
    const now = this.parts.clock.time;
    if (
      series !== undefined &&
      (series.closedBy(now) >= wanted || !this.parts.market.canLookFurther(asset, timestep, wanted))
    ) {
      return Promise.resolve(series.view(now, length, timeshift));
    }
    checkAsset("getHistoricalPrices", asset);
    return this.working(this.fetchHistory(asset, length, timestep, timeshift));
  }

  subscribe(asset: Asset, timestep: TimestepLike, lookback: number): Promise<void> {
    checkAsset("subscribe", asset);
    checkCount("subscribe", "lookback", lookback, 0);
    return this.working(this.bringSeries(asset, timestep, lookback));
  }

  private async bringSeries(asset: Asset, timestep: TimestepLike, lookback: number): Promise<void> {
    const { market } = this.parts;
    const series = await market.loadHistory(asset, timestep, lookback);
    // The same series under its canonical name, so that `bars(asset, "1m")` finds what `subscribe(asset, "minute")` brought.
    await market.loadHistory(asset, parseTimestep(timestep).name, lookback);
    series.closedBy(this.parts.clock.time);
    this.parts.timeframes.watch(asset, timestep);
  }

  bars(asset: Asset, timestep: TimestepLike, length: number | undefined): Bars | undefined {
    if (length !== undefined) checkCount("bars", "length", length, 1);
    const series = this.parts.market.history(asset, timestep);
    if (series !== undefined) return series.view(this.parts.clock.time, length, 0);
    checkAsset("bars", asset);
    const timeframe = this.parts.timeframes.find(asset, timestep);
    if (timeframe !== undefined && !timeframe.isBase) return timeframe.view(this.now(), length, 0);
    return this.subscribed(asset, timestep).view(this.parts.clock.time, length, 0);
  }

  calendarOf(asset: Asset): string {
    return (this.parts.market.find(asset)?.calendar ?? calendarOf(asset, undefined)).name;
  }

  addIndicator(series: IndicatorSeries): void {
    this.parts.timeframes.add(series);
  }

  baseTimestep(asset: Asset): Timestep {
    const instrument = this.parts.market.find(asset);
    if (instrument !== undefined) return instrument.timestep;
    throw new InvalidInputError("invalid_asset", `baseTimestep(${asset}): the asset is not in the run`, {
      hint: "Give it to the run as one of its assets, or subscribe to it first.",
    });
  }

  async lastPrice(asset: Asset): Promise<number | undefined> {
    const { market } = this.parts;
    const instrument = market.find(asset) ?? (await this.working(market.load(asset)));
    return Number.isNaN(instrument.lastPrice) ? undefined : instrument.lastPrice;
  }

  async quote(asset: Asset): Promise<Quote | undefined> {
    const { lastPrice, lastClose, quote } = await this.parts.market.load(asset);
    return Number.isNaN(lastPrice)
      ? undefined
      : { asset, time: Math.min(lastClose, this.now()), last: lastPrice, ...quote };
  }

  // Orders

  createOrder(asset: Asset, quantity: number, side: OrderSide, options: OrderOptions): Order {
    return this.build({ asset: this.knownAs(asset), quantity, side, options });
  }

  createMultilegOrder(legs: readonly OrderLeg[], options: MultilegOptions): Order {
    const known = Array.isArray(legs) ? legs.map((leg) => this.knownLeg(leg)) : legs;
    return this.keep(buildMultileg(() => String(++this.lastId), this.now(), known, options));
  }

  orderTarget(given: Asset, target: OrderTarget, options: TargetOrderOptions): Order | undefined {
    const asset = this.knownAs(given);
    const instrument = this.parts.market.find(asset);
    const units = instrument === undefined ? 0 : this.parts.broker.unitsToTarget(instrument, target);
    const mayDiffer = instrument === undefined || Number.isNaN(instrument.lastPrice) || this.changesPosition(asset);
    if (units === 0 && !mayDiffer) return undefined;
    const order = this.build({ asset, quantity: Math.abs(units), side: units < 0 ? "sell" : "buy", options, target });
    this.submitOrder(order);
    return order;
  }

  /** An asset as the run knows it: a contract may be written in more than one way. */
  knownAs(asset: Asset): Asset {
    const known = asset instanceof Asset ? this.parts.market.find(asset)?.asset : undefined;
    return known === undefined || known.equals(asset) ? asset : known;
  }

  submitOrder(order: Order): void {
    const { market, broker } = this.parts;
    const lacksBars = (asset: Asset) => market.find(asset) === undefined;
    const waits =
      order.orderClass === "multileg" ? order.children.some((leg) => lacksBars(leg.asset)) : lacksBars(order.asset);
    if (waits) this.awaitingBars.push(order);
    else broker.submit(order);
  }

  /** Ends what is open of an instrument and closes what is held of it, or so many units of that, at market, as the account must. */
  closeAtMarket(instrument: Instrument, tag: string, units?: number): Order {
    const { broker, portfolio } = this.parts;
    for (const open of [...broker.openOrders]) if (open.asset.equals(instrument.asset)) broker.cancel(open);
    const held = portfolio.quantityOf(instrument);
    const order = this.createOrder(instrument.asset, units ?? Math.abs(held), held > 0 ? "sell" : "buy", { tag });
    broker.submit(order);
    this.forced.add(order);
    return order;
  }

  modifyOrder(order: Order, changes: OrderChanges): void {
    const { broker } = this.parts;
    if (!this.forced.holds(order, broker)) broker.modify(order, changes);
  }

  cancelOrder(order: Order): void {
    if (this.awaitingBars.includes(order)) {
      this.awaitingBars = this.awaitingBars.filter((waiting) => waiting !== order);
      this.parts.broker.withdraw(order);
    } else if (!this.forced.holds(order, this.parts.broker)) this.parts.broker.cancel(order);
  }

  openOrders(): readonly Order[] {
    return [...this.parts.broker.openOrders, ...this.awaitingBars];
  }

  order(id: string): Order | undefined {
    return this.orders[Number(id) - 1];
  }

  /** Every order that was handed in, in order of creation. */
  get submittedOrders(): readonly Order[] {
    return this.orders.filter((order) => order.status !== "unsubmitted");
  }

  /** Fetches the bars that new indicators and waiting orders need, and hands the orders in; undefined when nothing waits. */
  loadWanted(): Promise<void> | undefined {
    const loading = this.parts.timeframes.load();
    if (this.awaitingBars.length === 0) return loading;
    return loading === undefined ? this.submitAwaiting() : loading.then(() => this.submitAwaiting());
  }

  // Account

  position(asset: Asset): Position | undefined {
    const instrument = this.parts.market.find(asset);
    return instrument === undefined ? undefined : this.parts.portfolio.position(instrument);
  }

  positions(): readonly Position[] {
    return this.parts.portfolio.positions();
  }

  cash(): number {
    return this.parts.portfolio.account.cash;
  }

  portfolioValue(): number {
    return this.parts.portfolio.account.equity;
  }

  // Time

  setMarket(name: string): void {
    const { schedule } = this.parts;
    schedule.setCalendar(calendarFor(name), true, this.now());
    schedule.jobs.changeCalendar(this.now(), schedule.calendar);
    this.market = name;
  }

  schedule(rule: ScheduleRule, call: ScheduledFunction, { timezone }: ScheduleOptions): () => void {
    const { schedule } = this.parts;
    const name = `schedule(${typeof rule === "string" ? rule : JSON.stringify(rule)})`;
    if (typeof call !== "function") {
      throw new InvalidInputError("invalid_argument", `${name}: expected a function to call, found ${String(call)}`);
    }
    return schedule.jobs.add({ name, call }, readRule(rule, timezone), this.now(), schedule.calendar);
  }

  sleep(milliseconds: number): Promise<void> {
    return this.advanceTo(this.now() + milliseconds);
  }

  async awaitMarketToOpen(): Promise<void> {
    const { calendar } = this.parts.schedule;
    const now = this.now();
    const next = calendar.sessionAt(now) === undefined ? calendar.nextSession(now) : undefined;
    await this.advanceTo(next?.open ?? now);
  }

  async awaitMarketToClose(): Promise<void> {
    const { calendar } = this.parts.schedule;
    const session = calendar.continuous ? undefined : calendar.sessionAt(this.now());
    await this.advanceTo(session?.close ?? this.now());
  }

  log(level: LogLevel, message: string): void {
    const time = this.now();
    this.runLog.add(time, level, message);
    this.parts.log(level, message, time);
  }

  /** What is no leg is refused where the order is made. */
  private knownLeg(leg: OrderLeg): OrderLeg {
    return leg?.asset instanceof Asset ? { ...leg, asset: this.knownAs(leg.asset) } : leg;
  }

  private build(request: OrderRequest): Order {
    return this.keep(buildOrder(() => String(++this.lastId), this.now(), request));
  }

  private keep(order: Order): Order {
    this.orders.push(order);
    for (const child of order.children) this.orders.push(child);
    return order;
  }

  /** True while a market order on its way will change what is held. */
  private changesPosition(asset: Asset): boolean {
    return this.openOrders().some((order) => order.kind === "market" && order.asset.equals(asset));
  }

  private async fetchHistory(
    asset: Asset,
    length: number,
    timestep: TimestepLike,
    timeshift: number,
  ): Promise<Bars | undefined> {
    // Room for a look-back that grows, so that a longer one next time need not fetch again.
    const lookback = 2 ** Math.ceil(Math.log2(length + timeshift));
    const series = await this.parts.market.loadHistory(asset, timestep, lookback);
    return series.view(this.now(), length, timeshift);
  }

  private subscribed(asset: Asset, timestep: TimestepLike) {
    const series = this.parts.market.history(asset, parseTimestep(timestep).name);
    if (series !== undefined) return series;
    throw new InvalidInputError(
      "invalid_argument",
      `bars(${asset}, '${parseTimestep(timestep).name}'): this series is not subscribed`,
      {
        hint: "Call `await this.subscribe(asset, timestep)` in `initialize`, make an indicator over it, or use `await this.getHistoricalPrices(...)`.",
      },
    );
  }

  private async submitAwaiting(): Promise<void> {
    const waiting = this.awaitingBars;
    this.awaitingBars = [];
    for (const order of waiting) {
      for (const asset of assetsOf(order)) await this.working(this.bringIn(asset));
      this.parts.broker.submit(order);
    }
  }

  /** An asset the source does not have stays out of the run: the broker then refuses the order by its code. */
  private async bringIn(asset: Asset): Promise<void> {
    try {
      await this.parts.market.load(asset);
    } catch (error) {
      if (!(error instanceof DataMissingError)) throw error;
    }
  }

  /** Time that passes while the engine works is not the hook's. */
  private working<Value>(promise: Promise<Value>): Promise<Value> {
    return this.kernel?.guard.work(promise) ?? promise;
  }

  private async advanceTo(time: number): Promise<void> {
    await this.kernel?.advanceTo(time);
  }
}

/** What an order trades: its asset, or those of its legs. */
function assetsOf(order: Order): readonly Asset[] {
  return order.orderClass === "multileg" ? order.children.map((leg) => leg.asset) : [order.asset];
}
