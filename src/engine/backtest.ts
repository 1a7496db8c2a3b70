import type { Calendar } from "../calendar/index.ts";
import { calendarFor } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import type { Cashflow } from "../market/cashflow.ts";
import { type BacklitError, DataMissingError } from "../market/errors.ts";
import type { RunEvent } from "../market/events.ts";
import type { DataSource } from "../market/ports.ts";
import type { BenchmarkSeries, RunOutcome, RunSettings } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { AccountBooks } from "./account/account-books.ts";
import { AccountEvents } from "./account/account-events.ts";
import { BorrowRates } from "./account/borrow-fee.ts";
import { ExchangeRates } from "./account/exchange-rates.ts";
import { MarginCalls, tellMarginUnknown } from "./account/margin-calls.ts";
import { checkMarginNames } from "./account/margin-names.ts";
import { Requirements } from "./account/requirements.ts";
import { loadBenchmark } from "./benchmark.ts";
import { BuyingPower } from "./buying-power.ts";
import { CalendarExpectation } from "./calendar-expectation.ts";
import { ChartRecorder } from "./chart-recorder.ts";
import { SimulatedClock } from "./clock.ts";
import { sharedCurrency } from "./contract-terms.ts";
import { EngineContext } from "./engine-context.ts";
import { EquityRecorder } from "./equity-recorder.ts";
import { execute } from "./execute.ts";
import { finerBarsMissing } from "./finer-bars.ts";
import { tellIdle } from "./idle-run.ts";
import { Kernel } from "./kernel.ts";
import { LiveFeed } from "./live-feed.ts";
import { LiveHorizon } from "./live-horizon.ts";
import { MarketData } from "./market-data.ts";
import { tellMisspeltHooks } from "./misspelt-hooks.ts";
import { tellOpenAtEnd } from "./open-at-end.ts";
import type { EngineOptions } from "./options.ts";
import { OrderEvents } from "./order-events.ts";
import { outcomeOf, settingsOf } from "./outcome.ts";
import { overriddenHooks } from "./overridden-hooks.ts";
import { Portfolio } from "./portfolio.ts";
import { calendarOfRun, suggestedCalendar } from "./run-calendar.ts";
import type { RunParts } from "./run-parts.ts";
import { Schedule } from "./schedule.ts";
import type { SessionHook } from "./session-timers.ts";
import type { Book } from "./shared/book.ts";
import { SimulatedBroker } from "./simulated-broker.ts";
import { Timeframes } from "./timeframes.ts";
import { TradeRecorder } from "./trade-recorder.ts";
import type { TradingVenue } from "./trading-venue.ts";
import { VenueDesk } from "./venue-desk.ts";

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
 * @param book its part of an account that other strategies share; undefined: an account of its own
 */
export async function runEngine(
  strategy: StrategyBase<object>,
  source: DataSource,
  options: EngineOptions,
  book?: Book,
): Promise<EngineResult> {
  const assets = await assetsOf(strategy, source, options);
  checkMarginNames(options.margins, assets);
  const run = assemble(strategy, source, assets, options, book);
  if (book !== undefined) book.run = run;
  strategy.attach(run.context);
  try {
    tellMisspeltHooks(strategy, options.start, run.events, options.log);
    if (options.market !== undefined) run.context.setMarket(options.market);
    await loadAssets(run, source, assets, options);
    const benchmark = await benchmarkOf(source, options);
    const ending = await execute(strategy, run, options.hookWatch);
    tellOpenAtEnd(run.context.openOrders(), run.clock.time, run.events, options.log);
    run.timeframes.tellLeftOut();
    if (ending.complete) tellIdle(strategy, run, options.end);
    const own = settingsOf(strategy, source, options, run.context);
    const settings: RunSettings = book === undefined ? own : { ...own, account: "shared" };
    const outcome = outcomeOf(run, settings, { source, benchmark, complete: ending.complete, options });
    return { outcome, failure: ending.failure ?? (await run.feed?.close()) };
  } finally {
    strategy.detach();
    await run.feed?.close();
  }
}

