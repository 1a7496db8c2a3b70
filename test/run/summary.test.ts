import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, once, run } from "../engine/support.ts";

describe("the summary of a result", () => {
  // Bought at 100, and the price goes to 102: two points of 50.
  const bars = barsOf(ES, [...flat(100, 2), ...flat(102, 3)]);
  const buy = once((strategy) => void strategy.send(ES, 1, "buy"));

  it("says in text what came of the run", async () => {
    const { result } = await run(bars, buy, { budget: 10_000 });
    const [title, equity] = result.summary().split("\n");
    expect(title).toMatch(/^Scripted .* 5 bars/);
    expect(equity).toContain("equity 10,000 -> 10,100  +1.00 %");
  });

  it("keeps to a narrow screen and to plain letters", async () => {
    const { result } = await run(bars, buy, { budget: 10_000 });
    const lines = result.summary({ width: 50, unicode: false }).split("\n");
    for (const line of lines) expect(line).toMatch(/^[ -~]{0,50}$/);
  });
});
