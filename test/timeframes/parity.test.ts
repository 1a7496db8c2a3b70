import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  Asset,
  Atr,
  type BacktestResult,
  Bars,
  Cross,
  Ema,
  FileBacktesting,
  type IndicatorSeries,
  InMemoryBacktesting,
  Macd,
  Rsi,
  Sma,
  Strategy,
  type Timestep,
  Vwap,
} from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { MacdBollinger } from "../../strategies/macd-bollinger.ts";
import { MultiTimeframeRsi } from "../../strategies/multi-timeframe-rsi.ts";
import { VwapReversion } from "../../strategies/vwap-reversion.ts";
import { MINUTE, minutes, T0, walk } from "./support.ts";

const shared = join(import.meta.dirname, "../../../shared/data");
const isHere = existsSync(shared);
// Traded round the clock as far as its bars tell: its five minutes are those of the clock.
const asset = Asset.crypto("TEST");

/** The same run by both ways: bars all there from the start, and coming in one at a time. */
const WAYS = ["backtest", "replay"] as const;

/** The strategy with its orders taken out: it notes at which closes of which step it says something. */
class Signals extends MultiTimeframeRsi {
  static override readonly assets = [asset];
  readonly at = new Map<string, number[]>();

  override onBar(_asset: Asset, timestep: Timestep) {
    if (this.signal() === undefined) return;
    this.at.set(timestep.name, [...(this.at.get(timestep.name) ?? []), this.getTimestamp()]);
  }
}

describe.skipIf(!isHere)(
  "signals of RSI(14) on one and five minutes over 1,000 minutes (skipped where ../shared/data is absent)",
  () => {
    let bars: Bars;
    beforeAll(async () => {
      const { series, timestep } = await readBarsFile(join(shared, "ohlc/OHLC_Test_Minute_Data.csv"));
      bars = new Bars(asset, timestep, [...series.values()][0] as Bars);
    });

    /** A library whose simulation and live trading count differently gives 41, 49 and 9 here, each in another place. */
    it.each(
      WAYS.flatMap((way) => [
        // Values of five-minute bars that have closed; 9 of the signals fall on the close of one.
        [way, "closed", { "1m": 41, "5m": 9 }] as const,
        // With the five-minute bar in progress there are 49; on its close that bar is the closed one, so 9 again.
        [way, "developing", { "1m": 49, "5m": 9 }] as const,
      ]),
    )("%s, %s: one number", async (way, visibility, counts) => {
      const strategy = new Signals({ parameters: { visibility, riskPerTrade: 0 } });
      const from = bars.time.at(-1000) as number;
      // As much history as there is, so that the averages are those of the whole file.
      const [start, end] = [bars.time[0] as number, (bars.time.at(-1) as number) + 2 * MINUTE];
      const options = { data: [bars], logLevel: "error" } as const;
      if (way === "backtest") await strategy.backtest(InMemoryBacktesting, start, end, options);
      else await strategy.run({ source: InMemoryBacktesting, broker: "paper", start, end, ...options });
      const found = [...strategy.at].map(([step, times]) => [step, times.filter((time) => time > from).length]);
      expect(Object.fromEntries(found)).toEqual(counts);
    });
  },
);

/** Takes down every value it can see, at each iteration and each bar that closes. */
class Witness extends Strategy {
  readonly seen: (string | number)[] = [];
  #all: { readonly series: IndicatorSeries; readonly outputs: readonly string[] }[] = [];

  override initialize() {
    this.sleeptime = "1m";
    for (const timestep of ["1m", "2m", "5m", "27m", "30m", "4h", "1d"])
      for (const visibility of ["closed", "developing"] as const) {
        const options = { timestep, visibility };
        this.#watch(this.indicator(Vwap, {}, options), this.indicator(Sma, { period: 1 }, options));
        // There are but few of the longest bars.
        if (timestep === "4h" || timestep === "1d") continue;
        const rsi = this.indicator(Rsi, { period: 5 }, options);
        this.#watch(
          rsi,
          this.indicator(Sma, { period: 3 }, { over: rsi }),
          this.indicator(Macd, { fastPeriod: 2, slowPeriod: 4 }, options),
        );
        this.#watch(this.indicator(Atr, { period: 4 }, options));
        this.#watch(this.indicator(new Cross(new Ema({ period: 2 }), new Ema({ period: 5 })), options));
      }
  }

  override onTradingIteration() {
    this.#note("iteration");
  }

  override onBar({ key }: Asset, { name }: Timestep) {
    this.#note(
      `${key} ${name} ${this.bars(this.asset, name)?.time.at(-1)} ${this.bars(this.asset, name)?.close.at(-1)}`,
    );
  }

  #watch(...series: IndicatorSeries[]) {
    for (const one of series) this.#all.push({ series: one, outputs: one.outputs });
  }

  #note(what: string) {
    this.seen.push(`${this.getTimestamp()} ${what}`);
    for (const { series, outputs } of this.#all) {
      this.seen.push(series.length, series.ready ? 1 : 0);
      for (const output of outputs) this.seen.push(series.at(-1, output), series.at(-2, output));
    }
  }
}

