import { DateTime } from "luxon";
import type { Bars } from "../bars/bars.ts";
import type { Asset } from "../market/asset.ts";
import type { ChartLine, ChartMarker, ChartOhlc, ChartPlace, LineOptions, MarkerOptions } from "../market/chart.ts";
import { InvalidInputError, StrategyError } from "../market/errors.ts";
import {
  type MultilegOptions,
  type Order,
  type OrderChanges,
  type OrderLeg,
  type OrderOptions,
  type OrderSide,
  remainingQuantity,
  type TargetOrderOptions,
} from "../market/order.ts";
import type { Position } from "../market/position.ts";
import type { Quote } from "../market/quote.ts";
import { SECOND } from "../market/time.ts";
import { parseSleeptime, type Timestep, type TimestepLike } from "../market/timestep.ts";
import type { StrategyContext } from "./context.ts";
import { checkAsset, checkOptionNames } from "./data-checks.ts";
import { LifecycleHooks } from "./hooks.ts";
import { configureAll, type IndicatorsConfiguration } from "./indicator-configuration.ts";
import {
  type IndicatorKind,
  type IndicatorOptions,
  type RequestSurroundings,
  requestSeries,
} from "./indicator-request.ts";
import type { IndicatorSeries } from "./indicator-series.ts";
import { Indicator, type IndicatorValue } from "./indicators/indicator.ts";
import { checkChanges, checkOrder } from "./order-arguments.ts";
import { mergeParameters, type ParameterValues } from "./parameters.ts";
import type { ScheduledFunction, ScheduleOptions, ScheduleRule } from "./schedule-rule.ts";

export interface StrategyOptions<Parameters> {
  /** Values laid over the class's defaults. */
  readonly parameters?: Partial<Parameters>;
  /** Name in results and logs. @default the class name */
  readonly name?: string;
}

/** Options of `getHistoricalPrices`. */
export interface HistoryOptions {
  /** How many bars back the window ends: 1 leaves out the newest closed bar. @default 0 */
  readonly timeshift?: number;
}

const HISTORY_OPTIONS = ["timeshift"];
const SUBSCRIBE_OPTIONS = ["lookback"];
const SCHEDULE_OPTIONS = ["timezone"];

/** The verbs of a strategy. Everything here asks the running engine through one context; nothing is kept here but the settings. */
export abstract class StrategyBase<Parameters extends object = ParameterValues> extends LifecycleHooks {
  /** Defaults of the parameters, by name. A subclass replaces them; a name that is not here is refused. */
  static readonly parameters: object = {};
  /** What the strategy trades unless the run says otherwise. */
  static readonly assets: readonly Asset[] = [];

  readonly name: string;
  /** Free space for the strategy's own state. */
  readonly vars: Record<string, unknown> = {};
  /** `beforeMarketOpens` runs so many minutes before the open. @default 60 */
  minutesBeforeOpening = 60;
  /** Iterations end and `beforeMarketCloses` runs so many minutes before the close. @default 1 */
  minutesBeforeClosing = 1;
  /** `afterMarketCloses` runs so many minutes after the close. @default 0 */
  minutesAfterClosing = 0;
  #parameters: Readonly<Parameters>;
  #sleeptime: Timestep = parseSleeptime("1m");
  #context: StrategyContext | undefined;

  /** @throws InvalidInputError `invalid_parameter` */
  constructor(options: StrategyOptions<Parameters> = {}) {
    super();
    this.name = options.name ?? (new.target.name || "Strategy");
    this.#parameters = mergeParameters(this.name, new.target.parameters as Parameters, options.parameters ?? {});
  }

  // Settings

  get parameters(): Readonly<Parameters> {
    return this.#parameters;
  }

  /** Time between two iterations, counted from the session's open: `"5m"`, `"1h"`, Lumibot's `"5M"`, or minutes as a number. */
  get sleeptime(): Timestep {
    return this.#sleeptime;
  }

  set sleeptime(value: TimestepLike | number) {
    this.#sleeptime = parseSleeptime(value);
  }

  /**
   * Trades by an exchange's calendar: `"CME_Equity"`, `"NYSE"`, `"24/7"`. Without it the assets of the run decide (the one that trades
   * longest in a week), and bars outside its sessions still lead to iterations.
   */
  setMarket(name: string): void {
    this.#run("setMarket").setMarket(name);
  }

