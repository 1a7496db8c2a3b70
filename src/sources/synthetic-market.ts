/** What the synthetic market knows of an asset: its usual price, how much it moves and trades, and when. */

import type { Calendar } from "../calendar/index.ts";
import { calendarFor } from "../calendar/index.ts";
import { contractSpec, requireContractSpec, suggestRoot } from "../futures/contracts.ts";
import type { Asset } from "../market/asset.ts";
import { DataMissingError } from "../market/errors.ts";
import { combineSeeds, RandomBits } from "../market/random.ts";
import { DailyPath } from "./synthetic-path.ts";

/** One tradable thing of the synthetic market. */
export interface SyntheticMarket {
  /** Seeds of sessions are made from it. */
  readonly seed: number;
  readonly calendar: Calendar;
  readonly multiplier: number;
  readonly tickSize: number;
  /** Price at level 1 of the path, in ticks. */
  readonly referenceTicks: number;
  readonly path: DailyPath;
  /** Standard deviation of a day's relative change. */
  readonly volatility: number;
  /** Units traded in a minute of the regular hours, about. */
  readonly minuteVolume: number;
  /** Share of a day's move that happens while the market is closed. */
  readonly overnightShare: number;
}

/** Root -> usual price as quoted, daily volatility in hundredths of a percent, contracts in a busy minute. Rough on purpose. */
const HABITS: Readonly<Record<string, readonly [price: number, volatility: number, minuteVolume: number]>> = {
  ES: [5000, 95, 2600],
  MES: [5000, 95, 1900],
  NQ: [17500, 125, 1200],
  MNQ: [17500, 125, 2200],
  YM: [38000, 85, 320],
  MYM: [38000, 85, 260],
  RTY: [2050, 130, 420],
  M2K: [2050, 130, 200],
  EMD: [2850, 115, 22],
  NKD: [36000, 120, 14],
  CL: [75, 210, 560],
  MCL: [75, 210, 160],
  QM: [75, 210, 18],
  NG: [3, 320, 260],
  MNG: [3, 320, 12],
  RB: [2.3, 210, 70],
  HO: [2.5, 200, 75],
  BZ: [80, 200, 55],
  GC: [2100, 95, 420],
  MGC: [2100, 95, 160],
  SI: [25, 175, 150],
  SIL: [25, 175, 40],
  HG: [4.1, 135, 140],
  PL: [980, 140, 50],
  PA: [1100, 200, 9],
  ZB: [120, 70, 480],
  UB: [126, 85, 260],
  ZN: [111, 42, 2200],
  TN: [114, 48, 420],
  ZF: [107, 30, 1500],
  ZT: [102.5, 13, 900],
  ZQ: [95.5, 3, 120],
  SR3: [95.8, 7, 700],
  ZC: [460, 140, 260],
  ZS: [1200, 120, 200],
  ZW: [600, 175, 110],
  KE: [620, 170, 45],
  ZO: [360, 200, 3],
  ZL: [48, 180, 130],
  ZM: [340, 160, 110],
  LE: [180, 85, 70],
  HE: [85, 150, 55],
  GF: [245, 95, 22],
  "6E": [1.085, 45, 260],
  "6J": [0.0068, 60, 240],
  "6B": [1.26, 50, 130],
  "6A": [0.66, 60, 130],
  "6C": [0.735, 40, 100],
  "6S": [1.13, 48, 45],
  "6N": [0.61, 62, 35],
  "6M": [0.056, 70, 60],
  M6E: [1.085, 45, 18],
  BTC: [60000, 290, 14],
  MBT: [60000, 290, 40],
  ETH: [3000, 360, 12],
  MET: [3000, 360, 45],
  VX: [17, 480, 130],
  VXM: [17, 480, 30],
  BRN: [80, 200, 420],
  G: [720, 210, 130],
  SB: [20, 180, 130],
  KC: [200, 210, 45],
  CC: [6500, 260, 30],
  CT: [78, 150, 40],
  OJ: [380, 230, 3],
  DX: [104, 42, 22],
};

/**
 * The market of an asset.
 * @throws DataMissingError for anything but stocks and futures of the contract table
 */
export function marketOf(asset: Asset, seed: number): SyntheticMarket {
  if (asset.isFuture) return futureMarket(asset, seed);
  if (asset.assetType === "stock") return stockMarket(asset, seed);
  throw new DataMissingError(
    `Generating ${asset}: the synthetic market has stocks and futures, no ${asset.assetType}`,
    {
      hint: "Use for example 'future:ES' or 'stock:AAPL', or bars of your own.",
    },
  );
}

/** All contracts of a root share one path: this market has no carry, so that a series over several of them has no gaps. */
function futureMarket(asset: Asset, seed: number): SyntheticMarket {
  if (contractSpec(asset.root) === undefined) {
    throw new DataMissingError(`Generating ${asset}: the contract table has no root '${asset.root}'`, {
      hint: suggestRoot(asset.root),
    });
  }
  const spec = requireContractSpec(asset.root);
  const [price, basisPoints, minuteVolume] = HABITS[spec.root] ?? [100, 100, 100];
  const tickSize = asset.tickSize ?? spec.tickSize;
  const ownSeed = combineSeeds(seed, "future", spec.root);
  const volatility = basisPoints / 10_000;
  return {
    seed: ownSeed,
    calendar: calendarFor(spec.calendar),
    multiplier: asset.multiplier ?? spec.pointValue,
    tickSize,
    referenceTicks: Math.round(price / tickSize),
    path: new DailyPath(ownSeed, volatility),
    volatility,
    minuteVolume,
    overnightShare: 0.06,
  };
}

/** A stock's price, volatility and volume follow from its symbol. */
function stockMarket(asset: Asset, seed: number): SyntheticMarket {
  const ownSeed = combineSeeds(seed, "stock", asset.symbol);
  const habits = new RandomBits(combineSeeds("habits", asset.symbol));
  const tickSize = asset.tickSize ?? 0.01;
  const price = 20 + habits.uniform() * habits.uniform() * 480;
  const volatility = 0.011 + habits.uniform() * 0.017;
  return {
    seed: ownSeed,
    calendar: calendarFor("XNYS"),
    multiplier: asset.multiplier ?? 1,
    tickSize,
    referenceTicks: Math.round(price / tickSize),
    path: new DailyPath(ownSeed, volatility),
    volatility,
    minuteVolume: 2_000 + Math.round(habits.uniform() * 60_000),
    overnightShare: 0.35,
  };
}
