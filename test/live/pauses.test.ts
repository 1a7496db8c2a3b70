import { InMemoryBacktesting, ReplayController, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, T0 } from "../engine/support.ts";
import { bothWays, firstDifference, logOf, spanOf, walkOf } from "./support.ts";

const data = [walkOf(ES, T0, 30)];
const span = spanOf(data);
const replay = { source: InMemoryBacktesting, broker: "paper", market: "24/7", data, ...span } as const;
const iso = (time: number) => new Date(time).toISOString().slice(11, 19);

/** Buys and sells in turns, and notes what it sees. */
class Trader extends Strategy {
  readonly seen: string[] = [];
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(ES, 1, "1m");
    this.seen.push(`${iso(this.getTimestamp())} ${bars === undefined ? "nothing" : iso(bars.time[0] ?? 0)}`);
    this.submitOrder(this.createOrder(ES, 1, this.seen.length % 2 === 0 ? "sell" : "buy"));
  }
}

const backtest = () => new Trader().backtest(InMemoryBacktesting, span.start, span.end, { data, market: "24/7" });
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a stream that falls silent and goes on", () => {
  it("within the grace, or where no bar is due, loses nothing: the orders are those of the backtest", async () => {
    const silent = (from: number, to: number) => [{ start: T0 + from, end: T0 + to }];
    const parted = barsOf(ES, flat(100, 20));
    parted.time.set(parted.time.map((open, row) => (row < 10 ? open : open + 60 * MINUTE)));
    for (const { bars, pauses } of [
      // The bar from 15:04 closes at 15:05 and comes 1.5 s later.
      { bars: data, pauses: silent(4.5 * MINUTE, 5 * MINUTE + 1_500) },
      // Nothing is traded between 15:10 and 16:00.
      { bars: [parted], pauses: silent(10 * MINUTE + 1, 59 * MINUTE) },
    ]) {
      const both = await bothWays(() => new Trader(), bars, { market: "24/7", pauses });
      expect(firstDifference(logOf(both.live), logOf(both.backtest))).toBe(undefined);
      expect(both.live.events).toEqual([]);
    }
  });

  it("beyond the grace has the strategy called without its bars, each of them said to be overdue, then late", async () => {
    // From 15:05 to 15:08 nothing comes: the bars from 15:04, 15:05 and 15:06 come at 15:08, and so does the one from 15:07.
    const strategy = new Trader();
    const result = await strategy.run({ ...replay, pauses: [{ start: T0 + 5 * MINUTE, end: T0 + 8 * MINUTE }] });
    expect(strategy.seen.slice(4, 10)).toEqual([
      "15:04:00 15:03:00",
      "15:05:00 15:03:00",
      "15:06:00 15:03:00",
      "15:07:00 15:03:00",
      "15:08:00 15:07:00",
      "15:09:00 15:08:00",
    ]);
    const told = (code: string) =>
      result.events.filter((event) => event.code === code).map(({ message }) => /from \S+T(\S+)Z/.exec(message)?.[1]);
    expect(told("bar_overdue")).toEqual(["15:04:00", "15:05:00", "15:06:00"]);
    expect(told("bar_late")).toEqual(["15:04:00", "15:05:00", "15:06:00"]);
    // What was sent meanwhile meets the first bar that came in time, the one from 15:07; from then on all is as ever.
    const [open] = data.map((bars) => bars.open[7]);
    expect(result.fills.filter(({ time }) => time === T0 + 7 * MINUTE).map(({ price }) => price)).toEqual([
      ...[open, open, open, open],
    ]);
    expect([result.bars, result.status]).toEqual([27, "complete"]);
  });

  it("may do so more than once, and pauses that touch are one", async () => {
    const pauses = [
      { start: T0 + 6 * MINUTE, end: T0 + 8 * MINUTE },
      { start: T0 + 5 * MINUTE, end: T0 + 6 * MINUTE },
      { start: T0 + 20 * MINUTE, end: T0 + 21 * MINUTE },
    ];
    const strategy = new Trader();
    const result = await strategy.run({ ...replay, pauses });
    expect(result.events.filter(({ code }) => code === "bar_late").length).toBe(4);
    // What would have come from 15:05 on comes at 15:08, where the two end together.
    expect(strategy.seen.slice(5, 9)).toEqual([
      "15:05:00 15:03:00",
      "15:06:00 15:03:00",
      "15:07:00 15:03:00",
      "15:08:00 15:07:00",
    ]);
  });

  it("is refused where its end is not after its start", async () => {
    await expect(new Trader().run({ ...replay, pauses: [{ start: T0, end: T0 }] })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining("pauses[0].end"),
    });
    await expect(new Trader().run({ ...replay, pauses: 3 as never })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining("pauses was 3, expected a list of { start, end }"),
    });
    await expect(new Trader().run({ ...replay, pauses: [{ start: "noon", end: T0 }] })).rejects.toMatchObject({
      code: "invalid_time",
    });
  });
});

