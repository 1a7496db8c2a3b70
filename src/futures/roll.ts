/**
 * Which contract a continuous series holds. A schedule is decided from dates or volumes alone, before any price is looked at; every
 * boundary is the open of a session, so no session is split between two contracts.
 */

import { type Calendar, calendarFor, type Session } from "../calendar/index.ts";
import { type ContractSymbol, MONTH_CODES } from "../market/contract-symbol.ts";
import { InvalidInputError } from "../market/errors.ts";
import { dateAfter, weekdayOf } from "./business-days.ts";
import type { ContractSpec } from "./contract-spec.ts";
import { requireContractSpec } from "./contracts.ts";
import { contractName, expirationOf, firstNoticeOf } from "./expiration.ts";
import { addMonths, type ContractMonth } from "./rule-days.ts";

/** A stretch of a continuous series: `contract` is held for start <= time < end, both opens of sessions, epoch ms UTC. */
export interface RollSegment {
  readonly contract: ContractSymbol;
  readonly start: number;
  readonly end: number;
}

/** Rolling by the calendar. */
export interface CalendarRoll {
  /**
   * The next contract takes over at the open of the session so many sessions before the last trading day, or before first notice
   * day where that comes first. 0 is the open of that day itself; `HOLD_TO_EXPIRATION` keeps the contract through its last session.
   */
  readonly sessionsBeforeExpiration: number;
  /** 0 is the front contract, 1 the one after it. @default 0 */
  readonly rank?: number;
  /** Last trading days that are known better than by the exchange's rule, ISO, by contract (`ESZ24`): those of definitions. */
  readonly expirations?: ReadonlyMap<string, string>;
}

/** As `sessionsBeforeExpiration`: the contract is held through its last trading day, notices or not (Databento's rule `c`). */
export const HOLD_TO_EXPIRATION = -1;

/** How far ahead of a date the search for contracts begins and ends, months: three-month rates trade for three after theirs. */
const MONTHS_BACK = 5;
const MONTHS_AHEAD = 16;

/**
 * The contracts a continuous series of `root` holds from trade date `startDate` (ISO, inclusive) to `endDate` (exclusive), visiting
 * the root's liquid months only, in order, each until its roll. Contiguous; empty when the span holds no session.
 * @throws InvalidInputError `invalid_asset` for an unknown root, `invalid_argument` for a rule that makes no sense,
 * `calendar_range` when the span reaches past the exchange's calendar
 */
export function rollSchedule(root: string, rule: CalendarRoll, startDate: string, endDate: string): RollSegment[] {
  checkRule(root, rule);
  const spec = requireContractSpec(root);
  const calendar = calendarFor(spec.calendar);
  const [first, afterLast] = boundsOf(calendar, startDate, endDate);
  if (first === undefined || first.open >= afterLast) return [];
  const contracts = liquidContracts(spec, startDate, endDate, rule.rank ?? 0);
  const segments: RollSegment[] = [];
  let start = first.open;
  contracts.forEach((front, i) => {
    const contract = contracts[i + (rule.rank ?? 0)];
    const rollDate = rollDateOf(calendar, front, rule.sessionsBeforeExpiration, rule.expirations);
    if (contract === undefined || start >= afterLast || rollDate <= first.tradeDate) return;
    const end = rollDate >= endDate ? afterLast : openOnOrAfter(calendar, rollDate);
    if (end <= start) return;
    segments.push({ contract, start, end });
    start = end;
  });
  return segments;
}

/**
 * The contract a continuous series of `root` holds in the session of a trade date (ISO; where that has no session, the next one).
 * Undefined past the last session known.
 * @throws InvalidInputError as `rollSchedule`
 */
export function contractOn(root: string, rule: CalendarRoll, tradeDate: string): ContractSymbol | undefined {
  const session = sessionOnOrAfter(calendarFor(requireContractSpec(root).calendar), tradeDate);
  if (session === undefined) return undefined;
  return rollSchedule(root, rule, session.tradeDate, dateAfter(session.tradeDate, 1))[0]?.contract;
}

/**
 * The trade date (ISO) at whose open the contract is left: so many sessions before its last trading day or, where that is earlier,
 * its first notice day.
 */
