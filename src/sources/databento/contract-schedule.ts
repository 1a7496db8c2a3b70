/** Which contract a continuous future is at each instant: by the vendor's rules from its symbology, or by our own from the calendar. */

import type { Calendar } from "../../calendar/index.ts";
import { contractSpec, type RollSegment, rollSchedule, suggestRoot } from "../../futures/index.ts";
import type { ContractSymbol } from "../../market/contract-symbol.ts";
import { DataMissingError } from "../../market/errors.ts";
import { DAY, formatDate, formatInstant } from "../../market/time.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { FreeAnswers, SymbolInterval } from "./free-answers.ts";
import type { ContinuousInstrument } from "./instrument.ts";
import { readContractRawSymbol } from "./raw-symbol.ts";

/** The longest stretch of holidays: within so many days after any day lies a session. */
const LONGEST_BREAK = 10;

/**
 * The contracts of a continuous future over a span, ascending, contiguous from `span.start` to `span.end` as far as there are any. Every
 * change is at the open of a session.
 *
 * The vendor's rules `c`, `n` and `v` name a contract for each UTC day, which begins in the middle of an evening session. Here the change
 * takes effect with the whole session of that trade date. As with the vendor, `v` and `n` may go back to the contract they left.
 * @param expirations last trading days by definitions (`ESZ24` -> ISO), which count before the contract table's rules
 * @throws DataMissingError when the vendor knows no such series
 */
export async function contractSchedule(
  instrument: ContinuousInstrument,
  span: TimeSpan,
  answers: FreeAnswers,
  expirations: ReadonlyMap<string, string> = new Map(),
): Promise<RollSegment[]> {
  const { roll } = instrument.terms;
  return typeof roll === "string"
    ? vendorSchedule(instrument, `${instrument.root}.${roll}.${instrument.terms.rank}`, span, answers)
    : calendarSchedule(instrument, roll.sessionsBeforeExpiration, span, expirations);
}

function calendarSchedule(
  { root, terms, calendar }: ContinuousInstrument,
  sessionsBeforeExpiration: number,
  span: TimeSpan,
  expirations: ReadonlyMap<string, string>,
): RollSegment[] {
  const rule = { sessionsBeforeExpiration, rank: terms.rank, expirations };
  const startDate = calendar?.sessionAt(span.start)?.tradeDate ?? formatDate(span.start);
  const segments = rollSchedule(root, rule, startDate, formatDate(span.end + 2 * DAY));
  return cutToSpan(segments, span);
}

async function vendorSchedule(
  instrument: ContinuousInstrument,
  symbol: string,
  span: TimeSpan,
  answers: FreeAnswers,
): Promise<RollSegment[]> {
  const { dataset, calendar } = instrument;
  // Whole months, so that runs over about the same time ask the same question; the trade date of the last session lies after its open.
  const asked = wholeMonths({ start: span.start, end: span.end + 4 * DAY });
  const question = { dataset, stypeIn: "continuous", stypeOut: "instrument_id", symbols: [symbol] } as const;
  const days = (await answers.resolve(question, asked)).get(symbol) ?? [];
  if (days.length === 0) throw unknownSeries(instrument, symbol, span);
  const ids = [...new Set(days.map((interval) => interval.symbol))].toSorted();
  const names = await answers.resolve(
    { dataset, stypeIn: "instrument_id", stypeOut: "raw_symbol", symbols: ids },
    asked,
  );
  const named = days.map((interval) => ({
    contract: contractOfId(instrument, interval, names),
    start: sessionOpenOf(calendar, interval.start),
  }));
  // Of several changes between the same two sessions only the last one ever trades.
  const traded = named.filter(({ start }, i) => start < (named[i + 1]?.start ?? Number.POSITIVE_INFINITY));
  const changes = traded.filter(({ contract }, i) => i === 0 || !isSame(contract, traded[i - 1]?.contract));
  const end = Math.max(span.end, sessionOpenOf(calendar, days.at(-1)?.end ?? span.end));
  return cutToSpan(
    changes.map((change, i) => ({ ...change, end: changes[i + 1]?.start ?? end })),
    span,
  );
}

/** An id names an instrument on a day, not for ever: the raw symbol is that of the interval's first day. */
function contractOfId(
  { root, asset }: ContinuousInstrument,
  { start, symbol: id }: SymbolInterval,
  names: ReadonlyMap<string, readonly SymbolInterval[]>,
): ContractSymbol {
  const rawSymbol = names.get(id)?.find((interval) => interval.start <= start && start < interval.end)?.symbol;
  const contract = rawSymbol === undefined ? undefined : readContractRawSymbol(rawSymbol, root, start);
  if (contract !== undefined) return contract;
  const found = rawSymbol === undefined ? "has no symbol" : `is '${rawSymbol}', which is no contract of ${root}`;
  throw new DataMissingError(`Following ${asset}: instrument ${id} ${found} on ${formatInstant(start)}`, {
    hint: "Choose another rule for the rolls, or name the contracts one by one.",
  });
}

/** Open of the session of a UTC day taken as a trade date, or of the next one; the day's own midnight without a calendar. */
function sessionOpenOf(calendar: Calendar | undefined, day: number): number {
  if (calendar === undefined || calendar.continuous) return day;
  for (let later = 0; later <= LONGEST_BREAK; later++) {
    const date = formatDate(day + later * DAY);
    const session = date > calendar.lastDate ? undefined : calendar.session(date);
    if (session !== undefined) return session.open;
  }
  return day;
}

function cutToSpan(segments: readonly RollSegment[], span: TimeSpan): RollSegment[] {
  return segments.flatMap((segment) => {
    const start = Math.max(segment.start, span.start);
    const end = Math.min(segment.end, span.end);
    return end > start ? [{ ...segment, start, end }] : [];
  });
}

function wholeMonths({ start, end }: TimeSpan): TimeSpan {
  const [first, last] = [new Date(start), new Date(end - 1)];
  return {
    start: Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), 1),
    end: Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 1),
  };
}

function isSame(left: ContractSymbol, right: ContractSymbol | undefined): boolean {
  return left.year === right?.year && left.month === right.month;
}

function unknownSeries({ asset, dataset, root }: ContinuousInstrument, symbol: string, span: TimeSpan) {
  const days = `${formatInstant(span.start)} to ${formatInstant(span.end)}`;
  const hint =
    contractSpec(root) === undefined
      ? suggestRoot(root)
      : "Choose a later start: before a product is listed there is nothing to follow.";
  return new DataMissingError(
    `Following ${asset}: Databento resolves '${symbol}' to nothing in ${dataset} from ${days}`,
    { hint },
  );
}
