/** What a run tells of itself while it goes on, beside the result it ends with. */
import type { RunProgress } from "backlit";
import { expect, it } from "vitest";
import { barsOf, ES, MINUTE, run, T0 } from "../engine/support.ts";

const CLOSES = [100, 104, 90, 95, 110, 105, 99, 120, 118, 121, 80, 90, 100, 101, 140, 130, 131, 90, 95, 100];

it("onProgress tells equity, drawdown and closed trades as the result has them at that instant", async () => {
  const told: RunProgress[] = [];
  const rows = CLOSES.map((close, i) => {
    const open = CLOSES[i - 1] ?? 100;
    return [open, Math.max(open, close), Math.min(open, close), close] as const;
  });
  const { result } = await run(
    barsOf(ES, rows),
    // Long from the first minute on, turned every fifth: slow enough for the outside to be let in between.
    async (strategy) => {
      const turns = strategy.iteration % 5 === 0;
      if (turns) strategy.send(ES, strategy.iteration === 0 ? 1 : 2, strategy.iteration % 10 === 0 ? "buy" : "sell");
      await new Promise((resolve) => setTimeout(resolve, 60));
    },
    { budget: 100_000, onProgress: (progress: RunProgress) => void told.push(progress) },
  );
  // Bought at 100, closed at 104, then 90: 50 a point.
  expect([...result.equity.value].slice(0, 4)).toEqual([100_000, 100_000, 100_200, 99_500]);
  const { time, value } = result.equity;
  for (const { time: now, bars, equity, drawdown, trades, start, end } of told) {
    const seen = [...value].filter((_, row) => (time[row] as number) <= now);
    expect(equity).toBe(seen.at(-1));
    expect(drawdown).toBeCloseTo((seen.at(-1) as number) / Math.max(...seen) - 1, 12);
    expect(trades).toBe(result.trades.filter((trade) => !trade.open && trade.exitTime <= now).length);
    expect([bars, start, end]).toEqual([(now - T0) / MINUTE, T0, T0 + CLOSES.length * MINUTE]);
  }
  expect(told.length).toBeGreaterThan(3);
  expect(Math.min(...told.map(({ drawdown }) => drawdown))).toBeLessThan(0);
});
