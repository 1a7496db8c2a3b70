/** Nothing that comes after an instant decides anything before it: not which hooks are called, nor when, nor what they do. */
import { type Asset, type BacktestOptions, type Bars, InMemoryBacktesting } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothWays, firstDifference, logOf } from "../live/support.ts";
import { DAY, HOUR, LATE, lastCloseOf, type Wishes, Witness, wishes, world, worldBars } from "./witness.ts";

const given: fc.Arbitrary<BacktestOptions> = fc.record(
  { market: fc.constantFrom("24/7", "NYSE", "CME_Equity", "CME_GRAINS") },
  { requiredKeys: [] },
);

interface Way {
  readonly wished: Wishes;
  readonly options: BacktestOptions;
  readonly start: number;
  readonly end: number;
}

/** One of the assets comes in only when it is asked for. */
const isGiven = (asset: Asset) => asset !== LATE;

async function linesOf({ wished, options, start, end }: Way, data: readonly Bars[]) {
  const assets = data.map(({ asset }) => asset).filter(isGiven);
  const strategy = new Witness(
    data.some(({ asset }) => asset === LATE) ? wished : { ...wished, asksLater: false },
    assets,
  );
  await strategy.backtest(InMemoryBacktesting, start, end, {
    data,
    assets,
    budget: 1e9,
    logLevel: "silent",
    ...options,
  });
  return strategy.lines;
}

const textBefore = (time: number, lines: Witness["lines"]) =>
  lines.filter((line) => line.time < time).map(({ text }) => text);
/** That nothing will fill an order any more is known only where the data of its asset end. */
const told = (lines: readonly string[]) => lines.filter((text) => !text.endsWith("data_ended"));
const hours = fc.integer({ min: 1, max: 500 });

describe("for any strategy, hooks and all, on any market", () => {
  it("data that end, go on, or go on in another way from an instant on have changed nothing before it", () =>
    fc.assert(
      fc.asyncProperty(world, wishes, given, hours, async (drawn, wished, options, hour) => {
        const cut = drawn.start + hour * HOUR;
        const shorter = worldBars(drawn, cut, undefined);
        fc.pre(shorter.some(({ asset }) => isGiven(asset)) && shorter.every(({ length }) => length > 0));
        const [longer, other] = [worldBars(drawn, cut, "later"), worldBars(drawn, cut, "other")];
        const way = { wished, options, start: drawn.start, end: drawn.start + 60 * DAY };
        const whole = await linesOf(way, longer);
        expect(textBefore(cut, await linesOf(way, other))).toEqual(textBefore(cut, whole));
        const known = Math.min(
          cut,
          lastCloseOf(
            shorter.filter(({ asset }) => isGiven(asset)),
            cut,
          ),
        );
        expect(told(textBefore(known, await linesOf(way, shorter)))).toEqual(textBefore(known, whole));
        expect(told(textBefore(known, await linesOf({ ...way, end: cut }, longer)))).toEqual(textBefore(known, whole));
      }),
      { numRuns: 100 },
    ));

  it("a replay calls the hooks of the backtest, whenever the run starts and ends, and time never goes back", () =>
    fc.assert(
      fc.asyncProperty(world, wishes, given, fc.nat(60), hours, async (drawn, wished, options, offset, length) => {
        const start = drawn.start + offset * HOUR;
        const span = { start, end: start + length * HOUR };
        const data = worldBars(drawn, drawn.start + 500 * HOUR, "later");
        const isIn = ({ time }: Bars) => time.some((stamp) => stamp >= span.start && stamp < span.end);
        fc.pre(data.some((bars) => isGiven(bars.asset) && isIn(bars)));
        const assets = data.map(({ asset }) => asset).filter(isGiven);
        const asksLater = wished.asksLater && assets.length < data.length;
        const made: Witness[] = [];
        const make = () => {
          const strategy = new Witness({ ...wished, asksLater }, assets);
          made.push(strategy);
          return strategy;
        };
        const run = { assets, budget: 1e9, logLevel: "silent", ...options } as const;
        const { backtest, live } = await bothWays(make, data, run, span);
        const [first, second] = made.map(({ lines }) => lines.map(({ text }) => text));
        expect(second).toEqual(first);
        expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
        const times = made[0]?.lines.map(({ time }) => time) ?? [];
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    ));
});
