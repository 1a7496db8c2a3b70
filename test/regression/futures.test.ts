import { Asset, type Bars, TradingFee, TradingSlippage } from "backlit";
import { barsOf, flat, MINUTE, T0 } from "../engine/support.ts";
import { at, regressions } from "./support.ts";

const MES = Asset.future("MESH24");
const ES = Asset.continuousFuture("ES");
const [H, M, U] = [Asset.future("ESH24"), Asset.future("ESM24"), Asset.future("ESU24")];
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bars that stand still at one price after the other. */
const still = (asset: Asset, ...prices: number[]): Bars =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
  );
const daily = (asset: Asset, start: number, ...prices: number[]): Bars =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1d",
    start,
    DAY,
  );
const rollAt = (row: number, from: Asset, to: Asset, fromPrice: number, toPrice: number) => ({
  time: T0 + row * MINUTE,
  measuredAt: T0 + (row - 1) * MINUTE,
  from,
  to,
  fromPrice,
  toPrice,
});
const fee = (perContract: number) => ({
  buyTradingFees: [new TradingFee({ perContract })],
  sellTradingFees: [new TradingFee({ perContract })],
});

regressions("futures", [
  {
    // 10 points x 5 x 2 = 100, less four times 0.62.
    proves: "a round trip earns points times multiplier times contracts, less the fees of both sides",
    data: [still(MES, 5000, 5000, 5010, 5010)],
    script: at({ 0: (s) => s.send(MES, 2, "buy"), 2: (s) => s.send(MES, 2, "sell") }),
    options: fee(0.62),
    fills: ["buy 2 MESH24 @ 5000", "sell 2 MESH24 @ 5010"],
    profit: 97.52,
    trades: [97.52],
    cashflows: [],
    hash: "4d9e8e40cb390121",
  },
  {
    // Sold at 17,000, bought at 16,990: 10 x 20.
    proves: "a short earns what the price falls",
    data: [still(Asset.future("NQH24"), 17_000, 17_000, 16_990)],
    script: at({
      0: (s) => s.send(Asset.future("NQH24"), 1, "sell"),
      2: (s) => s.send(Asset.future("NQH24"), 1, "buy"),
    }),
    fills: ["sell 1 NQH24 @ 17000", "buy 1 NQH24 @ 16990"],
    profit: 200,
    trades: [200],
    hash: "ca3505d46e217f69",
  },
  {
    // 120 5/32 to 120 9/32: four ticks of 31.25.
    proves: "bonds in thirty-seconds are exact",
    data: [still(Asset.future("ZBH24"), 120.15625, 120.15625, 120.28125)],
    script: at({
      0: (s) => s.send(Asset.future("ZBH24"), 1, "buy"),
      2: (s) => s.send(Asset.future("ZBH24"), 1, "sell"),
    }),
    fills: ["buy 1 ZBH24 @ 120.15625", "sell 1 ZBH24 @ 120.28125"],
    profit: 125,
    trades: [125],
    hash: "1f5e3fc87d5bd907",
  },
  {
    // Ten ticks of 0.00005 x 125,000 = 6.25.
    proves: "prices of five decimals are not rounded to cents",
    data: [still(Asset.future("6EH24"), 1.08455, 1.08455, 1.08505)],
    script: at({
      0: (s) => s.send(Asset.future("6EH24"), 1, "buy"),
      2: (s) => s.send(Asset.future("6EH24"), 1, "sell"),
    }),
    fills: ["buy 1 6EH24 @ 1.08455", "sell 1 6EH24 @ 1.08505"],
    profit: 62.5,
    trades: [62.5],
    hash: "877196f773764a2b",
  },
  {
    // (-37.63 - -10) x 1,000.
    proves: "a price below zero is a price",
    data: [
      barsOf(
        Asset.future("CLK20"),
        [-10, -10, -37.63].flatMap((price) => flat(price, 1)),
        "1m",
        Date.UTC(2020, 3, 20, 18),
      ),
    ],
    script: at({
      0: (s) => s.send(Asset.future("CLK20"), 1, "buy"),
      2: (s) => s.send(Asset.future("CLK20"), 1, "sell"),
    }),
    fills: ["buy 1 CLK20 @ -10", "sell 1 CLK20 @ -37.63"],
    profit: -27_630,
    trades: [-27_630],
    hash: "82d00c8b2244d74a",
  },
  {
    // Long 1 from 5000 to 5010: +50; short 2 from 5010 to 5006: +40.
    proves: "a flip ends one trade and starts the next at the same fill",
    data: [still(MES, 5000, 5000, 5010, 5006, 5006)],
    script: at({
      0: (s) => s.send(MES, 1, "buy"),
      2: (s) => s.send(MES, 3, "sell"),
      3: (s) => s.send(MES, 2, "buy"),
    }),
    fills: ["buy 1 MESH24 @ 5000", "sell 3 MESH24 @ 5010", "buy 2 MESH24 @ 5006"],
    profit: 90,
    trades: [50, 40],
    hash: "3915611748542b93",
  },
  {
    // 1 at 5000 and 2 at 5006: entry 5004. One sold at 5010: 6 x 5 = 30; two at 5001: -3 x 5 x 2 = -30.
    proves: "adds blend the entry and part closes leave it: one trade from flat to flat",
    data: [still(MES, 5000, 5006, 5010, 5001, 5001)],
    script: at({
      0: (s) => s.send(MES, 1, "buy"),
      1: (s) => s.send(MES, 2, "buy"),
      2: (s) => s.send(MES, 1, "sell"),
      3: (s) => s.send(MES, 2, "sell"),
    }),
    fills: ["buy 1 MESH24 @ 5000", "buy 2 MESH24 @ 5006", "sell 1 MESH24 @ 5010", "sell 2 MESH24 @ 5001"],
    options: { tradeMatching: "flat-to-flat" },
    profit: 0,
    trades: [0],
    hash: "a39d49fc748fcaba",
  },
  {
    // The first at 5000 is sold at 5010: 10 x 5. Two at 5006 are sold at 5001: -5 x 2 x 5.
    proves: "part closes take the oldest entries first",
    data: [still(MES, 5000, 5006, 5010, 5001, 5001)],
    script: at({
      0: (s) => s.send(MES, 1, "buy"),
      1: (s) => s.send(MES, 2, "buy"),
      2: (s) => s.send(MES, 1, "sell"),
      3: (s) => s.send(MES, 2, "sell"),
    }),
    fills: ["buy 1 MESH24 @ 5000", "buy 2 MESH24 @ 5006", "sell 1 MESH24 @ 5010", "sell 2 MESH24 @ 5001"],
    profit: 0,
    trades: [50, -50],
    hash: "a39d49fc748fcaba",
  },
  {
    // Bought at 5000.25, sold at 5009.75 after a tick each way: 9.5 x 5.
    proves: "slippage of a tick is paid by both market orders",
    data: [still(MES, 5000, 5000, 5010)],
    script: at({ 0: (s) => s.send(MES, 1, "buy"), 2: (s) => s.send(MES, 1, "sell") }),
    options: { slippage: new TradingSlippage({ ticks: 1 }) },
    fills: ["buy 1 MESH24 @ 5000.25", "sell 1 MESH24 @ 5009.75"],
    profit: 47.5,
    trades: [47.5],
    hash: "0ede6401ef59900d",
  },
  {
    // Short the near one: -10 x 5; long the far one: +6 x 5.
    proves: "a calendar spread is two contracts with a price each",
    data: [still(MES, 5000, 5000, 5010, 5010), still(Asset.future("MESM24"), 5050, 5050, 5056, 5056)],
    script: at({
      0: (s) => {
        s.send(MES, 1, "sell");
        s.send(Asset.future("MESM24"), 1, "buy");
      },
      2: (s) => s.sellAll(),
    }),
    fills: ["sell 1 MESH24 @ 5000", "buy 1 MESM24 @ 5050", "buy 1 MESH24 @ 5010", "sell 1 MESM24 @ 5056"],
    profit: -20,
    trades: [-50, 30],
    hash: "e730fed2f92406ab",
  },
  {
    // 100 to 104 on H, 110 to 112 on M, 109 to 110 on U: 4 + 2 + 1 = 7 points x 50; six contracts traded at 1.
    proves: "a future rolled twice earns what each contract moved, as one trade, less four fees more",
    data: [still(ES, 100, 102, 104, 111, 113, 112, 108, 110, 110)],
    script: at({ 0: (s) => s.send(ES, 1, "buy"), 8: (s) => s.send(ES, 1, "sell") }),
    options: { rolls: [rollAt(3, H, M, 104, 110), rollAt(6, M, U, 112, 109)], ...fee(1) },
    fills: [
      "buy 1 ESH24 @ 100",
      "sell 1 ESH24 @ 104 (roll)",
      "buy 1 ESM24 @ 110 (roll)",
      "sell 1 ESM24 @ 112 (roll)",
      "buy 1 ESU24 @ 109 (roll)",
      "sell 1 ESU24 @ 110",
    ],
    profit: 344,
    trades: [344],
    events: ["position_rolled", "position_rolled"],
    hash: "b20a868824e45f8c",
  },
  {
    // Short at 100; the stop at 106 becomes 112 with the gap of 6, and the bar at 113 opens beyond it: -(104 - 100) - (113 - 110) = -7 x 50.
    proves: "a stop that rests over a roll moves with the gap, and stops the new contract",
    data: [still(ES, 100, 102, 104, 111, 113, 113)],
    script: at({ 0: (s) => s.send(ES, 1, "sell"), 1: (s) => s.send(ES, 1, "buy", { stopPrice: 106 }) }),
    options: { rolls: [rollAt(3, H, M, 104, 110)] },
    fills: ["sell 1 ESH24 @ 100", "buy 1 ESH24 @ 104 (roll)", "sell 1 ESM24 @ 110 (roll)", "buy 1 ESM24 @ 113"],
    profit: -350,
    trades: [-350],
    events: ["position_rolled", "order_rolled"],
    hash: "39f7ba2c384883fc",
  },
  {
    // Raw closes jump from 104 to 110 at the roll; H fell from 105 to 104 and M from 111 to 110: the rule buys rises and sees none.
    proves: "a signal on adjusted history does not trade the gap of a roll",
    data: [still(Asset.continuousFuture("ES", { adjust: "difference" }), 106, 105, 104, 109.5, 109, 108.5)],
    script: async (s) => {
      const asset = Asset.continuousFuture("ES", { adjust: "difference" });
      const bars = await s.getHistoricalPrices(asset, 2, "1m");
      if (bars !== undefined && (bars.close[1] as number) > (bars.close[0] as number)) s.send(asset, 1, "buy");
    },
    options: { rolls: [rollAt(3, H, M, 104, 110)] },
    fills: [],
    profit: 0,
    trades: [],
    hash: "e3b0c44298fc1c14",
  },
  {
    // Bought at 5000; settled at 5011 as given, then at the closes 5004 and 5007: +55, -35, +15.
    proves: "each day's gain is cash: at the exchange's price where there is one, else at the last",
    data: [daily(MES, Date.UTC(2024, 0, 3), 5000, 5010, 5004, 5007)],
    script: at({ 0: (s) => s.send(MES, 1, "buy") }),
    options: { settlements: [{ asset: MES, tradeDate: "2024-01-04", price: 5011 }] },
    fills: ["buy 1 MESH24 @ 5000"],
    profit: 35,
    trades: [35],
    cashflows: ["settlement 55", "settlement -35", "settlement 15"],
    hash: "22ddbaba88666ffb",
  },
  {
    // Short 2 at 5010, settled for good at 5002.5: 7.5 x 5 x 2; a first settlement at 5012 takes 20.
    proves: "an expired contract closes at its final settlement price",
    data: [
      daily(MES, Date.UTC(2024, 2, 14), 5010, 5003),
      daily(Asset.future("MESM24"), Date.UTC(2024, 2, 14), 5060, 5060, 5060, 5060, 5060),
    ],
    script: at({ 0: (s) => s.send(MES, 2, "sell") }),
    options: {
      settlements: [
        { asset: MES, tradeDate: "2024-03-14", price: 5012 },
        { asset: MES, tradeDate: "2024-03-15", price: 5002.5 },
      ],
    },
    fills: ["sell 2 MESH24 @ 5010", "buy 2 MESH24 @ 5002.5 (expiration)"],
    profit: 75,
    trades: [75],
    cashflows: ["settlement -20", "settlement 95"],
    events: ["position_expired"],
    hash: "702d471767e53bbe",
  },
  {
    // 11,880 each: the fifth is too much for 50,000. Four earn 1 x 50 each.
    proves: "what the account has no margin for is refused, and the rest goes on",
    data: [still(H, 4800, 4800, 4801)],
    script: at({ 0: (s) => [s.send(H, 4, "buy"), s.send(H, 1, "buy")] }),
    options: { budget: 50_000 },
    fills: ["buy 4 ESH24 @ 4800"],
    profit: 200,
    trades: [200],
    events: ["order_refused"],
    hash: "0c0038b5b0682a66",
  },
  {
    // 2 at 4800; at 4740 19,000 are left of 25,000 and 20,000 are needed: both go, as one alone takes 12,000 of 19,000 and two 24,000:
    // 5,000 are missing, and the order closes the whole position. 60 x 50 x 2.
    proves: "a liquidated position is closed at market at the next open",
    data: [still(H, 4800, 4800, 4740, 4740)],
    script: at({ 0: (s) => s.send(H, 2, "buy") }),
    options: { budget: 25_000, margins: { ES: { initial: 12_000, maintenance: 10_000 } }, marginCall: "liquidate" },
    fills: ["buy 2 ESH24 @ 4800", "sell 2 ESH24 @ 4740"],
    profit: -6_000,
    trades: [-6_000],
    events: ["margin_call"],
    hash: "88612b1a9326294e",
  },
  {
    // 10 x 25 EUR at 1.20.
    proves: "a gain in euros is account money at the rate of its day",
    data: [
      still(
        new Asset({ symbol: "FDX", assetType: "future", expiration: "2024-03-15", multiplier: 25, currency: "EUR" }),
        16_000,
        16_000,
        16_010,
      ),
    ],
    script: at({
      0: (s) => s.send(s.assets[0] as Asset, 1, "buy"),
      2: (s) => s.send(s.assets[0] as Asset, 1, "sell"),
    }),
    options: { currency: "USD", fxRates: { "EUR/USD": 1.2 } },
    fills: ["buy 1 FDX @ 16000", "sell 1 FDX @ 16010"],
    profit: 300,
    trades: [300],
    events: ["margin_unknown"],
    hash: "992c9a6c96d54a6d",
  },
  {
    // The bars of MES end at 5010; NQ goes on over the reopening at 23:00.
    proves: "a series that ends early is told, and its position keeps the last price",
    data: [
      barsOf(MES, [...flat(5000, 1), ...flat(5010, 1)], "1h", Date.UTC(2024, 0, 2, 20), HOUR),
      barsOf(Asset.future("MNQH24"), flat(17_000, 6), "1h", Date.UTC(2024, 0, 2, 20), HOUR),
    ],
    script: at({ 0: (s) => s.send(MES, 1, "buy") }),
    fills: ["buy 1 MESH24 @ 5000"],
    profit: 50,
    trades: [50],
    cashflows: ["settlement 50"],
    events: ["price_series_ended"],
    hash: "ff61acf9ff97f5a1",
  },
]);
