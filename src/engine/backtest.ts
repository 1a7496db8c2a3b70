import type { Calendar } from "../calendar/index.ts";
import { calendarFor } from "../calendar/index.ts";
import { contractSpec } from "../futures/contracts.ts";
import type { Asset } from "../market/asset.ts";
import type { BarStream } from "../market/bar-stream.ts";
import type { Cashflow } from "../market/cashflow.ts";
import type { RunChart } from "../market/chart.ts";
import { BacklitError, DataMissingError, StrategyError } from "../market/errors.ts";
import type { RunEvent } from "../market/events.ts";
import type { RateSeries } from "../market/exchange-rate.ts";
import type { TradingFee, TradingSlippage } from "../market/fees.ts";
import type { Fill } from "../market/fill.ts";
import type { Broker, DataSource } from "../market/ports.ts";
import type { BenchmarkSeries, RunOutcome, RunSettings } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import type { HookResult } from "../strategy/hooks.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { AccountBooks } from "./account/account-books.ts";
import { AccountEvents } from "./account/account-events.ts";
import { BorrowRates } from "./account/borrow-fee.ts";
import { ExchangeRates } from "./account/exchange-rates.ts";
import { MarginCalls, tellMarginUnknown } from "./account/margin-calls.ts";
import { type MarginSettings, Requirements } from "./account/requirements.ts";
import { loadBenchmark } from "./benchmark.ts";
import { BuyingPower } from "./buying-power.ts";
import { CalendarExpectation } from "./calendar-expectation.ts";
import { ChartRecorder } from "./chart-recorder.ts";
import { currencyOfAsset } from "./contract-terms.ts";
import { EngineContext, type LogSink } from "./engine-context.ts";
import { EquityRecorder } from "./equity-recorder.ts";
import { finerBarsMissing } from "./finer-bars.ts";
import { HookGuard, type HookWatch } from "./hook-guard.ts";
import { Kernel, overriddenHooks, type Progress, SimulatedClock } from "./kernel.ts";
import { type FeedClock, LiveFeed } from "./live-feed.ts";
import { LiveHorizon } from "./live-horizon.ts";
import { marginUse } from "./margin-use.ts";
import { MarketData } from "./market-data.ts";
import type { IntrabarPolicy, LimitFillPolicy } from "./matching.ts";
import { once } from "./once.ts";
import { OrderEvents } from "./order-events.ts";
import { Portfolio } from "./portfolio.ts";
import { type DataHorizon, Schedule, type SessionHook } from "./schedule.ts";
import { SimulatedBroker } from "./simulated-broker.ts";
import { Timeframes } from "./timeframes.ts";
import { TradeRecorder } from "./trade-recorder.ts";
import { tradedBars } from "./traded-bars.ts";
import type { TradingVenue } from "./trading-venue.ts";
import { VenueDesk } from "./venue-desk.ts";

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
  readonly market: string | undefined;
  readonly timezone: string;
  readonly fill: "next-open" | "this-close";
  readonly intrabar: IntrabarPolicy;
  readonly limitFill: LimitFillPolicy;
  readonly buyTradingFees: readonly TradingFee[];
  readonly sellTradingFees: readonly TradingFee[];
  readonly slippage: TradingSlippage | undefined;
  readonly volumeShare: number | undefined;
  readonly fillWithoutVolume: boolean;
  readonly benchmarkAsset: Asset | undefined;
  readonly benchmarkSource: DataSource | undefined;
  readonly riskFreeRate: RunSettings["riskFreeRate"];
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => Promise<void> | undefined) | undefined;
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
}

/** A run's outcome, and what ended it before its time. */
export interface EngineResult {
  readonly outcome: RunOutcome;
  /** Undefined when the run came to its end or was interrupted. */
  readonly failure: BacklitError | undefined;
}

const SESSION_HOOKS: readonly SessionHook[] = [
  "beforeMarketOpens",
  "beforeStartingTrading",
  "beforeMarketCloses",
  "afterMarketCloses",
];

/**
 * Runs a strategy over a source's bars. Deterministic: the same strategy, bars and options give the same outcome.
 * @throws DataMissingError when the source has no bar of any asset in the span; whatever the source throws before the first bar.
 *   What the strategy throws is not thrown but told in `failure`, beside the outcome up to then.
 */
