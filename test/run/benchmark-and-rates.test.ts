import { Asset, Bars, InMemoryBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, once, run, STOCK } from "../engine/support.ts";

const DAY = 86_400_000;
/** Monday to Thursday in winter: New York closes at 21:00 UTC. */
const MONDAY = Date.UTC(2024, 0, 8);
const LEVELS = [101, 99, 102, 104];
const INDEX = Asset.index("ACMEX");

/** The last two minutes of each session, at that day's level: the first of all opens at 100. */
const minutes = Bars.from({
  asset: STOCK,
  timestep: "1m",
  time: LEVELS.flatMap((_, day) => [58, 59].map((minute) => MONDAY + day * DAY + (20 * 60 + minute) * 60_000)),
  open: LEVELS.flatMap((level, day) => [day === 0 ? 100 : level, level]),
  high: LEVELS.flatMap((level) => [level + 2, level]),
  low: LEVELS.flatMap((level) => [level - 2, level]),
  close: LEVELS.flatMap((level) => [level, level]),
  volume: LEVELS.flatMap(() => [100, 100]),
});

/** Daily bars stamped with midnight, Friday's close of 100 before them. */
const daily = barsOf(
  INDEX,
  [100, ...LEVELS].map((level) => [level, level, level, level] as const),
  "1d",
  MONDAY - 3 * DAY,
  DAY,
);
const dailyTimes = [MONDAY - 3 * DAY, ...LEVELS.map((_, day) => MONDAY + day * DAY)];
const index = Bars.from({ ...columns(daily), time: dailyTimes });

function columns({ asset, open, high, low, close, volume }: Bars) {
  return { asset, timestep: "1d", open, high, low, close, volume };
}

const source = () => new InMemoryBacktesting({ data: [index] });
const hold = once((strategy) => strategy.send(STOCK, 10, "buy"));

describe("a benchmark from a source of its own", () => {
  it("is compared on the days on which its closes were known", async () => {
    const { result } = await run(minutes, hold, {
      budget: 1_000,
      market: "NYSE",
      benchmarkAsset: INDEX,
      benchmarkSource: source(),
    });
    // All cash at 100 in what the index follows: day by day the same returns. A day's lag would give another correlation.
    expect(result.equity.value.at(-1)).toBe(1_040);
    expect(result.stats.benchmarkReturn).toBeCloseTo(0.04, 12);
    expect(result.stats.correlation).toBeCloseTo(1, 9);
    expect(result.stats.beta).toBeCloseTo(1, 9);
    expect(result.stats.trackingError).toBeCloseTo(0, 9);
    expect(result.settings.benchmarkAsset).toBe(INDEX.key);
  });

  it("is what a holder earned: splits and dividends the source tells of are worked in", async () => {
    // 104 on Friday; 104 becomes 4 x 26 on Monday, 1 of 26 is paid on Wednesday, and on Thursday 24 become 2 x 12: nothing but 26 / 25, 24 / 25.
    const stock = Asset.stock("SPLIT");
    const closes = [104, 26, 26, 25, 12];
    const bars = Bars.from({
      ...columns(
        barsOf(
          stock,
          closes.map((price) => [price, price, price, price] as const),
          "1d",
          MONDAY,
          DAY,
        ),
      ),
      time: dailyTimes,
    });
    const { result } = await run(minutes, hold, {
      market: "NYSE",
      benchmarkAsset: stock,
      benchmarkSource: new InMemoryBacktesting({
        data: [bars],
        corporateActions: [
          { asset: stock, kind: "split", date: "2024-01-11", ratio: 2 },
          { asset: stock, kind: "dividend", date: "2024-01-10", amount: 1 },
          { asset: stock, kind: "split", date: "2024-01-08", ratio: 4 },
        ],
      }),
    });
    // 104 / 4 x 25 / 26 / 2 = 12.5 at the start, 12 at the end.
    expect(result.stats.benchmarkReturn).toBeCloseTo(12 / 12.5 - 1, 12);
  });

  it("does not enter the run: it has no instrument, no bars and no part in the data", async () => {
    const { result } = await run(minutes, hold, { benchmarkAsset: INDEX, benchmarkSource: source() });
    expect(Object.keys(result.instruments)).toEqual([STOCK.key]);
    expect(result.bars).toBe(8);
  });

  it("is not looked for anywhere else", async () => {
    await expect(run(minutes, hold, { benchmarkAsset: INDEX })).rejects.toMatchObject({
      code: "data_missing",
    });
  });

  it.each([
    [{ benchmarkSource: source() }, "benchmarkAsset was undefined"],
    [{ benchmarkAsset: INDEX, benchmarkSource: {} as never }, "benchmarkSource was [object Object]"],
    [{ benchmarkAsset: "SPY" as never }, "benchmarkAsset was SPY"],
  ])("is refused where it cannot be used: %o", async (options, found) => {
    await expect(run(minutes, hold, options)).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining(found),
    });
  });
});

