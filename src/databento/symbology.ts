import type { SType } from "../dbn/index.ts";
import type { Resolution } from "./answer-types.ts";
import { canonicalDataset } from "./canonical-request.ts";
import { InvalidParameterError } from "./errors.ts";
import type { Fields } from "./request-types.ts";
import { canonicalSymbols, checkSType, type SymbolsInput } from "./symbols.ts";
import { canonicalDate, type TimestampInput } from "./timestamp.ts";
import type { CallOptions, Transport } from "./transport.ts";

/** Parameters of `symbology.resolve`. */
export interface ResolveParams {
  readonly dataset: string;
  /** At most 2,000. */
  readonly symbols: SymbolsInput;
  /** Pairs that exist: raw_symbol, parent or continuous to instrument_id, and instrument_id to raw_symbol. @default "raw_symbol" */
  readonly stypeIn?: SType;
  /** @default "instrument_id" */
  readonly stypeOut?: SType;
  /** UTC date, inclusive. */
  readonly startDate: TimestampInput;
  /** UTC date, EXCLUSIVE. @default the day after `startDate` */
  readonly endDate?: TimestampInput;
}

/** Names of instruments. Every call here is FREE. */
export class SymbologyGroup {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * What each symbol was on which days. What did not resolve is listed in `partial` and `notFound`, not thrown. There is no
   * way from continuous to raw_symbol in one step: resolve to instrument_id, then those to raw_symbol. Free.
   */
  resolve(params: ResolveParams, call?: CallOptions): Promise<Resolution> {
    const request = {
      endpoint: "symbology.resolve",
      method: "POST",
      fields: resolveFields(params),
      family: "symbology",
      repeat: "always",
    } as const;
    return this.#transport.json(request, (answers) => answers.resolution, call);
  }
}

function resolveFields(params: ResolveParams): Fields {
  const stypeIn = checkSType("stypeIn", params.stypeIn ?? "raw_symbol");
  const start = canonicalDate("startDate", params.startDate);
  const end = params.endDate === undefined ? undefined : canonicalDate("endDate", params.endDate);
  if (end !== undefined && end <= start) {
    throw new InvalidParameterError("endDate", `Check the span: ${start} to ${end} is empty`, "the end is exclusive");
  }
  return {
    dataset: canonicalDataset(params.dataset),
    symbols: canonicalSymbols(params.symbols, stypeIn).join(","),
    stype_in: stypeIn,
    stype_out: checkSType("stypeOut", params.stypeOut ?? "instrument_id"),
    start_date: start,
    ...(end === undefined ? {} : { end_date: end }),
  };
}
