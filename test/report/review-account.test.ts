/** What the review asks of the account, of runs through the public door. */
import type { BacktestOptions } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, once, run, STOCK } from "../engine/support.ts";

const DAY = 86_400_000;
const days = (...prices: number[]) =>
  barsOf(
    STOCK,
    prices.flatMap((price) => flat(price, 1)),
    "1d",
    Date.UTC(2024, 0, 2),
    DAY,
  );

async function checkOf(code: string, bars: ReturnType<typeof barsOf>, units: number, options: BacktestOptions) {
  const side = units < 0 ? "sell" : "buy";
  const script = once((s) => units !== 0 && s.send(bars.asset, Math.abs(units), side));
  const { result } = await run(bars, script, options);
  return { check: result.review.checks.find((each) => each.code === code), screen: result.summary() };
}

describe("an account below zero", () => {
  it("is found, with the instant and its lowest", async () => {
    // 10 short at 100 of an account of 1,000: at 260 it is worth 1,000 - 1,600 = -600, then at 230 -300.
    const { check, screen } = await checkOf("account_below_zero", days(100, 100, 260, 230), -10, { budget: 1_000 });
    expect(check).toMatchObject({
      status: "found",
      severity: "serious",
      figures: { time: Date.UTC(2024, 0, 5), least: -600 },
    });
    expect(check?.text).toBe("The account was below zero at 2024-01-05T00:00:00Z, and worth -600.00 at its lowest.");
    expect(screen).toContain("! The account was below zero at 2024-01-05T00:00:00Z");
  });
  it("is not where it only came near", async () => {
    // At 200 it is worth nothing, which is not less.
    const { check } = await checkOf("account_below_zero", days(100, 100, 200, 150), -10, { budget: 1_000 });
    expect(check).toMatchObject({ status: "clear", figures: { least: 0 } });
  });
});

describe("short sales for nothing", () => {
  it("are found where shares were held overnight and nothing was paid", async () => {
    const { check } = await checkOf("free_short_sales", days(100, 100, 99), -1, {});
    expect(check).toMatchObject({ status: "found", figures: { trades: 1, paid: 0 } });
  });
  it("are not where a borrow fee was paid: three nights of 36 % of 100 over 360", async () => {
    const { check } = await checkOf("free_short_sales", days(100, 100, 100), -1, { borrowRate: 0.36 });
    expect(check).toMatchObject({ status: "clear" });
    expect(check?.figures["paid"]).toBeCloseTo(0.3, 9);
  });
  it("are not asked of long positions, futures, and what was bought back the same day", async () => {
    for (const [bars, units] of [
      [days(100, 100, 99), 1],
      [barsOf(ES, flat(100, 3), "1d", Date.UTC(2024, 0, 2), DAY), -1],
      [barsOf(STOCK, flat(100, 30)), -1],
    ] as const)
      expect((await checkOf("free_short_sales", bars, units, {})).check?.status).toBe("unknown");
  });
});