async function benchmarkOf(source: DataSource, options: EngineOptions): Promise<BenchmarkSeries | null> {
  const { benchmarkAsset: asset, benchmarkSource } = options;
  if (asset === undefined) return null;
  return loadBenchmark({ asset, source: benchmarkSource ?? source, calendar: suggestedCalendar(asset) }, options);
}

/** What a strategy trades from the start on. */
export async function assetsOf(
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
  book: Book | undefined,
): RunParts {
  const events: RunEvent[] = [];
  const clock = new SimulatedClock(options.start);
  const portfolio = book?.portfolio ?? new Portfolio(options.budget);
  const trades = new TradeRecorder(portfolio, options.tradeMatching);
  const equity = book?.curve ?? new EquityRecorder();
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
    {
      finerBars,
      stockAdjustment: options.stockAdjustment,
      makeHistory: (...terms) => timeframes.history(...terms),
      onClash: (instrument, words) => accountEvents.tellClash(instrument, words),
      onUnadjusted: ({ asset }, words) =>
        books.tell("adjustment_unknown", "warning", `History of ${asset}: ${words}`, asset),
    },
  );
  const horizon = feed === undefined ? market : new LiveHorizon(market, feed);
  const calendar = calendarOfRun(assets);
  const hooks = overriddenHooks(strategy);
  const schedule = new Schedule({
    data: horizon,
    wishes: strategy,
    start: options.start,
    end: options.end,
    calendar,
    wantsSessionHooks: SESSION_HOOKS.some((hook) => hooks.has(hook)),
    onBarsOutside: onceOutside(events, calendar),
  });
  const find = (order: { readonly asset: Asset }) => market.find(order.asset);
  const whyMissing = (asset: Asset) => market.whyMissing(asset);
  const rates = new ExchangeRates(options.currency ?? sharedCurrency(assets), options.fxRates);
  const requirements = new Requirements(
    options,
    () => clock.time,
    (instrument) => {
      // Another book of the account tells of its own.
      if (instrument === market.find(instrument.asset)) tellMarginUnknown(books, instrument);
    },
  );
  const buyingPower = new BuyingPower(portfolio.account, requirements);
  const broker: TradingVenue =
    options.live?.broker === undefined
      ? new SimulatedBroker(
          options,
          { portfolio, trades, buyingPower, events, volume: book?.account.volume },
          find,
          whyMissing,
        )
      : new VenueDesk({
          broker: options.live.broker,
          portfolio,
          trades,
          events: new OrderEvents(events, options.log),
          costs: options,
          find,
          whyMissing,
          wake: () => feed?.wake(),
          answerWatch: options.live.answerWatch,
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
  const marginCalls =
    book?.marginCalls ??
    new MarginCalls({
      policy: options.marginCall,
      buyingPower,
      account: portfolio,
      tell: (message) => books.tell("margin_call", "warning", message),
      closeAtMarket: (instrument) => [context.closeAtMarket(instrument, "margin_call")],
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
    turns: book?.turns,
  });
  context.connect(kernel);
  return { clock, feed, horizon, market, broker, trades, equity, timeframes, context, kernel, events, cashflows };
}

function liveFeed(options: EngineOptions, clock: SimulatedClock, events: RunEvent[]): LiveFeed | undefined {
  if (options.live === undefined) return undefined;
  return new LiveFeed({
    ...options.live,
    end: options.end,
    calendarExpectation: new CalendarExpectation((asset) => calendarFor(options.market ?? suggestedCalendar(asset))),
    events,
    now: () => clock.time,
    signal: options.signal,
  });
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
        `Bars lie outside the sessions of ${calendar.name}, the first at ${formatInstant(time)}; with a sleeptime below a day iterations run on ` +
        "them as well. Set a market to keep to its sessions",
    });
  };
}

async function loadAssets(
  { market, horizon }: RunParts,
  source: DataSource,
  assets: readonly Asset[],
  options: EngineOptions,
): Promise<void> {
  await market.prepare(assets);
  // By key, so that the order in which they were given decides nothing.
  for (const asset of [...assets].sort(byKey)) await market.load(asset);
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

function byKey(a: Asset, b: Asset): number {
  return a.key < b.key ? -1 : 1;
}
