import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import { adjustSeries, segmentFactors, segmentOffsets } from "../../src/futures/adjust.ts";
import type { RollSegment } from "../../src/futures/roll.ts";
import { contractOfRow, type StitchedSeries, stitch } from "../../src/futures/stitch.ts";
import { Asset } from "../../src/market/asset.ts";
import { type ContractSymbol, formatContractSymbol } from "../../src/market/contract-symbol.ts";
import { DataMissingError, InvalidInputError } from "../../src/market/errors.ts";
import { DAY, MINUTE } from "../../src/market/time.ts";

const SERIES = Asset.continuousFuture("ES");
const A: ContractSymbol = { root: "ES", month: 3, year: 2024 };
const B: ContractSymbol = { root: "ES", month: 6, year: 2024 };
const C: ContractSymbol = { root: "ES", month: 9, year: 2024 };

const nameOf = (contract: ContractSymbol) => formatContractSymbol(contract, 2);

/** Day bars of a contract: closes from a day on, a point around each. */
function closesOf(contract: ContractSymbol, firstDay: number, closes: readonly number[]): Bars {
  return Bars.from({
    asset: Asset.future(nameOf(contract)),
    timestep: "1d",
    time: closes.map((_, i) => (firstDay + i) * DAY),
    open: closes,
    high: closes.map((close) => close + 1),
    low: closes.map((close) => close - 1),
    close: closes,
    volume: closes.map((_, i) => 100 + i),
  });
}

function segment(contract: ContractSymbol, firstDay: number, endDay: number): RollSegment {
  return { contract, start: firstDay * DAY, end: endDay * DAY };
}

/** The worked example of the page on futures: three contracts over eight days. */
function workedExample(): StitchedSeries {
  return stitch(
    SERIES,
    [segment(A, 1, 4), segment(B, 4, 7), segment(C, 7, 9)],
    new Map([
      [nameOf(A), closesOf(A, 1, [100, 102, 104, 105])],
      [nameOf(B), closesOf(B, 2, [107, 110, 111, 113, 112])],
      [nameOf(C), closesOf(C, 5, [108.5, 109, 108, 110])],
    ]),
  );
}

describe("stitch", () => {
  test("keeps raw prices, says which contract each row is, and measures each gap on one bar", () => {
    const series = workedExample();
    expect(Array.from(series.bars.close)).toEqual([100, 102, 104, 111, 113, 112, 108, 110]);
    expect(Array.from(series.bars.high)).toEqual([101, 103, 105, 112, 114, 113, 109, 111]);
    expect(series.bars.asset).toBe(SERIES);
    expect([0, 2, 3, 5, 6, 7, 8].map((row) => contractOfRow(series, row))).toEqual([A, A, B, B, C, C, undefined]);
    expect(series.rolls).toEqual([
      { time: 4 * DAY, from: A, to: B, measuredAt: 3 * DAY, fromPrice: 104, toPrice: 110 },
      { time: 7 * DAY, from: B, to: C, measuredAt: 6 * DAY, fromPrice: 112, toPrice: 109 },
    ]);
  });

  test("measures on the last bar both contracts have, not on the last of each", () => {
    const minutes = (contract: ContractSymbol, times: readonly number[], close: number) =>
      Bars.from({
        asset: Asset.future(nameOf(contract)),
        timestep: "1m",
        time: times.map((time) => time * MINUTE),
        open: times.map((time) => close + time),
        high: times.map((time) => close + time),
        low: times.map((time) => close + time),
        close: times.map((time) => close + time),
        volume: times.map(() => 1),
      });
    const schedule = [
      { contract: A, start: 0, end: 10 * MINUTE },
      { contract: B, start: 10 * MINUTE, end: 20 * MINUTE },
    ];
    const held = new Map([
      [nameOf(A), minutes(A, [1, 4, 6, 9], 100)],
      [nameOf(B), minutes(B, [2, 4, 8, 11], 200)],
    ]);
    expect(stitch(SERIES, schedule, held).rolls[0]).toMatchObject({
      measuredAt: 4 * MINUTE,
      fromPrice: 104,
      toPrice: 204,
    });
    const later = new Map([
      [nameOf(A), minutes(A, [1, 12, 13], 100)],
      [nameOf(B), minutes(B, [10, 13, 14], 200)],
    ]);
    expect(stitch(SERIES, schedule, later).rolls[0]).toMatchObject({
      measuredAt: 13 * MINUTE,
      fromPrice: 113,
      toPrice: 213,
    });
    const never = new Map([
      [nameOf(A), minutes(A, [1, 3], 100)],
      [nameOf(B), minutes(B, [10, 13], 200)],
    ]);
    expect(() => stitch(SERIES, schedule, never)).toThrow(DataMissingError);
    expect(() => stitch(SERIES, schedule, never)).toThrow(/ESH24 and ESM24 at 1970-01-01T00:10:00Z/);
  });

  test("a contract without bars in its stretch leaves a hole and keeps its rolls", () => {
    const series = stitch(
      SERIES,
      [segment(A, 1, 3), segment(B, 3, 4), segment(C, 4, 6)],
      new Map([
        [nameOf(A), closesOf(A, 1, [100, 101])],
        [nameOf(B), closesOf(B, 1, [105, 106])],
        [nameOf(C), closesOf(C, 1, [111, 112, 113, 114, 115])],
      ]),
    );
    expect(Array.from(series.bars.close)).toEqual([100, 101, 114, 115]);
    expect(series.rolls.map((roll) => roll.toPrice - roll.fromPrice)).toEqual([5, 6]);
    expect(Array.from(adjustSeries(series, "difference").close)).toEqual([111, 112, 114, 115]);
  });

  test("refuses a missing contract, mixed steps and an empty schedule", () => {
    const schedule = [segment(A, 1, 4), segment(B, 4, 7)];
    const a = closesOf(A, 1, [100]);
    expect(() => stitch(SERIES, schedule, new Map([[nameOf(A), a]]))).toThrow(/no bars of ESM24/);
    const hours = Bars.empty(Asset.future(nameOf(B)), "1h");
    expect(() =>
      stitch(
        SERIES,
        schedule,
        new Map([
          [nameOf(A), a],
          [nameOf(B), hours],
        ]),
      ),
    ).toThrow(/1d and of 1h/);
    expect(() => stitch(SERIES, [], new Map())).toThrow(InvalidInputError);
  });
});