interface Case {
  readonly name: string;
  readonly source: typeof FileBacktesting | typeof InMemoryBacktesting;
  readonly options: object;
  readonly start: string | number;
  readonly end: string | number;
}

const holes = minutes(walk(900), Asset.continuousFuture("ES"));
const CASES: readonly Case[] = [
  {
    name: "generated minutes across the daily break, a third of them missing",
    source: InMemoryBacktesting,
    options: { data: [without(holes, (row) => row % 3 === 1 || (row > 300 && row < 340))] },
    start: T0 + 200 * MINUTE,
    end: T0 + 880 * MINUTE,
  },
  ...(isHere
    ? [
        {
          name: "a real day of ES with its halt",
          source: FileBacktesting,
          options: { file: join(shared, "real/es-1m-2011-01-quantstrat.csv"), assets: [Asset.continuousFuture("ES")] },
          start: "2011-01-12T12:00:00Z",
          end: "2011-01-13T16:00:00Z",
        },
        {
          name: "a real day of SPY with extended hours",
          source: FileBacktesting,
          options: { file: join(shared, "real/spy-1m-2013-10-lean.csv"), assets: [Asset.stock("SPY")] },
          start: "2013-10-08T11:00:00Z",
          end: "2013-10-09T15:00:00Z",
        },
      ]
    : []),
];

describe.each(CASES)("$name", ({ source, options, start, end }) => {
  const given = { ...options, logLevel: "error" } as never;
  const replay = (strategy: Strategy, more: object = {}): Promise<BacktestResult> =>
    strategy.run({ source, broker: "paper", start, end, ...(given as object), ...more } as never);

  it("every value and every call is the same as bars come in one at a time, and as they come late", async () => {
    const [whole, live, late] = [new Witness(), new Witness(), new Witness()];
    await whole.backtest(source as never, start, end, given);
    await replay(live);
    // Up to a second and a half after their close: within the grace.
    await replay(late, { delay: ({ time }: { readonly time: number }) => ((time / MINUTE) % 7) * 250 });
    expect(whole.seen.length).toBeGreaterThan(50_000);
    expect(live.seen).toEqual(whole.seen);
    expect(late.seen).toEqual(whole.seen);
  });

  it.each([
    ["multi-timeframe RSI", () => new MultiTimeframeRsi({ parameters: { high: 60, low: 40, minimumRisk: 1 } })],
    ["MACD with Bollinger", () => new MacdBollinger({ parameters: { timestep: "3m" } })],
    ["VWAP reversion", () => new VwapReversion({ parameters: { distance: 1 } })],
  ] as const)("%s trades the same", async (_name, make) => {
    const whole = await make().backtest(source as never, start, end, given);
    const live = await replay(make());
    expect(whole.orders.length).toBeGreaterThan(0);
    expect(live.fills).toEqual(whole.fills);
    expect(live.orders.map(({ id, status }) => [id, status])).toEqual(
      whole.orders.map(({ id, status }) => [id, status]),
    );
    expect(live.chart).toEqual(whole.chart);
  });
});

/** Bars without the rows that are to be missing. */
function without(bars: Bars, isMissing: (row: number) => boolean): Bars {
  const keep = (column: Float64Array) => column.filter((_, row) => !isMissing(row));
  const { time, open, high, low, close, volume } = bars;
  return Bars.from({
    asset: bars.asset,
    timestep: bars.timestep,
    ...{
      time: keep(time),
      open: keep(open),
      high: keep(high),
      low: keep(low),
      close: keep(close),
      volume: keep(volume),
    },
  });
}
