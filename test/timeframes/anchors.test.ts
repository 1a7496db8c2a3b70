import {
  AnchoredVwap,
  Cross,
  type Indicator,
  type IndicatorSeries,
  InMemoryBacktesting,
  OpeningRange,
  Over,
  ParabolicSar,
  Pivots,
  Sma,
  Strategy,
  Supertrend,
  Swings,
  Vwap,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsAt, ES, MINUTE, minutes, walk } from "./support.ts";

const HOUR = 60 * MINUTE;
/** The session of Thursday 2024-01-04 opens on Wednesday at 17:00 in Chicago. */
const OPEN = Date.UTC(2024, 0, 3, 23);

/** Takes down what indicators show at each iteration. */
class Watcher extends Strategy {
  readonly seen = new Map<number, number[]>();
  readonly #make: (strategy: Watcher) => readonly IndicatorSeries[];
  #series: readonly IndicatorSeries[] = [];

  constructor(make: (strategy: Watcher) => readonly IndicatorSeries[]) {
    super();
    this.#make = make;
  }

  override initialize() {
    this.sleeptime = "1m";
    this.#series = this.#make(this);
  }

  override onTradingIteration() {
    const shown = this.#series.flatMap((series) => series.outputs.map((output) => series.at(-1, output)));
    this.seen.set(this.getTimestamp(), shown);
  }
}

describe("a run that begins in the middle of a session", () => {
  // Every ten minutes from the open on: prices 100, 101 ... with volumes 1, 2 ...
  const times = Array.from({ length: 60 }, (_, row) => OPEN + row * 10 * MINUTE);
  const closes = times.map((_, row) => 100 + row);

  it("shows the VWAP of the whole session, the range of its opening and the pivots of the one before", async () => {
    const before = [OPEN - 25 * HOUR, OPEN - 20 * HOUR, OPEN - 10 * HOUR];
    const data = barsAt([...before, ...times], [90, 96, 93, ...closes]);
    data.open.set(data.close);
    data.high.set(data.close);
    data.low.set(data.close);
    data.volume.fill(2);
    const watcher = new Watcher((self) => [
      self.indicator(Vwap),
      self.indicator(OpeningRange, { minutes: 60 }),
      self.indicator(Pivots),
    ]);
    const start = OPEN + 5 * HOUR;
    await watcher.backtest(InMemoryBacktesting, start, start + MINUTE, { data: [data], logLevel: "error" });
    // Thirty bars from 100 to 129, equal volumes: 114.5. The first hour has 100 to 105. Wednesday's session, from 23:00 on Tuesday: 96 and 93,
    // so the pivot is (96 + 93 + 93) / 3 = 94 and the range 3.
    expect(watcher.seen.get(start)?.slice(0, 5)).toEqual([114.5, 105, 100, 1, 94]);
    expect(watcher.seen.get(start)?.slice(5)).toEqual([95, 97, 98, 92, 91, 89]);
  });

  it("goes past a session that ended before its regular hours", () => {
    // Good Friday of 2021 ended at 08:15 in Chicago. On Sunday evening Thursday's hours were the last, Wednesday's, from 08:30, those before.
    const vwap = new Vwap({ calendar: "CME_EQUITY", hours: "regular" });
    expect(vwap.anchorAt(Date.UTC(2021, 3, 4, 23))).toBe(Date.UTC(2021, 2, 31, 13, 30));
    // Of all hours Friday's session opened on Thursday at 17:00; Monday's is the last that has begun.
    expect(new Vwap({ calendar: "CME_EQUITY" }).anchorAt(Date.UTC(2021, 3, 4, 23))).toBe(Date.UTC(2021, 3, 1, 22));
  });

  const all = minutes(walk(4 * 1440, 3), ES, OPEN - 3 * 24 * HOUR);
  // The hour from 22:00 UTC is the daily break.
  const rows = [...all.time.keys()].filter((row) => new Date(all.time[row] as number).getUTCHours() !== 22);
  const data = barsAt(
    rows.map((row) => all.time[row] as number),
    rows.map((row) => all.close[row] as number),
  );
  const anchor = OPEN - 30 * HOUR;
  const made: readonly (readonly [string, () => Indicator<never>])[] = [
    ["VWAP", () => new Vwap({ calendar: "CME_EQUITY" })],
    ["VWAP of the regular hours", () => new Vwap({ calendar: "CME_EQUITY", hours: "regular" })],
    ["a mean of VWAPs", () => new Over(new Sma({ period: 3 }), new SureVwap())],
    ["a crossing of VWAPs", () => new Cross(new Sma({ period: 1 }), new SureVwap())],
    ["anchored VWAP", () => new AnchoredVwap({ anchor })],
    ["opening range", () => new OpeningRange({ calendar: "CME_EQUITY" })],
    ["opening range of the regular hours", () => new OpeningRange({ calendar: "CME_EQUITY", hours: "regular" })],
    ["pivots", () => new Pivots({ calendar: "CME_EQUITY" })],
    ["pivots of the regular hours", () => new Pivots({ calendar: "CME_EQUITY", hours: "regular" })],
    ["parabolic SAR", () => new ParabolicSar()],
    ["supertrend", () => new Supertrend()],
    ["swings", () => new Swings()],
  ] as never;

  describe.each(["1m", "27m"])("on bars of %s", (timestep) => {
    it.each(made)("shows in %s what one that has been running for long shows", async (_name, make) => {
      const watch = async (way: "backtest" | "replay", start: number) => {
        const watcher = new Watcher((self) => [self.indicator(make() as Indicator, { timestep })]);
        const given = { data: [data], logLevel: "error" } as const;
        const end = start + 3 * HOUR;
        if (way === "backtest")
          await watcher.backtest(InMemoryBacktesting, OPEN - 2 * 24 * HOUR - 11 * HOUR, OPEN + 23 * HOUR, given);
        else await watcher.run({ source: InMemoryBacktesting, broker: "paper", start, end, ...given });
        return watcher.seen;
      };
      const long = await watch("backtest", 0);
      // At the open, soon after it, in the middle of the night, in the regular hours, between two sessions.
      for (const start of [OPEN, OPEN + 7 * MINUTE, OPEN + 5 * HOUR, OPEN + 17 * HOUR, OPEN - 31 * MINUTE])
        for (const [time, shown] of await watch("replay", start))
          for (const [place, value] of shown.entries())
            expect([time, place, value]).toEqual([time, place, closeTo(long.get(time)?.[place] ?? Number.NaN)]);
    });
  });
});

/** The VWAP since midnight UTC: never missing, so others may stand on it. */
class SureVwap extends Vwap {
  constructor() {
    super({ calendar: "24/7" });
  }
  override get sparse(): readonly string[] {
    return [];
  }
}

/** The same number but for the rounding of sums that began elsewhere. */
function closeTo(value: number): unknown {
  return Number.isNaN(value) ? value : expect.closeTo(value, 7);
}
