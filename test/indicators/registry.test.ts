import { describe, expect, expectTypeOf, it } from "vitest";
import { InvalidInputError } from "../../src/market/errors.ts";
import {
  Cross,
  computeIndicator,
  createIndicator,
  Ema,
  indicatorClass,
  indicatorNames,
  Macd,
  Over,
  Rsi,
  Sma,
  Swings,
} from "../../src/strategy/indicators/index.ts";
import { closesOf, columnsOf, walk } from "./support.ts";

function refusal(run: () => unknown): InvalidInputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("indicators by name", () => {
  it("are made with their defaults", () => {
    expect(createIndicator("rsi").parameters).toEqual({
      period: 14,
      average: "wilder",
      seed: "mean",
      flat: 0,
      source: "close",
    });
    expect(createIndicator("macd", { fastPeriod: 5 }).parameters).toMatchObject({ fastPeriod: 5, slowPeriod: 26 });
    expect(indicatorNames()).toContain("bollinger");
  });

  it("tell what their parameters may be", () => {
    const { period } = indicatorClass("rsi").parameters;
    expect(period.default).toBe(14);
    expect(period.allowed).toBe("a whole number from 1 to 10000000");
  });

  it.each(indicatorNames().filter((name) => name !== "cross"))("%s survives its own parameters", (name) => {
    const made = createIndicator(name);
    expect(createIndicator(name, made.parameters).parameters).toEqual(made.parameters);
    expect(Object.isFrozen(made.parameters)).toBe(true);
  });

  it("suggest the nearest name and parameter", () => {
    const name = refusal(() => createIndicator("rssi", {}));
    expect(name.message).toContain("'rssi'");
    expect(name.hint).toContain("Did you mean 'rsi'?");
    const parameter = refusal(() => createIndicator("rsi", { perod: 14 }));
    expect(parameter.code).toBe("invalid_parameter");
    expect(parameter.hint).toContain("Did you mean 'period'?");
  });

  it.each([0, 2.5, -1, 1e9, Number.NaN, Infinity, "14", null, undefined])("refuse a period of %s", (period) => {
    const { message } = refusal(() => createIndicator("rsi", { period }));
    expect(message).toContain("'period'");
    expect(message).toContain(String(period));
    expect(message).toContain("a whole number from 1");
  });

  it.each([
    ["macd", { fastPeriod: 26 }, "less than slowPeriod"],
    ["ema", { seed: "last" }, '"mean", "first"'],
    ["ema", { source: "mid" }, "hlc3"],
    ["bollinger", { multiplier: -1 }, "a finite number from 0"],
    ["vwap", { calendar: "NOWHERE" }, "a market with a calendar"],
    ["barClock", { zone: "Mars/Base" }, "an IANA time zone"],
    ["linReg", { period: 1 }, "a whole number from 2"],
    ["sma", { of: { rsi: {}, ema: {} } }, "one indicator"],
    ["sma", { of: "rsi" }, "an object"],
    ["sma", { of: { macd: {} }, output: "line" }, "macd,signal,histogram"],
    ["sma", { of: { swings: {} }, output: "high" }, "never missing"],
    ["atr", { of: { rsi: {} } }, "it needs bars"],
    ["cross", { first: { sma: {} } }, "an object"],
    ["cross", { first: { macd: {} }, second: { sma: {} } }, "one output"],
    ["toString", {}, "not known"],
    ["rsi", { __proto__: null, constructor: 1 }, "not one of its parameters"],
  ])("%s refuses %j", (name, parameters, expected) => {
    expect(refusal(() => createIndicator(name, parameters)).message).toContain(expected);
  });
});

describe("the classes", () => {
  it.each([14, "14", null, [14]])("refuse %j in place of parameters by name", (given) => {
    const { message } = refusal(() => new Rsi(given as never));
    expect(message).toContain("expected an object by name such as { period: 14 }");
  });

  it("say what their values are", () => {
    expectTypeOf(new Rsi({ period: 14 }).value).toEqualTypeOf<number>();
    expectTypeOf(new Macd().value).toEqualTypeOf<{
      readonly macd: number;
      readonly signal: number;
      readonly histogram: number;
    }>();
    expectTypeOf(computeIndicator(new Macd(), columnsOf([])).signal).toEqualTypeOf<Float64Array>();
    expectTypeOf(new Over(new Macd(), new Rsi()).value.signal).toEqualTypeOf<number>();
    // @ts-expect-error a misspelt parameter
    expect(() => new Rsi({ perod: 14 })).toThrow(InvalidInputError);
  });

  it("take numbers where they are over single values", () => {
    const [byNumber, byBar] = [new Ema({ period: 2 }), new Ema({ period: 2 })];
    for (const bar of closesOf([1, 2, 4])) {
      byBar.add(bar);
      byNumber.add(bar.close);
    }
    byNumber.replace(8);
    byBar.replace(closesOf([8])[0] ?? 8);
    expect(byNumber.value).toBe(byBar.value);
    expect(computeIndicator(new Ema({ period: 2 }), Float64Array.of(1, 2, 8))[2]).toBe(byBar.value);
  });

  it("name the field of a bar that is no number", () => {
    const bar = closesOf([1])[0];
    expect(refusal(() => new Swings().add({ ...bar, low: Number.NaN } as never)).message).toContain("'low' was NaN");
    expect(refusal(() => new Sma().add(Infinity)).message).toContain("'value' was Infinity");
  });

  it("hold one value object, which always shows the newest numbers", () => {
    const macd = new Macd({ fastPeriod: 1, slowPeriod: 2, signalPeriod: 1 });
    const before = macd.value;
    macd.add(1);
    macd.add(3);
    expect(macd.value).toBe(before);
    expect(before.macd).toBe(1);
  });

  it("refuse a snapshot that was cut short, and name the place", () => {
    const sma = new Sma({ period: 3 });
    for (const value of [1, 2, 3]) sma.add(value);
    const { state, ...rest } = sma.snapshot();
    const { message } = refusal(() =>
      sma.restore({ ...rest, state: JSON.parse(JSON.stringify(state).replace("[1,2,3]", "[]")) }),
    );
    expect(message).toContain("'state.average.window.ring.values'");
    expect(sma.value).toBe(2);
  });

  it("keep no trace of rounding in a flat market, however wild it was before", () => {
    const closes = [...walk(50).map(({ close }) => close * 1e6 + 0.1), ...Array<number>(20).fill(0.3)];
    const last = (name: string, parameters: object) => {
      const indicator = createIndicator(name, { period: 20, ...parameters });
      for (const bar of closesOf(closes)) indicator.add(bar);
      return indicator.output(0);
    };
    expect(last("stdDev", {})).toBe(0);
    expect(last("zScore", {})).toBe(0);
    expect(last("cci", {})).toBe(0);
    expect(last("rsi", { period: 19, average: "simple", flat: 50 })).toBe(50);
    expect(last("sma", {})).toBeCloseTo(0.3, 15);
  });

  it("take over the two indicators they compare", () => {
    const cross = new Cross(new Sma({ period: 1 }), new Sma({ period: 2 }));
    expect(cross.warmup).toBe(3);
    expect(cross.parameters).toMatchObject({ first: { indicator: "Sma" }, second: { parameters: { period: 2 } } });
  });
});
