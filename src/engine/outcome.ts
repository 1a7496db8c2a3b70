import type { RunChart } from "../market/chart.ts";
import type { TradingSlippage } from "../market/fees.ts";
import type { Fill } from "../market/fill.ts";
import type { DataSource } from "../market/ports.ts";
import type { BenchmarkSeries, RunOutcome, RunSettings } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { ExchangeRates } from "./account/exchange-rates.ts";
import type { MarginSettings } from "./account/requirements.ts";
import { sharedCurrency } from "./contract-terms.ts";
import type { EngineContext } from "./engine-context.ts";
import { marginUse } from "./margin-use.ts";
import { once } from "./once.ts";
import type { EngineOptions } from "./options.ts";
import type { RunParts } from "./run-parts.ts";
import { tradedBars } from "./traded-bars.ts";

/** The settings a run was made with, as its result tells them. */
export function settingsOf(
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
    stockAdjustment: options.stockAdjustment,
    tradeMatching: options.tradeMatching,
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
function drawnIn({ context, timeframes }: RunParts): RunChart {
  const chart = context.chart.drawn();
  return { ...chart, lines: [...chart.lines, ...timeframes.lines()] };
}

interface OutcomeParts {
  readonly source: DataSource;
  readonly benchmark: BenchmarkSeries | null;
  readonly complete: boolean;
  readonly options: MarginSettings & Pick<EngineOptions, "sourceOptions" | "fxRates">;
}

/** By time: over finer bars a fill of one asset may be told after a later one of another. */
function inOrder(fills: readonly Fill[]): readonly Fill[] {
  const ordered = fills.every((fill, index) => index === 0 || fill.time >= (fills[index - 1] as Fill).time);
  return ordered ? fills : [...fills].sort((a, b) => a.time - b.time);
}

/** What a run leaves behind. */
export function outcomeOf(
  run: RunParts,
  settings: RunSettings,
  { source, benchmark, complete, options }: OutcomeParts,
): RunOutcome {
  const fills = inOrder(run.broker.fills);
  const { instruments } = run.market;
  const margin = once(() =>
    marginUse(fills, instruments, options, new ExchangeRates(settings.currency, options.fxRates)),
  );
  const data = once(() => run.market.fingerprints());
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
    get data() {
      return data();
    },
    sourceOptions: options.sourceOptions,
    ...(source.dataCost === undefined ? {} : { dataCost: source.dataCost() }),
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