describe("a replay that is paused from outside", () => {
  /** Pauses before its tenth bar and notes how many iterations there were at the end of the pause. */
  class Pausing extends Trader {
    readonly controller = new ReplayController();
    before = 0;
    after = 0;
    readonly #pause: number;
    constructor(pause: number) {
      super();
      this.#pause = pause;
    }
    override async onTradingIteration() {
      await super.onTradingIteration();
      if (this.seen.length !== 10) return;
      this.controller.pause();
      void wait(this.#pause / 2).then(() => {
        this.before = this.seen.length;
      });
      void wait(this.#pause).then(() => {
        this.after = this.seen.length;
        this.controller.resume();
      });
    }
  }

  it.each([
    ["as fast as possible", {}],
    // A minute lasts a millisecond: the pause of 60 ms would be an hour, and the grace of 20 ms is 20 minutes.
    ["on a clock", { speed: 60_000, grace: 20 }],
  ])("%s stands still meanwhile; the orders are those of the backtest", async (_, pace) => {
    const strategy = new Pausing(60);
    const result = await strategy.run({ ...replay, ...pace, controller: strategy.controller });
    expect(strategy.after).toBe(strategy.before);
    expect(strategy.after).toBeLessThan(15);
    expect(firstDifference(logOf(result), logOf(await backtest()))).toBe(undefined);
    expect(result.events).toEqual([]);
  });

  it("stands still while a hook is waited for that lasts into the pause", async () => {
    class Lasting extends Trader {
      readonly controller = new ReplayController();
      override async onTradingIteration() {
        await super.onTradingIteration();
        if (this.seen.length !== 10) return;
        this.controller.pause();
        void wait(100).then(() => this.controller.resume());
        await wait(50);
      }
    }
    // At a minute a millisecond 50 ms are 50 minutes, and the grace of 20 ms is over 20 minutes after a close.
    const strategy = new Lasting();
    const result = await strategy.run({ ...replay, speed: 60_000, grace: 20, controller: strategy.controller });
    expect(firstDifference(logOf(result), logOf(await backtest()))).toBe(undefined);
    expect(result.events).toEqual([]);
  });

  it("has the grace of a bar that it waits for stand still too", async () => {
    // A minute is 200 ms. The bar from 15:00 closes after 200 ms and does not come; its grace would be over 100 ms later, in the pause.
    const controller = new ReplayController();
    const called: number[] = [];
    class Called extends Trader {
      override async onTradingIteration() {
        await super.onTradingIteration();
        called.push(performance.now());
        if (called.length === 2) stop.abort();
      }
    }
    const stop = new AbortController();
    const pauses = [{ start: T0 + MINUTE, end: T0 + 29 * MINUTE }];
    const terms = { ...replay, pauses, speed: 300, grace: 100, controller, signal: stop.signal };
    const strategy = new Called();
    const running = strategy.run(terms);
    await wait(100);
    controller.pause();
    await wait(500);
    const resumed = performance.now();
    expect(called.length).toBe(1);
    controller.resume();
    await running;
    expect(strategy.seen).toEqual(["15:00:00 nothing", "15:01:00 nothing"]);
    // 200 ms were left of it; the bar itself comes after more than 5 s.
    const waited = (called[1] ?? 0) - resumed;
    expect(waited).toBeGreaterThan(50);
    expect(waited).toBeLessThan(3_000);
  });

  it("goes on from where it stood, at its pace: the time of the pause is not made up for", async () => {
    // Thirty minutes of 3 ms each are to come after a pause of 100 ms or more, and no timer goes off too early.
    const controller = new ReplayController();
    controller.pause();
    const running = new Trader().run({ ...replay, speed: 20_000, grace: 1_000, controller });
    await wait(100);
    const resumed = performance.now();
    controller.resume();
    await running;
    expect(performance.now() - resumed).toBeGreaterThan(85);
  });

  it("before it begins waits for the first bar", async () => {
    const controller = new ReplayController();
    controller.pause();
    controller.pause();
    expect(controller.paused).toBe(true);
    const strategy = new Trader();
    const running = strategy.run({ ...replay, controller });
    await wait(20);
    // At 15:00 no bar is needed yet.
    expect(strategy.seen).toEqual(["15:00:00 nothing"]);
    controller.resume();
    expect((await running).bars).toBe(30);
  });

  it("can be stopped while it is paused, and while it waits for a bar that is far off", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const controller = new ReplayController();
    const stop = new AbortController();
    controller.pause();
    const paused = new Trader().run({ ...replay, controller, signal: stop.signal });
    const slow = new Trader().run({ ...replay, speed: 1, signal: stop.signal });
    await wait(20);
    stop.abort();
    expect([(await paused).status, (await slow).status]).toEqual(["PARTIAL", "PARTIAL"]);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it("waits for a bar that is further off than a timer can be", async () => {
    // The platform's timers end at 24.9 days; a longer one goes off at once, with a warning.
    const warned: string[] = [];
    const listen = ({ name }: Error) => void warned.push(name);
    process.on("warning", listen);
    const stop = new AbortController();
    const start = T0 - 40 * 24 * 60 * MINUTE;
    const running = new Trader().run({ ...replay, start, speed: 1, signal: stop.signal });
    await wait(50);
    stop.abort();
    await running;
    await wait(0);
    process.off("warning", listen);
    expect(warned).toEqual([]);
  });

  it("is refused where it is no controller", async () => {
    await expect(new Trader().run({ ...replay, controller: {} as ReplayController })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});
