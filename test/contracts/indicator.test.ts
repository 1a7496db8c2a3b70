import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bar } from "../../src/bars/bars.ts";
import {
  computeIndicator,
  createIndicator,
  Indicator,
  indicatorNames,
  Over,
  Rsi,
  Sma,
} from "../../src/strategy/indicators/index.ts";
import { indicatorContract } from "../../src/testing/indicator-contract.ts";
import { columnsFrom, MINUTE, walk } from "../indicators/support.ts";
import { INDICATOR_CASES } from "./indicator-subjects.ts";

/** Minutes over two days and a night of CME and of New York, half an hour apart, in one long run. */
const LONG = walk(160).map((bar, row) => ({ ...bar, time: Date.UTC(2025, 0, 6, 13) + row * 30 * MINUTE }));

const price = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -40, max: 400 }).map((ticks) => ticks / 4) },
  { weight: 1, arbitrary: fc.constantFrom(0, 100, -37.63, 5_000.25, 1e-4) },
);
const volume = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_000_000 }).map((millionths) => millionths / 1e6) },
);
const freeBar = fc.tuple(price, price, price, price, volume);
/** Runs of bars, some of them flat for a while. */
const rows = fc
  .array(fc.tuple(freeBar, fc.integer({ min: 1, max: 8 })), { minLength: 6, maxLength: 40 })
  .map((runs) => runs.flatMap(([bar, times], index) => (index % 3 === 0 ? Array(times).fill(bar) : [bar])));

function generatedBars(length: number): fc.Arbitrary<Bar[]> {
  return rows.map((drawn: [number, number, number, number, number][]) =>
    Array.from({ length: Math.max(length, drawn.length) }, (_, row) => {
      const [a, b, open, close, traded] = drawn[row % drawn.length] ?? [0, 0, 0, 0, 0];
      const time = Date.UTC(2025, 0, 6, 13) + row * 45 * MINUTE;
      return { time, open, high: Math.max(a, b, open, close), low: Math.min(a, b, open, close), close, volume: traded };
    }),
  );
}

describe("the cases", () => {
  it("hold every indicator of the registry", () => {
    const seen = new Set(INDICATOR_CASES.map(({ title }) => title.split(" ")[0]));
    expect([...seen].sort()).toEqual([...indicatorNames()].sort());
  });
});

describe.each(INDICATOR_CASES)("$title", ({ create, usesTime }) => {
  const compute = columnsFrom;
  for (const { name, check } of indicatorContract({ create, bars: LONG, compute, usesTime })) it(name, check);

  it("keeps all of this on generated bars: flat, zero, negative, untraded", () => {
    const bars = generatedBars(create().warmup + 4);
    fc.assert(
      fc.property(bars, (drawn) => {
        for (const { check } of indicatorContract({ create, bars: drawn, compute, usesTime })) check();
      }),
      { numRuns: 12, seed: 42 },
    );
  });
});

describe("defaults", () => {
  it("declare the warm-up that is measured", () => {
    const bars = walk(260);
    for (const name of indicatorNames().filter((candidate) => candidate !== "cross")) {
      const check = indicatorContract({ create: () => createIndicator(name), bars })[1];
      expect(check?.check, name).not.toThrow();
    }
  });
});

describe("the suite itself", () => {
  class Hidden extends Indicator {
    #sum = 0;
    constructor() {
      super({ name: "Hidden", parameters: {}, warmup: 1 });
    }
    override add(bar: Bar): void {
      this.accept(bar);
      this.#sum += bar.close;
      this.emit(this.#sum);
    }
  }
  class Early extends Indicator {
    constructor() {
      super({ name: "Early", parameters: {}, warmup: 4 });
    }
    override add(bar: Bar): void {
      this.accept(bar);
      Object.assign(this, { value: bar.close });
    }
  }
  const failures = (create: () => Indicator) =>
    indicatorContract({ create, bars: LONG })
      .filter(({ check }) => {
        try {
          check();
          return false;
        } catch {
          return true;
        }
      })
      .map(({ name }) => name);

  it("finds state out of reach of snapshots, and a replacement that adds", () => {
    expect(failures(() => new Hidden())).toEqual([
      "is after many replacements as after one addition",
      "goes on from a snapshot of any bar",
      "goes on from a snapshot of a forming bar",
    ]);
  });

  it("finds an output told before the warm-up is over", () => {
    expect(failures(() => new Early())).toContain(
      "is ready after exactly the bars it declares, and tells nothing before",
    );
  });
});

describe("composition", () => {
  it("gives what computing in two steps gives", () => {
    const bars = walk(200);
    const [both] = columnsFrom(new Over(new Sma({ period: 9 }), new Rsi({ period: 14 })), bars);
    const [inner] = columnsFrom(new Rsi({ period: 14 }), bars);
    const outer = computeIndicator(new Sma({ period: 9 }), (inner ?? new Float64Array()).subarray(14));
    expect(both?.subarray(14)).toEqual(outer);
    expect(both?.findIndex((value) => !Number.isNaN(value))).toBe(22);
  });
});
