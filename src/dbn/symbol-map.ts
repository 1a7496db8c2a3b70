import { UNDEF_TIMESTAMP } from "./constants.ts";
import { DbnError } from "./errors.ts";
import type { DbnRecord } from "./layout.ts";
import type { DbnMetadata, MappingInterval } from "./metadata-types.ts";

const MS_PER_DAY = 86_400_000;
const NS_PER_DAY = 86_400_000_000_000n;

/** Days since the UNIX epoch from `start` up to but not including `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly symbol: string;
}

/**
 * Which symbol an instrument id stood for on a UTC day, from the metadata of a historical file. Ids are unique only within a
 * dataset and a day (Nasdaq and OPRA reuse them daily), so there is no lookup by id alone.
 */
export class SymbolMap {
  readonly #spans: ReadonlyMap<number, readonly Span[]>;

  private constructor(spans: ReadonlyMap<number, readonly Span[]>) {
    this.#spans = spans;
  }

  /**
   * Built in one pass over the intervals, about a microsecond each.
   * @throws {DbnError} `unsupported` when neither symbology type is `instrument_id`
   */
  static fromMetadata(metadata: DbnMetadata): SymbolMap {
    const inverse = isInverse(metadata);
    const spans = new Map<number, Span[]>();
    for (const { rawSymbol, intervals } of metadata.mappings) {
      for (const interval of intervals) {
        // Old files have intervals without a symbol where the input stood for nothing.
        if (interval.symbol === "") continue;
        const id = Number(inverse ? rawSymbol : interval.symbol);
        const span = spanOf(interval, inverse ? interval.symbol : rawSymbol);
        const list = spans.get(id);
        if (list === undefined) spans.set(id, [span]);
        else list.push(span);
      }
    }
    return new SymbolMap(spans);
  }

  /**
   * The symbol on the UTC day of `time`; undefined when the id means nothing on that day.
   * @param time ns since the UNIX epoch (bigint) or epoch milliseconds (number)
   */
  symbolAt(instrumentId: number, time: bigint | number): string | undefined {
    const day = typeof time === "bigint" ? Number(time / NS_PER_DAY) : Math.floor(time / MS_PER_DAY);
    return this.#spans.get(instrumentId)?.find((span) => span.start <= day && day < span.end)?.symbol;
  }

  /** The symbol of a record, by the day of its index timestamp: `tsRecv` where it has one, else `tsEvent`. */
  symbolOf(record: DbnRecord): string | undefined {
    return this.symbolAt(record.instrumentId, indexTimestamp(record));
  }
}

/** Which symbol an instrument id stands for now, kept up to date from the mapping records of a live session. */
export class LiveSymbolMap {
  readonly #symbols = new Map<number, string>();

  /** Notes a symbol mapping; records of other kinds are ignored, so every record may be passed. */
  update(record: DbnRecord): void {
    if (record.kind !== "symbolMapping" && record.kind !== "symbolMappingV1") return;
    const { stypeInSymbol, stypeOutSymbol } = record;
    // Asked for by instrument id, the out symbol is the id again, and the readable name is the other one.
    this.#symbols.set(record.instrumentId, /^\d+$/.test(stypeOutSymbol) ? stypeInSymbol : stypeOutSymbol);
  }

  /** The latest symbol of an id; undefined before its first mapping. */
  symbolOf(record: { readonly instrumentId: number }): string | undefined {
    return this.#symbols.get(record.instrumentId);
  }
}

/** The time a record is ordered and filtered by: `tsRecv` where it has one, else `tsEvent`. */
export function indexTimestamp(record: DbnRecord): bigint {
  if (!("tsRecv" in record) || record.tsRecv === UNDEF_TIMESTAMP) return record.tsEvent;
  return record.tsRecv;
}

function isInverse({ stypeIn, stypeOut }: DbnMetadata): boolean {
  if (stypeOut === "instrument_id") return false;
  if (stypeIn === "instrument_id") return true;
  throw new DbnError("unsupported", {
    attempt: "Build a symbol map",
    found: `stypeIn ${stypeIn ?? "none"} and stypeOut ${stypeOut ?? "none"}`,
    expected: "one of them to be instrument_id",
    hint: "request the data with stype_out=instrument_id",
  });
}

function spanOf({ startDate, endDate }: MappingInterval, symbol: string): Span {
  return { start: dayOf(startDate), end: dayOf(endDate), symbol };
}

function dayOf(date: string): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8))) / MS_PER_DAY;
}
