import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { RunEvent } from "../../src/market/events.ts";
import type { Fill } from "../../src/market/fill.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { computeStatistics, type SummaryOptions, summaryLines } from "../../src/report/index.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

function screenOf(outcome: RunOutcome, options: SummaryOptions = {}): readonly string[] {
  return summaryLines(outcome, computeStatistics(outcome), options);
}

function refusal(reason: "insufficient_funds" | "not_open", message: string): RunEvent {
  return { time: 0, code: "order_refused", level: "warning", message, reason };
}

/** 60 days: up for 20, down for 20, up again to the end. */
const LEVELS = Array.from({ length: 61 }, (_, i) => 100_000 + 400 * (i <= 20 ? i : i <= 40 ? 40 - i : i - 40));
const ES = Asset.future("ESH25");
const RUN = outcomeOf({
  settings: { ...SETTINGS, end: "2025-03-04T05:00:00Z" },
  equity: dailyEquity(LEVELS),
  bars: 20_037,
  trades: [
    ...Array.from({ length: 40 }, (_, i) => tradeOf(i % 5 < 2 ? 150 : -80, { asset: ES })),
    tradeOf(3, { asset: ES, open: true }),
  ],
  events: [
    refusal("insufficient_funds", "Buying 400 future:ES needs 8,000,000, the account has 100,000"),
    refusal("insufficient_funds", "the same again"),
    refusal("not_open", "Canceling order 3, which was filled"),
    {
      time: 0,
      code: "bars_outside_sessions",
      level: "warning",
      message: "12 bars lie outside the sessions of CME_EQUITY",
    },
    { time: 0, code: "order_expired", level: "info", message: "not worth a line" },
  ],
  notes: ["2 rows of the file were dropped"],
});
const TIMING = { seconds: 1.94, barsPerSecond: 183_211 };
const PATHS = { report: "runs/first-light/report.html" };

