/** End screens of runs that no picture was drawn for: every line fits, and nothing that matters is left out. */

import { describe, expect, it } from "vitest";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { spanText } from "../../src/report/html/sections.ts";
import {
  computeStatistics,
  formatMoney,
  formatSignedMoney,
  type SummaryOptions,
  summaryLines,
} from "../../src/report/index.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

const screen = (outcome: RunOutcome, options: SummaryOptions = {}) =>
  summaryLines(outcome, computeStatistics(outcome), options);
const wave = (scale = 1) =>
  dailyEquity(Array.from({ length: 40 }, (_, i) => scale * (100_000 + 3_000 * Math.sin(i / 5) + 30 * i)));
const named = (strategy: string) => outcomeOf({ equity: wave(), settings: { ...SETTINGS, strategy } });

/** Columns as a terminal counts them: two for these scripts and pictures, one for the rest of what is here. */
const columns = (line: string) =>
  [...line].reduce((sum, one) => sum + (/[\u3000-\u9fff\uac00-\ud7a3]|\p{Emoji_Presentation}/u.test(one) ? 2 : 1), 0);

describe("names in wide letters", () => {
  it.each([
    ["移動平均クロス戦略".repeat(8)],
    ["이동평균 교차 전략 ".repeat(8)],
    ["📈🚀".repeat(40)],
    [`a${"📈🚀".repeat(40)}`],
    ["x".repeat(300)],
  ])("fit every screen and are cut between letters: %s", (strategy) => {
    for (const width of [100, 80, 60, 40]) {
      const outcome = { ...named(strategy), notes: [strategy, `${strategy} ${strategy}`] };
      for (const line of screen(outcome, { width })) {
        expect(columns(line), line).toBeLessThanOrEqual(width);
        expect(encodeURIComponent(line), line).not.toBe("");
      }
    }
  });

  it("stand whole where they fit", () => {
    const accented = "e\u0301".repeat(70);
    expect(screen(named(accented), { width: 80 })[0]).toBe(accented);
    expect(screen(named("移動平均 📈"))[0]).toMatch(/^移動平均 📈 {2}2025-01-02/);
  });
});

describe("paths", () => {
  it("keep their letters on a plain screen, which shows names as it can", () => {
    const lines = screen(named("Zürich"), { unicode: false, paths: { report: "/home/müller/移動/report.html" } });
    expect(lines[0]).toContain("Z?rich");
    expect(lines.at(-1)).toBe("report /home/müller/移動/report.html");
  });
});

describe("an account that was ruined", () => {
  it("says so before its numbers are taken for a result", () => {
    const ruined = outcomeOf({ equity: dailyEquity([100_000, 101_000, -5_000, 10]) });
    for (const width of [100, 40]) {
      const text = screen(ruined, { width }).join(" ").replace(/\s+/g, " ");
      expect(text).toContain("! RUIN: the account was ruined: equity was 0 or less at 2025-01-04T00:00:00Z");
    }
    const red = "\u001b[31m";
    expect(screen(ruined, { color: true }).some((line) => line.startsWith(`${red}! RUIN`))).toBe(true);
    expect(screen(outcomeOf({ equity: wave() })).join()).not.toContain("RUIN");
  });
});

describe("money", () => {
  it("has its currency beside it where it is not dollars", () => {
    const outcome = outcomeOf({ equity: wave(), settings: { ...SETTINGS, currency: "EUR" } });
    expect(screen(outcome)[1]).toMatch(/^equity 100,000 -> 10\d,\d{3} EUR /);
    expect(screen(outcomeOf({ equity: wave() }))[1]).not.toContain("USD");
  });

  it("is neither 0.00 when it is little nor three hundred digits when it is much", () => {
    expect(formatMoney(1.0417e-7)).toBe("1.04e-7");
    expect(formatMoney(-1.2345e300)).toBe("-1.23e+300");
    expect(formatSignedMoney(2e15)).toBe("+2.00e+15");
    expect(formatSignedMoney(-2e-9)).toBe("-2.00e-9");
    expect([0, 0.01, 999_999_999_999_999, null].map(formatMoney)).toEqual(["0.00", "0.01", "999,999,999,999,999", "-"]);
    for (const scale of [1e295, 1e-12]) {
      const lines = screen(outcomeOf({ equity: wave(scale) }), { width: 80 });
      for (const line of lines) expect(columns(line), line).toBeLessThanOrEqual(80);
      expect(lines[1]).toContain("+4.17 %");
      expect(lines[1]).toMatch(/equity 1\.00e[+-]\d+ -> 1\.04e[+-]\d+ /);
    }
  });
});

describe("the span of a run", () => {
  it("is told in the dates that were asked for, on screen and page", () => {
    // Midnights in Berlin, in summer.
    const settings = {
      ...SETTINGS,
      start: "2024-06-02T22:00:00Z",
      end: "2024-06-04T22:00:00Z",
      timezone: "Europe/Berlin",
    };
    expect(screen(outcomeOf({ settings }))[0]).toContain("2024-06-03 .. 2024-06-05");
    expect(spanText(settings)).toBe("2024-06-03 to 2024-06-05");
  });
});

describe("narrow screens", () => {
  it("break what does not fit at a blank, and never a number", () => {
    const trades = [tradeOf(-1_217_500, { open: true })];
    const lines = screen(outcomeOf({ equity: wave(), trades }), { width: 40 });
    expect(lines.join(" ").replace(/\s+/g, " ")).toContain("no closed trades (and 1 open at -1,217,500)");
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(40);
  });
});

describe("an account that never moved", () => {
  it.each([
    [100, true],
    [80, true],
    [60, false],
    [40, false],
  ])("has its value beside its line on %d columns", (width, unicode) => {
    const still = outcomeOf({ equity: dailyEquity(new Float64Array(40).fill(100_000)) });
    const drawn = screen(still, { width, unicode }).filter((line) => /[*\u2801-\u28ff]/.test(line));
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatch(/ 100,000$/);
  });
});
