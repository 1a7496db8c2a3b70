import { type DbnVersion, RType } from "./constants.ts";
import { fieldList, type Layout, type Levels, layout } from "./layout.ts";
import type {
  BboRecord,
  BidAskLevel,
  CbboRecord,
  Cmbp1Record,
  ConsolidatedLevel,
  ImbalanceRecord,
  MboRecord,
  Mbp1Record,
  Mbp10Record,
  OhlcvRecord,
  StatRecord,
  StatusRecord,
  StatV1Record,
  TradeRecord,
} from "./record-types.ts";

/** Offsets as in the vendor's record structs; none of these but statistics ever changed between versions. */
const ALL: readonly DbnVersion[] = [1, 2, 3];
const LEVELS_OFFSET = 48;

const quotes = {
  bidPx: [0, "i64"],
  askPx: [8, "i64"],
  bidSz: [16, "u32"],
  askSz: [20, "u32"],
} as const;

const bidAsk = fieldList<BidAskLevel>({ ...quotes, bidCt: [24, "u32"], askCt: [28, "u32"] });
const consolidated = fieldList<ConsolidatedLevel>({ ...quotes, bidPb: [24, "u16"], askPb: [28, "u16"] });

const oneLevel: Levels = { offset: LEVELS_OFFSET, count: 1, fields: bidAsk };
const tenLevels: Levels = { offset: LEVELS_OFFSET, count: 10, fields: bidAsk };
const oneConsolidated: Levels = { offset: LEVELS_OFFSET, count: 1, fields: consolidated };

const trade = {
  price: [16, "i64"],
  size: [24, "u32"],
  action: [28, "char"],
  side: [29, "char"],
  flags: [30, "u8"],
  depth: [31, "u8"],
  tsRecv: [32, "u64"],
  tsInDelta: [40, "i32"],
  sequence: [44, "u32"],
} as const;

const sampled = {
  price: [16, "i64"],
  size: [24, "u32"],
  side: [29, "char"],
  flags: [30, "u8"],
  tsRecv: [32, "u64"],
} as const;

const { ohlcvDeprecated, ohlcv1s, ohlcv1m, ohlcv1h, ohlcv1d, ohlcvEod } = RType;

/** Rtypes of bars, whatever their interval. */
export const OHLCV_RTYPES: readonly number[] = [ohlcvDeprecated, ohlcv1s, ohlcv1m, ohlcv1h, ohlcv1d, ohlcvEod];

/** Market data. */
export const marketLayouts: readonly Layout[] = [
  layout<TradeRecord>("trade", 48, [RType.mbp0], ALL, trade),
  layout<Mbp1Record>("mbp1", 80, [RType.mbp1], ALL, trade, oneLevel),
  layout<Mbp10Record>("mbp10", 368, [RType.mbp10], ALL, trade, tenLevels),
  layout<BboRecord>("bbo", 80, [RType.bbo1s, RType.bbo1m], ALL, { ...sampled, sequence: [44, "u32"] }, oneLevel),
  layout<Cmbp1Record>(
    "cmbp1",
    80,
    [RType.cmbp1, RType.tcbbo],
    ALL,
    { ...sampled, action: [28, "char"], tsInDelta: [40, "i32"] },
    oneConsolidated,
  ),
  layout<CbboRecord>("cbbo", 80, [RType.cbbo1s, RType.cbbo1m], ALL, sampled, oneConsolidated),
  layout<MboRecord>("mbo", 56, [RType.mbo], ALL, {
    orderId: [16, "u64"],
    price: [24, "i64"],
    size: [32, "u32"],
    flags: [36, "u8"],
    channelId: [37, "u8"],
    action: [38, "char"],
    side: [39, "char"],
    tsRecv: [40, "u64"],
    tsInDelta: [48, "i32"],
    sequence: [52, "u32"],
  }),
  layout<OhlcvRecord>("ohlcv", 56, OHLCV_RTYPES, ALL, {
    open: [16, "i64"],
    high: [24, "i64"],
    low: [32, "i64"],
    close: [40, "i64"],
    volume: [48, "u64"],
  }),
  layout<StatusRecord>("status", 40, [RType.status], ALL, {
    tsRecv: [16, "u64"],
    action: [24, "u16"],
    reason: [26, "u16"],
    tradingEvent: [28, "u16"],
    isTrading: [30, "char"],
    isQuoting: [31, "char"],
    isShortSellRestricted: [32, "char"],
  }),
  layout<ImbalanceRecord>("imbalance", 112, [RType.imbalance], ALL, {
    tsRecv: [16, "u64"],
    refPrice: [24, "i64"],
    auctionTime: [32, "u64"],
    contBookClrPrice: [40, "i64"],
    auctInterestClrPrice: [48, "i64"],
    ssrFillingPrice: [56, "i64"],
    indMatchPrice: [64, "i64"],
    upperCollar: [72, "i64"],
    lowerCollar: [80, "i64"],
    pairedQty: [88, "u32"],
    totalImbalanceQty: [92, "u32"],
    marketImbalanceQty: [96, "u32"],
    unpairedQty: [100, "u32"],
    auctionType: [104, "char"],
    side: [105, "char"],
    auctionStatus: [106, "u8"],
    freezeStatus: [107, "u8"],
    numExtensions: [108, "u8"],
    unpairedSide: [109, "char"],
    significantImbalance: [110, "char"],
  }),
  layout<StatRecord>("statistics", 80, [RType.statistics], [3], {
    tsRecv: [16, "u64"],
    tsRef: [24, "u64"],
    price: [32, "i64"],
    quantity: [40, "i64"],
    sequence: [48, "u32"],
    tsInDelta: [52, "i32"],
    statType: [56, "u16"],
    channelId: [58, "u16"],
    updateAction: [60, "u8"],
    statFlags: [61, "u8"],
  }),
  layout<StatV1Record>("statisticsV1", 64, [RType.statistics], [1, 2], {
    tsRecv: [16, "u64"],
    tsRef: [24, "u64"],
    price: [32, "i64"],
    quantity: [40, "i32"],
    sequence: [44, "u32"],
    tsInDelta: [48, "i32"],
    statType: [52, "u16"],
    channelId: [54, "u16"],
    updateAction: [56, "u8"],
    statFlags: [57, "u8"],
  }),
];
