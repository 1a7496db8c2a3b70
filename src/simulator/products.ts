/**
 * What is traded in the simulated market and how it behaves. Contract facts come from the contract table; prices, volatilities and
 * volumes are rough habits of the real products, made up here and no market data.
 */

import { type ContractSpec, requireContractSpec } from "../futures/index.ts";

/** One futures root. */
export interface FuturesProduct {
  readonly spec: ContractSpec;
  /** Place in the table; instrument ids are made of it. */
  readonly index: number;
  /** Root whose price it shares: a micro follows its big sister tick by tick. */
  readonly pathRoot: string;
  /** Price the path begins at and is slowly drawn back to, as quoted. */
  readonly price: number;
  /** Standard deviation of a day's relative change. */
  readonly volatility: number;
  /** Contracts traded in a usual minute of the regular hours, all months together. */
  readonly minuteVolume: number;
  /** What a contract a year further out costs more, as a fraction of the price; negative in backwardation. */
  readonly carry: number;
  /** Calendar days before the end of a contract (first notice or last trading day) by which half the trading has left it. */
  readonly rollDays: number;
  /** How long before its end a contract is listed, days. Below ten years, so that a one-digit year is never ambiguous. */
  readonly listedDays: number;
  /** Contract size and its unit, for definitions. */
  readonly unitQuantity: number;
  readonly unit: string;
  /** 32nds, 8ths: the denominator of the displayed fraction, 255 for decimals. */
  readonly mainFraction: number;
}

/** A share of the simulated stock market. */
export interface StockProduct {
  readonly symbol: string;
  readonly index: number;
  readonly price: number;
  readonly volatility: number;
  readonly minuteVolume: number;
}

/** Habits shared by the products of a group. */
interface Group {
  readonly carry: number;
  readonly rollDays: number;
  readonly listedDays: number;
  readonly unit: string;
  readonly mainFraction?: number;
}

const INDEX: Group = { carry: 0.026, rollDays: 6, listedDays: 460, unit: "IPNT" };
const CRUDE: Group = { carry: -0.045, rollDays: 3, listedDays: 730, unit: "BBL" };
const GAS: Group = { carry: 0.07, rollDays: 4, listedDays: 730, unit: "MMBTU" };
const FUEL: Group = { carry: -0.03, rollDays: 3, listedDays: 550, unit: "GAL" };
const METAL: Group = { carry: 0.042, rollDays: 3, listedDays: 730, unit: "TRYOZ" };
const RATE: Group = { carry: -0.012, rollDays: 3, listedDays: 280, unit: "USD", mainFraction: 32 };
const GRAIN: Group = { carry: 0.05, rollDays: 8, listedDays: 730, unit: "BU", mainFraction: 8 };
const CURRENCY: Group = { carry: 0.015, rollDays: 4, listedDays: 460, unit: "CUR" };

type Row = readonly [
  root: string,
  group: Group,
  price: number,
  basisPoints: number,
  minuteVolume: number,
  options?: { readonly path?: string; readonly quantity?: number },
];

/** New rows go to the end: a row's place is part of its instrument ids. */
const ROWS: readonly Row[] = [
  ["ES", INDEX, 4800, 95, 2600],
  ["MES", INDEX, 4800, 95, 1900, { path: "ES" }],
  ["NQ", INDEX, 16800, 125, 1200],
  ["MNQ", INDEX, 16800, 125, 2200, { path: "NQ" }],
  ["YM", INDEX, 37500, 85, 320],
  ["MYM", INDEX, 37500, 85, 260, { path: "YM" }],
  ["RTY", INDEX, 2020, 130, 420],
  ["M2K", INDEX, 2020, 130, 200, { path: "RTY" }],
  ["CL", CRUDE, 74, 210, 900],
  ["MCL", CRUDE, 74, 210, 160, { path: "CL" }],
  ["NG", GAS, 3.1, 320, 420],
  ["MNG", GAS, 3.1, 320, 14, { path: "NG" }],
  ["GC", METAL, 2050, 95, 460],
  ["MGC", METAL, 2050, 95, 160, { path: "GC" }],
  ["SI", METAL, 24.5, 175, 170],
  ["SIL", METAL, 24.5, 175, 40, { path: "SI" }],
  ["ZB", RATE, 121, 70, 480, { quantity: 100_000 }],
  ["ZN", RATE, 111, 42, 2200, { quantity: 100_000 }],
  ["ZC", GRAIN, 465, 140, 280, { quantity: 5_000 }],
  ["ZS", GRAIN, 1210, 120, 220, { quantity: 5_000 }],
  ["6E", CURRENCY, 1.09, 45, 260],
  ["M6E", CURRENCY, 1.09, 45, 18, { path: "6E" }],
  ["ZF", RATE, 107, 30, 1500, { quantity: 100_000 }],
  ["ZT", RATE, 102.5, 13, 900, { quantity: 200_000 }],
  ["ZW", GRAIN, 610, 175, 120, { quantity: 5_000 }],
  ["6J", CURRENCY, 0.0068, 60, 240],
  ["6B", CURRENCY, 1.26, 50, 130],
  ["HG", METAL, 4.1, 135, 140],
  ["RB", FUEL, 2.3, 210, 70],
  ["HO", FUEL, 2.5, 200, 75],
];

function futuresProduct(
  [root, group, price, basisPoints, minuteVolume, options = {}]: Row,
  index: number,
): FuturesProduct {
  const spec = requireContractSpec(root);
  return {
    spec,
    index,
    pathRoot: options.path ?? root,
    price,
    volatility: basisPoints / 10_000,
    minuteVolume,
    carry: group.carry,
    rollDays: group.rollDays,
    listedDays: group.listedDays,
    unitQuantity: options.quantity ?? spec.pointValue,
    unit: group.unit,
    mainFraction: group.mainFraction ?? 255,
  };
}

/** The futures of dataset GLBX.MDP3. */
export const FUTURES_PRODUCTS: readonly FuturesProduct[] = ROWS.map(futuresProduct);

/** The stocks of dataset XNAS.ITCH: symbol, price, volatility in basis points, shares a minute. */
const STOCK_ROWS: readonly (readonly [symbol: string, price: number, basisPoints: number, minuteVolume: number])[] = [
  ["AAPL", 185, 150, 42_000],
  ["MSFT", 375, 140, 21_000],
  ["NVDA", 480, 270, 40_000],
  ["AMZN", 150, 180, 36_000],
  ["TSLA", 240, 310, 90_000],
  ["META", 340, 210, 16_000],
  ["AMD", 135, 280, 52_000],
  ["INTC", 44, 200, 33_000],
  ["SPY", 470, 90, 24_000],
  ["QQQ", 400, 115, 22_000],
];

/** The stocks of dataset XNAS.ITCH. */
export const STOCK_PRODUCTS: readonly StockProduct[] = STOCK_ROWS.map(
  ([symbol, price, basisPoints, minuteVolume], index) => ({
    symbol,
    index,
    price,
    volatility: basisPoints / 10_000,
    minuteVolume,
  }),
);