export function rollDateOf(
  calendar: Calendar,
  contract: ContractSymbol,
  sessionsBefore: number,
  expirations?: ReadonlyMap<string, string>,
): string {
  const expiration = expirations?.get(contractName(contract)) ?? expirationOf(contract);
  if (sessionsBefore === HOLD_TO_EXPIRATION) return sessionDateFrom(calendar, expiration, 1);
  const notice = firstNoticeOf(contract);
  const leaveBefore = notice !== undefined && notice < expiration ? notice : expiration;
  return sessionDateFrom(calendar, leaveBefore, -sessionsBefore);
}

/** The root's liquid contracts that may be in play in a span, in the order of their months. */
export function liquidContracts(
  spec: ContractSpec,
  startDate: string,
  endDate: string,
  spare: number,
): ContractSymbol[] {
  const contracts: ContractSymbol[] = [];
  const first = addMonths(monthOfDate(startDate), -MONTHS_BACK);
  const last = addMonths(monthOfDate(endDate), MONTHS_AHEAD + 12 * spare);
  for (let month = first; orderOf(month) <= orderOf(last); month = addMonths(month, 1)) {
    const letter = MONTH_CODES[month.month - 1];
    if (letter !== undefined && spec.liquidMonths.includes(letter)) contracts.push({ root: spec.root, ...month });
  }
  return contracts;
}

/** Months counted from year 0: orders contracts of one root. */
export function orderOf(month: ContractMonth): number {
  return month.year * 12 + month.month;
}

function monthOfDate(isoDate: string): ContractMonth {
  return { year: Number(isoDate.slice(0, 4)), month: Number(isoDate.slice(5, 7)) };
}

/** The trade date `count` sessions after `isoDate`, before it when negative. Past the calendar every weekday has a session. */
function sessionDateFrom(calendar: Calendar, isoDate: string, count: number): string {
  let date = isoDate;
  for (let left = Math.abs(count); left > 0; ) {
    date = dateAfter(date, Math.sign(count));
    if (hasSession(calendar, date)) left -= 1;
  }
  return date;
}

function hasSession(calendar: Calendar, isoDate: string): boolean {
  if (isoDate > calendar.lastDate) return weekdayOf(isoDate) !== 0 && weekdayOf(isoDate) !== 6;
  return calendar.session(isoDate) !== undefined;
}

/** First session of the span, and where the span ends: the open of the first session past it. */
function boundsOf(calendar: Calendar, startDate: string, endDate: string): [Session | undefined, number] {
  return [sessionOnOrAfter(calendar, startDate), openOnOrAfter(calendar, endDate)];
}

function sessionOnOrAfter(calendar: Calendar, isoDate: string): Session | undefined {
  for (let date = isoDate; date <= calendar.lastDate; date = dateAfter(date, 1)) {
    const session = calendar.session(date);
    if (session !== undefined) return session;
  }
  return undefined;
}

/** Open of the first session on or after a date; past the last session known, its close. */
function openOnOrAfter(calendar: Calendar, isoDate: string): number {
  // Asked first, so that a date past the calendar is refused and not answered with its end.
  const onDate = isoDate > dateAfter(calendar.lastDate, 1) ? calendar.session(isoDate) : undefined;
  const session = onDate ?? sessionOnOrAfter(calendar, isoDate);
  if (session !== undefined) return session.open;
  let last = calendar.lastDate;
  while (calendar.session(last) === undefined) last = dateAfter(last, -1);
  return calendar.session(last)?.close ?? Number.NaN;
}

function checkRule(root: string, rule: CalendarRoll): void {
  const { sessionsBeforeExpiration: sessions, rank = 0 } = rule;
  const fail = (name: string, value: number, least: number): never => {
    throw new InvalidInputError(
      "invalid_argument",
      `Rolling ${root}: ${name} was ${value}, expected a whole number from ${least}`,
    );
  };
  if (!Number.isInteger(sessions) || sessions < HOLD_TO_EXPIRATION) fail("sessionsBeforeExpiration", sessions, 0);
  if (!Number.isInteger(rank) || rank < 0) fail("rank", rank, 0);
}