export async function runEngine(
  strategy: StrategyBase<object>,
  source: DataSource,
  options: EngineOptions,
): Promise<EngineResult> {
  const assets = await assetsOf(strategy, source, options);
  const run = assemble(strategy, source, assets, options);
  strategy.attach(run.context);
  try {
    if (options.market !== undefined) run.context.setMarket(options.market);
    await loadAssets(run, source, assets, options);
    const benchmark = await benchmarkOf(source, options);
    const ending = await execute(strategy, run, options.hookWatch);
    run.timeframes.tellLeftOut();
    if (run.kernel.bars === 0) run.events.push(noBarsEvent(options.end));
    const settings = settingsOf(strategy, source, options, run.context);
    return {
      outcome: outcomeOf(run, settings, { source, benchmark, complete: ending.complete, margins: options }),
      failure: ending.failure,
    };
  } finally {
    strategy.detach();
    await run.feed?.close();
  }
}

async function benchmarkOf(source: DataSource, options: EngineOptions): Promise<BenchmarkSeries | null> {
  const { benchmarkAsset: asset, benchmarkSource } = options;
  if (asset === undefined) return null;
  return loadBenchmark({ asset, source: benchmarkSource ?? source, calendar: calendarName(asset) }, options);
}

interface Run {
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

async function assetsOf(
  strategy: StrategyBase<object>,
  source: DataSource,
  options: EngineOptions,
): Promise<readonly Asset[]> {
  if (options.assets.length > 0) return options.assets;
  const own = (strategy.constructor as typeof StrategyBase).assets;
  return own.length > 0 ? own : ((await source.assets?.()) ?? []);
}

/** Puts the parts of a run together. */
function assemble(
  strategy: StrategyBase<object>,
  source: DataSource,
  assets: readonly Asset[],
  options: EngineOptions,
): Run {
  const events: RunEvent[] = [];
  const clock = new SimulatedClock(options.start);
  const portfolio = new Portfolio(options.budget);
  const trades = new TradeRecorder(portfolio);
  const equity = new EquityRecorder();
  const feed = liveFeed(options, clock, events);
  const finerBars = options.intrabar === "finer";
  const market = new MarketData(
    feed?.sourceOver(source) ?? source,
    { start: options.start, end: options.end },
    (instrument) => {
      kernel.add(instrument);
      accountEvents.add(instrument);
      if (finerBars && instrument.finer === undefined) events.push(finerBarsMissing(instrument, clock.time));
    },
    { finerBars },
  );
  const horizon = feed === undefined ? market : new LiveHorizon(market, feed);
  const calendar = calendarFor(calendarName(assets[0]));
  const hooks = overriddenHooks(strategy);
  const schedule = new Schedule({
    data: horizon,
    wishes: strategy,
    end: options.end,
    calendar,
    wantsSessionHooks: SESSION_HOOKS.some((hook) => hooks.has(hook)),
    onBarsOutside: onceOutside(events, calendar),
  });
  const find = (order: { readonly asset: Asset }) => market.find(order.asset);
  const rates = new ExchangeRates(options.currency ?? sharedCurrency(assets), options.fxRates);
  const requirements = new Requirements(
    options,
    () => clock.time,
    (instrument) => tellMarginUnknown(books, instrument),
  );
  const buyingPower = new BuyingPower(portfolio, requirements);
  const broker: TradingVenue =
    options.live?.broker === undefined
      ? new SimulatedBroker(options, { portfolio, trades, buyingPower, events }, find)
      : new VenueDesk({
          broker: options.live.broker,
          portfolio,
          trades,
          events: new OrderEvents(events, options.log),
          costs: options,
          find,
          wake: () => feed?.wake(),
        });
  const cashflows: Cashflow[] = [];
  const books = new AccountBooks({
    portfolio,
    trades,
    fills: broker.fills,
    cashflows,
    events,
    costs: options,
    now: () => clock.time,
    expireOrders: (instrument) => broker.expireOrders(instrument),
  });
  const marginCalls = new MarginCalls({
    policy: options.marginCall,
    buyingPower,
    books,
    closeAtMarket: (instrument) => context.closeAtMarket(instrument, "margin_call"),
  });
  const accountEvents = new AccountEvents({
    books,
    marginCalls,
    rates,
    borrowRates: new BorrowRates(options.borrowRate),
    instruments: market.instruments,
    end: options.end,
  });
  const timeframes = new Timeframes({
    market,
    now: () => clock.time,
    events,
    isBacktesting: feed === undefined,
    wantsBars: hooks.has("onBar"),
  });
  const context = new EngineContext({
    clock,
    timeframes,
    market,
    broker,
    portfolio,
    schedule,
    assets,
    initialBudget: options.budget,
    timezone: options.timezone,
    log: options.log,
    chart: new ChartRecorder({ now: () => clock.time, asset: assets[0], events }),
    isBacktesting: feed === undefined,
  });
  const kernel: Kernel = new Kernel({
    strategy,
    clock,
    market,
    broker,
    portfolio,
    trades,
    equity,
    schedule,
    timeframes,
    accountEvents,
    marginCalls: options.marginCall === "liquidate" || options.buyingPower !== "cash" ? marginCalls : undefined,
    end: options.end,
    signal: options.signal,
    onProgress: options.onProgress,
    loadWanted: () => context.loadWanted(),
    feed,
  });
  context.connect(kernel);
  return { clock, feed, horizon, market, broker, trades, equity, timeframes, context, kernel, events, cashflows };
}

function liveFeed(options: EngineOptions, clock: SimulatedClock, events: RunEvent[]): LiveFeed | undefined {
  if (options.live === undefined) return undefined;
  return new LiveFeed({
    ...options.live,
    calendarExpectation: new CalendarExpectation((asset) => calendarFor(options.market ?? calendarName(asset))),
    events,
    now: () => clock.time,
    signal: options.signal,
  });
}

/** The currency all assets are priced in; USD when they differ or there are none. */
function sharedCurrency(assets: readonly Asset[]): string {
  const currencies = new Set(assets.map(currencyOfAsset));
  const [first] = currencies;
  return currencies.size === 1 && first !== undefined ? first : "USD";
}

/** The calendar an asset trades by, when nobody set a market. */
function calendarName(asset: Asset | undefined): string {
  if (asset === undefined) return "24/7";
  if (asset.isFuture) return contractSpec(asset.root)?.calendar ?? "24/7";
  return asset.assetType === "crypto" || asset.assetType === "forex" ? "24/7" : "XNYS";
}

/** Says once that bars lie where the calendar has no session. */
function onceOutside(events: RunEvent[], calendar: Calendar): (time: number) => void {
  let told = false;
  return (time) => {
    if (told) return;
    told = true;
    events.push({
      time,
      code: "bars_outside_sessions",
      level: "info",
      message:
        `Bars lie outside the sessions of ${calendar.name}, the first at ${formatInstant(time)}; iterations run on them as well. ` +
        "Set a market to keep to its sessions",
    });
  };
}

async function loadAssets(
  { market, horizon }: Run,
  source: DataSource,
  assets: readonly Asset[],
  options: EngineOptions,
): Promise<void> {
  await market.prepare(assets);
  for (const asset of assets) await market.load(asset);
  if (assets.length === 0) return;
  if (horizon.nextOpen(options.start) !== Number.POSITIVE_INFINITY) return;
  const names = assets.map((asset) => asset.key).join(", ");
  const covered = market.lastCloseBefore(Number.POSITIVE_INFINITY);
  const found = Number.isFinite(covered) ? `; the newest bar before ends ${formatInstant(covered)}` : "";
  throw new DataMissingError(
    `Running from ${formatInstant(options.start)} to ${formatInstant(options.end)}: '${source.name}' has no bar of ${names} in that span${found}`,
    { hint: "Choose a span that the data covers, or other data." },
  );
}

/** Nothing happened, and why. */
function noBarsEvent(time: number): RunEvent {
  return {
    time,
    code: "data_missing",
    level: "warning",
    message:
      "No bar passed through the run: the source lists no assets, and the strategy named none and asked for none",
  };
}

interface Ending {
  readonly complete: boolean;
  readonly failure: BacklitError | undefined;
}

/** Runs the loop and the closing hooks; what the strategy throws becomes the failure. */
async function execute(
  strategy: StrategyBase<object>,
  { kernel, clock }: Run,
  watch: HookWatch | undefined,
): Promise<Ending> {
  const watched = <Value>(guard: HookGuard, run: () => Promise<Value>) =>
    underWatch(watch, guard, (hook, words) => hookFailure(strategy, clock.time, hook, words), run);
  const close = (hook: ClosingHook, running: HookResult) => {
    if (running === undefined) return undefined;
    const guard = new HookGuard();
    return watched(guard, () => Promise.race([guard.wait(hook, running), guard.ended]));
  };
  try {
    const complete = await watched(kernel.guard, () => kernel.run());
    if (complete) await close("onStrategyEnd", strategy.onStrategyEnd());
    else await close("onAbruptClosing", strategy.onAbruptClosing());
    return { complete, failure: undefined };
  } catch (thrown) {
    const failure = failureOf(strategy, thrown, clock.time);
    try {
      await close("onBotCrash", strategy.onBotCrash(thrown));
    } catch (second) {
      return {
        complete: false,
        failure: failureOf(strategy, new AggregateError([thrown, second], failure.message), clock.time),
      };
    }
    return { complete: false, failure };
  }
}

type ClosingHook = "onStrategyEnd" | "onAbruptClosing" | "onBotCrash";

/** Runs something while a watch looks at the hooks that a guard waits for. */
async function underWatch<Value>(
  watch: HookWatch | undefined,
  guard: HookGuard,
  failure: (hook: string, words: string) => BacklitError,
  run: () => Promise<Value>,
): Promise<Value> {
  const stop = watch?.(
    () => guard.pending(),
    (hook, words) => guard.fail(failure(hook, words)),
  );
  try {
    return await run();
  } finally {
    stop?.();
  }
}

function hookFailure(strategy: StrategyBase<object>, time: number, hook: string, words: string): StrategyError {
  return new StrategyError(`${strategy.name}.${hook} at ${formatInstant(time)} ${words}`, {
    time,
    hint: "Settle the promise on every path, or give the run a longer hookTimeout; engine calls such as sleep do not count.",
  });
}

/** Our own errors pass as they are; anything else is the strategy's. */
function failureOf(strategy: StrategyBase<object>, thrown: unknown, time: number): BacklitError {
  if (thrown instanceof BacklitError) return thrown;
  const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new StrategyError(`${strategy.name} failed at ${formatInstant(time)}: ${words}`, {
    cause: thrown,
    time,
    hint: "The strategy's own stack follows.",
  });
}

function settingsOf(
  strategy: StrategyBase<object>,
  source: DataSource,
  options: EngineOptions,
  context: EngineContext,
): RunSettings {
  return {
    strategy: strategy.name,
    parameters: { ...strategy.parameters },
    start: formatInstant(options.start),
    end: formatInstant(options.end),
    source: source.name,
    assets: context.assets.map((asset) => asset.key),
    budget: options.budget,
    sleeptime: strategy.sleeptime.name,
    market: context.marketName ?? null,
    calendar: context.calendarName,
    timezone: options.timezone,
    fill: options.fill,
    intrabar: options.intrabar,
    limitFill: options.limitFill,
    buyTradingFees: options.buyTradingFees.map((fee) => ({ ...fee })),
    sellTradingFees: options.sellTradingFees.map((fee) => ({ ...fee })),
    slippage: options.slippage === undefined ? null : slippageSetting(options.slippage),
    volumeShare: options.volumeShare ?? null,
    fillWithoutVolume: options.fillWithoutVolume,
    currency: options.currency ?? sharedCurrency(context.assets),
    fxRates: Object.keys(options.fxRates),
    borrowRate: options.borrowRate,
    margins: options.margins,
    marginCall: options.marginCall,
    buyingPower: options.buyingPower,
    benchmarkAsset: options.benchmarkAsset?.key ?? null,
    riskFreeRate: options.riskFreeRate,
    seed: options.seed,
  };
}

function slippageSetting({ terms }: TradingSlippage): unknown {
  return "fn" in terms ? "function" : { ...terms };
}

/** What the strategy drew, and its indicators. */
function drawnIn({ context, timeframes }: Run): RunChart {
  const chart = context.chart.drawn();
  return { ...chart, lines: [...chart.lines, ...timeframes.lines()] };
}

interface OutcomeParts {
  readonly source: DataSource;
  readonly benchmark: BenchmarkSeries | null;
  readonly complete: boolean;
  readonly margins: MarginSettings;
}

/** By time: over finer bars a fill of one asset may be told after a later one of another. */
function inOrder(fills: readonly Fill[]): readonly Fill[] {
  const ordered = fills.every((fill, index) => index === 0 || fill.time >= (fills[index - 1] as Fill).time);
  return ordered ? fills : [...fills].sort((a, b) => a.time - b.time);
}

function outcomeOf(
  run: Run,
  settings: RunSettings,
  { source, benchmark, complete, margins }: OutcomeParts,
): RunOutcome {
  const fills = inOrder(run.broker.fills);
  const { instruments } = run.market;
  const margin = once(() => marginUse(fills, instruments, margins));
  const outcome: RunOutcome = {
    settings,
    equity: run.equity.curve(),
    trades: run.trades.trades(run.clock.time),
    orders: run.context.submittedOrders.map((order) => Object.freeze(order)),
    fills,
    cashflows: run.cashflows,
    get margin() {
      return margin();
    },
    events: run.events,
    traces: run.kernel.traces,
    log: run.context.runLog.entries(),
    chart: drawnIn(run),
    benchmark,
    data: run.market.fingerprints(),
    instruments: Object.fromEntries(
      instruments.map(({ asset, terms }) => [
        asset.key,
        { multiplier: terms.multiplier, tickSize: terms.tickSize, currency: terms.currency },
      ]),
    ),
    bars: run.kernel.bars,
    iterations: run.kernel.iterations,
    status: complete ? "complete" : "PARTIAL",
    notice: source.notice ?? null,
    notes: source.notes?.() ?? [],
  };
  return Object.defineProperty(outcome, "tradedBars", { value: tradedBars(instruments, run.broker.fills) });
}
