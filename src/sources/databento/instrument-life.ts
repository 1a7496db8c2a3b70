/** From when to when the vendor has a symbol, and whether it has it at all. */

import { contractSpec } from "../../futures/index.ts";
import { DataMissingError } from "../../market/errors.ts";
import { DAY, formatInstant } from "../../market/time.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { FreeAnswers } from "./free-answers.ts";
import type { DatedContract, SingleInstrument } from "./instrument.ts";

/** A one-digit year comes back after ten years: no further back, or another contract would be meant. */
const LONGEST_LIFE = 9 * 365 * DAY;
/** Around a span without data, so many days are looked at for the symbol: markets are closed for some. */
const MARGIN = 10 * DAY;

/**
 * The UTC days on which a dated contract is listed.
 * @throws DataMissingError when the vendor resolves its symbol to nothing
 */
export async function contractLife(
  instrument: SingleInstrument,
  { expiration }: DatedContract,
  answers: FreeAnswers,
): Promise<TimeSpan> {
  const longest = longestLife(expiration);
  const [first] = await resolve(instrument, longest, answers);
  if (first === undefined) throw unresolved(instrument, longest);
  // Not the end of the symbology: that of a contract which still trades reaches as far as the data does and no further.
  return { start: first.start, end: longest.end };
}

/** The days on which a symbol with a one-digit year can mean the contract that ends on a date, ISO. */
export function longestLife(expiration: string): TimeSpan {
  const end = Date.parse(expiration) + DAY;
  return { start: end - LONGEST_LIFE, end };
}

/** @throws DataMissingError when the vendor resolves a symbol to nothing in and around a span that turned out empty */
export async function requireKnown(instrument: SingleInstrument, span: TimeSpan, answers: FreeAnswers): Promise<void> {
  const around = { start: span.start - MARGIN, end: span.end + MARGIN };
  if ((await resolve(instrument, around, answers)).length === 0) throw unresolved(instrument, span);
}

async function resolve({ dataset, symbol }: SingleInstrument, span: TimeSpan, answers: FreeAnswers) {
  const question = { dataset, stypeIn: "raw_symbol", stypeOut: "instrument_id", symbols: [symbol] } as const;
  return (await answers.resolve(question, span)).get(symbol) ?? [];
}

function unresolved({ asset, dataset, symbol, contract }: SingleInstrument, span: TimeSpan): DataMissingError {
  const spec = contract === undefined ? undefined : contractSpec(contract.contract.root);
  const hint =
    spec === undefined
      ? "Check the symbol, and the dataset with the option dataset or the asset's exchange."
      : `${spec.root} has the months ${spec.listedMonths}; its data may begin later than the contract.`;
  const days = `${formatInstant(span.start)} to ${formatInstant(span.end)}`;
  return new DataMissingError(
    `Looking for ${asset} at Databento: '${symbol}' resolves to nothing in ${dataset} from ${days}`,
    { hint },
  );
}
