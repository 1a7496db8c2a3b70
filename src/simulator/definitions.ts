/** Instrument definitions: what a contract is, said again at the beginning of every UTC day. */

import {
  DbnEncoder,
  type InstrumentDefRecord,
  priceFromNumber,
  RType,
  UNDEF_PRICE,
  UNDEF_TIMESTAMP,
} from "../dbn/index.ts";
import { nsOfDay, weekdayOfDay } from "./days.ts";
import type { CalendarSpread, FutureContract, Instrument, Stock } from "./instrument.ts";
import type { RecordBlock } from "./record-block.ts";

/** Bytes of a definition record. */
export const DEFINITION_SIZE = 520;

const UNSET_INT32 = 2_147_483_647;
const UNSET_UINT32 = 4_294_967_295;
const UNSET_UINT16 = 65_535;
const UNSET_UINT8 = 255;
const UNSET_INT16 = 32_767;
const UNSET_INT8 = 127;

/** A definition carries an older venue time than the midnight it is repeated at. */
const HOURS_OLD = 7n;
const HOUR_NS = 3_600_000_000_000n;
/** How prices of the venue's own messages relate to displayed ones; prices on the wire are displayed ones already. */
const DISPLAY_FACTOR = 0.01;

const EXCHANGE_CODES: Readonly<Record<string, string>> = { CME: "XCME", CBOT: "XCBT", NYMEX: "XNYM", COMEX: "XCEC" };

/** The definition of an instrument on a UTC day: one record, none on a Saturday. */
export function definitionBlock(instrument: Instrument, day: number): RecordBlock {
  const exists = weekdayOfDay(day) !== 6 && instrument.firstDay <= day && day <= instrument.lastDay;
  const records = exists ? [definitionOf(instrument, day)] : [];
  const bytes = new DbnEncoder().encode(records);
  return { recordSize: DEFINITION_SIZE, count: records.length, times: new Float64Array(records.length), bytes };
}

function definitionOf(instrument: Instrument, day: number): InstrumentDefRecord {
  const common = { ...blank(), ...headerFields(instrument, day) };
  if (instrument.kind === "stock") return { ...common, ...stockFields(instrument) };
  const future = { ...common, ...futureFields(instrument) };
  return instrument.kind === "spread"
    ? { ...future, ...spreadFields(instrument) }
    : { ...future, ...outrightFields(instrument) };
}

function headerFields(instrument: Instrument, day: number) {
  const midnight = nsOfDay(day);
  return {
    publisherId: instrument.publisherId,
    instrumentId: instrument.idOn(day),
    rawInstrumentId: BigInt(instrument.idOn(day)),
    tsEvent: midnight - HOURS_OLD * HOUR_NS,
    tsRecv: midnight,
    rawSymbol: instrument.rawSymbol,
  };
}

function futureFields({ product, expiration, activation, tickRaw }: FutureContract | CalendarSpread) {
  const { spec } = product;
  return {
    minPriceIncrement: BigInt(tickRaw),
    displayFactor: priceFromNumber(DISPLAY_FACTOR),
    expiration: BigInt(expiration) * 1_000_000n,
    activation: BigInt(activation) * 1_000_000n,
    marketDepth: 10,
    marketDepthImplied: 2,
    marketSegmentId: 64 + product.index,
    maxTradeVol: 3_000,
    minTradeVol: 1,
    minLotSize: 0,
    minLotSizeBlock: 0,
    minLotSizeRoundLot: 0,
    applId: 310,
    channelId: 0,
    currency: spec.currency,
    group: spec.root,
    exchange: EXCHANGE_CODES[spec.exchange] ?? "XCME",
    asset: spec.root,
    securityType: "FUT",
    mainFraction: product.mainFraction,
    underlyingProduct: 5,
  };
}

function outrightFields({ product, month, tickRaw }: FutureContract) {
  const tickValue = product.spec.pointValue * (tickRaw / 1e9);
  return {
    unitOfMeasureQty: priceFromNumber(product.unitQuantity),
    unitOfMeasure: product.unit,
    minPriceIncrementAmount: priceFromNumber(tickValue * DISPLAY_FACTOR),
    maturityYear: month.year,
    maturityMonth: month.month,
    instrumentClass: "F",
    cfi: "FFIXSX",
  };
}

