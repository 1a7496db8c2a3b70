import {
  Asset,
  type BarStream,
  type Bars,
  type DataSource,
  InMemoryBacktesting,
  type LiveRunOptions,
  partialResultOf,
  Strategy,
  type StreamEvent,
  type StreamedBar,
} from "backlit";
import { describe, expect, it } from "vitest";
import { ES, joinBars, MINUTE, T0 } from "../engine/support.ts";
import { bothWays, firstDifference, logOf, spanOf, walkOf } from "./support.ts";

const iso = (time: number) => new Date(time).toISOString().slice(11, 19);
const data = [walkOf(ES, T0, 30)];
const span = spanOf(data);
const replay = { source: InMemoryBacktesting, broker: "paper", market: "24/7", data, ...span } as const;

/** Writes down what it sees at each iteration: the time and the newest bar. */
class Witness extends Strategy {
  readonly seen: string[] = [];
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(ES, 1, "1m");
    this.seen.push(`${iso(this.getTimestamp())} ${bars === undefined ? "nothing" : iso(bars.time[0] ?? 0)}`);
  }
}

/** A source that is live: bars behind a stream that says nothing about the future. After `"silence"` nothing comes until it is closed. */
function liveSource(events: readonly (StreamEvent | Error | "silence")[], bars: readonly Bars[] = data): DataSource {
  const past = new InMemoryBacktesting({ data: bars });
  const closing = new AbortController();
  const stream: BarStream = {
    subscribe: () => {},
    async *[Symbol.asyncIterator]() {
      for (const event of events) {
        if (event instanceof Error) throw event;
        if (event === "silence") await new Promise((resolve) => closing.signal.addEventListener("abort", resolve));
        else yield event;
      }
    },
    close: async () => closing.abort(),
  };
  return {
    name: "venue",
    assets: () => bars.map(({ asset }) => asset),
    baseTimestep: (asset) => past.baseTimestep(asset),
    getBars: (request) => past.getBars(request),
    streamBars: () => stream,
  };
}

const streamed = (row: number, bars: Bars | undefined = data[0]): StreamedBar => {
  const { time, ...prices } = { ...bars?.at(row) } as {
    time: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
  };
  const end = time + MINUTE;
  return {
    kind: "bar",
    asset: bars?.asset ?? ES,
    timestep: { name: "1m", unit: "minute", count: 1, milliseconds: MINUTE },
    time,
    end,
    arrival: end,
    ...prices,
  };
};

describe("a replay", () => {
  it("shows a bar at the instant it has closed, and never before", async () => {
    const witness = new Witness();
    const result = await witness.run(replay);
    expect(witness.seen.slice(0, 3)).toEqual(["15:00:00 nothing", "15:01:00 15:00:00", "15:02:00 15:01:00"]);
    expect([result.bars, result.status]).toEqual([30, "complete"]);
  });

  it("says that it is no backtest", async () => {
    class Asking extends Strategy {
      answer: boolean | undefined;
      override initialize() {
        this.answer = this.isBacktesting;
      }
    }
    const asking = new Asking();
    await asking.run(replay);
    expect(asking.answer).toBe(false);
  });

  it("tells hooks that take their time of fills in the order of the fills, as the backtest does", async () => {
    class Slow extends Strategy {
      readonly told: string[] = [];
      override onTradingIteration() {
        if (this.getTimestamp() !== T0 + MINUTE) return;
        for (const quantity of [1, 2, 3, 4]) this.submitOrder(this.createOrder(ES, quantity, "buy"));
      }
      override async onFilledOrder(_position: unknown, order: { readonly quantity: number }) {
        this.told.push(`begins ${order.quantity}`);
        await new Promise((resolve) => setTimeout(resolve, 5 - order.quantity));
        this.told.push(`ends ${order.quantity}`);
      }
    }
    const strategies: Slow[] = [];
    await bothWays(
      () => {
        const strategy = new Slow();
        strategies.push(strategy);
        return strategy;
      },
      data,
      { market: "24/7", budget: 1_000_000 },
    );
    const inOrder = [1, 2, 3, 4].flatMap((quantity) => [`begins ${quantity}`, `ends ${quantity}`]);
    expect(strategies.map(({ told }) => told)).toEqual([inOrder, inOrder]);
  });

  it("on a clock gives the same as one as fast as possible", async () => {
    // 30 minutes 60,000 times as fast take 30 ms.
    const { backtest, live } = await bothWays(() => new Witness(), data, {
      market: "24/7",
      speed: 60_000,
      grace: 10_000,
    });
    expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  });

  it("takes an object as its source, and wants a span", async () => {
    const source = new InMemoryBacktesting({ data });
    const result = await new Witness().run({ source, broker: "paper", market: "24/7", ...span });
    expect(result.bars).toBe(30);
    await expect(new Witness().run({ source, broker: "paper" })).rejects.toMatchObject({ code: "invalid_option" });
  });

  it.each([
    ["broker", { broker: "papier" as "paper" }],
    ["speed", { speed: 0 }],
    ["grace", { grace: -1 }],
    ["delay", { delay: 5 as never }],
    ["delay of a bar", { delay: () => Number.NaN }],
    ["delay of a bar, before its close", { delay: () => -1 }],
    ["delay of a later bar", { delay: ({ time }) => (time === T0 + MINUTE ? Number.POSITIVE_INFINITY : 0) }],
  ] as [string, Pick<LiveRunOptions, "broker" | "speed" | "grace" | "delay">][])(
    "refuses an unsound %s",
    async (_, options) => {
      await expect(new Witness().run({ ...replay, ...options })).rejects.toMatchObject({ code: "invalid_option" });
    },
  );
});