describe("the end screen", () => {
  it("shows a run on 100 columns", () => {
    expect(screenOf(RUN, { timing: TIMING, paths: PATHS })).toMatchInlineSnapshot(`
      [
        "SmaCross  2025-01-02 .. 2025-03-04  60 sessions  20,037 bars  1.9 s (183k bars/s)",
        "equity 100,000 -> 108,000  +8.00 %  max drawdown -7.41 % (40 days)",
        "  Sharpe 5.60 (95 %: 1.04 .. 10.15)",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⡤⠴⠒⠋⠙⠒⠦⢤⣀⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⡤⠴⠒⠋⠉ 108,000",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣠⠤⠖⠚⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠓⠲⠤⣄⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣠⠤⠖⠚⠀⠀⠀⠀⠀⠀",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢠⠤⠖⠚⠉⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠓⠲⠤⡄⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢠⠤⠖⠚⠉⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⡤⠴⠒⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠙⠒⠦⢤⣀⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⡤⠴⠒⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀",
        "⠀⠀⠀⠀⠀⠀⡤⠴⠒⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠙⠒⠦⢤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡤⠴⠒⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀",
        "⣀⣠⠤⠖⠚⠉⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠓⠲⠤⣄⣠⠤⠖⠚⠉⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀ 100,000",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠉⠉⠉⠉⠉⠉⠛⠛⠛⠛⠛⠛⠛⠻⠿⠿⠿⠿⠿⠿⠿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⠿⠿⠿⠿⠿⠿⠿⠟⠛⠛⠛⠛⠛⠛⠛⠉⠉⠉⠉⠉⠉⠉⠁⠀ -7.41 %",
        "trades 40 (and 1 open at 3.00)  win rate 40.0 %  profit factor 1.25  expectancy 12.00",
        "  avg win/loss 1.88  SQN 0.67  fees 0.00  slippage 0.00  in the market 1.7 %",
        "  252 periods a year, risk-free 0.00 %",
        "! 3 orders refused (insufficient_funds 2, not_open 1). First: Buying 400 future:ES needs 8,000,00...",
        "! 1 x bars_outside_sessions: 12 bars lie outside the sessions of CME_EQUITY",
        "! 2 rows of the file were dropped",
        "data stock:SPY 1d from in-memory, 1 row, 2025-01-02 .. 2025-01-31, 0123456789ab",
        "report runs/first-light/report.html",
      ]
    `);
  });

  it("fits 80 columns", () => {
    expect(screenOf(RUN, { timing: TIMING, paths: PATHS, width: 80 })).toMatchInlineSnapshot(`
      [
        "SmaCross  2025-01-02 .. 2025-03-04  60 sessions  20,037 bars",
        "  1.9 s (183k bars/s)",
        "equity 100,000 -> 108,000  +8.00 %  max drawdown -7.41 % (40 days)",
        "  Sharpe 5.60 (95 %: 1.04 .. 10.15)",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⡤⠖⠚⠙⠲⠤⣄⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⡤⠴⠚⠉ 108,000",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣠⠴⠚⠉⠁⠀⠀⠀⠀⠀⠀⠀⠉⠙⠲⢤⣀⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣠⠴⠒⠋⠁⠀⠀⠀⠀",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⣠⠤⠴⠒⠋⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠓⠦⠤⢤⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣠⠤⠤⠖⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀",
        "⠀⠀⠀⠀⢀⣠⠤⠖⠋⠁⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠓⠦⣄⣀⠀⠀⠀⠀⠀⠀⠀⢀⣀⡤⠖⠋⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀",
        "⣀⡤⠖⠚⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠙⠒⠦⣄⡤⠴⠚⠉⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀ 100,000",
        "⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠈⠉⠉⠉⠉⠉⠙⠛⠛⠛⠛⠛⠻⠿⠿⠿⠿⠿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡿⠿⠿⠿⠿⠿⠟⠛⠛⠛⠛⠛⠉⠉⠉⠉⠉⠉⠀ -7.41 %",
        "trades 40 (and 1 open at 3.00)  win rate 40.0 %  profit factor 1.25",
        "  expectancy 12.00  avg win/loss 1.88  SQN 0.67  fees 0.00  slippage 0.00",
        "  in the market 1.7 %  252 periods a year, risk-free 0.00 %",
        "! 3 orders refused (insufficient_funds 2, not_open 1). First: Buying 400 futu...",
        "! 1 x bars_outside_sessions: 12 bars lie outside the sessions of CME_EQUITY",
        "! 2 rows of the file were dropped",
        "data stock:SPY 1d from in-memory, 1 row, 2025-01-02 .. 2025-01-31, 0123456789ab",
        "report runs/first-light/report.html",
      ]
    `);
  });

  it("fits 40 columns in plain ASCII", () => {
    expect(screenOf(RUN, { timing: TIMING, paths: PATHS, width: 40, unicode: false })).toMatchInlineSnapshot(`
      [
        "SmaCross  2025-01-02 .. 2025-03-04",
        "  60 sessions  20,037 bars",
        "  1.9 s (183k bars/s)",
        "equity 100,000 -> 108,000  +8.00 %",
        "  max drawdown -7.41 % (40 days)",
        "  Sharpe 5.60 (95 %: 1.04 .. 10.15)",
        "        *****                *** 108,000",
        "     ****   ****          ****",
        "  ****         *****   ****",
        "***                *****         100,000",
        "           ##################### -7.41 %",
        "trades 40 (and 1 open at 3.00)",
        "  win rate 40.0 %  profit factor 1.25",
        "  expectancy 12.00  avg win/loss 1.88",
        "  SQN 0.67  fees 0.00  slippage 0.00",
        "  in the market 1.7 %",
        "  252 periods a year, risk-free 0.00 %",
        "! 3 orders refused (insufficient_fund...",
        "! 1 x bars_outside_sessions: 12 bars...",
        "! 2 rows of the file were dropped",
        "data stock:SPY 1d from in-memory, 1 r...",
        "report runs/first-light/report.html",
      ]
    `);
  });

  describe("of a run with doubtful numbers", () => {
    const fillOf = (minute: number, side: "buy" | "sell", price: number): Fill => ({
      time: Date.UTC(2025, 0, 2, 15, minute),
      asset: ES,
      side,
      quantity: 2,
      price,
      fee: 4.5,
      slippage: 25,
      orderId: String(minute),
    });
    const fills = [
      fillOf(0, "buy", 5_000),
      fillOf(1, "sell", 5_003),
      fillOf(2, "sell", 5_003),
      fillOf(3, "buy", 4_999),
    ];
    const column = (...values: readonly number[]) => Float64Array.from(values);
    const bars = {
      asset: ES,
      timestep: parseTimestep("1m"),
      length: 4,
      time: column(...fills.map(({ time }) => time)),
      open: column(5_000, 5_002, 5_003, 4_999),
      high: column(5_003, 5_004, 5_003, 5_002),
      low: column(4_999, 5_001, 4_998, 4_998),
      close: column(5_002, 5_003, 4_999, 5_000),
      volume: column(900, 0, 700, 15),
    };
    const doubtful = {
      ...RUN,
      events: [],
      notes: [],
      fills,
      instruments: { [ES.key]: { multiplier: 50, tickSize: 0.25 } },
      tradedBars: [bars],
      equity: dailyEquity([100_000, 100_500, 100_400, 100_450, 100_400, 100_582]),
      trades: [tradeOf(291, { asset: ES, fees: 9 }), tradeOf(291, { asset: ES, fees: 9, direction: "short" })],
    };

    it.each([100, 80, 40])("fits %d columns", (width) => {
      const unicode = width > 40;
      const statistics = computeStatistics(doubtful, { instruments: doubtful.instruments });
      const lines = summaryLines(doubtful, statistics, { timing: TIMING, paths: PATHS, width, unicode });
      expect(lines.join("\n")).toMatchSnapshot();
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      if (width > 40) expect(lines.length).toBeLessThanOrEqual(20);
    });
  });

  it("says at every block of numbers that they are made up or not the whole run", () => {
    const lines = screenOf({ ...RUN, notice: "SYNTHETIC", status: "PARTIAL" });
    const tagged = lines.filter((line) => line.includes("[SYNTHETIC PARTIAL]"));
    expect(tagged).toHaveLength(3);
    expect(tagged[1]).toMatch(/^\[SYNTHETIC PARTIAL\] {2}equity 100,000/);
    expect(screenOf({ ...RUN, notice: "SIMULATED" })[0]).toContain("[SIMULATED]");
  });

  it("is 12 to 20 lines on a usual terminal", () => {
    const busy = { ...RUN, notice: "SYNTHETIC", status: "PARTIAL" } as const;
    for (const width of [80, 100]) {
      const { length } = screenOf(busy, { timing: TIMING, paths: PATHS, width });
      expect(length).toBeGreaterThanOrEqual(12);
      expect(length).toBeLessThanOrEqual(20);
    }
  });

  it("colours only when told", () => {
    const plain = screenOf(RUN);
    expect(plain.join("")).not.toContain("\u001b");
    const colored = screenOf(RUN, { color: true });
    expect(colored.join("\n")).toContain("\u001b[32m+8.00 %\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is taken out
    expect(colored.map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(plain);
  });

  it("is plain ASCII when told, whatever names hold", () => {
    const named = { ...RUN, settings: { ...SETTINGS, strategy: "Größe ✓" } };
    const lines = screenOf(named, { unicode: false });
    expect(lines[0]).toMatch(/^Gr\?\?e \?/);
    for (const line of lines) expect(line).toMatch(/^[\u0020-\u007e]*$/);
  });

  it("is plain ASCII on a screen too narrow for pictures, whoever asks for more", () => {
    for (const line of screenOf(RUN, { width: 59, unicode: true })) expect(line).toMatch(/^[\u0020-\u007e]*$/);
    expect(screenOf(RUN, { width: 60, unicode: true }).join("")).toMatch(/[\u2801-\u28ff]/);
  });

  it("lets no name or message write its own lines or colours", () => {
    const evil = "\u001b[2J\u001b[31mX\r\nfake 1,000,000 %\u0007";
    const outcome = { ...RUN, settings: { ...SETTINGS, strategy: evil }, notes: [evil] };
    for (const line of screenOf(outcome)) expect([...line].filter((letter) => letter < " ")).toEqual([]);
  });

  it("never cuts a path", () => {
    const report = `/runs/${"long/".repeat(30)}report.html`;
    expect(screenOf(RUN, { width: 40, paths: { report } }).at(-1)).toBe(`report ${report}`);
  });
});

describe("the end screen of an odd run", () => {
  it("shows no picture of a run without bars", () => {
    const none = new Float64Array(0);
    const outcome = outcomeOf({ equity: { time: none, value: none, cash: none }, data: [], bars: 0 });
    expect(screenOf(outcome)).toMatchInlineSnapshot(`
      [
        "SmaCross  2025-01-02 .. 2025-02-01  0 sessions  0 bars",
        "no equity: the run has no equity",
        "no closed trades  0 orders  fees 0.00  slippage 0.00  in the market -",
        "  252 periods a year, risk-free 0.00 %",
        "data none",
      ]
    `);
  });

  it("shows an account that never moved", () => {
    const lines = screenOf(outcomeOf({ equity: dailyEquity(new Float64Array(40).fill(100_000)) }), {
      width: 60,
      unicode: false,
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "SmaCross  2025-01-02 .. 2025-02-01  39 sessions  1 bar",
        "equity 100,000 -> 100,000  0.00 %  max drawdown 0.00 %",
        "  Sharpe -",
        "",
        "",
        "**************************************************** 100,000",
        "",
        "",
        "no closed trades  0 orders  fees 0.00  slippage 0.00",
        "  in the market 0.0 %  252 periods a year, risk-free 0.00 %",
        "data stock:SPY 1d from in-memory, 1 row, 2025-01-02 .. 20...",
      ]
    `);
  });

  it("says when equity is not a number", () => {
    const lines = screenOf(outcomeOf({ equity: dailyEquity([100, Number.NaN]) }));
    expect(lines[1]).toBe("no equity: equity is not a number at 2025-01-03T00:00:00Z");
  });

  it("says that few trades mean little", () => {
    const lines = screenOf(outcomeOf({ trades: [tradeOf(1)] }));
    expect(lines).toContain("! 1 closed trade only, fewer than 30.");
  });

  it("lists the first of many warnings, notes and series, and counts the rest", () => {
    const [data] = RUN.data;
    const many = outcomeOf({
      notes: Array.from({ length: 500 }, (_, i) => `note ${i}`),
      data: Array.from({ length: 500 }, (_, i) => ({ ...(data ?? SERIES), asset: `stock:S${i}` })),
    });
    const lines = screenOf(many);
    expect(lines).toContain("! 497 more, see result.json");
    expect(lines.at(-1)).toBe("     and 499 more series, see result.json");
    expect(lines.length).toBeLessThan(20);
  });

  it("never shows NaN or Infinity, nor a line wider than the screen, whatever equity is", () => {
    const widths = fc.integer({ min: 40, max: 120 });
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 8 }), widths, fc.boolean(), (values, width, unicode) => {
        const outcome = outcomeOf({ equity: dailyEquity(values), trades: values.map((value) => tradeOf(value)) });
        for (const line of screenOf(outcome, { width, unicode })) {
          expect(line).not.toMatch(/NaN|Infinity/);
          if (values.every((value) => Math.abs(value) < 1e9))
            expect(line.length).toBeLessThanOrEqual(Math.min(width, 100));
        }
      }),
    );
  });
});

const SERIES = { asset: "a", timestep: "1m", source: "s", rows: 1, first: null, last: null, hash: "" };
