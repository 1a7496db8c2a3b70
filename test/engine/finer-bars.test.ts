import { type Bars, type BarsRequest, DataMissingError, type DataSource, type Fill, type OrderOptions } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, joinBars, MINUTE, once, type Row, run, Scripted, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;

/** A source that runs on hours and has, where they are given, the minutes inside them. */
function sourceOf(hours: readonly Row[], minutes: readonly Row[] | undefined) {
  return class Hours implements DataSource {
    readonly name = "hours";
    readonly asked: string[] = [];
    assets() {
      return [ES];
    }
    baseTimestep() {
      return barsOf(ES, [], "1h").timestep;
    }
    async getBars({ timestep, start, end }: BarsRequest): Promise<Bars> {
      const series =
        timestep.name === "1h"
          ? barsOf(ES, hours, "1h", T0, HOUR)
          : timestep.name === "1m" && minutes !== undefined
            ? barsOf(ES, minutes, "1m", T0)
            : undefined;
      if (series === undefined) throw new DataMissingError(`no ${timestep.name} bars`);
      const rows = [...series.time].filter((time) => time < start).length;
      const to = [...series.time].filter((time) => time < end).length;
      return series.slice(rows, to);
    }
  };
}

/** Sixty minutes: the given ones first, then nothing moves any more. */
function hourOf(...rows: Row[]): { readonly minutes: Row[]; readonly hour: Row } {
  const last = rows.at(-1)?.[3] ?? 100;
  const minutes = [...rows, ...flat(last, 60 - rows.length)];
  const hour: Row = [
    rows[0]?.[0] ?? 100,
    Math.max(...minutes.map((row) => row[1])),
    Math.min(...minutes.map((row) => row[2])),
    last,
    100,
  ];
  return { minutes, hour };
}

async function play(
  hours: readonly { readonly minutes: Row[]; readonly hour: Row }[],
  script: (s: Scripted) => void,
  options: {
    readonly withMinutes?: boolean;
    readonly intrabar?: "finer" | "worst" | "ohlc";
    readonly volumeShare?: number;
    readonly limitFill?: "touch" | "through";
    readonly budget?: number;
    readonly setup?: (s: Scripted) => void;
  } = {},
) {
  const { withMinutes = true, intrabar = "finer", setup, ...rest } = options;
  const source = sourceOf(
    hours.map(({ hour }) => hour),
    withMinutes ? hours.flatMap(({ minutes }) => minutes) : undefined,
  );
  const strategy = new Scripted(script, setup);
  const result = await strategy.backtest(source, T0, T0 + hours.length * HOUR, {
    market: "24/7",
    intrabar,
    budget: 1_000_000,
    ...rest,
  });
  const fills = result.fills.map((fill) => [(fill.time - T0) / MINUTE, fill.side, fill.price]);
  return { fills, result };
}

const BRACKET: OrderOptions = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 };
const enter = once((s: Scripted) => s.send(ES, 1, "buy", BRACKET));
/** A fill inside minute n carries its last millisecond. */
const inside = (minute: number) => minute + 1 - 1 / MINUTE;