describe("a late bar", () => {
  it("within the grace changes nothing", async () => {
    const { backtest, live } = await bothWays(() => new Witness(), data, { market: "24/7", delay: () => 1_500 });
    expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  });

  it("is waited for to the last millisecond of the grace, and not one longer", async () => {
    const comesAfter = async (milliseconds: number) => {
      const result = await new Witness().run({ ...replay, delay: () => milliseconds });
      return result.events.map(({ code }) => code);
    };
    expect(await comesAfter(2_000)).toEqual([]);
    expect((await comesAfter(2_001)).slice(0, 2)).toEqual(["bar_overdue", "bar_late"]);
  });

  it("beyond it is not waited for, is said, and comes into the history without an order being examined on it", async () => {
    // The bar from 15:10 comes at 15:12:30, 90 s late; the one from 15:11 cannot overtake it.
    const late = T0 + 10 * MINUTE;
    class Resting extends Witness {
      override async onTradingIteration() {
        await super.onTradingIteration();
        if (this.getTimestamp() === late) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    }
    const strategy = new Resting();
    const result = await strategy.run({ ...replay, delay: (bar) => (bar.time === late ? 90_000 : 0) });
    expect(strategy.seen.slice(10, 14)).toEqual([
      "15:10:00 15:09:00",
      "15:11:00 15:09:00",
      "15:12:00 15:09:00",
      "15:13:00 15:12:00",
    ]);
    expect(result.events.map(({ code }) => code)).toEqual(["bar_overdue", "bar_overdue", "bar_late", "bar_late"]);
    expect(result.events[0]?.message).toContain("2024-01-02T15:10:00Z");
    // The order of 15:10 meets the first bar that came in time: the one from 15:12.
    expect(result.fills).toMatchObject([{ time: late + 2 * MINUTE, price: data[0]?.open[12] }]);
  });
});

describe("a source that is live", () => {
  it("is taken bar by bar, the calendar saying when to look; over full sessions that is the backtest", async () => {
    class Trader extends Witness {
      override async onTradingIteration() {
        await super.onTradingIteration();
        if (this.getPosition(ES) === undefined) this.submitOrder(this.createOrder(ES, 1, "buy"));
        else this.sellAll();
      }
    }
    const events = Array.from({ length: 30 }, (_, row) => streamed(row));
    const live = await new Trader().run({ source: liveSource(events), broker: "paper", market: "24/7", ...span });
    const backtest = await new Trader().backtest(InMemoryBacktesting, span.start, span.end, { data, market: "24/7" });
    expect(live.fills).toEqual(backtest.fills);
    expect(JSON.stringify(live.orders)).toBe(JSON.stringify(backtest.orders));
  });

  it("waits for no bar in a halt of its market", async () => {
    // Corn halts from 07:45 to 08:30 in Chicago: bars from 13:40 to 13:45 UTC, and from 14:30 on.
    const corn = Asset.future("ZCH24");
    const minutes = (minute: number) => walkOf(corn, Date.UTC(2024, 0, 3, 13, minute), 5);
    const bars = joinBars([minutes(40), minutes(90)]);
    class Calls extends Strategy {
      readonly times: string[] = [];
      override onTradingIteration() {
        this.times.push(iso(this.getTimestamp()));
      }
    }
    const spanOfCorn = { ...spanOf([bars]), market: "CME_Grains" };
    const live = new Calls();
    const source = liveSource(
      [...bars.time.keys()].map((row) => streamed(row, bars)),
      [bars],
    );
    const result = await live.run({ source, broker: "paper", ...spanOfCorn });
    expect(result.events).toEqual([]);
    const { start, end, market } = spanOfCorn;
    const calls = new Calls();
    await calls.backtest(InMemoryBacktesting, start, end, { data: [bars], market });
    expect(live.times).toEqual(calls.times);
  });

  it("ends with its stream", async () => {
    const witness = new Witness();
    const result = await witness.run({
      source: liveSource([streamed(0), streamed(1)]),
      broker: "paper",
      market: "24/7",
      ...span,
    });
    expect([result.bars, result.status]).toEqual([2, "complete"]);
    // At 15:02 nobody knows yet that nothing will follow.
    expect(witness.seen).toEqual(["15:00:00 nothing", "15:01:00 15:00:00", "15:02:00 15:01:00"]);
  });

  it.each([
    ["with a bar", 5, "goes on", []],
    ["with a bar", 5, "falls silent", ["silence"]],
    ["in the middle of a bar", 5.5, "goes on", []],
    ["in the middle of a bar", 5.5, "falls silent", ["silence"]],
  ] as const)("ends at its end, %s (%f), though the stream %s: as the backtest does", async (_, minutes, __, rest) => {
    class Trader extends Witness {
      override async onTradingIteration() {
        await super.onTradingIteration();
        if (this.getPosition(ES) === undefined) this.submitOrder(this.createOrder(ES, 1, "buy"));
        this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 0.25 }));
      }
    }
    const end = T0 + minutes * MINUTE;
    // The bar from 15:05 is in progress at 15:05:30 and still closes; of what follows nothing is of the run.
    const known = Math.ceil(minutes) + (rest.length === 0 ? 4 : 0);
    const events = [...Array.from({ length: known }, (_, row) => streamed(row)), ...rest];
    const live = await new Trader().run({
      source: liveSource(events),
      broker: "paper",
      market: "24/7",
      start: span.start,
      end,
    });
    const backtest = await new Trader().backtest(InMemoryBacktesting, span.start, end, { data, market: "24/7" });
    expect([live.status, live.bars]).toEqual(["complete", Math.ceil(minutes)]);
    for (const part of ["orders", "fills", "trades", "events", "equity"] as const) {
      expect(JSON.stringify(live[part])).toBe(JSON.stringify(backtest[part]));
    }
  });

  it.each([
    // From 15:00:59.8 to 15:01: the bar from 15:00 is waited for until 15:01:00.05.
    ["the bar in progress never comes", T0 + MINUTE - 200, "24/7", ["bar_overdue"]],
    ["the market is closed", Date.UTC(2024, 0, 2, 3), "NYSE", []],
  ] as const)("ends at its end by the clock where nothing comes at all: %s", async (_, start, market, overdue) => {
    const source = liveSource(["silence"]);
    const result = await new Witness().run({ source, broker: "paper", market, start, end: start + 200, grace: 50 });
    expect([result.status, result.bars]).toEqual(["complete", 0]);
    expect(result.events.map(({ code }) => code).filter((code) => code === "bar_overdue")).toEqual(overdue);
  });

  it("takes no bar that opens after its end for the one in progress that is missing", async () => {
    const events = [0, 1, 2, 3, 4, 6, 7].map((row) => streamed(row));
    const end = T0 + 5.5 * MINUTE;
    const result = await new Witness().run({
      source: liveSource(events),
      broker: "paper",
      market: "24/7",
      start: T0,
      end,
    });
    expect([result.status, result.bars]).toEqual(["complete", 5]);
    expect(result.events.map(({ code }) => code)).toEqual(["bar_overdue"]);
  });

  it("whose stream fails leaves a partial result behind", async () => {
    const source = liveSource([streamed(0), streamed(1), new Error("connection lost")]);
    const failure = await new Witness()
      .run({ source, broker: "paper", market: "24/7", ...span })
      .catch((error) => error);
    expect(failure).toMatchObject({ code: "data_source" });
    expect(failure.message).toContain("connection lost");
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL", bars: 2 });
  });

  it("whose stream cannot be closed has failed, and has its whole result", async () => {
    const source = liveSource([streamed(0), streamed(1)]);
    const stream = source.streamBars?.({}) as BarStream;
    const broken = { ...stream, close: () => Promise.reject(new Error("socket gone")) };
    const failure = await new Witness()
      .run({ source: { ...source, streamBars: () => broken }, broker: "paper", market: "24/7", ...span })
      .catch((error) => error);
    expect(failure).toMatchObject({ code: "data_source", message: "Closing the stream of bars: socket gone" });
    expect(partialResultOf(failure)).toMatchObject({ bars: 2 });
  });

  it.each([
    ["a close that is no number", { close: Number.NaN }],
    ["a high below its low", { high: 0 }],
    ["no time", { time: Number.NaN }],
    ["no end", { end: undefined as never }],
    ["an end before its open", { end: T0 }],
    ["an end that never comes", { end: Number.POSITIVE_INFINITY }],
    ["an open above its high", { open: 1_000 }],
    ["a high of Infinity", { high: Number.POSITIVE_INFINITY }],
    ["a low of -Infinity", { low: Number.NEGATIVE_INFINITY }],
    ["a volume below 0", { volume: -1 }],
    ["a volume of Infinity", { volume: Number.POSITIVE_INFINITY }],
  ])("that sends a bar with %s has it left out, and said", async (_, flaw) => {
    const events = [streamed(0), streamed(1), { ...streamed(2), ...flaw }, streamed(3), streamed(4)];
    const result = await new Witness().run({ source: liveSource(events), broker: "paper", market: "24/7", ...span });
    expect(result.events.map(({ code }) => code)).toEqual(["bars_rejected", "bar_overdue"]);
    expect([result.bars, result.status]).toEqual([4, "complete"]);
  });

  it.each([
    ["nothing", undefined as never],
    ["an event with the arrival NaN", { ...streamed(2), arrival: Number.NaN }],
  ])("that sends %s has failed", async (words, event) => {
    const source = liveSource([streamed(0), streamed(1), event]);
    const failure = await new Witness()
      .run({ source, broker: "paper", market: "24/7", ...span })
      .catch((error) => error);
    expect(failure).toMatchObject({ code: "data_source" });
    expect(failure.message).toContain(words);
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL", bars: 2 });
  });

  it("that sends an older bar after a newer one has it left out, and said", async () => {
    const events = [streamed(0), streamed(1), { ...streamed(0), arrival: T0 + 3 * MINUTE }, streamed(2), streamed(3)];
    const result = await new Witness().run({ source: liveSource(events), broker: "paper", market: "24/7", ...span });
    expect(result.events.map(({ code }) => code)).toEqual(["bar_late"]);
    expect(result.bars).toBe(4);
  });
});

