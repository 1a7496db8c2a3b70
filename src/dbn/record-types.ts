/**
 * What each record decodes to. Names are the vendor's in camelCase. Throughout:
 * - prices are `bigint`, integers of 1e-9, `UNDEF_PRICE` when there is none (`priceToNumber` gives a double);
 * - `ts...` fields are `bigint` nanoseconds since the UNIX epoch, UTC, `UNDEF_TIMESTAMP` when there is none;
 * - single characters are one-character strings, `""` for NUL; every enumeration is open, unknown values pass through;
 * - unset integers of a definition hold the largest value of their type (int32 2147483647, uint32 4294967295, ...).
 */

/** What every record begins with. */
export interface RecordHeader {
  /** Record type byte; see `RType`. */
  rtype: number;
  /** Dataset and venue, the vendor's list; 0 for messages of the gateway. */
  publisherId: number;
  /** Number of the instrument, unique only within its dataset and UTC day. */
  instrumentId: number;
  /** Time of the event at the venue; for bars the inclusive START of the bar. */
  tsEvent: bigint;
  /** When the live gateway sent the record; only present on sessions that asked for it. */
  tsOut?: bigint;
  /**
   * The bytes no field covers, in order; only present when one of them is not zero. They mean nothing (the vendor's servers
   * leave parts of a source record there) and are kept so that a record encodes to the bytes it came from.
   */
  reserved?: Uint8Array;
}

/** One price level with both sides. */
export interface BidAskLevel {
  bidPx: bigint;
  askPx: bigint;
  bidSz: number;
  askSz: number;
  /** Orders on the bid. */
  bidCt: number;
  /** Orders on the ask. */
  askCt: number;
}

/** The best level over many venues: the publisher takes the place of the order count. */
export interface ConsolidatedLevel {
  bidPx: bigint;
  askPx: bigint;
  bidSz: number;
  askSz: number;
  /** Publisher of the bid. */
  bidPb: number;
  /** Publisher of the ask. */
  askPb: number;
}

/** One order book event (schema mbo). */
export interface MboRecord extends RecordHeader {
  kind: "mbo";
  orderId: bigint;
  price: bigint;
  size: number;
  flags: number;
  channelId: number;
  action: string;
  side: string;
  tsRecv: bigint;
  /** `tsRecv` minus the venue's sending time, ns. */
  tsInDelta: number;
  sequence: number;
}

interface TradeFields extends RecordHeader {
  price: bigint;
  size: number;
  /** `A` add, `C` cancel, `M` modify, `R` clear, `T` trade, `F` fill, `N` none. */
  action: string;
  /** Aggressor of a trade, resting side otherwise: `A` ask, `B` bid, `N` none. */
  side: string;
  flags: number;
  /** Book level that changed, 0 the best. */
  depth: number;
  tsRecv: bigint;
  tsInDelta: number;
  sequence: number;
}

/** A trade (schema trades). */
export interface TradeRecord extends TradeFields {
  kind: "trade";
}

/** An event with the best level (schemas mbp-1 and tbbo; the two share their rtype). */
export interface Mbp1Record extends TradeFields {
  kind: "mbp1";
  levels: BidAskLevel[];
}

/** An event with ten levels (schema mbp-10). */
export interface Mbp10Record extends TradeFields {
  kind: "mbp10";
  levels: BidAskLevel[];
}

/** The best bid and offer at the end of an interval (schemas bbo-1s, bbo-1m). */
export interface BboRecord extends RecordHeader {
  kind: "bbo";
  /** Last trade. */
  price: bigint;
  size: number;
  side: string;
  flags: number;
  /** End of the interval. */
  tsRecv: bigint;
  sequence: number;
  levels: BidAskLevel[];
}

/** An event with the consolidated best level (schemas cmbp-1, tcbbo). */
export interface Cmbp1Record extends RecordHeader {
  kind: "cmbp1";
  price: bigint;
  size: number;
  action: string;
  side: string;
  flags: number;
  tsRecv: bigint;
  tsInDelta: number;
  levels: ConsolidatedLevel[];
}

