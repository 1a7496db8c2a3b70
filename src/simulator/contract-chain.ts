/** The contracts of one futures root, past and to come, with the days each lives. */

import { calendarFor } from "../calendar/index.ts";
import { expirationOf, firstNoticeOf } from "../futures/index.ts";
import { type ContractSymbol, formatContractSymbol, MONTH_CODES } from "../market/contract-symbol.ts";
import { DAY, HOUR } from "../market/time.ts";
import { dayOfDate } from "./days.ts";
import type { CalendarSpread, FutureContract } from "./instrument.ts";
import type { FuturesProduct } from "./products.ts";

/** Contracts of these years are listed, which covers every day the datasets have. */
const FIRST_YEAR = 2010;
const LAST_YEAR = 2029;

const IDS_PER_ROOT = 10_000;
const FIRST_SPREAD_ID = 5_000;

/** All contracts and calendar spreads of a root, in the order of their months. */
export class ContractChain {
  readonly contracts: readonly FutureContract[];
  /** Those of the months that trade. */
  readonly liquid: readonly FutureContract[];
  readonly spreads: readonly CalendarSpread[];

  constructor(product: FuturesProduct) {
    this.contracts = listedMonths(product).map((month) => contractOf(product, month));
    this.liquid = this.contracts.filter((contract) => contract.liquid);
    this.spreads = this.liquid.slice(1).map((far, index) => spreadOf(this.liquid[index] ?? far, far));
  }
}

function listedMonths({ spec }: FuturesProduct): ContractSymbol[] {
  const months: ContractSymbol[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (const letter of spec.listedMonths)
      months.push({ root: spec.root, year, month: MONTH_CODES.indexOf(letter) + 1 });
  }
  return months;
}

function contractOf(product: FuturesProduct, month: ContractSymbol): FutureContract {
  const { spec } = product;
  const lastDate = expirationOf(month);
  const notice = firstNoticeOf(month) ?? lastDate;
  const expiration = endOfTrading(product, lastDate);
  const lastDay = Math.floor((expiration - 1) / DAY);
  const firstDay = lastDay - product.listedDays;
  const id = IDS_PER_ROOT * (product.index + 1) + (month.year - 1990) * 12 + month.month;
  return {
    kind: "future",
    dataset: spec.dataset,
    publisherId: 1,
    rawSymbol: formatContractSymbol(month, 1),
    calendar: calendarFor(spec.calendar),
    firstDay,
    lastDay,
    activation: firstDay * DAY,
    expiration,
    tickRaw: Math.round(spec.tickSize * 1e9),
    idOn: () => id,
    product,
    month,
    liquid: spec.liquidMonths.includes(MONTH_CODES[month.month - 1] ?? "?"),
    leaveDay: Math.min(dayOfDate(notice), dayOfDate(lastDate)),
  };
}

/** Index futures end when the stock market opens on their last day, the others with its session. */
function endOfTrading({ spec }: FuturesProduct, lastDate: string): number {
  const calendar = calendarFor(spec.calendar);
  const session = lastDate <= calendar.lastDate ? calendar.session(lastDate) : undefined;
  if (session === undefined) return Date.parse(`${lastDate}T00:00:00Z`) + 20 * HOUR;
  const endsAtOpen = spec.settlement === "cash" && session.regularOpen > session.open;
  return endsAtOpen ? session.regularOpen : session.close;
}

function spreadOf(near: FutureContract, far: FutureContract): CalendarSpread {
  const id = near.idOn(near.lastDay) + FIRST_SPREAD_ID;
  return {
    ...near,
    kind: "spread",
    rawSymbol: `${near.rawSymbol}-${far.rawSymbol}`,
    firstDay: far.firstDay,
    activation: far.activation,
    idOn: () => id,
    near,
    far,
  };
}