  /** Lays new values over the parameters and calls `onParametersUpdated`. */
  updateParameters(values: Partial<Parameters>): void | Promise<void> {
    this.#parameters = mergeParameters(this.name, this.#parameters, values);
    return this.onParametersUpdated(values as ParameterValues);
  }

  getParameters(): Readonly<Parameters> {
    return this.#parameters;
  }

  // The run

  get isBacktesting(): boolean {
    return this.#run("isBacktesting").isBacktesting;
  }

  /** True until the first `onTradingIteration` has returned. */
  get firstIteration(): boolean {
    return this.#run("firstIteration").firstIteration();
  }

  /** Cash at the start, account currency. */
  get initialBudget(): number {
    return this.#run("initialBudget").initialBudget;
  }

  /** What this run trades: given to the run, else the class's `assets`, else all the data source holds. */
  get assets(): readonly Asset[] {
    return this.#run("assets").assets;
  }

  /** The first of `assets`. */
  get asset(): Asset {
    const [first] = this.assets;
    if (first !== undefined) return first;
    throw new InvalidInputError("invalid_asset", `${this.name} asked for its asset and the run has none`, {
      hint: "Give the run assets, or the class a static `assets`.",
    });
  }

  /** Simulated now, in the run's time zone. */
  getDatetime(): DateTime {
    const context = this.#run("getDatetime");
    return DateTime.fromMillis(context.now(), { zone: context.timezone });
  }

  /** Simulated now, epoch ms UTC. */
  getTimestamp(): number {
    return this.#run("getTimestamp").now();
  }

  /**
   * Has a function called by a rule, beside the iterations: a cron expression of five or six fields, read in the zone of the market
   * unless `timezone` says otherwise, or an instant of some sessions: `{ minutesAfterOpen: 30 }`, `{ minutesBeforeClose: 15, on: "month-end" }`.
   * At an instant session hooks come first, then scheduled functions in the order in which they were scheduled, then `onBar`, then the
   * iteration. What comes due while a hook sleeps is called once, when the hook is through.
   * @returns a function that ends it
   * @throws InvalidInputError `invalid_argument` for what is no rule
   */
  schedule(rule: ScheduleRule, call: ScheduledFunction, options: ScheduleOptions = {}): () => void {
    checkOptionNames("schedule", options, SCHEDULE_OPTIONS);
    return this.#run("schedule").schedule(rule, call, options);
  }

  /** Lets the market run on for some seconds before the hook goes on; orders fill meanwhile, no iteration runs. */
  sleep(seconds: number): Promise<void> {
    if (!(Number.isFinite(seconds) && seconds >= 0)) {
      throw new InvalidInputError("invalid_argument", `sleep: seconds was ${seconds}, expected a number from 0`);
    }
    return this.#run("sleep").sleep(seconds * SECOND);
  }

  /** Waits for the next open; returns at once while the market is open. */
  awaitMarketToOpen(): Promise<void> {
    return this.#run("awaitMarketToOpen").awaitMarketToOpen();
  }

  /** Waits for the close of the current session; returns at once while the market is closed. */
  awaitMarketToClose(): Promise<void> {
    return this.#run("awaitMarketToClose").awaitMarketToClose();
  }

  /** Writes to the run's log; the text is returned. */
  logMessage(message: string, level: "debug" | "info" | "warn" | "error" = "info"): string {
    this.#run("logMessage").log(level, String(message));
    return message;
  }

  // Data: only bars that have closed

  /**
   * The last `length` closed bars, or undefined while there are fewer. Fetches what it lacks, history before the run's start
   * included. A view: no copying. Bars of a coarser step are made of the asset's own: 200 days in a run on minutes fetch 200 days of
   * minutes, and pay for them where the source takes money.
   * @throws InvalidInputError `invalid_argument` `invalid_asset` `invalid_option` `invalid_timestep`
   */
  getHistoricalPrices(
    asset: Asset,
    length: number,
    timestep: TimestepLike = "1m",
    options: HistoryOptions = {},
  ): Promise<Bars | undefined> {
    checkOptionNames("getHistoricalPrices", options, HISTORY_OPTIONS);
    return this.#run("getHistoricalPrices").history(asset, length, timestep, options.timeshift ?? 0);
  }

