import { createHash } from "node:crypto";
import type { BacktestOptions, BacktestResult, Bars, InMemoryBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { run, type Scripted } from "../engine/support.ts";

/** A whole run over a few made bars, what it proves, and what must come of it. */
export interface Regression {
  /** One sentence. */
  readonly proves: string;
  readonly data: readonly Bars[];
  readonly script: (strategy: Scripted) => void | Promise<void>;
  readonly options?: BacktestOptions & Partial<ConstructorParameters<typeof InMemoryBacktesting>[0]>;
  /** `buy 2 ESH24 @ 100`, with ` (roll)` where no order led to it: by hand. */
  readonly fills: readonly string[];
  /** Change of the account in money, by hand. */
  readonly profit: number;
  /** `pnl` of each trade, fees taken off: by hand. */
  readonly trades: readonly number[];
  /** `settlement 100`: by hand. Left out, it is not looked at. */
  readonly cashflows?: readonly string[];
  /** Codes of the run's events, in order. Left out, there are none. */
  readonly events?: readonly string[];
  /** Of orders and fills as they were when the numbers above were found right: whatever changes shows. */
  readonly hash: string;
}

/** One test a run. */
export function regressions(title: string, list: readonly Regression[]): void {
  describe(title, () => {
    it.each(list.map((each) => [each.proves, each] as const))("%s", async (_, expected) => {
      const budget = expected.options?.budget ?? 100_000;
      const { result } = await run(expected.data, expected.script, { logLevel: "silent", ...expected.options, budget });
      expect(result.fills.map(fillText)).toEqual(expected.fills);
      expect(result.trades.map(({ pnl }) => Math.round(pnl * 1e6) / 1e6)).toEqual(expected.trades);
      expect(result.equity.value.at(-1)).toBeCloseTo(budget + expected.profit, 6);
      if (expected.cashflows !== undefined)
        expect(result.cashflows.map(({ kind, amount }) => `${kind} ${Math.round(amount * 1e6) / 1e6}`)).toEqual(
          expected.cashflows,
        );
      expect(result.events.map(({ code }) => code)).toEqual(expected.events ?? []);
      // The account is the start, the trades, and what moved cash beside them.
      const funding = result.cashflows.filter(({ kind }) => kind !== "settlement");
      const sum = [...result.trades.map(({ pnl }) => pnl), ...funding.map(({ amount }) => amount)];
      expect(result.equity.value.at(-1)).toBeCloseTo(
        sum.reduce((total, each) => total + each, budget),
        2,
      );
      expect(orderLogHash(result)).toBe(expected.hash);
    });
  });
}

export function fillText({ side, quantity, price, contract, asset, reason }: BacktestResult["fills"][number]): string {
  return `${side} ${quantity} ${contract ?? asset.symbol} @ ${price}${reason === undefined ? "" : ` (${reason})`}`;
}

/** The first 16 hex digits of a hash over every order as it ended and every fill. */
export function orderLogHash({ orders, fills }: BacktestResult): string {
  const lines = [
    ...orders.map((o) => [o.id, o.asset, o.side, o.quantity, o.kind, o.status, o.submittedAt, o.closedAt, o.refusal]),
    ...fills.map((f) => [
      f.time,
      f.asset,
      f.side,
      f.quantity,
      f.price,
      f.fee,
      f.slippage,
      f.orderId,
      f.contract,
      f.reason,
    ]),
  ];
  return createHash("sha256")
    .update(lines.map((line) => line.join(" ")).join("\n"))
    .digest("hex")
    .slice(0, 16);
}

/** Does the n-th thing at the n-th iteration. */
export function at(steps: Readonly<Record<number, (strategy: Scripted) => unknown>>): (strategy: Scripted) => void {
  return (strategy) => void steps[strategy.iteration]?.(strategy);
}
