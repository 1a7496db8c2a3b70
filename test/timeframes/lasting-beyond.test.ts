import { Asset, type BacktestResult, Bars, calendarFor, InMemoryBacktesting, resample, Sma, Strategy } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Row = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

function rowsOf(bars: Bars | undefined, length = bars?.length ?? 0): Row[] {
  if (bars === undefined) return [];
  const { time, open, high, low, close, volume } = bars;
  const columns = [time, open, high, low, close, volume];
  return Array.from({ length }, (_, row) => columns.map((column) => column[row]) as unknown as Row);
}

/** Bars at the given opens, each of one lot; the closes count up, so that each bar can be told from the others. */
function barsAt(asset: Asset, timestep: string, time: readonly number[]): Bars {
  const close = time.map((_, row) => row + 1);
  return Bars.from({ asset, timestep, time, open: close, high: close, low: close, close, volume: close.map(() => 1) });
}

/** Notes at each close what the newest bar of each step is, with one indicator over it. */
class Closes extends Strategy<{ steps: readonly string[] }> {
  static override readonly parameters = { steps: ["1d"] };
  readonly told: { readonly step: string; readonly at: number; readonly row: Row; readonly value: number }[] = [];
  readonly #values = new Map<string, { readonly value: number }>();

  override initialize() {
    this.sleeptime = "1d";
    for (const timestep of this.parameters.steps)
      this.#values.set(timestep, this.indicator(Sma, { period: 1 }, { timestep, lookback: 1 }));
  }

  override onBar(asset: Asset, { name }: { readonly name: string }) {
    const value = this.#values.get(name)?.value ?? Number.NaN;
    const row = rowsOf(this.bars(asset, name, 1))[0] as Row;
    this.told.push({ step: name, at: this.getTimestamp(), row, value });
  }
}

interface Run {
  readonly steps: readonly string[];
  readonly data: Bars;
  readonly start: number;
}

async function bothWays({ steps, data, start }: Run) {
  const make = () => new Closes({ parameters: { steps } });
  const span = { start, end: (data.time.at(-1) as number) + 40 * DAY };
  const options = { data: [data], logLevel: "silent" } as const;
  const [whole, live] = [make(), make()];
  const backtest = await whole.backtest(InMemoryBacktesting, span.start, span.end, options);
  const replay = await live.run({ source: InMemoryBacktesting, broker: "paper", ...span, ...options });
  return { told: whole.told, replayed: live.told, results: [backtest, replay] as readonly BacktestResult[] };
}

const codesOf = ({ events }: BacktestResult) => events.map(({ code }) => code);

describe("a finer bar that lasts beyond the end of the coarser one", () => {
  it("is waited for: the hour from 15:30 in New York is in the day that ends at 16:00", async () => {
    // Two days of seven hours, the first at 9:30.
    const days = [Date.UTC(2024, 0, 9, 14, 30), Date.UTC(2024, 0, 10, 14, 30)];
    const hours = days.flatMap((open) => Array.from({ length: 7 }, (_, hour) => open + hour * HOUR));
    const data = barsAt(Asset.stock("AAPL"), "1h", hours);
    const { told, replayed, results } = await bothWays({ steps: ["1d"], data, start: days[0] as number });
    // Hours 1 to 7 and 8 to 14; there at 16:30, when the last of them has closed.
    expect(told.filter(({ step }) => step === "1d")).toEqual([
      { step: "1d", at: Date.UTC(2024, 0, 9, 21, 30), row: [days[0], 1, 7, 1, 7, 7], value: 7 },
      { step: "1d", at: Date.UTC(2024, 0, 10, 21, 30), row: [days[1], 8, 14, 8, 14, 7], value: 14 },
    ]);
    expect(replayed).toEqual(told);
    for (const result of results) expect(codesOf(result)).not.toContain("bar_late");
  });

  it("is waited for: Friday's day, stamped with its open, is in its week and its month", async () => {
    const calendar = calendarFor("CME_EQUITY");
    const opens = calendar.sessionsBetween(Date.UTC(2024, 1, 18, 12), Date.UTC(2024, 2, 9)).map(({ open }) => open);
    // Sunday evenings to Thursday evenings from February 18th on; the 29th, a Thursday, is the ninth and the last of February.
    const data = barsAt(Asset.continuousFuture("ES"), "1d", opens);
    const { told, replayed, results } = await bothWays({ steps: ["1w", "1mo"], data, start: opens[0] as number });
    const found = (wanted: string) =>
      told.filter(({ step }) => step === wanted).map(({ at, row }) => [new Date(at).toISOString(), row[4], row[5]]);
    expect(found("1w")).toEqual([
      ["2024-02-23T23:00:00.000Z", 5, 5],
      ["2024-03-01T23:00:00.000Z", 10, 5],
      ["2024-03-08T23:00:00.000Z", 15, 5],
    ]);
    // March ends by the clock after Thursday the 28th, the day before Good Friday; the bars end on the 8th.
    expect(found("1mo")).toEqual([
      ["2024-02-29T23:00:00.000Z", 9, 9],
      ["2024-03-28T23:00:00.000Z", 15, 6],
    ]);
    expect(replayed).toEqual(told);
    for (const result of results) expect(codesOf(result)).not.toContain("bar_late");
  });
});

