import {
  AnchoredVwap,
  Asset,
  type Bar,
  Bars,
  Bollinger,
  Cross,
  Ema,
  Indicator,
  type IndicatorSeries,
  InvalidDataError,
  InvalidInputError,
  isBacklitError,
  Macd,
  Over,
  Rsi,
  Sma,
  Strategy,
  Vwap,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsAt, ES, MINUTE, minutes, run, T0, walk } from "./support.ts";

/** Runs a strategy that does `setup` in `initialize`, and gives what it looks at in the last iteration. */
async function lookAfter<Made>(
  data: Bars,
  setup: (strategy: Strategy) => Made,
  span: Parameters<typeof run>[2] = {},
): Promise<Made> {
  let made: Made | undefined;
  class Probe extends Strategy {
    override initialize() {
      made = setup(this);
    }
  }
  await run(new Probe(), data, span);
  return made as Made;
}

const failure = async (data: Bars, setup: (strategy: Strategy) => unknown) =>
  lookAfter(data, setup).then(
    () => undefined,
    (error: unknown) => error,
  );

describe("indicators from plain configuration", () => {
  it("are those of the classes, by step and name", async () => {
    const data = minutes(walk(300));
    const { configured, made } = await lookAfter(data, (self) => ({
      configured: self.indicators({
        "5m": {
          rsi: { period: 14 },
          fast: { indicator: "ema", period: 9 },
          smooth: { indicator: "sma", period: 3, of: { rsi: { period: 5 } } },
        },
        "1m": { bollinger: {} },
      }),
      made: {
        rsi: self.indicator(Rsi, { period: 14 }, { timestep: "5m" }),
        fast: self.indicator(Ema, { period: 9 }, { timestep: "5m" }),
        smooth: self.indicator(new Over(new Sma({ period: 3 }), new Rsi({ period: 5 })), { timestep: "5m" }),
        bands: self.indicator(Bollinger),
      },
    }));
    expect(configured["5m"].rsi.value).toBe(made.rsi.value);
    expect(configured["5m"].fast.value).toBe(made.fast.value);
    expect(configured["5m"].smooth.value).toBe(made.smooth.value);
    expect(configured["1m"].bollinger.value).toEqual(made.bands.value);
    expect(configured["5m"].rsi.ready && configured["1m"].bollinger.ready).toBe(true);
  });

  it.each<[string, Parameters<Strategy["indicators"]>[0], string, string]>([
    ["a misspelt indicator", { "5m": { rsl: {} } }, "'rsl' is not known", "Did you mean 'rsi'?"],
    [
      "a misspelt parameter",
      { "5m": { rsi: { periode: 14 } } },
      "'periode' is not one of its parameters",
      "Did you mean 'period'?",
    ],
    ["a period of 0", { "5m": { rsi: { period: 0 } } }, "'period' was 0, expected a whole number from 1", ""],
    ["a period of 2.5", { "5m": { rsi: { period: 2.5 } } }, "'period' was 2.5, expected a whole number from 1", ""],
    ["a step that is none", { "5x": { rsi: {} } }, "Reading the timestep '5x'", "'5 minutes'"],
    [
      "a misspelt visibility",
      { "5m": { rsi: { visibility: "developping" } } },
      "'visibility' was 'developping'",
      "Did you mean 'developing'?",
    ],
    [
      "a misspelt option",
      { "5m": { rsi: { visibilty: "developing" } } },
      "'visibilty' is not one of its parameters",
      "Did you mean 'visibility'?",
    ],
    [
      "a misspelt parameter of a part",
      { "5m": { sma: { of: { rsi: { perod: 3 } } } } },
      "'perod' is not one of its parameters",
      "Did you mean 'period'?",
    ],
    ["a misspelt word", { "5m": { vwap: { hours: "regualr" } } }, "'hours' was 'regualr'", "Did you mean 'regular'?"],
    ["a misspelt calendar", { "5m": { vwap: { calendar: "CME_EQUTY" } } }, "'calendar' was 'CME_EQUTY'", "CME_EQUITY"],
    ["a number for a pane", { "5m": { rsi: { plot: 3 } } }, "'plot' was 3, expected true, false or", ""],
    ["a number for parameters", { "5m": { rsi: 14 as never } }, "found 14, expected an object", ""],
    ["no step around the indicator", { rsi: { period: 14 as never } }, "Reading the timestep 'rsi'", ""],
  ])("refuse %s", async (_what, configuration, message, hint) => {
    const error = await failure(minutes(walk(100)), (self) => self.indicators(configuration));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain(message);
    expect((error as InvalidInputError).hint ?? "").toContain(hint);
  });
});

it("options of indicators from configuration are the asset alone", async () => {
  const error = await failure(minutes(walk(30)), (self) => self.indicators({}, { plot: true } as never));
  expect(error).toMatchObject({ code: "invalid_option", message: expect.stringContaining("'plot' is not one") });
});