describe("adjustSeries", () => {
  const series = workedExample();
  const closes = (bars: Bars) => Array.from(bars.close);

  test("difference backward: the newest contract keeps its prices", () => {
    expect(segmentOffsets(series.rolls, "backward")).toEqual([3, -3, 0]);
    expect(closes(adjustSeries(series, "difference"))).toEqual([103, 105, 107, 108, 110, 109, 108, 110]);
  });

  test("difference forward: the oldest contract keeps its prices", () => {
    expect(segmentOffsets(series.rolls, "forward")).toEqual([0, -6, -3]);
    expect(closes(adjustSeries(series, "difference", "forward"))).toEqual([100, 102, 104, 105, 107, 106, 105, 107]);
  });

  test("ratio backward and forward", () => {
    expect(segmentFactors(series.rolls, "backward")[0]).toBeCloseTo(1.0293613, 7);
    expect(segmentFactors(series.rolls, "backward").slice(1)).toEqual([109 / 112, 1]);
    const backward = closes(adjustSeries(series, "ratio"));
    [102.9361, 104.9948, 107.0536, 108.0268, 109.9732, 109, 108, 110].forEach((close, i) => {
      expect(backward[i]).toBeCloseTo(close, 4);
    });
    const forward = closes(adjustSeries(series, "ratio", "forward"));
    expect(forward.slice(0, 3)).toEqual([100, 102, 104]);
    expect((forward[7] as number) / (backward[7] as number)).toBeCloseTo(
      (forward[0] as number) / (backward[0] as number),
      12,
    );
  });

  test("open, high and low move with the close; time and volume stay", () => {
    const adjusted = adjustSeries(series, "difference");
    expect(Array.from(adjusted.high)).toEqual([104, 106, 108, 109, 111, 110, 109, 111]);
    expect(Array.from(adjusted.low)).toEqual([102, 104, 106, 107, 109, 108, 107, 109]);
    expect(Array.from(adjusted.open)).toEqual(closes(adjusted));
    expect(adjusted.time).toEqual(series.bars.time);
    expect(adjusted.volume).toEqual(series.bars.volume);
  });

  test("none, and a series without rolls, are the raw bars themselves", () => {
    expect(adjustSeries(series, "none")).toBe(series.bars);
    const single = stitch(SERIES, [segment(A, 1, 4)], new Map([[nameOf(A), closesOf(A, 1, [100, 101])]]));
    expect(adjustSeries(single, "difference")).toBe(single.bars);
  });

  test("the raw bars are not written to", () => {
    adjustSeries(series, "difference");
    expect(closes(series.bars)).toEqual([100, 102, 104, 111, 113, 112, 108, 110]);
  });

  test("difference takes prices below zero, ratio refuses them", () => {
    const negative = stitch(
      SERIES,
      [segment(A, 1, 3), segment(B, 3, 5)],
      new Map([
        [nameOf(A), closesOf(A, 1, [18.27, -37.63])],
        [nameOf(B), closesOf(B, 2, [20.43, 11.57, 13.78])],
      ]),
    );
    expect(closes(adjustSeries(negative, "difference"))).toEqual([76.33, 20.43, 11.57, 13.78]);
    expect(() => adjustSeries(negative, "ratio")).toThrow(/ESH24 was -37.63/);
  });

  test.each([
    // At the roll the contract that is left is worth 0, or the one that follows is 0, or below it.
    [0, 11.57],
    [18.27, 0],
    [18.27, -2],
  ])("ratio refuses %d and %d at a roll", (from, to) => {
    const series = stitch(
      SERIES,
      [segment(A, 1, 3), segment(B, 3, 5)],
      new Map([
        [nameOf(A), closesOf(A, 1, [18.27, from])],
        [nameOf(B), closesOf(B, 2, [to, 11.57, 13.78])],
      ]),
    );
    expect(() => adjustSeries(series, "ratio")).toThrow(/expected prices above 0/);
  });

  test("refuses prices too large to be exact", () => {
    const large = stitch(
      SERIES,
      [segment(A, 1, 2), segment(B, 2, 3)],
      new Map([
        [nameOf(A), closesOf(A, 1, [9_000_000])],
        [nameOf(B), closesOf(B, 1, [9_000_100, 9_000_200])],
      ]),
    );
    expect(() => adjustSeries(large, "difference")).toThrow(/9000100 is beyond/);
    expect(closes(adjustSeries(large, "ratio"))).toEqual([9_000_100, 9_000_200]);
  });
});

