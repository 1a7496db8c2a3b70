/** Resolves the symbols of a request: which instruments have records on which day, and the mappings that say so. */

import type { MappingInterval, SymbolMapping } from "../dbn/index.ts";
import { caseError } from "./api-error.ts";
import { ContractRanking } from "./continuous.ts";
import type { DatasetInfo } from "./datasets.ts";
import { dateOfDay } from "./days.ts";
import { allInstruments, type DaySpan, findersOf, type Holding } from "./find-instruments.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";

/** The one symbol that stands for a whole dataset. */
export const ALL_SYMBOLS = "ALL_SYMBOLS";

/** The symbols of a request. */
export interface SymbolQuery extends DaySpan {
  readonly dataset: DatasetInfo;
  readonly symbols: readonly string[];
  readonly stypeIn: string;
  readonly stypeOut: string;
}

/** What the symbols stand for. */
export interface Resolution {
  readonly mappings: SymbolMapping[];
  /** Names that do not cover the whole span. */
  readonly partial: string[];
  /** Symbols that stand for nothing in it. */
  readonly notFound: string[];
  /** Whether a symbol the client asked for by name covers only a part: what makes an answer 206. */
  readonly incomplete: boolean;
  /** The instruments that have records on a UTC day, each once. */
  readonly instrumentsOn: (day: number) => readonly Instrument[];
}

/** Resolves symbols against a market. */
export class Symbology {
  readonly #market: Market;
  readonly #ranking: ContractRanking;

  constructor(market: Market) {
    this.#market = market;
    this.#ranking = new ContractRanking(market);
  }

  /** @throws ApiError `symbology_invalid_request` for types that do not go together, `symbology_invalid_symbol` */
  resolve(query: SymbolQuery): Resolution {
    const { dataset, symbols, stypeIn, stypeOut } = query;
    if (symbols.length === 1 && symbols[0] === ALL_SYMBOLS) {
      return resolution(query, [], [], allInstruments(this.#market, dataset, query));
    }
    const find = findersOf(this.#market, this.#ranking, dataset).get(stypeIn);
    if (
      find === undefined ||
      !(stypeOut === "instrument_id" || (stypeOut === "raw_symbol" && stypeIn === "instrument_id"))
    ) {
      const message = `The symbology combination stype_in '${stypeIn}' and stype_out '${stypeOut}' is not supported for dataset '${dataset.name}'.`;
      throw caseError(422, "symbology_invalid_request", message);
    }
    const named: [name: string, holdings: readonly Holding[]][] = [];
    const notFound: string[] = [];
    for (const symbol of new Set(symbols)) {
      const found = [...find(symbol, query)].filter(([, holdings]) => holdings.length > 0);
      if (found.length === 0) notFound.push(symbol);
      named.push(...found);
    }
    return resolution(
      query,
      named,
      notFound,
      named.flatMap(([, holdings]) => holdings),
    );
  }
}

function resolution(
  query: SymbolQuery,
  named: readonly [string, readonly Holding[]][],
  notFound: string[],
  holdings: readonly Holding[],
): Resolution {
  const partial = named.filter(([, held]) => !covers(held, query)).map(([name]) => name);
  return {
    mappings: named.map(([rawSymbol, held]) => ({ rawSymbol, intervals: intervalsOf(held, query.stypeOut) })),
    partial,
    notFound,
    incomplete: notFound.length > 0 || (partial.length > 0 && query.stypeIn !== "parent"),
    instrumentsOn: (day) => [
      ...new Set(holdings.filter(({ from, to }) => from <= day && day < to).map(({ instrument }) => instrument)),
    ],
  };
}

/** Whether holdings leave no day of a span out. A stock has none on days without trading, which is no gap. */
function covers(holdings: readonly Holding[], { from, to }: DaySpan): boolean {
  if (holdings[0]?.instrument.kind === "stock") return true;
  let day = from;
  for (const holding of holdings) if (holding.from <= day) day = Math.max(day, holding.to);
  return day >= to;
}

function intervalsOf(holdings: readonly Holding[], stypeOut: string): MappingInterval[] {
  return holdings.map(({ instrument, from, to }) => ({
    startDate: dateOfDay(from),
    endDate: dateOfDay(to),
    symbol: stypeOut === "raw_symbol" ? instrument.rawSymbol : String(instrument.idOn(from)),
  }));
}
