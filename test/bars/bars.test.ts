import { tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import "../../src/run/provide-arrow.ts";
import { InvalidDataError, InvalidInputError } from "../../src/market/errors.ts";
import { arbitraryBars, COLUMNS, ES, minuteBars, plain } from "./generate.ts";

const SOUND = {
  asset: ES,
  timestep: "1m",
  time: [0, 60_000],
  open: [1, 2],
  high: [3, 3],
  low: [1, 1],
  close: [2, 2],
  volume: [0, 5],
};

describe("Bars.from", () => {
  it("takes plain arrays and typed arrays, the latter without a copy", () => {
    const close = Float64Array.of(2, 2);
    const bars = Bars.from({ ...SOUND, close });
    expect(bars.length).toBe(2);
    expect(bars.close).toBe(close);
    expect(bars.at(-1)).toEqual({ time: 60_000, open: 2, high: 3, low: 1, close: 2, volume: 5 });
    expect(bars.at(2)).toBeUndefined();
  });

  it("accepts prices of zero and below", () => {
    const bars = Bars.from({ ...SOUND, open: [-37, 0], high: [0, 0], low: [-40, -1], close: [-37.63, -0.5] });
    expect(bars.at(0)?.close).toBe(-37.63);
  });

  it.each([
    [{ time: [0, 0] }, "row 1: time 1970-01-01T00:00:00Z stands twice"],
    [{ time: [60_000, 0] }, "row 1: time 1970-01-01T00:00:00Z comes after 1970-01-01T00:01:00Z"],
    [{ high: [0, 3] }, "row 0: high 0 is below low 1"],
    [{ open: [9, 2] }, "row 0: open 9 is outside low 1 .. high 3"],
    [{ close: [2, 0] }, "row 1: close 0 is outside low 1 .. high 3"],
    [{ close: [2, Number.NaN] }, "row 1: close is NaN, not a finite number"],
    [{ high: [Number.POSITIVE_INFINITY, 3] }, "row 0: high is Infinity, not a finite number"],
    [{ volume: [0, -5] }, "row 1: volume -5 is below 0"],
    [{ time: [Number.NaN, 60_000] }, "row 0: time is NaN"],
  ])("refuses %j by row", (change, message) => {
    expect(() => Bars.from({ ...SOUND, ...change })).toThrow(message);
    try {
      Bars.from({ ...SOUND, ...change });
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidDataError);
      expect((error as InvalidDataError).code).toBe("invalid_bars");
      expect((error as InvalidDataError).problems[0]?.row).toBeTypeOf("number");
    }
  });

  // 2024-01-02T14:30:00Z, in four units.
  const SECONDS = 1_704_205_800;
  it.each([
    ["1m", [SECONDS, SECONDS + 60], "seconds"],
    ["1d", [SECONDS, SECONDS + 3 * 86_400, SECONDS + 4 * 86_400], "seconds"],
    ["1m", [SECONDS * 1e6, SECONDS * 1e6 + 60e6], "micro- or nanoseconds"],
    ["1m", [SECONDS * 1e9], "micro- or nanoseconds"],
  ] as const)(
    "refuses times of %s bars in another unit: %j, whatever is done with unsound rows",
    (timestep, time, unit) => {
      const column = time.map(() => 1);
      const input = {
        asset: ES,
        timestep,
        time,
        open: column,
        high: column,
        low: column,
        close: column,
        volume: column,
      };
      for (const onInvalid of ["reject", "drop", "keep"] as const) {
        expect(() => Bars.from(input, { onInvalid })).toThrow(
          expect.objectContaining({ code: "invalid_bars", hint: expect.stringContaining(`look like ${unit}`) }),
        );
      }
    },
  );

  it("takes days of January 1970 and before, which are milliseconds, and a gap between them", () => {
    const DAY = 86_400_000;
    const time = [-40 * DAY, 2 * DAY, 3 * DAY, 30 * DAY];
    const column = time.map(() => 1);
    const rest = { open: column, high: column, low: column, close: column, volume: column };
    expect(Bars.from({ asset: ES, timestep: "1d", time, ...rest }).length).toBe(4);
    const later = time.map((each) => each + 42 * DAY);
    expect(Bars.from({ asset: ES, timestep: "1d", time: later, ...rest }).length).toBe(4);
    expect(Bars.from({ asset: ES, timestep: "1m", time: later, ...rest }).length).toBe(4);
  });

  it("drops or keeps unsound rows by name, and reports them", () => {
    const unsound = { ...SOUND, high: [0, 3] };
    const dropped = Bars.from(unsound, { onInvalid: "drop" });
    expect([dropped.length, dropped.droppedRows, dropped.problems.length]).toEqual([1, 1, 1]);
    const kept = Bars.from(unsound, { onInvalid: "keep" });
    expect([kept.length, kept.droppedRows, kept.problems[0]?.column]).toEqual([2, 0, "high"]);
  });

  it("refuses columns of different lengths", () => {
    expect(() => Bars.from({ ...SOUND, low: [1] })).toThrow(InvalidInputError);
    expect(() => Bars.from({ ...SOUND, low: [1] })).toThrow("column 'low' has 1 rows, time has 2");
  });

  it("tells ten problems and counts all", () => {
    const bad = minuteBars(50);
    const volume = bad.volume.map(() => -1);
    expect(() => Bars.from({ ...plainInput(bad), volume })).toThrow("and 40 more");
  });
});

function plainInput(bars: Bars) {
  const { time, open, high, low, close, volume } = bars;
  return { asset: bars.asset, timestep: bars.timestep, time, open, high, low, close, volume };
}

describe("slice", () => {
  it("is a view on the same memory, and agrees with Array.prototype.slice", () => {
    fc.assert(
      fc.property(
        arbitraryBars(),
        fc.integer({ min: -70, max: 70 }),
        fc.integer({ min: -70, max: 70 }),
        (bars, start, end) => {
          const part = bars.slice(start, end);
          for (const name of COLUMNS) {
            expect(part[name].buffer).toBe(bars[name].buffer);
            expect(Array.from(part[name])).toEqual(Array.from(bars[name]).slice(start, end));
          }
          expect([...part].map((bar) => bar.time)).toEqual(Array.from(part.time));
        },
      ),
    );
  });

  it("of a slice counts from the slice", () => {
    const bars = minuteBars(10);
    expect(bars.slice(2, 9).slice(1, -1).time[0]).toBe(bars.time[3]);
    expect(bars.slice(2, 9).slice(1, -1).length).toBe(5);
  });
});

describe("Arrow", () => {
  it("round trip gives the same bars, of a slice too, with asset and step", () => {
    fc.assert(
      fc.property(arbitraryBars(), (bars) => {
        const part = bars.slice(1);
        for (const one of [bars, part]) {
          const back = Bars.fromArrow(one.toArrow());
          expect(plain(back)).toEqual(plain(one));
          expect([back.asset.key, back.timestep]).toEqual([one.asset.key, one.timestep]);
        }
      }),
    );
  });

  it("columns of the table are the columns of the bars", () => {
    const bars = minuteBars(100);
    expect(bars.toArrow().getChild("close")?.toArray().buffer).toBe(bars.close.buffer);
  });

  it("survives the wire", () => {
    const bars = minuteBars(100);
    expect(plain(Bars.fromArrow(tableFromIPC(tableToIPC(bars.toArrow(), "file"))))).toEqual(plain(bars));
  });
});
