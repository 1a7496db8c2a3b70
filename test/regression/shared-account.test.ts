import { Asset, type Bars, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { type Script, share } from "../run/shared-account.support.ts";
import { at, fillText, orderLogHash } from "./support.ts";

const DAY = 24 * 60 * MINUTE;
const ES = Asset.continuousFuture("ES");
const MES = Asset.future("MESH24");
const fee = [new TradingFee({ perContract: 1.5 })];

const still = (asset: Asset, ...prices: number[]): Bars =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
  );
/** Days from Tuesday 2024-01-02 on. */
const days = (asset: Asset, ...prices: number[]): Bars =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1d",
    Date.UTC(2024, 0, 2),
    DAY,
  );

/** A whole run of several strategies on one account, what it proves, and what must come of it. */
interface SharedRegression {
  readonly proves: string;
  readonly data: readonly Bars[];
  readonly scripts: Readonly<Record<string, Script>>;
  readonly options?: Parameters<typeof share>[2];
  /** Of the account, by hand: `A buy 2 ESH24 @ 100`. */
  readonly fills: readonly string[];
  /** What each made, by hand; the account makes the sum. */
  readonly profits: Readonly<Record<string, number>>;
  /** Codes of refused orders, by strategy. Left out, there are none. */
  readonly refused?: Readonly<Record<string, readonly string[]>>;
  /** `settlement 100`, of the account: by hand. */
  readonly cashflows?: readonly string[];
  /** Codes of the account's events. Left out, there are none. */
  readonly events?: readonly string[];
  /** Of the account's orders and fills as they were when the numbers above were found right. */
  readonly hash: string;
}