describe("a stop", () => {
  /** Stops the run from outside at its third iteration, while it waits for what `wait` says. */
  class Stopped extends Witness {
    readonly controller = new AbortController();
    closed = false;
    readonly #wait: (strategy: Strategy) => Promise<void>;
    constructor(wait: (strategy: Strategy) => Promise<void>) {
      super();
      this.#wait = wait;
    }
    override async onTradingIteration() {
      this.seen.push(iso(this.getTimestamp()));
      if (this.seen.length < 3) return;
      setTimeout(() => this.controller.abort(), 5);
      await this.#wait(this);
      this.seen.push("went on");
    }
    override onAbruptClosing() {
      this.closed = true;
    }
  }

  it.each([
    ["for the next bar", async () => {}],
    ["in a sleep", (strategy: Strategy) => strategy.sleep(3_600)],
    ["for something of its own", () => new Promise<void>(() => {})],
  ])("ends a run that waits %s, with a partial result", async (_, wait) => {
    const strategy = new Stopped(wait);
    // 20 ms of the wall are a minute.
    const result = await strategy.run({ ...replay, speed: 3_000, signal: strategy.controller.signal });
    expect([result.status, strategy.closed]).toEqual(["PARTIAL", true]);
    expect(strategy.seen.slice(0, 3)).toEqual(["15:00:00", "15:01:00", "15:02:00"]);
  });
});
