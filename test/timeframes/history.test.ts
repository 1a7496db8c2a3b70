import {
  Asset,
  type BarSeries,
  Bars,
  type BarsRequest,
  calendarFor,
  DataMissingError,
  type DataSource,
  type IndicatorSeries,
  InMemoryBacktesting,
  type SeriesOf,
  Sma,
  Strategy,
  type Timestep,
  Vwap,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsAt, ES, MINUTE, minutes, run, T0, walk } from "./support.ts";

/** A source that has nothing but minutes, and says so. */
class MinutesOnly implements DataSource {
  static readonly optionNames = ["data"];
  readonly name = "minutes only";
  readonly #inner: InMemoryBacktesting;

  constructor(options: ConstructorParameters<typeof InMemoryBacktesting>[0]) {
    this.#inner = new InMemoryBacktesting(options);
  }

  assets() {
    return this.#inner.assets();
  }

  baseTimestep(asset: Parameters<InMemoryBacktesting["baseTimestep"]>[0]) {
    return this.#inner.baseTimestep(asset);
  }

  async getBars(request: BarsRequest): Promise<BarSeries> {
    if (request.timestep.name === "1m") return this.#inner.getBars(request);
    throw new DataMissingError(`Asking for ${request.timestep.name} bars: only minutes are held`);
  }
}

/** What a strategy sees of 27-minute bars by either way, at each iteration. */
class Looker extends Strategy {
  readonly seen: unknown[] = [];
  override async initialize() {
    this.sleeptime = "9m";
    await this.subscribe(ES, "27m", { lookback: 3 });
  }
  override async onTradingIteration() {
    const kept = this.bars(ES, "27m");
    const asked = await this.getHistoricalPrices(ES, 2, "27m");
    this.seen.push([kept?.time.at(-1), kept?.length, kept?.close.at(-1), asked?.close[0]]);
  }
}

describe("coarser bars of a source that has only the finest", () => {
  it("are made by the engine, the same as a source that makes them itself", async () => {
    const data = minutes(walk(1500));
    const span = { start: T0 + 700 * MINUTE, end: T0 + 1400 * MINUTE };
    const [theirs, ours] = [new Looker(), new Looker()];
    await run(theirs, data, span);
    await ours.backtest(MinutesOnly, span.start, span.end, { data: [data], logLevel: "error" });
    // From 02:40 to 14:20, on a grid of nine minutes from 23:00: minutes 225, 234 ... 918 of the session.
    expect(theirs.seen.length).toBe(78);
    expect(ours.seen).toEqual(theirs.seen);
  });

  it("are refused where they are no multiple", async () => {
    const strategy = new Looker();
    strategy.initialize = async () => {
      await strategy.subscribe(ES, "90s");
    };
    await expect(
      strategy.backtest(MinutesOnly, T0, T0 + MINUTE, { data: [minutes([1, 2])], logLevel: "error" }),
    ).rejects.toThrow(DataMissingError);
  });
});

describe("a subscribed series", () => {
  it("closes with its session, not when its step is over", async () => {
    // The session ends at 22:00 UTC; the four hours from 19:00 are cut there, and the day with them.
    const close = Date.UTC(2024, 0, 3, 22);
    const seen: (number | undefined)[][] = [];
    class AtClose extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "4h");
        await this.subscribe(ES, "1d");
        this.indicator(Sma, { period: 1 }, { timestep: "4h" });
        this.minutesAfterClosing = 0;
      }
      override afterMarketCloses() {
        seen.push([this.bars(ES, "4h")?.close.at(-1), this.bars(ES, "1d")?.close.at(-1)]);
      }
    }
    await run(new AtClose(), barsAt([close - 3 * MINUTE, close - 2 * MINUTE, close - MINUTE], [1, 2, 3]), {
      end: close + 10 * MINUTE,
    });
    expect(seen).toEqual([[3, 3]]);
  });
});

describe("the calendar a source tells for an asset", () => {
  /** Minutes of a share that trades in London, where the day ends at 16:30. */
  class London extends MinutesOnly {
    describe() {
      return Promise.resolve({ calendar: "XLON" });
    }
  }

  it.each(["backtest", "replay"])("cuts its bars and its indicators, in a %s", async (way) => {
    const share = Asset.stock("VOD");
    // A Wednesday in January: 08:00 to 16:30 UTC, while New York opens at 14:30.
    const open = Date.UTC(2024, 0, 3, 8);
    const data = minutes(
      Array.from({ length: 510 }, (_, minute) => minute),
      share,
      open,
    );
    const told: unknown[] = [];
    let vwap: IndicatorSeries<number> | undefined;
    class InLondon extends Strategy {
      override initialize() {
        this.indicator(Sma, { period: 1 }, { timestep: "1d" });
        this.indicator(Sma, { period: 1 }, { timestep: "4h" });
        vwap = this.indicator(Vwap);
      }
      override onBar(asset: Asset, { name }: Timestep) {
        if (name === "1m") return;
        const bars = this.bars(asset, name);
        told.push([name, (this.getTimestamp() - open) / MINUTE, bars?.length, bars?.open.at(-1), bars?.close.at(-1)]);
      }
    }
    const span = { start: open, end: open + 600 * MINUTE };
    const options = { data: [data], logLevel: "silent" } as const;
    if (way === "backtest") await new InLondon().backtest(London, span.start, span.end, options);
    else await new InLondon().run({ source: London, broker: "paper", ...span, ...options } as never);
    expect(told).toEqual([
      ["4h", 240, 1, 0, 239],
      ["4h", 480, 2, 239, 479],
      ["4h", 510, 3, 479, 509],
      ["1d", 510, 1, 0, 509],
    ]);
    expect(vwap?.indicator.parameters["calendar"]).toBe("XLON");
  });
});