describe("finer bars", () => {
  // High at minute 5, low at minute 7: the take-profit comes first.
  const highFirst = hourOf(...flat(100, 5), [100, 106, 100, 104], [104, 104, 100, 100], [100, 100, 94, 96]);
  const lowFirst = hourOf(...flat(100, 5), [100, 100, 94, 96], [96, 100, 96, 100], [100, 106, 100, 104]);

  it("has exits meet the open of the finer bar that filled their entry, at its time", async () => {
    // The third minute opens at 97, below the limit of 98 and the stop of 97.5: bought and sold there.
    const first = hourOf([100, 100, 100, 100], [100, 100, 100, 100], [97, 99, 96, 99]);
    const { fills } = await play(
      [first],
      once((s) =>
        s.send(ES, 1, "buy", { orderClass: "bracket", limitPrice: 98, takeProfitPrice: 103, stopLossPrice: 97.5 }),
      ),
    );
    expect(fills).toEqual([
      [2, "buy", 97],
      [2, "sell", 97],
    ]);
  });
  it("tell which of two exits came first, and when", async () => {
    expect((await play([highFirst], enter)).fills).toEqual([
      [0, "buy", 100],
      [inside(5), "sell", 105],
    ]);
    expect((await play([lowFirst], enter)).fills).toEqual([
      [0, "buy", 100],
      [inside(5), "sell", 95],
    ]);
  });

  it("are not looked at unless the run says so", async () => {
    // Both hours are the same without their minutes: under worst the stop, stamped with the hour's last millisecond.
    expect((await play([highFirst], enter, { intrabar: "worst" })).fills[1]).toEqual([inside(59), "sell", 95]);
  });

  it("give the price after a jump between two of them", async () => {
    // From 97 the market jumps to 93: the stop at 95 is filled there. The hour alone would say 95.
    const jump = hourOf(...flat(100, 3), [100, 100, 97, 97], [93, 94, 93, 94]);
    const stop = once((s: Scripted) => s.send(ES, 1, "sell", { stopPrice: 95 }));
    expect((await play([jump], stop)).fills).toEqual([[4, "sell", 93]]);
    expect((await play([jump], stop, { intrabar: "worst" })).fills).toEqual([[inside(59), "sell", 95]]);
  });

  it("let a trailing stop follow them", async () => {
    // Up to 110 by minute 2, distance 4: 106 is met in minute 3. By the hour alone the level would still be 96.
    const rise = hourOf([100, 105, 100, 105], [105, 110, 105, 110], [110, 110, 109, 109], [109, 109, 105, 105]);
    const trail = once((s: Scripted) => s.send(ES, 1, "sell", { trailPrice: 4 }));
    expect((await play([rise], trail)).fills).toEqual([[inside(3), "sell", 106]]);
    expect((await play([rise], trail, { intrabar: "worst" })).fills).toEqual([]);
  });

  it("give a stop-limit order what came after its stop", async () => {
    // Set off at 95 in minute 4, which falls to 94; back at the limit of 96 in minute 6.
    const hour = hourOf(...flat(100, 4), [100, 100, 94, 94], [94, 95, 94, 95], [95, 97, 95, 97]);
    const order = once((s: Scripted) => s.send(ES, 1, "sell", { stopPrice: 95, limitPrice: 96 }));
    expect((await play([hour], order)).fills).toEqual([[inside(6), "sell", 96]]);
  });

  it("that could themselves fill both exits are judged by the worse path", async () => {
    const both = hourOf(...flat(100, 5), [100, 106, 94, 100]);
    expect((await play([both], enter)).fills[1]).toEqual([inside(5), "sell", 95]);
  });

  it("let the exits of an entry inside a bar see what came after it", async () => {
    // In at the limit of 98 in minute 3, out at 105 in minute 5; the 94 of minute 1 came before.
    const hour = hourOf(
      [100, 100, 99, 99],
      [99, 99, 99, 99],
      [99, 99, 99, 99],
      [99, 99, 98, 98],
      [98, 101, 98, 101],
      [101, 105, 101, 105],
    );
    const entry = once((s: Scripted) => s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 98 }));
    expect((await play([hour], entry)).fills).toEqual([
      [inside(3), "buy", 98],
      [inside(5), "sell", 105],
    ]);
  });

  it.each([
    [30, "expired", []],
    [40, "expired", []],
    [41, "filled", [[inside(40), "buy", 95]]],
  ] as const)(
    "that open after an order's time was over do not fill it: good for %i minutes",
    async (minutes, status, fills) => {
      // 95 is met in minute 40.
      const fall = hourOf(...flat(100, 40), [100, 100, 94, 96]);
      const goodTillDate = T0 + minutes * MINUTE;
      const buy = once((s: Scripted) => s.send(ES, 1, "buy", { limitPrice: 95, timeInForce: "gtd", goodTillDate }));
      const { fills: found, result } = await play([fall, hourOf(...flat(96, 1))], buy);
      expect(found).toEqual(fills);
      expect(result.orders[0]?.status).toBe(status);
    },
  );

  it("that jump over an entry and its take-profit at once fill both there, under through as well", async () => {
    // From 100 to 108 between two minutes: the stop to buy at 105 and the take-profit at 107 both find 108.
    const jump = hourOf(...flat(100, 3), [108, 108.25, 106, 106]);
    const order = once((s: Scripted) =>
      s.send(ES, 1, "buy", { orderClass: "bracket", stopPrice: 105, takeProfitPrice: 107, stopLossPrice: 95 }),
    );
    for (const limitFill of ["touch", "through"] as const) {
      expect((await play([jump], order, { limitFill })).fills.map(([, side, price]) => [side, price])).toEqual([
        ["buy", 108],
        ["sell", 108],
      ]);
    }
  });

  describe("and an order sent in the middle of the hour", () => {
    // Down to 94 in minute 10 and to 94.5 in minute 40; sent between the two, at the open of minute 20, which is at 99.
    const hour = hourOf(...flat(100, 10), [100, 100, 94, 100], ...flat(100, 9), ...flat(99, 20), [99, 106, 94.5, 100]);
    async function sent(side: "buy" | "sell", options: OrderOptions, intrabar: "finer" | "worst" = "finer") {
      const script = (s: Scripted) => void (s.iteration === 1 && s.send(ES, 1, side, options));
      const everyTwenty = (s: Scripted) => {
        s.sleeptime = "20m";
      };
      return play([hour, hourOf(...flat(100, 1))], script, { intrabar, setup: everyTwenty });
    }
    it("show it what is left of it, and no more", async () => {
      expect((await sent("buy", { limitPrice: 95 })).fills).toEqual([[inside(40), "buy", 95]]);
      expect((await sent("sell", { stopPrice: 95 })).fills).toEqual([[inside(40), "sell", 95]]);
      expect((await sent("sell", { trailPrice: 5 })).fills).toEqual([[inside(40), "sell", 95]]);
      expect((await sent("buy", { limitPrice: 94.25 })).fills).toEqual([]);
      // Where nothing finer is known, it waits for the next hour.
      expect((await sent("buy", { limitPrice: 95 }, "worst")).fills).toEqual([]);
    });
    it("leave one that fills at once or not at all to the next open", async () => {
      for (const timeInForce of ["ioc", "fok"] as const) {
        const { fills, result } = await sent("buy", { limitPrice: 95, timeInForce });
        expect(fills).toEqual([]);
        expect(result.orders[0]).toMatchObject({ status: "canceled", closedAt: T0 + HOUR });
        expect((await sent("buy", { limitPrice: 100, timeInForce })).fills).toEqual([[60, "buy", 100]]);
      }
    });
    it("refuse a post-only order that would take at the open it arrives with", async () => {
      // The last price known is 100.
      const { fills, result } = await sent("buy", { limitPrice: 99.5, postOnly: true });
      expect(fills).toEqual([]);
      expect(result.orders[0]).toMatchObject({ status: "rejected", refusal: "would_take_liquidity" });
      expect((await sent("buy", { limitPrice: 95, postOnly: true })).fills).toEqual([[inside(40), "buy", 95]]);
    });
    it("leave one for the close to the close", async () => {
      const { result } = await sent("buy", { timeInForce: "cls" });
      expect(result.fills).toEqual([]);
    });
  });

  it("share one bar's volume", async () => {
    // A tenth of the hour's 100: ten units in all.
    const hour = hourOf(...flat(100, 2), [100, 100, 98, 98]);
    const order = once((s: Scripted) => s.send(ES, 15, "buy", { limitPrice: 99 }));
    const { result } = await play([hour, hour], order, { volumeShare: 0.1 });
    expect(result.fills.map(({ quantity }) => quantity)).toEqual([10, 5]);
  });

  it("are minutes where there are seconds as well", async () => {
    const hours = sourceOf([highFirst.hour], highFirst.minutes);
    class WithSeconds extends hours {
      override async getBars(request: BarsRequest): Promise<Bars> {
        return request.timestep.name === "1s" ? barsOf(ES, flat(100, 3_600), "1s", T0, 1_000) : super.getBars(request);
      }
    }
    const strategy = new Scripted(enter);
    const options = { market: "24/7", intrabar: "finer", budget: 1_000_000 } as const;
    const result = await strategy.backtest(WithSeconds, T0, T0 + HOUR, options);
    expect(result.data.map(({ timestep }) => timestep)).toEqual(["1h", "1m"]);
  });

  it("that the source fails to give end the run, and are not taken for missing", async () => {
    const hours = sourceOf([highFirst.hour], highFirst.minutes);
    class Broken extends hours {
      override async getBars(request: BarsRequest): Promise<Bars> {
        if (request.timestep.name === "1m") throw new Error("the disk is gone");
        return super.getBars(request);
      }
    }
    const options = { market: "24/7", intrabar: "finer", budget: 1_000_000 } as const;
    await expect(new Scripted(enter).backtest(Broken, T0, T0 + HOUR, options)).rejects.toThrow("the disk is gone");
  });

  it("that are missing are told of, and the worse path counts", async () => {
    const { fills, result } = await play([highFirst], enter, { withMinutes: false });
    expect(fills[1]).toEqual([inside(59), "sell", 95]);
    expect(result.events.map(({ code }) => code)).toContain("finer_bars_missing");
  });

  it("end where the next of them opens, as half an hour at the start of a session does among hours", async () => {
    const midnight = Date.UTC(2024, 0, 2);
    const at = (hour: number, minute = 0) => midnight + hour * HOUR + minute * MINUTE;
    const first = barsOf(ES, [[100, 100, 97, 99]], "1h", at(14, 30));
    const rest = barsOf(ES, [[99, 99, 95, 96], ...flat(96, 1)], "1h", at(15), HOUR);
    class Days implements DataSource {
      readonly name = "days";
      assets() {
        return [ES];
      }
      baseTimestep() {
        return barsOf(ES, [], "1d").timestep;
      }
      async getBars({ timestep }: BarsRequest): Promise<Bars> {
        if (timestep.name === "1d") return barsOf(ES, [[100, 100, 95, 96]], "1d", midnight, 24 * HOUR);
        if (timestep.name === "1h") return joinBars([first, rest]);
        throw new DataMissingError(`no ${timestep.name} bars`);
      }
    }
    const strategy = new Scripted(
      once((s) => {
        s.send(ES, 1, "buy", { limitPrice: 98 });
        s.send(ES, 1, "buy", { limitPrice: 96 });
      }),
    );
    const options = { market: "24/7", intrabar: "finer", budget: 1_000_000 } as const;
    const result = await strategy.backtest(Days, midnight, at(24), options);
    expect(result.fills.map(({ time, price }) => [time, price])).toEqual([
      [at(15) - 1, 98],
      [at(16) - 1, 96],
    ]);
  });

  it("stand among the data the result rests on", async () => {
    const { result } = await play([highFirst], enter);
    expect(result.data.map(({ timestep, rows }) => [timestep, rows])).toEqual([
      ["1h", 1],
      ["1m", 60],
    ]);
  });
});