const MARKETS = [
  Asset.stock("AAPL"),
  Asset.continuousFuture("ES"),
  Asset.continuousFuture("ZC"),
  Asset.forex("EURUSD"),
  Asset.crypto("BTCUSD"),
];
const CALENDARS = ["XNYS", "CME_EQUITY", "CME_GRAINS", "24/5", "24/7"];
/** Begin before a change of the clock, a year's end, a half day after a holiday, and in the days of the halt at 15:15 in Chicago. */
const STARTS = [
  Date.UTC(2024, 2, 6),
  Date.UTC(2024, 9, 29),
  Date.UTC(2023, 11, 26),
  Date.UTC(2024, 10, 25),
  Date.UTC(2020, 10, 23),
];
const BASES = [
  { base: "5m", length: 5 * MINUTE, days: 4, steps: ["15m", "4h", "1d"] },
  { base: "30m", length: 30 * MINUTE, days: 12, steps: ["1h", "90m", "4h", "1d", "1w"] },
  { base: "1h", length: HOUR, days: 16, steps: ["2h", "4h", "7h", "1d", "1w"] },
  { base: "1d", length: DAY, days: 70, steps: ["2d", "1w", "2w", "1mo"] },
];

/** Opens of bars over the sessions of some days: on the count from each session's open, or on the clock's. */
function opensOf(market: number, start: number, days: number, length: number, byClock: boolean): number[] {
  const calendar = calendarFor(CALENDARS[market] as string);
  const opens: number[] = [];
  const sessions = calendar.continuous
    ? Array.from({ length: days }, (_, day) => ({ open: start + day * DAY, close: start + (day + 1) * DAY, halts: [] }))
    : calendar.sessionsBetween(start, start + days * DAY);
  for (const { open, close, halts } of sessions) {
    const first = byClock ? Math.floor(open / length) * length : open;
    for (let time = first; time < close; time += length)
      if (!halts.some((halt) => time >= halt.start && time < halt.end)) opens.push(time);
  }
  return opens.filter((time, row) => row === 0 || time > (opens[row - 1] as number));
}

describe("whatever the count of the finer bars", () => {
  it("each coarser bar is told once, as resample() makes it, when all it is made of has closed, in backtest and replay alike", async () => {
    const drawn = fc.record({
      market: fc.nat({ max: MARKETS.length - 1 }),
      start: fc.constantFrom(...STARTS),
      kind: fc.constantFrom(...BASES),
      byClock: fc.boolean(),
      missing: fc.constantFrom(0, 0, 3, 10),
      seed: fc.nat({ max: 1000 }),
      from: fc.nat({ max: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ market, start, kind, byClock, missing, seed, from }) => {
        const all = opensOf(market, start, kind.days, kind.length, byClock);
        const opens = all.filter((_, row) => missing === 0 || ((row + seed) * 7919) % 97 >= missing);
        const data = barsAt(MARKETS[market] as Asset, kind.base, opens);
        const { told, replayed, results } = await bothWays({ steps: kind.steps, data, start: opens[from] as number });
        expect(replayed).toEqual(told);
        for (const result of results) expect(codesOf(result)).not.toContain("bar_late");
        for (const step of kind.steps) {
          const rows = told.filter((each) => each.step === step);
          const made = rowsOf(resample(data, step));
          const first = made.findIndex(([time]) => time === rows[0]?.row[0]);
          expect(rows.map(({ row }) => row)).toEqual(made.slice(first, first + rows.length));
          // Only the last one may still be in progress as the data ends.
          expect(first + rows.length).toBeGreaterThanOrEqual(made.length - 1);
          for (const { at, row, value } of rows) {
            expect(value).toBe(row[4]);
            // The close tells which finer bar was the last one: by then it is over.
            const last = row[4] - 1;
            const over = Math.min((opens[last] as number) + kind.length, opens[last + 1] ?? Number.POSITIVE_INFINITY);
            expect(at).toBeGreaterThanOrEqual(over);
          }
        }
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