function spreadFields({ near }: CalendarSpread) {
  return {
    unitOfMeasure: "CTRCT",
    maturityYear: near.month.year,
    maturityMonth: near.month.month,
    instrumentClass: "S",
    secsubtype: "EQ",
    cfi: "FMIXSX",
  };
}

function stockFields({ product }: Stock) {
  return {
    displayFactor: priceFromNumber(100_000),
    minLotSizeRoundLot: 100,
    exchange: "XNAS",
    group: `pxnas-${product.index % 3}`,
    secsubtype: "Z",
    instrumentClass: "K",
  };
}

/** A definition that says nothing: every number unset. */
function blank(): InstrumentDefRecord {
  return {
    kind: "definition",
    rtype: RType.instrumentDef,
    publisherId: 0,
    instrumentId: 0,
    tsEvent: 0n,
    tsRecv: 0n,
    ...BLANK_PRICES,
    ...BLANK_NUMBERS,
    ...BLANK_LEG,
    ...BLANK_TEXTS,
  };
}

const BLANK_PRICES = {
  minPriceIncrement: UNDEF_PRICE,
  displayFactor: UNDEF_PRICE,
  expiration: UNDEF_TIMESTAMP,
  activation: UNDEF_TIMESTAMP,
  highLimitPrice: UNDEF_PRICE,
  lowLimitPrice: UNDEF_PRICE,
  maxPriceVariation: UNDEF_PRICE,
  unitOfMeasureQty: UNDEF_PRICE,
  minPriceIncrementAmount: UNDEF_PRICE,
  priceRatio: UNDEF_PRICE,
  strikePrice: UNDEF_PRICE,
  rawInstrumentId: 0n,
};

const BLANK_NUMBERS = {
  instAttribValue: UNSET_INT32,
  underlyingId: 0,
  marketDepthImplied: UNSET_INT32,
  marketDepth: UNSET_INT32,
  marketSegmentId: UNSET_UINT32,
  maxTradeVol: UNSET_UINT32,
  minLotSize: UNSET_INT32,
  minLotSizeBlock: UNSET_INT32,
  minLotSizeRoundLot: UNSET_INT32,
  minTradeVol: UNSET_UINT32,
  contractMultiplier: UNSET_INT32,
  decayQuantity: UNSET_INT32,
  originalContractSize: UNSET_INT32,
  applId: UNSET_INT16,
  maturityYear: UNSET_UINT16,
  decayStartDate: UNSET_UINT16,
  channelId: UNSET_UINT16,
  mainFraction: UNSET_UINT8,
  priceDisplayFormat: UNSET_UINT8,
  subFraction: UNSET_UINT8,
  underlyingProduct: UNSET_UINT8,
  maturityMonth: UNSET_UINT8,
  maturityDay: UNSET_UINT8,
  maturityWeek: UNSET_UINT8,
  contractMultiplierUnit: UNSET_INT8,
  flowScheduleType: UNSET_INT8,
  tickRule: UNSET_UINT8,
};

const BLANK_LEG = {
  legCount: 0,
  legIndex: 0,
  legPrice: UNDEF_PRICE,
  legDelta: UNDEF_PRICE,
  legInstrumentId: 0,
  legRatioPriceNumerator: 0,
  legRatioPriceDenominator: 0,
  legRatioQtyNumerator: 0,
  legRatioQtyDenominator: 0,
  legUnderlyingId: 0,
  legRawSymbol: "",
  legInstrumentClass: "",
  legSide: "N",
};

const BLANK_TEXTS = {
  currency: "",
  settlCurrency: "",
  secsubtype: "",
  rawSymbol: "",
  group: "",
  exchange: "",
  asset: "",
  cfi: "",
  securityType: "",
  unitOfMeasure: "",
  underlying: "",
  strikePriceCurrency: "",
  instrumentClass: "",
  matchAlgorithm: "F",
  securityUpdateAction: "A",
  userDefinedInstrument: "N",
};
