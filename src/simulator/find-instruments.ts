/** From a symbol to the instruments it names, day by day. */

import { type ApiError, caseError } from "./api-error.ts";
import { type ContractRanking, parseContinuous } from "./continuous.ts";
import type { DatasetInfo } from "./datasets.ts";
import type { FutureContract, Instrument, Stock } from "./instrument.ts";
import { type Market, stockTrades } from "./market.ts";

/** A symbol means an instrument from one UTC day to another (exclusive). */
export interface Holding {
  readonly instrument: Instrument;
  readonly from: number;
  readonly to: number;
}

/** UTC days, `to` exclusive. */
export interface DaySpan {
  readonly from: number;
  readonly to: number;
}

/** Symbology types that name instruments, and what each symbol names; keys are what the mappings are listed under. */
export type Finder = (symbol: string, span: DaySpan) => ReadonlyMap<string, readonly Holding[]>;

/** The finder of each symbology type a dataset takes. */
export function findersOf(market: Market, ranking: ContractRanking, dataset: DatasetInfo): ReadonlyMap<string, Finder> {
  if (dataset.name === "XNAS.ITCH") {
    return new Map<string, Finder>([
      ["raw_symbol", (symbol, span) => single(symbol, stockByName(market, symbol, span))],
      ["instrument_id", (id, span) => single(id, stockById(market, numberOf(id), span))],
    ]);
  }
  return new Map<string, Finder>([
    ["raw_symbol", (symbol, span) => single(symbol, contractsByName(market, symbol, span))],
    ["instrument_id", (id, span) => single(id, contractById(market, numberOf(id), span))],
    ["continuous", (symbol, span) => single(symbol, continuousHoldings(ranking, symbol, span))],
    ["parent", (symbol, span) => children(market, symbol, span)],
  ]);
}

/** Every instrument of a dataset. */
export function allInstruments(market: Market, dataset: DatasetInfo, span: DaySpan): Holding[] {
  if (dataset.name === "XNAS.ITCH") return market.stocks.flatMap((stock) => tradingDays(stock, span));
  return market.roots.flatMap((root) => familyOf(market, root).flatMap((instrument) => within(instrument, span)));
}

function single(symbol: string, holdings: readonly Holding[]): ReadonlyMap<string, readonly Holding[]> {
  return new Map([[symbol, holdings]]);
}

function within(instrument: Instrument, span: DaySpan): Holding[] {
  const from = Math.max(span.from, instrument.firstDay);
  const to = Math.min(span.to, instrument.lastDay + 1);
  return from < to ? [{ instrument, from, to }] : [];
}

function familyOf(market: Market, root: string): Instrument[] {
  const chain = market.chainOf(root);
  return chain === undefined ? [] : [...chain.contracts, ...chain.spreads];
}

function contractsByName(market: Market, symbol: string, span: DaySpan): Holding[] {
  const root = /^([A-Z0-9]{1,3})[FGHJKMNQUVXZ]\d(-|$)/.exec(symbol)?.[1];
  if (root === undefined) return [];
  // A one-digit year comes back every ten years: the days of the request tell which contract is meant.
  const named = familyOf(market, root).filter((instrument) => instrument.rawSymbol === symbol);
  return named.flatMap((instrument) => within(instrument, span));
}

function contractById(market: Market, id: number, span: DaySpan): Holding[] {
  const root = market.roots[Math.floor(id / 10_000) - 1];
  const family = root === undefined ? [] : familyOf(market, root);
  return family
    .filter((instrument) => instrument.idOn(span.from) === id)
    .flatMap((instrument) => within(instrument, span));
}

function children(market: Market, symbol: string, span: DaySpan): ReadonlyMap<string, readonly Holding[]> {
  const match = /^([A-Z0-9]{1,4})\.(FUT|OPT)$/.exec(symbol);
  if (match === null) throw invalidSymbol(symbol, "parent", "ES.FUT");
  const holdings = new Map<string, Holding[]>();
  // Options are not simulated: their parents are known and have no children.
  for (const instrument of match[2] === "FUT" ? familyOf(market, match[1] ?? "") : []) {
    const found = within(instrument, span);
    if (found.length > 0) holdings.set(instrument.rawSymbol, [...(holdings.get(instrument.rawSymbol) ?? []), ...found]);
  }
  return holdings;
}

function continuousHoldings(ranking: ContractRanking, text: string, span: DaySpan): Holding[] {
  const symbol = parseContinuous(text);
  if (symbol === undefined) throw invalidSymbol(text, "continuous", "ES.c.0");
  const holdings: { instrument: FutureContract; from: number; to: number }[] = [];
  for (let day = span.from; day < span.to; day++) {
    const instrument = ranking.contractOn(symbol, day);
    const last = holdings.at(-1);
    if (instrument === undefined) continue;
    if (last?.instrument === instrument && last.to === day) last.to = day + 1;
    else holdings.push({ instrument, from: day, to: day + 1 });
  }
  return holdings;
}

function stockByName(market: Market, symbol: string, span: DaySpan): Holding[] {
  const stock = market.stocks.find(({ rawSymbol }) => rawSymbol === symbol);
  return stock === undefined ? [] : tradingDays(stock, span);
}

function stockById(market: Market, id: number, span: DaySpan): Holding[] {
  const days = market.stocks.flatMap((stock) => tradingDays(stock, span));
  return days.filter(({ instrument, from }) => instrument.idOn(from) === id).sort((a, b) => a.from - b.from);
}

/** One holding a day, because a stock's number holds for a day. */
function tradingDays(stock: Stock, span: DaySpan): Holding[] {
  const days: Holding[] = [];
  for (let day = span.from; day < span.to; day++) {
    if (stockTrades(stock, day)) days.push({ instrument: stock, from: day, to: day + 1 });
  }
  return days;
}

function numberOf(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw invalidSymbol(text, "instrument_id", "5482");
  return Number(text);
}

function invalidSymbol(symbol: string, stype: string, example: string): ApiError {
  const message = `Invalid symbol '${symbol}' for stype_in '${stype}'. Expected a symbol such as '${example}'.`;
  return caseError(422, "symbology_invalid_symbol", message, { symbol });
}
