/** End-to-end runs for orders of options, currencies, coins and indices. Each says what it proves; its fills were worked out by hand, its log is pinned. */
import { Asset, TradingFee } from "backlit";
import { barsOf, flat, MINUTE, once, T0 } from "../engine/support.ts";
import { at, nothing, type OrderRun, orderRuns, prices, steps, stretches, when } from "./order-runs.ts";

const CALL = Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike: 470, right: "call" });
const HIGHER_CALL = Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike: 480, right: "call" });
const EUR = Asset.forex("EUR", "USD");
const BTC = Asset.crypto("BTC", "USD");
const SPX = Asset.index("SPX");

const RUNS: readonly OrderRun[] = [
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

orderRuns("a run of orders of options, currencies, coins and indices", RUNS);