  /** `getHistoricalPrices` for several assets, by asset key. */
  async getHistoricalPricesForAssets(
    assets: readonly Asset[],
    length: number,
    timestep: TimestepLike = "1m",
    options: HistoryOptions = {},
  ): Promise<Map<string, Bars | undefined>> {
    const result = new Map<string, Bars | undefined>();
    for (const asset of assets) result.set(asset.key, await this.getHistoricalPrices(asset, length, timestep, options));
    return result;
  }

  /** The step of the bars on which orders are examined: the finest the data source has of the asset. It must be in the run. */
  baseTimestep(asset: Asset): Timestep {
    return this.#run("baseTimestep").baseTimestep(asset);
  }

  /** Keeps a series at hand for `bars`; call it in `initialize`. `lookback` bars before the start of the run are fetched as well. */
  subscribe(asset: Asset, timestep: TimestepLike, options: { readonly lookback?: number } = {}): Promise<void> {
    checkOptionNames("subscribe", options, SUBSCRIBE_OPTIONS);
    return this.#run("subscribe").subscribe(asset, timestep, options.lookback ?? 0);
  }

  /**
   * The last `length` closed bars of a subscribed series (all of them without `length`), or undefined while there are fewer.
   * @throws InvalidInputError `invalid_argument` for a series that is not at hand, and a length that is no whole number from 1
   */
  bars(asset: Asset, timestep: TimestepLike, length?: number): Bars | undefined {
    return this.#run("bars").bars(asset, timestep, length);
  }

  /**
   * An indicator over the bars of an asset, fed by the engine with history before the start first; call it in `initialize` and keep what
   * it returns: `this.indicator(Rsi, { period: 14 }, { timestep: "5m" })`. Any number of them, of any class that extends `Indicator`, or
   * one that is made already. The numbers are the same in backtest, replay and live: see docs/timeframes.md.
   * @throws InvalidInputError `invalid_parameter` `invalid_option` `invalid_timestep` at once; once the asset's own step is known, a step that
   *   cannot be made from it, and an indicator that the data of a backtest is too short for, end the run with the same error
   */
  indicator<Value extends IndicatorValue, Given extends object>(
    kind: IndicatorKind<Value, Given>,
    parameters?: Given,
    options?: IndicatorOptions,
  ): IndicatorSeries<Value>;
  indicator<Value extends IndicatorValue>(made: Indicator<Value>, options?: IndicatorOptions): IndicatorSeries<Value>;
  indicator<Value extends IndicatorValue>(
    kind: Indicator<Value> | IndicatorKind<Value, object>,
    given: object = {},
    options: IndicatorOptions = {},
  ): IndicatorSeries<Value> {
    const context = this.#run("indicator");
    const isMade = kind instanceof Indicator;
    const series = requestSeries(
      kind,
      isMade ? undefined : given,
      isMade ? given : options,
      this.#surroundings(context),
    );
    context.addIndicator(series);
    return series;
  }