const list: readonly SharedRegression[] = [
  {
    // A's 6,000 leave 4,000: B's 5,000 do not fit, C's 4,000 do. Then 110: 60 x 10 and 40 x 10.
    proves: "cash goes by name; what does not fit is refused, what comes after it and fits is not",
    data: [still(STOCK, 100, 100, 110)],
    scripts: {
      A: at({ 0: (s) => s.send(STOCK, 60, "buy") }),
      B: at({ 0: (s) => s.send(STOCK, 50, "buy") }),
      C: at({ 0: (s) => s.send(STOCK, 40, "buy") }),
    },
    options: { budget: 10_000 },
    fills: ["A buy 60 ACME @ 100", "C buy 40 ACME @ 100"],
    profits: { A: 600, B: 0, C: 400 },
    refused: { B: ["insufficient_funds"] },
    events: ["order_refused"],
    hash: "2291880f1d1d122f",
  },
  {
    // Half of what is bought is to be there: A's 15,000 take 7,500, and B's 6,000 would take 3,000 more. At 80 the account is worth
    // 10,000 - 150 x 20 = 7,000, and A's shares take 6,000: 50 x 80 / 2 = 2,000 do not fit, 25 x 80 / 2 = 1,000 do, to the cent.
    proves: "a margin account lends once, to all strategies together",
    data: [still(STOCK, 100, 80, 80, 80)],
    scripts: {
      A: at({ 0: (s) => s.send(STOCK, 150, "buy") }),
      B: at({
        0: (s) => s.send(STOCK, 60, "buy"),
        1: (s) => s.send(STOCK, 50, "buy"),
        2: (s) => s.send(STOCK, 25, "buy"),
      }),
    },
    options: { budget: 10_000, buyingPower: "reg-t" },
    fills: ["A buy 150 ACME @ 100", "B buy 25 ACME @ 80"],
    profits: { A: -3_000, B: 0 },
    refused: { B: ["insufficient_funds", "insufficient_funds"] },
    events: ["order_refused", "order_refused"],
    hash: "50387a302583de65",
  },
  {
    // Each day's move x 5: long 2 from 5000 over 5010 and 5006, short 1 the same way round.
    proves: "each book is settled by itself, and what one pays the other gets",
    data: [days(MES, 5000, 5010, 5006)],
    scripts: { A: at({ 0: (s) => s.send(MES, 2, "buy") }), B: at({ 0: (s) => s.send(MES, 1, "sell") }) },
    fills: ["A buy 2 MESH24 @ 5000", "B sell 1 MESH24 @ 5000"],
    profits: { A: 60, B: -30 },
    cashflows: ["settlement 100", "settlement -50", "settlement -40", "settlement 20"],
    hash: "48a28a1c5326403f",
  },
  {
    // Bought at 100, rolled at 104 to 110, worth 112: 4 + 2 points x 50, fees 1.50 three times; short 2 the same: -2 x 300 - 6 x 1.50.
    proves: "a roll is two fills of each book with their fees, also where the account holds both sides",
    data: [still(ES, 100, 104, 112, 112)],
    scripts: { A: at({ 0: (s) => s.send(ES, 1, "buy") }), B: at({ 0: (s) => s.send(ES, 2, "sell") }) },
    options: {
      buyTradingFees: fee,
      sellTradingFees: fee,
      margins: { ES: { initial: 1 } },
      rolls: [
        {
          time: T0 + 2 * MINUTE,
          measuredAt: T0 + MINUTE,
          from: Asset.future("ESH24"),
          to: Asset.future("ESM24"),
          fromPrice: 104,
          toPrice: 110,
        },
      ],
    },
    fills: [
      "A buy 1 ESH24 @ 100",
      "A sell 1 ESH24 @ 104 (roll)",
      "A buy 1 ESM24 @ 110 (roll)",
      "B sell 2 ESH24 @ 100",
      "B buy 2 ESH24 @ 104 (roll)",
      "B sell 2 ESM24 @ 110 (roll)",
    ],
    profits: { A: 300 - 4.5, B: -600 - 9 },
    events: ["position_rolled", "position_rolled"],
    hash: "d922d0cde29a4ca6",
  },
  {
    // 20 held and 20 owed: 10 each way; a stop of A's is split, B's position too.
    proves: "dividends and splits come to every book that holds or owes the share",
    data: [days(STOCK, 100, 100, 25, 25)],
    scripts: {
      A: at({ 0: (s) => s.send(STOCK, 20, "buy"), 1: (s) => s.send(STOCK, 20, "sell", { stopPrice: 80 }) }),
      B: at({ 0: (s) => s.send(STOCK, 20, "sell") }),
    },
    options: {
      corporateActions: [
        { asset: STOCK, kind: "dividend", date: "2024-01-03", amount: 0.5 },
        { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 },
      ],
    },
    fills: ["A buy 20 ACME @ 100", "B sell 20 ACME @ 100"],
    profits: { A: 10, B: -10 },
    cashflows: ["dividend 10", "dividend -10"],
    events: ["stock_split", "order_split", "stock_split", "order_open_at_end"],
    hash: "a195353f46877ddc",
  },
  {
    // A buys at the close of the first bar, 100, and has 4,000 left when B is asked at that instant: B's 50 do not fit, its 40 do. 60 x 5, 40 x 5.
    proves: "filled at this close, an order is paid before the next strategy is asked",
    data: [still(STOCK, 100, 105, 105)],
    scripts: {
      A: at({ 1: (s) => s.send(STOCK, 60, "buy") }),
      B: at({
        1: (s) => {
          expect(s.getCash()).toBe(4_000);
          s.send(STOCK, 50, "buy");
          s.send(STOCK, 40, "buy");
        },
      }),
    },
    options: { budget: 10_000, fill: "this-close" },
    fills: ["A buy 60 ACME @ 100", "B buy 40 ACME @ 100"],
    profits: { A: 300, B: 200 },
    refused: { B: ["insufficient_funds"] },
    events: ["order_refused"],
    hash: "58f383eda615238b",
  },
  {
    // 2024-03-15 is its last day. Long 1 from 5000, short 3: closed at 5020.
    proves: "a contract that ends closes the position of every book",
    data: [
      barsOf(
        MES,
        [5000, 5010, 5020].flatMap((price) => flat(price, 1)),
        "1d",
        Date.UTC(2024, 2, 13),
        DAY,
      ),
    ],
    scripts: { A: at({ 0: (s) => s.send(MES, 1, "buy") }), B: at({ 0: (s) => s.send(MES, 3, "sell") }) },
    fills: [
      "A buy 1 MESH24 @ 5000",
      "A sell 1 MESH24 @ 5020 (expiration)",
      "B sell 3 MESH24 @ 5000",
      "B buy 3 MESH24 @ 5020 (expiration)",
    ],
    profits: { A: 100, B: -300 },
    events: ["position_expired", "position_expired"],
    hash: "42f13a5f369ff44d",
  },
];

describe("several strategies on one account", () => {
  it.each(list.map((each) => [each.proves, each] as const))("%s", async (_, expected) => {
    const budget = expected.options?.budget ?? 100_000;
    const { total, of, strategies } = await share(expected.scripts, expected.data, expected.options);
    const names = Object.keys(expected.scripts);
    expect(names.flatMap((name) => of(name).fills.map((fill) => `${name} ${fillText(fill)}`))).toEqual(expected.fills);
    for (const name of names) {
      expect(of(name).equity.value.at(-1)).toBeCloseTo(budget + (expected.profits[name] ?? Number.NaN), 6);
      expect(strategies[name]?.refused).toEqual(expected.refused?.[name] ?? []);
    }
    const profit = Object.values(expected.profits).reduce((sum, each) => sum + each, 0);
    expect(total.equity.value.at(-1)).toBeCloseTo(budget + profit, 6);
    if (expected.cashflows !== undefined)
      expect(total.cashflows.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(expected.cashflows);
    expect(total.events.map(({ code }) => code)).toEqual(expected.events ?? []);
    expect(orderLogHash(total)).toBe(expected.hash);
  });
});