describe("days of minutes before the start, which may have to be paid for", () => {
  const share = Asset.stock("AAPL");

  /** Minutes of New York's sessions, or of 4:00 to 20:00 on the same days; each close is the number of the session. */
  function minutesOfSessions(withExtendedHours: boolean): Bars {
    const sessions = calendarFor("XNYS").sessionsBetween(Date.UTC(2023, 6, 1), Date.UTC(2024, 0, 13));
    const time: number[] = [];
    const close: number[] = [];
    for (const [number, { regularOpen, regularClose }] of sessions.entries()) {
      const from = withExtendedHours ? regularOpen - 330 * MINUTE : regularOpen;
      const to = withExtendedHours ? regularOpen + 630 * MINUTE : regularClose;
      for (let open = from; open < to; open += MINUTE) {
        time.push(open);
        close.push(open >= regularOpen && open < regularClose ? number : -1);
      }
    }
    const volume = close.map(() => 1);
    return Bars.from({ asset: share, timestep: "1m", time, open: close, high: close, low: close, close, volume });
  }

  it.each([
    // 20 days, one in progress and one that may be cut off, of 390 minutes each.
    ["regular hours", false, 22 * 390],
    // Of 960 minutes each it takes more: twice as many are asked for, and again, but at most 22 * 1440.
    ["extended hours", true, 22 * 1440],
  ])("are as many as the sessions take: with %s", async (_hours, withExtendedHours, rows) => {
    let mean: SeriesOf<Sma> | undefined;
    const seen: (number | undefined)[] = [];
    class Daily extends Strategy {
      override initialize() {
        mean = this.indicator(Sma, { period: 20 }, { timestep: "1d", lookback: 20 });
      }
      override onTradingIteration() {
        if (this.firstIteration) seen.push(mean?.value, mean?.length);
      }
    }
    const data = [minutesOfSessions(withExtendedHours)];
    const options = { data, logLevel: "silent" } as const;
    const start = Date.UTC(2024, 0, 10, 15);
    const result = await new Daily().backtest(InMemoryBacktesting, start, start + 10 * MINUTE, options);
    // Sessions since July: 20 + 23 + 20 + 22 + 21 + 20 to the end of the year, and 6 to January 9th: numbers 112 to 131 are the last 20.
    expect(seen).toEqual([121.5, 20]);
    expect(result.data.find(({ part }) => part === "warm-up")?.rows).toBe(rows);
  });
});

describe("bars of a step that the source has from before its minutes", () => {
  /** Ten minutes before the start are two bars of five; ten of five come before them. */
  const start = T0 + 10 * MINUTE;
  const ones = new Array<number>(10).fill(1);
  const older = { open: ones, high: ones, low: ones, close: ones, volume: ones };
  const time = ones.map((_, place) => T0 + (place - 10) * 5 * MINUTE);
  const data = [
    minutes(Array.from({ length: 20 }, (_, minute) => minute)),
    Bars.from({ asset: ES, timestep: "5m", time, ...older }),
  ];

  it.each([
    [2, 0],
    [5, 1],
  ])("are as many as are missing for %i, asked for %i times", async (lookback, requests) => {
    let asked = 0;
    class Counting extends InMemoryBacktesting {
      override getBars(request: Parameters<InMemoryBacktesting["getBars"]>[0]) {
        if (request.timestep.name === "5m") asked += 1;
        return super.getBars(request);
      }
    }
    let values = 0;
    class Fives extends Strategy {
      static override readonly assets = [ES];
      #mean: SeriesOf<Sma> | undefined;
      override initialize() {
        this.#mean = this.indicator(Sma, { period: 1 }, { timestep: "5m", lookback });
      }
      override onTradingIteration() {
        if (this.firstIteration) values = this.#mean?.length ?? 0;
      }
    }
    await new Fives().backtest(Counting, start, start + 5 * MINUTE, { data, logLevel: "silent" });
    expect([values, asked]).toEqual([lookback, requests]);
  });
});