/** Four contracts, each with its own walk in ticks over the same days. */
const CONTRACTS = [A, B, C, { root: "ES", month: 12, year: 2024 }];
const market = fc.record({
  perUnit: fc.constantFrom(1, 4, 10, 100, 128, 1000, 10_000, 2_000_000),
  walks: fc.array(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 12, maxLength: 12 }), {
    minLength: 4,
    maxLength: 4,
  }),
});

function stitchWalks(perUnit: number, walks: readonly (readonly number[])[]): StitchedSeries {
  const bars = CONTRACTS.map((contract, i) =>
    closesOf(
      contract,
      0,
      (walks[i] ?? []).map((ticks) => ticks / perUnit),
    ),
  );
  return stitch(
    SERIES,
    CONTRACTS.map((contract, i) => segment(contract, i * 3, i * 3 + 3)),
    new Map(CONTRACTS.map((contract, i) => [nameOf(contract), bars[i] as Bars])),
  );
}

describe("any market", () => {
  test("by difference every one-day change is the held contract's own, to the tick, also across a roll", () => {
    fc.assert(
      fc.property(market, fc.constantFrom("backward" as const, "forward" as const), ({ perUnit, walks }, direction) => {
        const adjusted = adjustSeries(stitchWalks(perUnit, walks), "difference", direction).close;
        const keeps = direction === "backward" ? 11 : 0;
        expect(adjusted[keeps]).toBe((walks[direction === "backward" ? 3 : 0]?.[keeps] ?? 0) / perUnit);
        let ticks = (walks[direction === "backward" ? 3 : 0]?.[keeps] ?? 0) as number;
        // Walk away from the end that keeps its prices: each step changes by what the contract held after it did.
        for (let step = 1; step < 12; step++) {
          const [before, after] = direction === "backward" ? [11 - step, 12 - step] : [step - 1, step];
          const walk = walks[Math.floor(after / 3)] ?? [];
          const change = (walk[after] ?? 0) - (walk[before] ?? 0);
          ticks += direction === "backward" ? -change : change;
          expect(adjusted[direction === "backward" ? before : after]).toBe(ticks / perUnit);
        }
      }),
    );
  });

  test("by ratio every one-day return is the held contract's own, also across a roll", () => {
    fc.assert(
      fc.property(market, fc.constantFrom("backward" as const, "forward" as const), ({ perUnit, walks }, direction) => {
        const adjusted = adjustSeries(stitchWalks(perUnit, walks), "ratio", direction).close;
        for (let day = 1; day < 12; day++) {
          const walk = walks[Math.floor(day / 3)] ?? [];
          const truth = (walk[day] ?? 0) / (walk[day - 1] ?? 1);
          expect((adjusted[day] as number) / (adjusted[day - 1] as number) / truth).toBeCloseTo(1, 10);
        }
      }),
    );
  });
});
