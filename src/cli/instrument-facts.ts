import { type Calendar, calendarFor, type Session } from "../calendar/index.ts";
import {
  type ContractSpec,
  describeDayRule,
  expirationOf,
  firstNoticeOf,
  nextContracts,
  tickSizeOn,
} from "../futures/index.ts";
import { type DatedMargin, marginFraction, marginOn } from "../futures/margins.ts";
import { rollDateOf } from "../futures/roll.ts";
import { type ContractSymbol, formatContractSymbol } from "../market/contract-symbol.ts";
import { DAY, formatInstant } from "../market/time.ts";

/** What the table and the calendar say of a root on a date, as plain data. */
export interface InstrumentFacts {
  readonly root: string;
  readonly name: string;
  readonly exchange: string;
  readonly dataset: string;
  readonly asOf: string;
  readonly currency: string;
  readonly priceUnit: string;
  /** Money per 1.0 of price. */
  readonly pointValue: number;
  readonly tickSize: number;
  /** Of the contracts after the nearest, where theirs is another. */
  readonly deferredTickSize: number | null;
  /** Money a tick is worth. */
  readonly tickValue: number;
  readonly listedMonths: string;
  readonly liquidMonths: string;
  readonly settlement: "cash" | "physical";
  /** Of one contract, in `currency`, as far as the table knows it on the date; null where it does not. */
  readonly margin: DatedMargin | null;
  /** Share of the contract's value that a backtest takes where the margin is not known. */
  readonly marginFraction: number;
  readonly lastTradingDay: string;
  readonly firstNotice: string | null;
  readonly calendar: string;
  readonly timeZone: string;
  /** Last trade date whose holidays are known; dates of contracts after it count every weekday. */
  readonly calendarEnd: string;
  /** The session of the date, or the next; null past the calendar's end. */
  readonly session: SessionFacts | null;
  /** Days off and shortened days of the next three months. */
  readonly specialDays: readonly SpecialDay[];
  /** Databento's names for its continuous futures: by volume, open interest, calendar. */
  readonly continuousSymbols: readonly string[];
  readonly contracts: readonly ContractFacts[];
}

export interface SessionFacts {
  readonly tradeDate: string;
  readonly kind: Session["kind"];
  /** Instants as ISO text, UTC. */
  readonly open: string;
  readonly close: string;
  readonly regularOpen: string;
  readonly regularClose: string;
  readonly halts: readonly { readonly start: string; readonly end: string }[];
}

export interface SpecialDay {
  readonly date: string;
  readonly kind: "closed" | Session["kind"];
  /** End of its trading, ISO text, UTC; null where there is none. */
  readonly close: string | null;
}

export interface ContractFacts {
  /** With a year of two digits, as in assets: `ESZ26`. */
  readonly symbol: string;
  /** As the exchange and Databento write it: `ESZ6`. */
  readonly rawSymbol: string;
  /** Last trading day, ISO. */
  readonly expiration: string;
  readonly firstNotice: string | null;
  /** Trade date at whose open a calendar roll leaves it; null for a month that continuous series pass over. */
  readonly roll: string | null;
}

const SPECIAL_DAYS_AHEAD = 92;

/** What is known of a root on an ISO date; `rollSessions` as `sessionsBeforeExpiration` of a calendar roll. */
export function instrumentFacts(
  spec: ContractSpec,
  asOf: string,
  contracts: readonly ContractSymbol[],
  rollSessions: number,
): InstrumentFacts {
  const calendar = calendarFor(spec.calendar);
  const { root, name, exchange, dataset, currency, priceUnit, pointValue, listedMonths, liquidMonths } = spec;
  const tickSize = tickSizeOn(spec, asOf);
  return {
    ...{ root, name, exchange, dataset, asOf, currency, priceUnit, pointValue, tickSize },
    deferredTickSize: spec.deferredTickSize ?? null,
    tickValue: tickSize * pointValue,
    ...{ listedMonths, liquidMonths, settlement: spec.settlement },
    margin: marginOn(root, asOf) ?? null,
    marginFraction: marginFraction(spec.calendar),
    lastTradingDay: describeDayRule(spec.lastTradingDay),
    firstNotice: spec.firstNotice === undefined ? null : describeDayRule(spec.firstNotice),
    calendar: calendar.name,
    timeZone: calendar.timeZone,
    calendarEnd: calendar.lastDate,
    session: sessionFacts(calendar, asOf),
    specialDays: specialDays(calendar, asOf),
    continuousSymbols: ["v", "n", "c"].map((rule) => `${root}.${rule}.0`),
    contracts: contracts.map((contract) => contractFacts(spec, calendar, contract, rollSessions)),
  };
}

/** The contracts to list: the next ones of a root, or from the one named on. */
export function contractsFrom(
  spec: ContractSpec,
  contract: ContractSymbol | undefined,
  asOf: string,
  count: number,
): readonly ContractSymbol[] {
  return nextContracts(spec.root, contract === undefined ? asOf : expirationOf(contract), count);
}

function contractFacts(
  spec: ContractSpec,
  calendar: Calendar,
  contract: ContractSymbol,
  rollSessions: number,
): ContractFacts {
  const symbol = formatContractSymbol(contract, 2);
  const isLiquid = spec.liquidMonths.includes(symbol.charAt(spec.root.length));
  return {
    symbol,
    rawSymbol: formatContractSymbol(contract, 1),
    expiration: expirationOf(contract),
    firstNotice: firstNoticeOf(contract) ?? null,
    roll: isLiquid ? rollDateOf(calendar, contract, rollSessions) : null,
  };
}

function sessionFacts(calendar: Calendar, asOf: string): SessionFacts | null {
  const session = sessionFrom(calendar, asOf);
  if (session === undefined) return null;
  return {
    tradeDate: session.tradeDate,
    kind: session.kind,
    open: formatInstant(session.open),
    close: formatInstant(session.close),
    regularOpen: formatInstant(session.regularOpen),
    regularClose: formatInstant(session.regularClose),
    halts: session.halts.map(({ start, end }) => ({ start: formatInstant(start), end: formatInstant(end) })),
  };
}

function sessionFrom(calendar: Calendar, asOf: string): Session | undefined {
  for (const date of datesFrom(calendar, asOf, 14)) {
    const session = calendar.session(date);
    if (session !== undefined) return session;
  }
  return undefined;
}

function specialDays(calendar: Calendar, asOf: string): SpecialDay[] {
  return datesFrom(calendar, asOf, SPECIAL_DAYS_AHEAD).flatMap((date): SpecialDay[] => {
    const session = calendar.session(date);
    const isWeekend = [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay());
    if (session === undefined) return isWeekend ? [] : [{ date, kind: "closed", close: null }];
    return session.kind === "regular" ? [] : [{ date, kind: session.kind, close: formatInstant(session.close) }];
  });
}

/** So many ISO dates, as far as the calendar knows them. */
function datesFrom(calendar: Calendar, asOf: string, count: number): string[] {
  const first = Date.parse(`${asOf}T00:00Z`);
  const dates = Array.from({ length: count }, (_, i) => new Date(first + i * DAY).toISOString().slice(0, 10));
  return dates.filter((date) => date <= calendar.lastDate);
}