describe("what an indicator is asked for", () => {
  it("gives any number of instances, and several outputs by name", async () => {
    const data = minutes(walk(200));
    const { fast, slow, macd } = await lookAfter(data, (self) => ({
      fast: self.indicator(Rsi, { period: 7 }),
      slow: self.indicator(Rsi, { period: 14 }),
      macd: self.indicator(Macd, { fastPeriod: 3, slowPeriod: 6, signalPeriod: 2 }),
    }));
    expect(fast.value).not.toBe(slow.value);
    const { signal, histogram } = macd.value;
    expect(macd.at(-1, "signal")).toBe(signal);
    expect(macd.at(-1, "histogram")).toBe(histogram);
    expect(macd.at(-1)).toBe(macd.value.macd);
    expect(macd.at(-2, "signal")).not.toBe(signal);
    expect(macd.at(0)).toBeNaN();
    expect(macd.at(10_000)).toBeNaN();
    expect(macd.length).toBe(200);
    expect(() => macd.at(-1, "singal" as "signal")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'signal'") }),
    );
  });

  it("takes indicators of one's own by the same contract", async () => {
    class Gap extends Indicator {
      private close = Number.NaN;
      private closeBefore = Number.NaN;
      constructor() {
        super({ name: "Gap", parameters: {}, warmup: 2 });
      }
      override add(bar: Bar): void {
        const isNew = this.accept(bar);
        if (isNew) this.closeBefore = this.close;
        this.close = bar.close;
        this.emit(bar.open - this.closeBefore);
      }
    }
    // Opens are the close before: the gap is 0, at the five-minute bars too.
    const gap = await lookAfter(minutes(walk(60)), (self) => self.indicator(new Gap(), { timestep: "5m" }));
    expect([gap.value, gap.ready, gap.at(0)]).toEqual([0, true, Number.NaN]);
  });

  it("is over another of its outputs, made before or after, or a crossing of two", async () => {
    const data = minutes(walk(400));
    const { signal, cross } = await lookAfter(data, (self) => {
      const macd = self.indicator(Macd, {}, { timestep: "5m" });
      return {
        signal: self.indicator(Ema, { period: 3 }, { over: macd, output: "histogram" }),
        cross: self.indicator(new Cross(new Ema({ period: 3 }), new Ema({ period: 8 })), { timestep: "5m" }),
      };
    });
    expect(signal.ready).toBe(true);
    // 80 bars of five minutes; MACD is ready with the 34th (26 + 9 - 1), so it has 80 - 33 values.
    expect(signal.length).toBe(80 - 33);
    expect([-1, 0, 1]).toContain(cross.value);
  });

  it("sessions are those of the asset's own calendar unless told otherwise", async () => {
    // The session of CME equity futures begins at 23:00 UTC in winter, a UTC day at midnight.
    const open = Date.UTC(2024, 0, 3, 23);
    const data = barsAt([open, open + 90 * MINUTE], [10, 40]);
    const { own, utc } = await lookAfter(data, (self) => ({
      own: self.indicator(Vwap),
      utc: self.indicator(Vwap, { calendar: "24/7" }),
    }));
    // Typical prices 10 (volume 1) and (40 + 10 + 40) / 3 = 30 (volume 2): (10 + 60) / 3; from midnight only the second.
    expect(own.value).toBeCloseTo(70 / 3, 12);
    expect(utc.value).toBe(30);
  });

  it("draws what has a plot hint: on the candles what is a price, else in a pane of its own", async () => {
    class Drawing extends Strategy {
      override initialize() {
        this.indicator(Sma, { period: 2 }, { timestep: "5m", plot: true });
        this.indicator(Rsi, { period: 2 }, { timestep: "5m", plot: true, name: "strength" });
        this.indicator(Bollinger, { period: 2 }, { plot: "bands" });
        this.indicator(Ema, { period: 2 });
      }
    }
    const { chart } = await run(new Drawing(), minutes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect(chart.lines.map(({ name, plot }) => `${plot}: ${name}`)).toEqual([
      "main: Sma(2) 5m",
      "strength: strength",
      ...["upper", "middle", "lower", "percentB", "bandwidth"].map((output) => `bands: Bollinger(2) ${output}`),
    ]);
    const [sma] = chart.lines;
    // Bars of five minutes close at 15:05 (5) and 15:10 (10): no mean of two at the first.
    expect(Array.from(sma?.time ?? [])).toEqual([T0 + 5 * MINUTE, T0 + 10 * MINUTE]);
    expect(Array.from(sma?.value ?? [])).toEqual([Number.NaN, 7.5]);
    expect(sma?.asset?.key).toBe(ES.key);
  });
});

describe("bad input ends in a typed error that says what is allowed", () => {
  const data = minutes(walk(120));

  it.each<[string, (strategy: Strategy) => unknown, readonly string[]]>([
    ["no class", (self) => self.indicator(undefined as never), ["found undefined", "a class of indicators"]],
    [
      "a class of another kind",
      (self) => self.indicator(Map as never),
      ["the function 'Map'", "a class of indicators"],
    ],
    ["a number for parameters", (self) => self.indicator(Rsi, 14 as never), ["the parameters were 14", "by name"]],
    ["a number where there is a calendar", (self) => self.indicator(Vwap, 14 as never), ["the parameters were 14"]],
    ["a list for configuration", (self) => self.indicators([14] as never), ["found [14]", "an object"]],
    ["a period of a thousand million", (self) => self.indicator(Sma, { period: 1e9 }), ["'period' was 1000000000"]],
    ["a period of 0", (self) => self.indicator(Rsi, { period: 0 }), ["'period' was 0", "a whole number from 1"]],
    ["a period of 2.5", (self) => self.indicator(Sma, { period: 2.5 }), ["'period' was 2.5", "a whole number from 1"]],
    [
      "a period longer than the history",
      (self) => self.indicator(Sma, { period: 121 }),
      ["Making Sma", '"period":121', "its warm-up takes 121 bars of 1m", "at most 120"],
    ],
    [
      "one longer than the history of its step",
      (self) => self.indicator(Sma, { period: 25 }, { timestep: "5m" }),
      ["takes 25 bars of 5m", "at most 24"],
    ],
    [
      "one too long over another",
      (self) => self.indicator(Sma, { period: 60 }, { over: self.indicator(Sma, { period: 62 }) }),
      ["takes 121 bars of 1m", "at most 120"],
    ],
    [
      "a step that is no multiple",
      (self) => self.indicator(Sma, { period: 2 }, { timestep: "90s" }),
      ["Making 90s bars of future:ES from 1m bars", "90s is no multiple of 1m"],
    ],
    ["a step finer than the bars", (self) => self.indicator(Sma, {}, { timestep: "1s" }), ["1s is no multiple of 1m"]],
    ["'1M'", (self) => self.indicator(Sma, {}, { timestep: "1M" }), ["'M' means minutes to some and months to others"]],
    [
      "an unknown option",
      (self) => self.indicator(Sma, {}, { timeframe: "5m" } as never),
      ["'timeframe' is not one of its options"],
    ],
    ["a step in place of the options", (self) => self.indicator(Sma, {}, "5m" as never), ["the options were '5m'"]],
    ["no options at all", (self) => self.indicator(Sma, {}, null as never), ["the options were null", "an object"]],
    ["a number for a pane", (self) => self.indicator(Sma, {}, { plot: 1 as never }), ["'plot' was 1"]],
    ["a pane without a name", (self) => self.indicator(Sma, {}, { plot: "" }), ["'plot' was ''"]],
    ["a number for a name", (self) => self.indicator(Sma, {}, { name: 5 as never }), ["'name' was 5"]],
    [
      "a lookback below 0",
      (self) => self.indicator(Sma, {}, { lookback: -1 }),
      ["'lookback' was -1", "whole number from 0"],
    ],
    [
      "a step beside 'over'",
      (self) => self.indicator(Sma, {}, { over: self.indicator(Rsi), timestep: "5m" }),
      ["'timestep' is that of 'over'"],
    ],
    [
      "an unknown output",
      (self) => self.indicator(Sma, {}, { over: self.indicator(Macd), output: "signl" }),
      ["'output' was 'signl'"],
    ],
    [
      "an output that may be missing",
      (self) => self.indicator(Sma, {}, { over: self.indicator(AnchoredVwap) }),
      ["'output' was 'value', which may be missing"],
    ],
    [
      "an indicator over bars fed with values",
      (self) => self.indicator(Vwap, {}, { over: self.indicator(Rsi) }),
      ["Vwap needs bars, not single values"],
    ],
    [
      "one object twice",
      (self) => {
        const rsi = new Rsi();
        self.indicator(rsi);
        self.indicator(rsi);
      },
      ["this object is fed already"],
    ],
    [
      "an asset the source does not have",
      (self) => self.indicator(Sma, {}, { asset: Asset.continuousFuture("NQ") }),
      ["NQ"],
    ],
  ])("%s", async (_what, setup, words) => {
    const error = await failure(data, setup);
    expect(isBacklitError(error)).toBe(true);
    for (const word of words) expect((error as Error).message).toContain(word);
  });

  it("NaN in the data: refused as bars are made, and named where they were kept", async () => {
    const columns = {
      time: [T0, T0 + MINUTE],
      open: [1, 1],
      high: [2, 2],
      low: [1, 1],
      close: [1, Number.NaN],
      volume: [1, 1],
    };
    expect(() => Bars.from({ asset: ES, timestep: "1m", ...columns })).toThrow(InvalidDataError);
    const kept = Bars.from({ asset: ES, timestep: "1m", ...columns }, { onInvalid: "keep" });
    const error = await failure(kept, (self) => self.indicator(Ema, { period: 1 }));
    expect(isBacklitError(error)).toBe(true);
    expect((error as Error).message).toBe(
      "Feeding Ema with the 1m bar of future:ES from 2024-01-03T15:01:00Z: 'close' was NaN, expected a finite number",
    );
  });

  it("nothing at all outside a run", () => {
    class Early extends Strategy {
      rsi: IndicatorSeries<number> = this.indicator(Rsi);
    }
    expect(() => new Early()).toThrow("Early.indicator was used outside a run");
  });
});
