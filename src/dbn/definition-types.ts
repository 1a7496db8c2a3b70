import type { RecordHeader } from "./record-types.ts";

/** What an instrument definition says in every version. Prices, times and unset values as in `record-types.ts`. */
interface DefinitionFields extends RecordHeader {
  tsRecv: bigint;
  /** Smallest tick; undefined or 0 where the tick varies by price. */
  minPriceIncrement: bigint;
  /** For display at the venue only: prices in DBN are already in display units, so never multiply by it. */
  displayFactor: bigint;
  expiration: bigint;
  activation: bigint;
  highLimitPrice: bigint;
  lowLimitPrice: bigint;
  maxPriceVariation: bigint;
  /** Contract size in units of `unitOfMeasure`, scaled by 1e-9. */
  unitOfMeasureQty: bigint;
  minPriceIncrementAmount: bigint;
  priceRatio: bigint;
  strikePrice: bigint;
  instAttribValue: number;
  underlyingId: number;
  marketDepthImplied: number;
  marketDepth: number;
  marketSegmentId: number;
  maxTradeVol: number;
  minLotSize: number;
  minLotSizeBlock: number;
  minLotSizeRoundLot: number;
  minTradeVol: number;
  contractMultiplier: number;
  decayQuantity: number;
  originalContractSize: number;
  applId: number;
  maturityYear: number;
  decayStartDate: number;
  channelId: number;
  currency: string;
  settlCurrency: string;
  secsubtype: string;
  rawSymbol: string;
  group: string;
  exchange: string;
  asset: string;
  cfi: string;
  securityType: string;
  unitOfMeasure: string;
  underlying: string;
  strikePriceCurrency: string;
  /** `K` stock, `F` future, `S` future spread, `C` call, `P` put, `T` option spread, ... */
  instrumentClass: string;
  matchAlgorithm: string;
  mainFraction: number;
  priceDisplayFormat: number;
  subFraction: number;
  underlyingProduct: number;
  /** `A` add, `M` modify, `D` delete. */
  securityUpdateAction: string;
  maturityMonth: number;
  maturityDay: number;
  maturityWeek: number;
  userDefinedInstrument: string;
  contractMultiplierUnit: number;
  flowScheduleType: number;
  tickRule: number;
}

/** An instrument definition (schema definition), v3. Multi-leg instruments come as one record per leg. */
export interface InstrumentDefRecord extends DefinitionFields {
  kind: "definition";
  rawInstrumentId: bigint;
  legPrice: bigint;
  legDelta: bigint;
  legInstrumentId: number;
  legRatioPriceNumerator: number;
  legRatioPriceDenominator: number;
  legRatioQtyNumerator: number;
  legRatioQtyDenominator: number;
  legUnderlyingId: number;
  /** 0 for an instrument without legs. */
  legCount: number;
  legIndex: number;
  legRawSymbol: string;
  legInstrumentClass: string;
  legSide: string;
}

interface OlderDefinitionFields extends DefinitionFields {
  rawInstrumentId: number;
  tradingReferencePrice: bigint;
  /** Days since the UNIX epoch. */
  tradingReferenceDate: number;
  mdSecurityTradingStatus: number;
  settlPriceType: number;
}

/** A definition as v2 writes it. */
export interface InstrumentDefV2Record extends OlderDefinitionFields {
  kind: "definitionV2";
}

/** A definition as v1 writes it. */
export interface InstrumentDefV1Record extends OlderDefinitionFields {
  kind: "definitionV1";
}
