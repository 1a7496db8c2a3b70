/** End-to-end runs for orders of shares. Each says what it proves; its fills were worked out by hand, its log is pinned. */
import { Asset, Bars, TradingFee } from "backlit";
import { barsOf, flat, MINUTE, once, STOCK, T0 } from "../engine/support.ts";
import { at, days, nothing, type OrderRun, orderRuns, prices, steps, stretches } from "./order-runs.ts";

const BETA = Asset.stock("BETA");

const RUNS: readonly OrderRun[] = [
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
];

orderRuns("a run of orders of shares", RUNS);
