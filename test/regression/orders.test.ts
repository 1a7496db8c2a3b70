/** End-to-end runs for orders over all kinds of assets. Each says what it proves; its fills were worked out by hand, its log is pinned. */
import { Asset, Bars, type Order, TradingFee, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Row, type Scripted, STOCK, T0 } from "../engine/support.ts";
import { type OrderRun, played } from "./order-runs.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  Date.UTC(year, month - 1, day, hour, minute);

const BETA = Asset.stock("BETA");
const CL = new Asset({ symbol: "CL", assetType: "future", expiration: "2024-04-22", multiplier: 1000, tickSize: 0.01 });
const ES_LATER = new Asset({
  symbol: "ES",
  assetType: "future",
  expiration: "2024-06-21",
  multiplier: 50,
  tickSize: 0.25,
});
const ES_CONTINUOUS = Asset.continuousFuture("ES");
const CALL = Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike: 470, right: "call" });
const HIGHER_CALL = Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike: 480, right: "call" });
const EUR = Asset.forex("EUR", "USD");
const BTC = Asset.crypto("BTC", "USD");
const SPX = Asset.index("SPX");

/** Bars of several stretches, one after the other. */
function stretches(asset: Asset, ...parts: readonly (readonly [start: number, rows: readonly Row[]])[]): Bars {
  const pieces = parts.map(([start, rows]) => barsOf(asset, rows, "1m", start));
  const join = (name: "time" | "open" | "high" | "low" | "close" | "volume") =>
    pieces.flatMap((bars) => [...bars[name]]);
  const [time, open, high, low, close, volume] = [
    join("time"),
    join("open"),
    join("high"),
    join("low"),
    join("close"),
    join("volume"),
  ];
  return Bars.from({ asset, timestep: "1m", time, open, high, low, close, volume });
}

const days = (asset: Asset, rows: readonly Row[], start: number) => barsOf(asset, rows, "1d", start, DAY);
const prices = (...values: number[]): Row[] => values.flatMap((price) => flat(price, 1));
/** Sends something when an instant has come. */
const when = (time: number, action: (s: Scripted) => unknown) => (s: Scripted) =>
  void (s.getTimestamp() === time && action(s));
const steps =
  (...actions: ((s: Scripted) => unknown)[]) =>
  (s: Scripted) =>
    void actions[s.iteration]?.(s);
const nothing = () => {};

