import { Asset, TradingFee } from "backlit";
import { barsOf, flat, STOCK, T0 } from "../engine/support.ts";
import { at, regressions } from "./support.ts";

const HOUR = 3_600_000;
/** Friday 2024-01-19, three hours before New York closes. */
const FRIDAY = Date.UTC(2024, 0, 19, 18);
const hours = (asset: Asset, ...prices: number[]) =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1h",
    FRIDAY,
    HOUR,
  );
const still = (asset: Asset, ...prices: number[]) =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1m",
    T0,
  );
const terms = { symbol: "ACME", expiration: "2024-01-19", strike: 100 } as const;
const call = Asset.option({ ...terms, right: "call" });
const put = Asset.option({ ...terms, right: "put" });
/** Trades on after the close, so that the run does. */
const after = hours(Asset.crypto("ETH"), 1, 1, 1, 1, 1);

regressions("options", [
  {
    // Paid 300, worth 750.
    proves: "a call in the money is settled at what it is worth",
    data: [hours(call, 3, 3, 3), hours(STOCK, 100, 101, 107.5), after],
    script: at({ 0: (s) => s.send(call, 1, "buy") }),
    fills: ["buy 1 ACME @ 3", "sell 1 ACME @ 7.5 (expiration)"],
    profit: 450,
    trades: [450],
    events: ["position_expired"],
    hash: "8a6ce5e86d4f364f",
  },
  {
    proves: "a put out of the money ends worthless",
    data: [hours(put, 3, 3, 3), hours(STOCK, 100, 101, 107.5), after],
    script: at({ 0: (s) => s.send(put, 2, "buy") }),
    fills: ["buy 2 ACME @ 3", "sell 2 ACME @ 0 (expiration)"],
    profit: -600,
    trades: [-600],
    events: ["position_expired"],
    hash: "141fecb0c262c98e",
  },
  {
    // 100 shares from 100 to 107.50: +750; the call sold for 3 costs 7.50: -450.
    proves: "a covered call caps the share's gain at the strike, plus what was received",
    data: [hours(STOCK, 100, 101, 107.5, 107.5), hours(call, 3, 3, 3), after],
    script: at({ 0: (s) => [s.send(STOCK, 100, "buy"), s.send(call, 1, "sell")] }),
    fills: ["buy 100 ACME @ 100", "sell 1 ACME @ 3", "buy 1 ACME @ 7.5 (expiration)"],
    profit: 300,
    trades: [-450, 750],
    events: ["position_expired"],
    hash: "90c3765ae694bb23",
  },
  {
    // 1.5 x 10.
    proves: "an option of another size counts by its own multiplier",
    data: [still(Asset.option({ ...terms, right: "call", multiplier: 10 }), 3, 3, 4.5)],
    script: at({
      0: (s) => s.send(s.assets[0] as Asset, 1, "buy"),
      2: (s) => s.send(s.assets[0] as Asset, 1, "sell"),
    }),
    fills: ["buy 1 ACME @ 3", "sell 1 ACME @ 4.5"],
    profit: 15,
    trades: [15],
    hash: "e9b69f3ae7afa909",
  },
]);

const EURUSD = Asset.forex("EUR", "USD");
const USDJPY = Asset.forex("USD", "JPY");

regressions("currency pairs", [
  {
    // 0.0025 x 50,000.
    proves: "a pair moves cash by its full value and earns pips",
    data: [still(EURUSD, 1.085, 1.085, 1.0875)],
    script: at({ 0: (s) => s.send(EURUSD, 50_000, "buy"), 2: (s) => s.send(EURUSD, 50_000, "sell") }),
    fills: ["buy 50000 EUR @ 1.085", "sell 50000 EUR @ 1.0875"],
    profit: 125,
    trades: [125],
    hash: "eb4c4351f6af874c",
  },
  {
    // 0.0025 x 40,000 the other way.
    proves: "a pair sold first loses what it rises",
    data: [still(EURUSD, 1.085, 1.085, 1.0875)],
    script: at({ 0: (s) => s.send(EURUSD, 40_000, "sell"), 2: (s) => s.send(EURUSD, 40_000, "buy") }),
    fills: ["sell 40000 EUR @ 1.085", "buy 40000 EUR @ 1.0875"],
    profit: -100,
    trades: [-100],
    hash: "6bcbf21bf356bf4a",
  },
  {
    // 1.5 yen x 200 in an account of yen: nobody said dollars, and the run knows no other currency.
    proves: "a run in one currency has its account in it",
    data: [still(USDJPY, 150, 150, 151.5)],
    script: at({ 0: (s) => s.send(USDJPY, 200, "buy"), 2: (s) => s.send(USDJPY, 200, "sell") }),
    fills: ["buy 200 USD @ 150", "sell 200 USD @ 151.5"],
    profit: 300,
    trades: [300],
    hash: "9de32e6b36b5e204",
  },
]);

const BTC = Asset.crypto("BTC");

regressions("coins", [
  {
    // 0.5 x 1,000, less 0.001 of 20,000 and of 20,500.
    proves: "parts of a coin, with a fee in percent of the value",
    data: [still(BTC, 40_000, 40_000, 41_000)],
    script: at({ 0: (s) => s.send(BTC, 0.5, "buy"), 2: (s) => s.send(BTC, 0.5, "sell") }),
    options: {
      buyTradingFees: [new TradingFee({ percent: 0.001 })],
      sellTradingFees: [new TradingFee({ percent: 0.001 })],
    },
    fills: ["buy 0.5 BTC @ 40000", "sell 0.5 BTC @ 41000"],
    profit: 459.5,
    trades: [459.5],
    hash: "b2254e1e78758544",
  },
  {
    // 0.25 x -2,000.
    proves: "a coin priced in another one is a market like any",
    data: [still(Asset.crypto("BTC", "USDT"), 40_000, 40_000, 38_000)],
    script: at({ 0: (s) => s.send(s.assets[0] as Asset, 0.25, "buy") }),
    fills: ["buy 0.25 BTC @ 40000"],
    profit: -500,
    trades: [-500],
    hash: "37a9ed34dd5e886f",
  },
  {
    proves: "more coins than the account can pay are refused",
    data: [still(BTC, 40_000, 40_000, 41_000)],
    script: at({ 0: (s) => s.send(BTC, 2.6, "buy") }),
    fills: [],
    profit: 0,
    trades: [],
    events: ["order_refused"],
    hash: "3c9fb3f5001530be",
  },
]);
