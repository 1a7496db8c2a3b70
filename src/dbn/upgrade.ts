import { UNDEF_PRICE, UNDEF_STAT_QUANTITY, UNDEF_STAT_QUANTITY_V1 } from "./constants.ts";
import type { InstrumentDefRecord, InstrumentDefV1Record, InstrumentDefV2Record } from "./definition-types.ts";
import type { CurrentRecord, DbnRecord } from "./layout.ts";
import type {
  ErrorRecord,
  ErrorV1Record,
  StatRecord,
  StatV1Record,
  SymbolMappingRecord,
  SymbolMappingV1Record,
  SystemRecord,
  SystemV1Record,
  UnknownRecord,
} from "./record-types.ts";

/** A code or symbology type that was not stated. */
const UNSET = 255;

/** v1 had no codes: they are inferred from how the gateway's texts begin, as the vendor's own libraries do. */
const ERROR_CODES: readonly (readonly [text: string, code: number])[] = [
  ["User or API key deactivated", 2],
  ["User has reached their open connection limit", 3],
  ["Failed to resolve symbol", 4],
  ["Internal error", 6],
  ["Slow client detected for", 7],
];

const SYSTEM_CODES: readonly (readonly [text: RegExp, code: number])[] = [
  [/^Heartbeat/, 0],
  [/^Subscription request .*succeeded/, 1],
  [/^Warning: slow reading/, 2],
  [/^Finished .*replay/, 3],
  [/^End of interval for/, 4],
];

/**
 * A record in the layout of v3. Records whose layout never changed, and unknown ones, are returned as they are.
 * Fields that older versions did not have get the vendor's defaults: no legs, undefined prices, code 255.
 */
export function upgradeRecord(record: DbnRecord): CurrentRecord | UnknownRecord {
  const upgraded = upgradeLayout(record);
  // The bytes an older layout left unused are other bytes in the new one.
  if (upgraded !== record) delete upgraded.reserved;
  return upgraded;
}

function upgradeLayout(record: DbnRecord): CurrentRecord | UnknownRecord {
  switch (record.kind) {
    case "definitionV1":
    case "definitionV2":
      return upgradeDefinition(record);
    case "statisticsV1":
      return upgradeStat(record);
    case "errorV1":
      return upgradeError(record);
    case "systemV1":
      return upgradeSystem(record);
    case "symbolMappingV1":
      return upgradeSymbolMapping(record);
    default:
      return record;
  }
}

function upgradeDefinition(record: InstrumentDefV1Record | InstrumentDefV2Record): InstrumentDefRecord {
  const { tradingReferencePrice, tradingReferenceDate, mdSecurityTradingStatus, settlPriceType, ...kept } = record;
  return {
    ...kept,
    kind: "definition",
    rawInstrumentId: BigInt(record.rawInstrumentId),
    legPrice: UNDEF_PRICE,
    legDelta: UNDEF_PRICE,
    legInstrumentId: 0,
    legRatioPriceNumerator: 0,
    legRatioPriceDenominator: 0,
    legRatioQtyNumerator: 0,
    legRatioQtyDenominator: 0,
    legUnderlyingId: 0,
    legCount: 0,
    legIndex: 0,
    legRawSymbol: "",
    legInstrumentClass: "",
    legSide: "N",
  };
}

function upgradeStat(record: StatV1Record): StatRecord {
  const quantity = record.quantity === UNDEF_STAT_QUANTITY_V1 ? UNDEF_STAT_QUANTITY : BigInt(record.quantity);
  return { ...record, kind: "statistics", quantity };
}

function upgradeError(record: ErrorV1Record): ErrorRecord {
  const code = ERROR_CODES.find(([text]) => record.err.startsWith(text))?.[1] ?? UNSET;
  return { ...record, kind: "error", code, isLast: 1 };
}

function upgradeSystem(record: SystemV1Record): SystemRecord {
  const code = SYSTEM_CODES.find(([text]) => text.test(record.msg))?.[1] ?? UNSET;
  return { ...record, kind: "system", code };
}

function upgradeSymbolMapping(record: SymbolMappingV1Record): SymbolMappingRecord {
  return { ...record, kind: "symbolMapping", stypeIn: UNSET, stypeOut: UNSET };
}