describe("hours that are followed by their minutes", () => {
  /** Steps of quarter points: open, then extremes and close of each minute. */
  const minute = fc.tuple(fc.integer({ min: -6, max: 6 }), fc.nat(5), fc.nat(5), fc.integer({ min: -4, max: 4 }));
  const path = fc.array(minute, { minLength: 120, maxLength: 120 });
  const away = fc.integer({ min: 1, max: 24 }).map((ticks) => ticks / 4);

  function minutesOf(steps: readonly (readonly [number, number, number, number])[]): Row[] {
    let last = 100;
    return steps.map(([jump, up, down, drift]) => {
      const open = last + jump / 4;
      const close = open + drift / 4;
      last = close;
      return [open, Math.max(open, close) + up / 4, Math.min(open, close) - down / 4, close];
    });
  }
  function hoursOf(minutes: readonly Row[]): { readonly minutes: Row[]; readonly hour: Row }[] {
    return [0, 60].map((from) => {
      const part = minutes.slice(from, from + 60);
      const high = Math.max(...part.map((row) => row[1]));
      const low = Math.min(...part.map((row) => row[2]));
      return { minutes: [...part], hour: [part[0]?.[0] ?? 0, high, low, part[59]?.[3] ?? 0, 100] };
    });
  }

  it("fill what resting orders fill over the minutes themselves, at the same prices", () =>
    fc.assert(
      fc.asyncProperty(path, away, away, away, async (steps, near, far, trail) => {
        const send = once((s: Scripted) => {
          const options: readonly (readonly ["buy" | "sell", OrderOptions])[] = [
            ["buy", { limitPrice: 100 - far }],
            ["sell", { limitPrice: 100 + far }],
            ["buy", { stopPrice: 100 + far }],
            ["sell", { stopPrice: 100 - far, limitPrice: 100 - near }],
            ["buy", { touchPrice: 100 - near }],
            ["sell", { touchPrice: 100 + near, limitPrice: 100 + far }],
            ["sell", { trailPrice: trail }],
            ["buy", { trailPrice: trail, limitOffset: near }],
            [
              "buy",
              {
                orderClass: "bracket",
                limitPrice: 100 - near,
                takeProfitPrice: 100 + far,
                stopLossPrice: 100 - near - trail,
              },
            ],
            ["sell", { orderClass: "bracket", stopPrice: 100 - near, takeProfitPrice: 80, stopLossTrailPrice: trail }],
            ["sell", { orderClass: "oco", takeProfitPrice: 100 + near, stopLossPrice: 100 - trail }],
          ];
          for (const [side, each] of options) s.send(ES, 1, side, each);
        });
        const minutes = minutesOf(steps);
        const byMinute = await run(barsOf(ES, minutes), send, { budget: 10_000_000 });
        const byHour = await play(hoursOf(minutes), send, { budget: 10_000_000 });
        const filled = (fills: readonly Fill[]) =>
          fills.map(({ time, orderId, price }) => [Math.floor((time - T0) / MINUTE), orderId, price]);
        expect(filled(byHour.result.fills)).toEqual(filled(byMinute.result.fills));
      }),
      { numRuns: 40 },
    ));
});
