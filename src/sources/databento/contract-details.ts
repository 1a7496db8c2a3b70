/** What an instrument definition says: tick, point value, last trading day. */

import { timeZone } from "../../calendar/index.ts";
import {
  type InstrumentDefRecord,
  priceToNumber,
  timestampToMs,
  UNDEF_PRICE,
  UNDEF_TIMESTAMP,
} from "../../dbn/index.ts";
import type { InstrumentDetails } from "../../market/ports.ts";
import { DAY, formatDate } from "../../market/time.ts";
import type { SingleInstrument } from "./instrument.ts";
import type { SeriesSpan } from "./series.ts";

/** The definition of a contract on a UTC day: one small record. */
export function definitionSpan({ dataset, symbol }: SingleInstrument, day: number): SeriesSpan {
  const start = Math.floor(day / DAY) * DAY;
  return { dataset, schema: "definition", stypeIn: "raw_symbol", symbol, start, end: start + DAY };
}

/** What a definition tells, as far as its fields are set. */
export function detailsOf(record: InstrumentDefRecord, { calendar }: SingleInstrument): InstrumentDetails {
  const tickSize = priceOf(record.minPriceIncrement);
  const multiplier = pointValueOf(record, tickSize);
  const expiration = expirationOf(record, calendar?.timeZone);
  return {
    ...(tickSize === undefined ? {} : { tickSize }),
    ...(multiplier === undefined ? {} : { multiplier }),
    ...(calendar === undefined ? {} : { calendar: calendar.name }),
    ...(record.currency === "" ? {} : { currency: record.currency }),
    ...(expiration === undefined ? {} : { expiration }),
  };
}

/**
 * Money for 1.0 of the price: what a tick is worth, by the tick. `minPriceIncrementAmount` is in the venue's own display units and is
 * divided by the display factor (Databento, instrument definitions: contract notional); prices never are.
 */
function pointValueOf(record: InstrumentDefRecord, tickSize: number | undefined): number | undefined {
  const amount = priceOf(record.minPriceIncrementAmount);
  const factor = priceOf(record.displayFactor);
  if (amount === undefined || factor === undefined || tickSize === undefined) return undefined;
  // The factors are decimal fractions that doubles hold only nearly; point values have few digits.
  return Number((amount / factor / tickSize).toPrecision(10));
}

function priceOf(raw: bigint): number | undefined {
  return raw === UNDEF_PRICE || raw <= 0n ? undefined : priceToNumber(raw);
}

/** The date on the exchange's clock. */
function expirationOf(record: InstrumentDefRecord, zone: string | undefined): string | undefined {
  if (record.expiration === UNDEF_TIMESTAMP) return undefined;
  const time = timestampToMs(record.expiration);
  return formatDate(time + (zone === undefined ? 0 : timeZone(zone).offsetAt(time)));
}