/** The consolidated best bid and offer at the end of an interval (schemas cbbo-1s, cbbo-1m). */
export interface CbboRecord extends RecordHeader {
  kind: "cbbo";
  price: bigint;
  size: number;
  side: string;
  flags: number;
  tsRecv: bigint;
  levels: ConsolidatedLevel[];
}

/** A bar (schemas ohlcv-*). `tsEvent` is its open time. */
export interface OhlcvRecord extends RecordHeader {
  kind: "ohlcv";
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
}

/** Trading status of an instrument (schema status). */
export interface StatusRecord extends RecordHeader {
  kind: "status";
  tsRecv: bigint;
  action: number;
  reason: number;
  tradingEvent: number;
  /** `Y`, `N` or `~` (not available). */
  isTrading: string;
  isQuoting: string;
  isShortSellRestricted: string;
}

/** Auction imbalance (schema imbalance). */
export interface ImbalanceRecord extends RecordHeader {
  kind: "imbalance";
  tsRecv: bigint;
  refPrice: bigint;
  auctionTime: bigint;
  contBookClrPrice: bigint;
  auctInterestClrPrice: bigint;
  ssrFillingPrice: bigint;
  indMatchPrice: bigint;
  upperCollar: bigint;
  lowerCollar: bigint;
  pairedQty: number;
  totalImbalanceQty: number;
  marketImbalanceQty: number;
  unpairedQty: number;
  auctionType: string;
  side: string;
  auctionStatus: number;
  freezeStatus: number;
  numExtensions: number;
  unpairedSide: string;
  significantImbalance: string;
}

interface StatFields extends RecordHeader {
  tsRecv: bigint;
  /** What the statistic refers to, for settlements the trading date. */
  tsRef: bigint;
  price: bigint;
  sequence: number;
  tsInDelta: number;
  /** 3 settlement, 6 cleared volume, 9 open interest, ... */
  statType: number;
  channelId: number;
  /** 1 new, 2 delete. */
  updateAction: number;
  statFlags: number;
}

/** A statistic of the venue (schema statistics), v3. */
export interface StatRecord extends StatFields {
  kind: "statistics";
  /** `UNDEF_STAT_QUANTITY` when there is none. */
  quantity: bigint;
}

/** A statistic as v1 and v2 write it. */
export interface StatV1Record extends StatFields {
  kind: "statisticsV1";
  /** `UNDEF_STAT_QUANTITY_V1` when there is none. */
  quantity: number;
}

/** The gateway reports an error (live). */
export interface ErrorRecord extends RecordHeader {
  kind: "error";
  err: string;
  /** 1 auth failed ... 8 replay data aged out, 255 unset. */
  code: number;
  isLast: number;
}

/** An error message as v1 writes it. */
export interface ErrorV1Record extends RecordHeader {
  kind: "errorV1";
  err: string;
}

/** A message of the gateway that is no market data: heartbeat, acknowledgement (live). */
export interface SystemRecord extends RecordHeader {
  kind: "system";
  msg: string;
  /** 0 heartbeat, 1 subscription ack, 2 slow reader, 3 replay completed, 4 end of interval, 255 unset. */
  code: number;
}

/** A system message as v1 writes it. */
export interface SystemV1Record extends RecordHeader {
  kind: "systemV1";
  msg: string;
}

/** From now on `instrumentId` stands for `stypeOutSymbol` (live). */
export interface SymbolMappingRecord extends RecordHeader {
  kind: "symbolMapping";
  /** Number of the symbology type, 255 when not stated. */
  stypeIn: number;
  stypeInSymbol: string;
  stypeOut: number;
  stypeOutSymbol: string;
  startTs: bigint;
  endTs: bigint;
}

/** A symbol mapping as v1 writes it. */
export interface SymbolMappingV1Record extends RecordHeader {
  kind: "symbolMappingV1";
  stypeInSymbol: string;
  stypeOutSymbol: string;
  startTs: bigint;
  endTs: bigint;
}

/** A record of an rtype this library does not know, passed on whole. */
export interface UnknownRecord extends RecordHeader {
  kind: "unknown";
  /** Everything after the 16-byte header, a copy. */
  body: Uint8Array;
}