const BRACKET = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 } as const;
const RUNS: readonly OrderRun[] = [
  // Stocks
  {
    proves: "a round trip of shares pays its fees out of cash",
    data: barsOf(STOCK, prices(100, 100, 105, 105)),
    script: steps(
      (s) => s.send(STOCK, 10, "buy"),
      (s) => s.closePosition(STOCK),
    ),
    options: {
      budget: 10_000,
      buyTradingFees: [new TradingFee({ perShare: 0.01 })],
      sellTradingFees: [new TradingFee({ flat: 1 })],
    },
    // The close, asked for at the second bar, meets its open of 100: 10,000 - 0.10 - 1.
    fills: ["buy 10 ACME @ 100", "sell 10 ACME @ 100"],
    orders: ["filled", "filled"],
    cash: 9_998.9,
    log: "0c7b47baf8e9a1b3",
  },
  {
    proves: "part of a share can be bought and sold",
    data: barsOf(STOCK, prices(80, 80, 80)),
    script: steps(
      (s) => s.send(STOCK, 0.25, "buy"),
      (s) => s.send(STOCK, 0.25, "sell", { reduceOnly: true }),
    ),
    options: { budget: 20 },
    fills: ["buy 0.25 ACME @ 80", "sell 0.25 ACME @ 80"],
    orders: ["filled", "filled"],
    cash: 20,
    log: "6a403100896958ea",
  },
  {
    proves: "a short sale is bought back at a stop that the open jumped",
    data: barsOf(STOCK, [...flat(100, 2), [108, 109, 107, 108]]),
    script: steps(
      (s) => s.send(STOCK, 5, "sell"),
      (s) => s.send(STOCK, 5, "buy", { stopPrice: 104 }),
    ),
    options: { budget: 10_000 },
    // 5 x (100 - 108)
    fills: ["sell 5 ACME @ 100", "buy 5 ACME @ 108"],
    orders: ["filled", "filled"],
    cash: 9_960,
    log: "e831c68853c83f78",
  },
  {
    proves: "all of the account goes in at the price of the fill, fees aside",
    data: barsOf(STOCK, prices(100, 50, 60)),
    script: steps(nothing, (s) => s.orderTargetPercent(STOCK, 1)),
    options: { budget: 1_000, buyTradingFees: [new TradingFee({ percent: 0.01 })] },
    // n x 50 x 1.01 <= 1,000: 19.8
    fills: ["buy 19 ACME @ 50"],
    orders: ["filled"],
    cash: 1_000 - 950 - 9.5,
    log: "6cd834912f89f2de",
  },
  {
    proves: "a rebalance sells one share to pay another, whichever was asked for first",
    data: [barsOf(STOCK, prices(100, 100, 200, 200)), barsOf(BETA, flat(50, 4))],
    script: steps(
      (s) => [s.orderTargetPercent(STOCK, 0.5), s.orderTargetPercent(BETA, 0.5)],
      nothing,
      nothing,
      (s) => [s.orderTargetPercent(BETA, 0.5), s.orderTargetPercent(STOCK, 0.5)],
    ),
    options: { budget: 10_000 },
    // 50 x 100 and 100 x 50. At 200 the account is worth 15,000: 37 shares (7,400) and 150 shares (7,500).
    fills: ["buy 50 ACME @ 100", "buy 100 BETA @ 50", "sell 13 ACME @ 200", "buy 50 BETA @ 50"],
    orders: ["filled", "filled", "filled", "filled"],
    cash: 13 * 200 - 50 * 50,
    log: "d33dd245813ce94a",
  },
  {
    proves: "in at the open, out at the close of every day",
    data: days(
      STOCK,
      [
        [100, 104, 99, 103],
        [102, 107, 101, 106],
      ],
      at(2024, 1, 3),
    ),
    script: (s) => {
      s.send(STOCK, 1, "buy", { timeInForce: "opg" });
      s.send(STOCK, 1, "sell", { timeInForce: "cls" });
    },
    // 103 - 100 and 106 - 102
    fills: ["buy 1 ACME @ 100", "sell 1 ACME @ 103", "buy 1 ACME @ 102", "sell 1 ACME @ 106"],
    orders: ["filled", "filled", "filled", "filled"],
    cash: 100_007,
    log: "5d854e1acebffff0",
  },
  {
    proves: "an order for the day does not fill after hours, nor the next morning",
    data: stretches(
      STOCK,
      [at(2024, 1, 2, 20, 58), flat(100, 2)],
      [at(2024, 1, 2, 21), prices(90, 90)],
      [at(2024, 1, 3, 14, 30), prices(90)],
    ),
    script: once((s) => s.send(STOCK, 1, "buy", { limitPrice: 95, timeInForce: "day" })),
    fills: [],
    orders: ["expired"],
    log: "07076bee5d2df27a",
  },
  {
    proves: "the close of a half day is at one in the afternoon of New York",
    data: stretches(
      STOCK,
      [at(2024, 7, 3, 16, 58), [...flat(100, 1), [100, 102, 100, 101]]],
      [at(2024, 7, 3, 17), prices(99, 98)],
    ),
    script: once((s) => s.send(STOCK, 1, "buy", { timeInForce: "cls" })),
    fills: ["buy 1 ACME @ 101"],
    orders: ["filled"],
    log: "da57470dc4e3ab52",
  },
  {
    proves: "the close moves by an hour of UTC when the clocks of New York do",
    data: stretches(
      STOCK,
      [at(2024, 3, 8, 20, 58), prices(100, 101)],
      [at(2024, 3, 11, 19, 58), prices(104, 105, 120, 120)],
    ),
    script: (s) =>
      void (
        [at(2024, 3, 8, 20, 58), at(2024, 3, 11, 19, 58)].includes(s.getTimestamp()) &&
        s.send(STOCK, 1, "buy", { timeInForce: "cls" })
      ),
    // Friday 21:00 UTC, Monday 20:00.
    fills: ["buy 1 ACME @ 101", "buy 1 ACME @ 105"],
    orders: ["filled", "filled"],
    log: "f8ebe2dea16291f5",
  },
  {
    proves: "what the account cannot pay is refused, before the open and at it",
    data: barsOf(STOCK, prices(100, 100, 130)),
    script: steps(
      nothing,
      (s) => s.send(STOCK, 11, "buy"),
      (s) => s.send(STOCK, 9, "buy"),
    ),
    options: { budget: 1_000 },
    // 11 x 100 is too much at once; 9 x 100 is not, but 9 x 130 is.
    fills: [],
    orders: ["rejected", "rejected"],
    log: "d3153c139fd7b702",
  },
  {
    proves: "a purchase and a sale at quotes pay the spread, kept inside the bar",
    data: Bars.from({
      asset: STOCK,
      timestep: "1m",
      time: [0, 1, 2].map((minute) => T0 + minute * MINUTE),
      open: [100, 100, 100],
      high: [101, 101, 100.05],
      low: [99, 99, 99],
      close: [100, 100, 100],
      volume: [100, 100, 100],
      bid: [99.9, 99.9, 99.9],
      ask: [100.1, 100.1, 100.1],
    }),
    script: steps(
      nothing,
      (s) => s.send(STOCK, 1, "buy"),
      (s) => [s.send(STOCK, 2, "buy"), s.send(STOCK, 1, "sell")],
    ),
    // The ask of 100.1 lies above the third bar's high.
    fills: ["buy 1 ACME @ 100.1", "buy 2 ACME @ 100.05", "sell 1 ACME @ 99.9"],
    orders: ["filled", "filled", "filled"],
    log: "2e318fd958e64c4a",
  },
  // Futures
  {
    proves: "a bracket takes its profit and cancels its stop",
    data: barsOf(ES, [...flat(100, 2), [100, 106, 99, 104]]),
    script: once((s) => s.send(ES, 2, "buy", BRACKET)),
    // 2 x 5 x 50
    fills: ["buy 2 ES @ 100", "sell 2 ES @ 105"],
    orders: ["filled", "filled", "canceled"],
    cash: 100_500,
    log: "6ca9d6b5365d0f74",
  },
  {
    proves: "a bracket whose stop is jumped over night ends at the open",
    data: stretches(ES, [at(2024, 1, 2, 21, 50), flat(100, 10)], [at(2024, 1, 2, 23), prices(90, 90)]),
    script: once((s) => s.send(ES, 1, "buy", BRACKET)),
    fills: ["buy 1 ES @ 100", "sell 1 ES @ 90"],
    orders: ["filled", "canceled", "filled"],
    cash: 99_500,
    log: "e937956712eade8e",
  },
  {
    proves: "of two exits in one bar the worse one counts",
    data: barsOf(ES, [...flat(100, 2), [100, 110, 90, 100]]),
    script: once((s) => s.send(ES, 1, "buy", BRACKET)),
    fills: ["buy 1 ES @ 100", "sell 1 ES @ 95"],
    orders: ["filled", "canceled", "filled"],
    log: "04ead4f44791b216",
  },
  {
    proves: "of two exits in one bar the first on the given path counts",
    data: barsOf(ES, [...flat(100, 2), [100, 110, 90, 100]]),
    script: once((s) => s.send(ES, 1, "buy", BRACKET)),
    options: { intrabar: "ohlc" },
    fills: ["buy 1 ES @ 100", "sell 1 ES @ 105"],
    orders: ["filled", "filled", "canceled"],
    log: "0a2191e3e6e20b76",
  },
  {
    proves: "both orders of an oco end with the day",
    data: stretches(ES, [at(2024, 1, 2, 21, 55), flat(100, 5)], [at(2024, 1, 2, 23), [[100, 106, 94, 100]]]),
    script: steps(
      (s) => s.send(ES, 1, "buy"),
      (s) => s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95, timeInForce: "day" }),
    ),
    fills: ["buy 1 ES @ 100"],
    orders: ["filled", "expired", "expired"],
    log: "accb9542aea20ec4",
  },
  {
    proves: "a trailing stop follows highs and fires at its level",
    data: barsOf(ES, [...flat(100, 1), [100, 104, 100, 104], [104, 108, 103, 107], [107, 107, 104, 104]]),
    script: once((s) => s.send(ES, 1, "sell", { trailPrice: 4 })),
    // High 108: the level is 104. The bar that went to 108 was tested at 104 - 4 = 100.
    fills: ["sell 1 ES @ 104"],
    orders: ["filled"],
    log: "9662f54b95b6723c",
  },
  {
    proves: "a trailing stop-limit that is jumped waits for its limit",
    data: barsOf(ES, [...flat(100, 1), [100, 110, 100, 110], [104, 105, 103, 104], [104, 107.5, 104, 107]]),
    script: once((s) => s.send(ES, 1, "sell", { trailPercent: 0.02, limitOffset: 0.5 })),
    // 110 less 2 %: 107.8, on the grid 107.75; the limit 107.25 comes back in the last bar.
    fills: ["sell 1 ES @ 107.25"],
    orders: ["filled"],
    log: "32b7844772a6020b",
  },
  {
    proves: "a stop-limit fills within its limit only",
    data: barsOf(ES, [...flat(100, 1), [96, 97, 95, 96], [96, 98.5, 96, 98]]),
    script: once((s) => s.send(ES, 1, "sell", { stopPrice: 99, limitPrice: 98.5 })),
    fills: ["sell 1 ES @ 98.5"],
    orders: ["filled"],
    log: "795d8d8e61fb1aef",
  },
  {
    proves: "touch orders wait for the market to come their way",
    data: barsOf(ES, [...flat(100, 1), [100, 103, 97, 100], [100, 100, 96, 97]]),
    script: once((s) => [
      s.send(ES, 1, "buy", { touchPrice: 98 }),
      s.send(ES, 1, "sell", { touchPrice: 102, limitPrice: 103 }),
      s.send(ES, 1, "buy", { touchPrice: 97, limitPrice: 96 }),
    ]),
    // Both ways through the second bar lead to the same fills, so the high counts first: sold at 103, bought at 98, touched at 97.
    fills: ["sell 1 ES @ 103", "buy 1 ES @ 98", "buy 1 ES @ 96"],
    orders: ["filled", "filled", "filled"],
    log: "17b46b6a6eade407",
  },
  {
    proves: "prices below zero are prices",
    data: barsOf(CL, [...flat(1, 1), [1, 2, -37.63, -30], [-30, 10, -40, 9]]),
    script: steps(
      (s) => s.send(CL, 1, "buy", { limitPrice: -25 }),
      (s) => s.send(CL, 1, "sell", { stopPrice: -35 }),
    ),
    // -25 -> -35: ten dollars on a thousand barrels.
    fills: ["buy 1 CL @ -25", "sell 1 CL @ -35"],
    orders: ["filled", "filled"],
    cash: 90_000,
    log: "29723da992017edb",
  },
  {
    proves: "prices off the tick are moved to the side that costs the order nothing",
    data: barsOf(ES, [...flat(100, 1), [100, 106, 94, 100]]),
    script: once((s) => [
      s.send(ES, 1, "buy", { limitPrice: 98.1 }),
      s.send(ES, 1, "sell", { limitPrice: 101.9 }),
      s.send(ES, 1, "buy", { stopPrice: 103.1 }),
      s.send(ES, 1, "sell", { touchPrice: 104.9 }),
    ]),
    options: { intrabar: "ohlc" },
    fills: ["sell 1 ES @ 102", "buy 1 ES @ 103.25", "sell 1 ES @ 105", "buy 1 ES @ 98"],
    orders: ["filled", "filled", "filled", "filled"],
    log: "41505d537dda6421",
  },
  {
    proves: "an entry that fills in parts has exits that grow, and shrink as one of them fills",
    data: barsOf(ES, [...flat(100, 3), [100, 106, 100, 106], [100, 100, 94, 94], ...flat(94, 1)]),
    script: once((s) => s.send(ES, 15, "buy", BRACKET)),
    options: { volumeShare: 0.1, budget: 1_000_000 },
    fills: ["buy 10 ES @ 100", "buy 5 ES @ 100", "sell 10 ES @ 105", "sell 5 ES @ 95"],
    orders: ["filled", "canceled", "filled"],
    // 10 x 5 x 50 - 5 x 5 x 50
    cash: 1_001_250,
    log: "91b68afe4399509e",
  },
  {
    proves: "slippage in ticks ends at the bar's high",
    data: barsOf(ES, [...flat(100, 1), [100, 100.5, 99, 100], [100, 104, 99, 100]]),
    script: steps(
      nothing,
      (s) => s.send(ES, 1, "buy"),
      (s) => s.send(ES, 1, "buy"),
    ),
    options: { slippage: new TradingSlippage({ ticks: 4 }) },
    fills: ["buy 1 ES @ 100.5", "buy 1 ES @ 101"],
    orders: ["filled", "filled"],
    log: "36b83d002232345e",
  },
  {
    proves: "slippage by a function knows size and volume",
    data: barsOf(ES, [...flat(100, 1), [100, 110, 90, 100, 1_000]]),
    script: steps(nothing, (s) => s.send(ES, 20, "sell")),
    options: {
      slippage: new TradingSlippage({ fn: ({ quantity, volume }) => (100 * quantity) / volume }),
      budget: 1_000_000,
    },
    // 100 x 20 / 1,000 = 2 points
    fills: ["sell 20 ES @ 98"],
    orders: ["filled"],
    log: "080cbb3a9818f65e",
  },
  {
    proves: "a bar without volume fills nothing",
    data: barsOf(ES, [...flat(100, 1), [90, 110, 90, 100, 0], ...flat(101, 1)]),
    script: steps(nothing, (s) => [s.send(ES, 1, "buy"), s.send(ES, 1, "sell", { limitPrice: 105 })]),
    fills: ["buy 1 ES @ 101"],
    orders: ["filled", "open"],
    log: "98cb92660f8af188",
  },
  {
    proves: "a calendar spread is bought as one, at its net price",
    data: [barsOf(ES, prices(4800, 4800, 4801)), barsOf(ES_LATER, prices(4850, 4849, 4849))],
    script: once((s) =>
      s.submitOrder(
        s.createMultilegOrder(
          [
            { asset: ES_LATER, quantity: 1, side: "buy" },
            { asset: ES, quantity: 1, side: "sell" },
          ],
          { limitPrice: 49 },
        ),
      ),
    ),
    options: { budget: 1_000_000 },
    // 50 at first, 49 in the second bar.
    fills: ["buy 1 ES @ 4849", "sell 1 ES @ 4800"],
    orders: ["filled", "filled", "filled"],
    log: "59f45d2ebe62afe0",
  },
  {
    proves: "an order for the open of a continuous future meets Sunday evening",
    data: stretches(ES_CONTINUOUS, [at(2024, 1, 5, 21, 58), flat(100, 2)], [at(2024, 1, 7, 23), prices(103, 104)]),
    script: once((s) => s.send(ES_CONTINUOUS, 1, "buy", { timeInForce: "opg" })),
    // Friday's session is open; the next one opens on Sunday at 18:00 in New York, 23:00 UTC.
    fills: ["buy 1 ES @ 103"],
    orders: ["filled"],
    log: "90c6597f17a8ac67",
  },
  {
    proves: "a limit order of a continuous future moves with its roll",
    data: stretches(
      ES_CONTINUOUS,
      [at(2024, 1, 2, 21, 58), flat(100, 2)],
      [
        at(2024, 1, 2, 23),
        [
          [110, 110, 109, 110],
          [110, 110, 107, 108],
        ],
      ],
    ),
    script: once((s) => s.send(ES_CONTINUOUS, 1, "buy", { limitPrice: 98 })),
    options: {
      rolls: [
        {
          time: at(2024, 1, 2, 23),
          from: Asset.future("ESH24"),
          to: Asset.future("ESM24"),
          measuredAt: at(2024, 1, 2, 21, 59),
          fromPrice: 100,
          toPrice: 110,
        },
      ],
    } as object,
    // Two points below the old contract are two points below the new one: 108.
    fills: ["buy 1 ES @ 108"],
    orders: ["filled"],
    log: "23b98d5ec5b7e9c0",
  },
  {
    proves: "post-only rests, reduce-only never opens",
    data: barsOf(ES, [...flat(100, 3), [100, 101, 98, 100], ...flat(100, 1)]),
    script: steps(
      (s) => s.send(ES, 1, "sell", { reduceOnly: true }),
      (s) => [
        s.send(ES, 2, "buy", { limitPrice: 101, postOnly: true }),
        s.send(ES, 2, "buy", { limitPrice: 99, postOnly: true }),
      ],
      nothing,
      nothing,
      (s) => s.send(ES, 5, "sell", { reduceOnly: true }),
    ),
    fills: ["buy 2 ES @ 99", "sell 2 ES @ 100"],
    orders: ["rejected", "rejected", "filled", "filled"],
    log: "51c2afbc48cb6853",
  },
  {
    proves: "a touch is not enough where the market must go through a limit",
    data: barsOf(ES, [...flat(100, 1), [100, 100, 99, 100], [100, 100, 98.75, 100]]),
    script: once((s) => s.send(ES, 1, "buy", { limitPrice: 99 })),
    options: { limitFill: "through" },
    fills: ["buy 1 ES @ 99"],
    orders: ["filled"],
    log: "494b7354242a89e4",
  },
  {
    proves: "changes and cancels end what was open",
    data: barsOf(ES, [...flat(100, 3), [100, 100, 95, 96]]),
    script: steps(
      (s) => [s.send(ES, 1, "buy", { limitPrice: 90 }), s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 97 })],
      (s) => [
        s.modifyOrder(s.orderLog[0] as Order, { limitPrice: 96, quantity: 3 }),
        s.cancelOrder(s.orderLog[1] as Order),
      ],
    ),
    fills: ["buy 3 ES @ 96"],
    orders: ["filled", "canceled", "canceled", "canceled"],
    log: "258229dc3fcaa70a",
  },
  {
    proves: "an order in the last bar stays open, and one after it is refused",
    data: [barsOf(ES, flat(100, 2)), barsOf(STOCK, flat(50, 4))],
    script: steps(
      nothing,
      (s) => s.send(ES, 1, "buy", { limitPrice: 90 }),
      nothing,
      (s) => s.send(ES, 1, "buy"),
    ),
    fills: [],
    orders: ["open", "rejected"],
    log: "d30c51e529010374",
  },
  {
    proves: "this-close trades at the close just seen",
    data: barsOf(ES, [
      [100, 103, 99, 102],
      [105, 106, 104, 105],
    ]),
    script: steps(nothing, (s) => s.send(ES, 1, "buy")),
    options: { fill: "this-close" },
    fills: ["buy 1 ES @ 102"],
    orders: ["filled"],
    log: "83d415ce89364d91",
  },
  // Options
  {
    proves: "an option is paid by its hundred, its fee by the contract",
    data: barsOf(CALL, prices(5, 5, 6)),
    script: steps(
      (s) => s.send(CALL, 2, "buy"),
      nothing,
      (s) => s.send(CALL, 2, "sell", { limitPrice: 6 }),
    ),
    options: { budget: 10_000, buyTradingFees: [new TradingFee({ perContract: 0.65 })] },
    // 2 x 100 x (6 - 5) - 1.30
    fills: ["buy 2 SPY @ 5", "sell 2 SPY @ 6"],
    orders: ["filled", "filled"],
    cash: 10_198.7,
    log: "b98376458d78e257",
  },
  {
    proves: "a credit spread is sold whole when its credit is there",
    data: [barsOf(CALL, prices(5, 5, 5.5)), barsOf(HIGHER_CALL, prices(2, 2, 2))],
    script: once((s) =>
      s.submitOrder(
        s.createMultilegOrder(
          [
            { asset: CALL, quantity: 1, side: "sell" },
            { asset: HIGHER_CALL, quantity: 1, side: "buy" },
          ],
          { limitPrice: -3.5 },
        ),
      ),
    ),
    // 5.5 - 2: a credit of 350.
    fills: ["sell 1 SPY @ 5.5", "buy 1 SPY @ 2"],
    orders: ["filled", "filled", "filled"],
    cash: 100_350,
    log: "b6c64326498ece32",
  },
  // Currencies, coins, indices
  {
    proves: "a currency order ends with its date",
    data: barsOf(EUR, prices(1.1, 1.1, 1.1, 1.05)),
    script: once((s) =>
      s.send(EUR, 10_000, "buy", { limitPrice: 1.06, timeInForce: "gtd", goodTillDate: T0 + 3 * MINUTE }),
    ),
    fills: [],
    orders: ["expired"],
    log: "94034ec8284f3bf2",
  },
  {
    proves: "a currency is bought by fractions of a cent",
    data: barsOf(EUR, [...flat(1.1, 1), [1.1, 1.1005, 1.09335, 1.095]]),
    script: once((s) => s.send(EUR, 1_000, "buy", { limitPrice: 1.09335 })),
    fills: ["buy 1000 EUR @ 1.09335"],
    orders: ["filled"],
    cash: 100_000 - 1_093.35,
    log: "f76d1134fe7a2590",
  },
  {
    proves: "a share of the account in coins goes to eight decimals",
    data: barsOf(BTC, prices(40_000, 30_000)),
    script: steps(nothing, (s) => s.orderTargetPercent(BTC, 0.5)),
    options: { budget: 1_000 },
    // 500 / 30,000 = 0.016666666...
    fills: ["buy 0.01666666 BTC @ 30000"],
    orders: ["filled"],
    log: "0dbdced7d6d28942",
  },
  {
    proves: "a coin's day ends at midnight UTC",
    data: stretches(BTC, [at(2024, 1, 2, 23, 58), flat(100, 2)], [at(2024, 1, 3), prices(90)]),
    script: when(at(2024, 1, 2, 23, 58), (s) => s.send(BTC, 1, "buy", { limitPrice: 95, timeInForce: "day" })),
    fills: [],
    orders: ["expired"],
    log: "49188601e980b7d5",
  },
  {
    proves: "of what a bar can give, ioc takes its part and fok all or nothing",
    data: barsOf(BTC, prices(100, 100, 100)),
    script: steps(
      (s) => s.send(BTC, 15, "buy", { timeInForce: "ioc" }),
      (s) => s.send(BTC, 15, "buy", { timeInForce: "fok" }),
      (s) => s.send(BTC, 10, "sell", { timeInForce: "fok" }),
    ),
    options: { volumeShare: 0.1 },
    fills: ["buy 10 BTC @ 100", "sell 10 BTC @ 100"],
    orders: ["canceled", "canceled", "filled"],
    log: "dd2513a0e9c62659",
  },
  {
    proves: "an index cannot be traded",
    data: barsOf(SPX, prices(4_700, 4_700)),
    script: once((s) => s.send(SPX, 1, "buy")),
    fills: [],
    orders: ["rejected"],
    log: "3fd5f4dd22b48e92",
  },
];

describe("a run of orders", () => {
  it.each(RUNS.map((each) => [each.proves, each] as const))("%s", async (_, expected) => {
    const { fills, orders, cash, log } = await played(expected);
    expect(fills).toEqual(expected.fills);
    expect(orders).toEqual(expected.orders);
    if (expected.cash !== undefined) expect(cash).toBeCloseTo(expected.cash, 8);
    expect(log).toBe(expected.log);
  });

  it("is there for every kind of asset", () => {
    const kinds = RUNS.flatMap(({ data }) => (Array.isArray(data) ? (data as readonly Bars[]) : [data as Bars])).map(
      ({ asset }) => asset.assetType,
    );
    expect(new Set(kinds)).toEqual(
      new Set(["stock", "future", "continuous_future", "option", "forex", "crypto", "index"]),
    );
  });
});
