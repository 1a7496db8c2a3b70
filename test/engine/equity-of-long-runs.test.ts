import { describe, expect, it } from "vitest";
import { barsOf, MINUTE, once, type Row, run, STOCK } from "./support.ts";

/** A day of the market that never closes begins at midnight UTC. */
const MIDNIGHT = Date.UTC(2024, 0, 2);

/** From 100 up by 1 a minute: the close of minute n is 101 + n. */
const rising = (count: number): Row[] =>
  Array.from({ length: count }, (_, minute) => [100 + minute, 101 + minute, 100 + minute, 101 + minute] as const);

describe("the equity of a run of more rows than are kept at first", () => {
  it.each([
    ["at every bar", "1m"],
    ["at the first bar, and then of bars that pass by themselves", "1d"],
  ])("has a row a minute, each with its worth: recorded %s", async (_, sleeptime) => {
    const script = once((s) => s.send(STOCK, 1, "buy"));
    const count = 2_500;
    const { result } = await run(barsOf(STOCK, rising(count), "1m", MIDNIGHT), script, {
      budget: 1_000,
      setup: (s) => {
        s.sleeptime = sleeptime;
      },
    });
    const { time, value, cash } = result.equity;
    const rows = Array.from({ length: count }, (_, minute) => minute);
    // One share bought at 100 out of 1,000: 900, and its price.
    const from = time.length - count;
    expect([...time].slice(from)).toEqual(rows.map((minute) => MIDNIGHT + (minute + 1) * MINUTE));
    expect([...value].slice(from)).toEqual(rows.map((minute) => 1_001 + minute));
    expect([...cash].slice(from)).toEqual(rows.map(() => 900));
    expect([value.length, cash.length]).toEqual([time.length, time.length]);
  });
});