  /**
   * Indicators from plain configuration, by step and name: `{ "5m": { rsi: { period: 14 }, fast: { indicator: "ema", period: 9 } } }` gives
   * an object of the same shape: `indicators["5m"].rsi.value`.
   * @throws InvalidInputError as `indicator`; an unknown name or parameter with the nearest right one
   */
  indicators<const Configuration extends IndicatorsConfiguration>(
    configuration: Configuration,
    options: Pick<IndicatorOptions, "asset"> = {},
  ): { readonly [Step in keyof Configuration]: { readonly [Name in keyof Configuration[Step]]: IndicatorSeries } } {
    const context = this.#run("indicators");
    const all = configureAll(configuration, options, this.#surroundings(context));
    for (const step of Object.values(all)) for (const series of Object.values(step)) context.addIndicator(series);
    return all as never;
  }

  /** Last traded price at this instant; undefined before the first. */
  getLastPrice(asset: Asset): Promise<number | undefined> {
    return this.#run("getLastPrice").lastPrice(asset);
  }

  /** `getLastPrice` for several assets, by asset key. */
  async getLastPrices(assets: readonly Asset[]): Promise<Map<string, number | undefined>> {
    const result = new Map<string, number | undefined>();
    for (const asset of assets) result.set(asset.key, await this.getLastPrice(asset));
    return result;
  }

  /** Newest quote at this instant; bid and ask only where the source has them. */
  getQuote(asset: Asset): Promise<Quote | undefined> {
    return this.#run("getQuote").quote(asset);
  }

  // Orders

  /**
   * Makes an order; nothing is sent. The kind follows from the prices given: none is market, `limitPrice`, `stopPrice`, both, or
   * one of `trailPrice` and `trailPercent` (a fraction).
   * @throws InvalidInputError `invalid_order`: prices that contradict each other, or are no numbers
   */
  createOrder(asset: Asset, quantity: number, side: OrderSide, options: OrderOptions = {}): Order {
    return this.#run("createOrder").createOrder(asset, quantity, side, options);
  }

  /**
   * Makes an order of two or more legs that fill all or none, at one instant at which bars of all of them open; nothing is sent. The legs
   * are its `children`, and each fill is told of its leg.
   * @throws InvalidInputError `invalid_order`
   */
  createMultilegOrder(legs: readonly OrderLeg[], options: MultilegOptions = {}): Order {
    return this.#run("createMultilegOrder").createMultilegOrder(legs, options);
  }

  /** Hands an order in. A refusal is not thrown: the order's status is `rejected` and `onErrorOrder` tells why. */
  submitOrder(order: Order): Order {
    const run = this.#run("submitOrder");
    checkOrder("submitOrder", order, run);
    run.submitOrder(order);
    return order;
  }

  submitOrders(orders: readonly Order[]): readonly Order[] {
    for (const order of orders) this.submitOrder(order);
    return orders;
  }

  /**
   * Sends a market order that makes the position `quantity` units (below 0: short), through zero if need be. It is sized when it fills,
   * by what is held then. Undefined when that much is held and no order on its way can change it.
   */
  orderTarget(asset: Asset, quantity: number, options: TargetOrderOptions = {}): Order | undefined {
    return this.#run("orderTarget").orderTarget(asset, { quantity }, options);
  }

  /**
   * Sends a market order that puts a fraction of the account's equity to work in an asset: 1 is all of it, -0.5 half of it short. It is
   * sized when it fills: the most units whose value (price x multiplier) at the fill's price is within the fraction of the equity at
   * that price, less the fill's fees. Shares and contracts are whole, coins and currencies go to eight decimals. Undefined when
   * nothing is to do.
   */
  orderTargetPercent(asset: Asset, fraction: number, options: TargetOrderOptions = {}): Order | undefined {
    return this.#run("orderTargetPercent").orderTarget(asset, { fraction }, options);
  }

  /** Replaces prices of an open order. A refusal reaches `onErrorOrder`. */
  modifyOrder(order: Order, changes: OrderChanges): void {
    const run = this.#run("modifyOrder");
    checkOrder("modifyOrder", order, run);
    checkChanges("modifyOrder", changes);
    run.modifyOrder(order, changes);
  }

  /** Cancels an order; nothing happens to one that is already final. */
  cancelOrder(order: Order): void {
    const run = this.#run("cancelOrder");
    checkOrder("cancelOrder", order, run);
    run.cancelOrder(order);
  }

  cancelOrders(orders: readonly Order[]): void {
    for (const order of orders) this.cancelOrder(order);
  }

  /** Cancels every open order, or those of one asset. */
  cancelOpenOrders(asset?: Asset): void {
    if (asset !== undefined) checkAsset("cancelOpenOrders", asset);
    const known = asset && this.#run("cancelOpenOrders").knownAs(asset);
    this.cancelOrders(this.getOrders().filter((order) => known === undefined || order.asset.equals(known)));
  }

  /** The open orders, in the order they were sent. */
  getOrders(): readonly Order[] {
    return this.#run("getOrders").openOrders();
  }

  /** Any order of this run by its id. */
  getOrder(id: string): Order | undefined {
    return this.#run("getOrder").order(id);
  }

  // Account

  /** What is held of an asset; undefined when flat. */
  getPosition(asset: Asset): Position | undefined {
    return this.#run("getPosition").position(asset);
  }

  getPositions(): readonly Position[] {
    return this.#run("getPositions").positions();
  }

  /**
   * Closes a fraction of a position at market, in whole units where the asset has no fractions, by an order that only reduces: asked for
   * twice it closes once. Undefined when there is none.
   */
  closePosition(asset: Asset, fraction = 1): Order | undefined {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new InvalidInputError(
        "invalid_argument",
        `closePosition: fraction was ${fraction}, expected above 0 and at most 1`,
      );
    }
    const position = this.getPosition(asset);
    if (position === undefined) return undefined;
    const wanted = Math.abs(position.quantity) * fraction;
    const quantity = asset.wholeUnits ? Math.round(wanted) : wanted;
    if (quantity === 0) return undefined;
    return this.submitOrder(
      this.createOrder(asset, quantity, position.quantity > 0 ? "sell" : "buy", { reduceOnly: true }),
    );
  }