describe("the statistics on other terms", () => {
  it("count with the periods, rates and trials that are given, and leave the run's own as they are", async () => {
    const { result } = await run(minutes, hold, { market: "NYSE", benchmarkAsset: INDEX, benchmarkSource: source() });
    const { sharpe, beta } = result.stats;
    const other = result.statistics({ periodsPerYear: 63, trials: { count: 20, variance: 0.01 } });
    expect(sharpe).not.toBeNull();
    expect(other.sharpe).toBeCloseTo((sharpe ?? 0) / 2, 12); // sqrt(63 / 252)
    expect(other.beta).toBe(beta);
    expect(other.basis.periodsPerYearText).toBe("as given");
    expect(other.deflatedSharpe).toBeGreaterThan(0);
    expect(result.stats).toMatchObject({ sharpe, deflatedSharpe: null });
    expect(result.statistics()).toEqual(result.stats);
    expect(() => result.statistics({ periodsPerYear: 0 })).toThrow(/periodsPerYear was 0/);
  });
});

describe("the risk-free rate", () => {
  it("is 0 unless given, and the result says so", async () => {
    const { result } = await run(minutes, hold, { market: "NYSE" });
    expect(result.settings.riskFreeRate).toBe(0);
    const [text] = result.stats.conventions.filter(({ key }) => key === "riskFree").map((one) => one.text);
    expect(text).toContain("Risk-free rate 0 % a year, the default");
    expect(result.stats.beta).toBeNull();
  });

  it("may change from a date on", async () => {
    const { result } = await run(minutes, hold, {
      market: "NYSE",
      timezone: "America/New_York",
      riskFreeRate: [
        { from: "2024-01-01", rate: 0.04 },
        { from: "2024-01-10", rate: 0.08 },
      ],
    });
    // Two sessions under each.
    expect(result.stats.basis.riskFree).toBeCloseTo(0.06, 12);
    expect(result.settings.riskFreeRate).toEqual([
      { from: "2024-01-01T05:00:00Z", rate: 0.04 },
      { from: "2024-01-10T05:00:00Z", rate: 0.08 },
    ]);
    const even = await run(minutes, hold, { market: "NYSE", riskFreeRate: [{ from: "2024-01-01", rate: 0.04 }] });
    const plain = await run(minutes, hold, { market: "NYSE", riskFreeRate: 0.04 });
    expect(even.result.stats.sharpe).toBe(plain.result.stats.sharpe);
    expect(even.result.stats.sharpe).not.toBe(result.stats.sharpe);
  });

  it.each([
    [[], "an empty list"],
    [
      [
        { from: "2024-01-10", rate: 0.1 },
        { from: "2024-01-01", rate: 0.1 },
      ],
      "riskFreeRate[1].from was 2024-01-01",
    ],
    [[{ from: "2024-01-10", rate: Number.NaN }], "riskFreeRate[0].rate was NaN"],
    [-1, "riskFreeRate was -1"],
  ])("is refused when it is none: %o", async (riskFreeRate, found) => {
    await expect(run(minutes, hold, { riskFreeRate })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining(found),
    });
  });
});
