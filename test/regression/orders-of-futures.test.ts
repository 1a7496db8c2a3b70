/** End-to-end runs for orders of futures. Each says what it proves; its fills were worked out by hand, its log is pinned. */
import { Asset, type Order, TradingSlippage } from "backlit";
import { barsOf, ES, flat, once, STOCK } from "../engine/support.ts";
import { at, nothing, type OrderRun, orderRuns, prices, steps, stretches } from "./order-runs.ts";

const CL = new Asset({ symbol: "CL", assetType: "future", expiration: "2024-04-22", multiplier: 1000, tickSize: 0.01 });
const ES_LATER = new Asset({
  symbol: "ES",
  assetType: "future",
  expiration: "2024-06-21",
  multiplier: 50,
  tickSize: 0.25,
});
const ES_CONTINUOUS = Asset.continuousFuture("ES");
const BRACKET = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 } as const;

const RUNS: readonly OrderRun[] = [
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
];

orderRuns("a run of orders of futures", RUNS);
