import { Asset, TradingFee } from "backlit";
import { barsOf, flat, STOCK, T0 } from "../engine/support.ts";
import { at, regressions } from "./support.ts";

const DAY = 86_400_000;
const OTHER = Asset.stock("OTHER");
/** Days from Tuesday 2024-01-02 on. */
const days = (asset: Asset, ...prices: number[]) =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1d",
    Date.UTC(2024, 0, 2),
    DAY,
  );
const still = (asset: Asset, ...prices: number[]) =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1m",
    T0,
  );

regressions("stocks", [
  {
    // 100 x 5, less 0.005 x 100 twice and 1 twice.
    proves: "shares are paid in full, with fees per share and per order",
    data: [still(STOCK, 100, 100, 105)],
    script: at({ 0: (s) => s.send(STOCK, 100, "buy"), 2: (s) => s.send(STOCK, 100, "sell") }),
    options: {
      buyTradingFees: [new TradingFee({ perShare: 0.005, flat: 1 })],
      sellTradingFees: [new TradingFee({ perShare: 0.005, flat: 1 })],
    },
    fills: ["buy 100 ACME @ 100", "sell 100 ACME @ 105"],
    profit: 497,
    trades: [497],
    hash: "a67022577802f34c",
  },
  {
    // Sold at 100, bought back at 90: 10 x 50.
    proves: "a short sale owes shares: it earns what they fall",
    data: [still(STOCK, 100, 100, 90)],
    script: at({ 0: (s) => s.send(STOCK, 50, "sell"), 2: (s) => s.send(STOCK, 50, "buy") }),
    fills: ["sell 50 ACME @ 100", "buy 50 ACME @ 90"],
    profit: 500,
    trades: [500],
    hash: "8156fdc137ec69f4",
  },
  {
    // 0.5 x 10 - 0.25 x 4: bought 0.75 at 100, 0.5 sold at 110, 0.25 left at 96.
    proves: "parts of a share are bought, sold and valued",
    data: [still(STOCK, 100, 100, 110, 96)],
    script: at({ 0: (s) => s.send(STOCK, 0.75, "buy"), 2: (s) => s.send(STOCK, 0.5, "sell") }),
    fills: ["buy 0.75 ACME @ 100", "sell 0.5 ACME @ 110"],
    profit: 4,
    trades: [5, -1],
    hash: "7e800ef167bde155",
  },
  {
    // The price falls by 0.50, the dividend brings it back: 20 x 0.50 both ways.
    proves: "a dividend comes on the ex-date to who held before, beside the trade",
    data: [days(STOCK, 100, 100, 99.5, 99.5)],
    script: at({ 0: (s) => s.send(STOCK, 20, "buy") }),
    options: { corporateActions: [{ asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 0.5 }] },
    fills: ["buy 20 ACME @ 100"],
    profit: 0,
    trades: [-10],
    cashflows: ["dividend 10"],
    hash: "dd7fe10aed2019b2",
  },
  {
    // Three nights of 20 x 100 x 0.36 / 360 = 2 (the third over the ex-date at 99.50: 1.99), and 10 of dividend, less 10 won.
    proves: "a short pays dividends and nights",
    data: [days(STOCK, 100, 100, 99.5)],
    script: at({ 0: (s) => s.send(STOCK, 20, "sell") }),
    options: {
      borrowRate: 0.36,
      corporateActions: [{ asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 0.5 }],
    },
    fills: ["sell 20 ACME @ 100"],
    profit: -5.99,
    trades: [10],
    cashflows: ["borrow_fee -2", "borrow_fee -2", "dividend -10", "borrow_fee -1.99"],
    hash: "21b14d248ba8b61f",
  },
  {
    // 10 at 400 are 40 at 100; the stop at 380 is 95 and sells 40 there when the day falls to 90: 5 x 40.
    proves: "a split turns position and stop into new shares",
    data: [barsOf(STOCK, [...flat(400, 2), [101, 101, 90, 92], ...flat(92, 1)], "1d", Date.UTC(2024, 0, 2), DAY)],
    script: at({ 0: (s) => s.send(STOCK, 10, "buy"), 1: (s) => s.send(STOCK, 10, "sell", { stopPrice: 380 }) }),
    options: { corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 }] },
    fills: ["buy 10 ACME @ 400", "sell 40 ACME @ 95"],
    profit: -200,
    trades: [-200],
    events: ["stock_split", "order_split"],
    hash: "f0fc6732781dee78",
  },
  {
    // 25 at 2 are 2.5 at 20; sold at 22: 2 x 2.5.
    proves: "a reverse split leaves a part of a share, which can be sold",
    data: [days(STOCK, 2, 2, 20, 22)],
    script: at({ 0: (s) => s.send(STOCK, 25, "buy"), 3: (s) => s.sellAll() }),
    options: { corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-04", ratio: 0.1 }] },
    fills: ["buy 25 ACME @ 2", "sell 2.5 ACME @ 22"],
    profit: 5,
    trades: [5],
    events: ["stock_split"],
    hash: "35a56285e6784460",
  },
  {
    // Bought at 10, 6.50 at the end: -3.5 x 100.
    proves: "a delisted share is closed at the price of its last day",
    data: [days(STOCK, 10, 8, 7), days(OTHER, 50, 50, 50, 50, 50)],
    script: at({ 0: (s) => s.send(STOCK, 100, "buy") }),
    options: { corporateActions: [{ asset: STOCK, kind: "delisting", date: "2024-01-04", price: 6.5 }] },
    fills: ["buy 100 ACME @ 10", "sell 100 ACME @ 6.5 (delisting)"],
    profit: -350,
    trades: [-350],
    events: ["position_delisted"],
    hash: "014c807eb29b4c6b",
  },
  {
    // 2,000 shares of 100 with 100,000: half of 200,000. 1 x 2,000.
    proves: "a Reg-T account buys twice its money, and no more",
    data: [still(STOCK, 100, 100, 101)],
    script: at({ 0: (s) => s.send(STOCK, 2_000, "buy"), 1: (s) => s.send(STOCK, 1, "buy") }),
    options: { buyingPower: "reg-t" },
    fills: ["buy 2000 ACME @ 100"],
    profit: 2_000,
    trades: [2_000],
    events: ["order_refused"],
    hash: "f7949498ecea4d0f",
  },
  {
    // 500 short of 100 bring 50,000 that are held: with 50,000 of security nothing is left.
    proves: "proceeds of a short sale buy nothing in a cash account",
    data: [still(STOCK, 100, 100, 100), still(OTHER, 100, 100, 100)],
    script: at({ 0: (s) => s.send(STOCK, 1_000, "sell"), 1: (s) => s.send(OTHER, 1, "buy") }),
    fills: ["sell 1000 ACME @ 100"],
    profit: 0,
    trades: [0],
    events: ["order_refused"],
    hash: "a32f292f3bb2f47c",
  },
  {
    // 10 x 1,000 from the first; its 110,000 buy 1,100 of the other, which rises by 1.
    proves: "a sale pays for a purchase at the same open, whichever was sent first",
    data: [still(STOCK, 100, 100, 110, 110), still(OTHER, 100, 100, 100, 101)],
    script: at({
      0: (s) => s.send(STOCK, 1_000, "buy"),
      2: (s) => [s.orderTargetPercent(OTHER, 1), s.orderTargetPercent(STOCK, 0)],
    }),
    fills: ["buy 1000 ACME @ 100", "sell 1000 ACME @ 110", "buy 1100 OTHER @ 100"],
    profit: 11_100,
    trades: [10_000, 1_100],
    hash: "321c3517bb3facd0",
  },
  {
    // 10 at 100 EUR cost 1,100 at 1.10; at 1.20 the same price is 1,200.
    proves: "a share in euros gains with the euro",
    data: [days(new Asset({ symbol: "SAP", assetType: "stock", currency: "EUR" }), 100, 100, 100)],
    script: at({ 0: (s) => s.send(s.assets[0] as Asset, 10, "buy") }),
    options: { currency: "USD", fxRates: { "EUR/USD": { "2024-01-02": 1.1, "2024-01-04": 1.2 } } },
    fills: ["buy 10 SAP @ 100"],
    profit: 100,
    trades: [100],
    hash: "4cf4e0d003be7ab1",
  },
]);