  closePositions(assets: readonly Asset[]): readonly Order[] {
    return assets.map((asset) => this.closePosition(asset)).filter((order) => order !== undefined);
  }

  /** Cancels the open orders, unless told not to, and closes every position at market. */
  sellAll(options: { readonly cancelOpenOrders?: boolean } = {}): readonly Order[] {
    if (options.cancelOpenOrders ?? true) this.cancelOpenOrders();
    return this.closePositions(this.getPositions().map((position) => position.asset));
  }

  /** Units held plus units that open orders would add (buys) or take away (sells). */
  getAssetPotentialTotal(asset: Asset): number {
    checkAsset("getAssetPotentialTotal", asset);
    let total = this.getPosition(asset)?.quantity ?? 0;
    const known = this.#run("getAssetPotentialTotal").knownAs(asset);
    for (const order of this.getOrders()) {
      if (order.asset.equals(known))
        total += order.side === "buy" ? remainingQuantity(order) : -remainingQuantity(order);
    }
    return total;
  }

  /** Cash, account currency. */
  getCash(): number {
    return this.#run("getCash").cash();
  }

  /** Cash plus open positions at the last prices. */
  getPortfolioValue(): number {
    return this.#run("getPortfolioValue").portfolioValue();
  }

  get cash(): number {
    return this.getCash();
  }

  get portfolioValue(): number {
    return this.getPortfolioValue();
  }

  // Chart

  /**
   * Draws a mark, on the asset's candles unless `plot` names a pane.
   * @throws InvalidInputError `invalid_argument`: a value that is infinite, a colour, symbol or size that is none
   */
  addMarker(name: string, options: MarkerOptions = {}): void {
    this.#run("addMarker").chart.addMarker(name, options);
  }

  /** Adds a point to the line of this name, plot and asset. NaN is a gap. Two numbers a point, so a million of them do no harm. */
  addLine(name: string, value: number, options: LineOptions = {}): void {
    this.#run("addLine").chart.addLine(name, value, options);
  }

  /** Adds a candle to the series of this name, plot and asset. NaN in one of the prices leaves the instant empty. */
  addOhlc(name: string, open: number, high: number, low: number, close: number, place: ChartPlace = {}): void {
    this.#run("addOhlc").chart.addOhlc(name, [open, high, low, close], place);
  }

  /** The markers so far, by time. The three readers copy what was drawn: not for every bar. */
  getMarkers(): readonly ChartMarker[] {
    return this.#run("getMarkers").chart.drawn().markers;
  }

  getLines(): readonly ChartLine[] {
    return this.#run("getLines").chart.drawn().lines;
  }

  getOhlc(): readonly ChartOhlc[] {
    return this.#run("getOhlc").chart.drawn().ohlc;
  }

  /** @internal The engine's end: puts the strategy into a run. */
  attach(context: StrategyContext): void {
    if (this.#context !== undefined) {
      throw new StrategyError(`Starting ${this.name}: this object is in a run already`, {
        hint: "Wait for the run to end, or make a new object; two runs cannot share one.",
      });
    }
    this.#context = context;
    for (const key of Object.keys(this.vars)) delete this.vars[key];
  }

  /** @internal Takes the strategy out of its run, so that the object can be run again. */
  detach(): void {
    this.#context = undefined;
  }

  #surroundings(context: StrategyContext): RequestSurroundings {
    return { asset: () => this.asset, calendarOf: (asset) => context.calendarOf(asset) };
  }

  #run(member: string): StrategyContext {
    if (this.#context !== undefined) return this.#context;
    throw new StrategyError(`${this.name}.${member} was used outside a run`, {
      hint: "Use it in `initialize` or later, not in the constructor or a field.",
    });
  }
}
