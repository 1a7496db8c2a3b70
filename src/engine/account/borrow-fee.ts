import type { Asset } from "../../market/asset.ts";
import { suggestWord } from "../../market/nearest.ts";
import { DAY, parseDate } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";
import { nextTradingDay } from "./sessions.ts";

/** Days in a year of the money market, by which lenders of shares count. */
const DAYS_A_YEAR = 360;

/** What lending a share costs in a year, as a fraction of its value: one rate for all, or by symbol. */
export class BorrowRates {
  private readonly told = new Set<string>();
  private readonly rates: number | Readonly<Record<string, number>>;

  constructor(rates: number | Readonly<Record<string, number>>) {
    this.rates = rates;
  }

  /** Undefined for a share that is not among those whose rates were given. */
  of(asset: Asset): number | undefined {
    return typeof this.rates === "number" ? this.rates : this.rates[asset.symbol];
  }

  /** Says, once of a share, that borrowing it costs nothing because its rate was not given. */
  tellMissing(asset: Asset, books: AccountBooks): void {
    if (this.told.has(asset.symbol)) return;
    this.told.add(asset.symbol);
    const given = suggestWord(asset.symbol, Object.keys(this.rates));
    const words = `borrowRate has none of ${asset}, which is sold short: borrowing it costs nothing. ${given}`;
    books.tell("borrow_rate_missing", "warning", words, asset);
  }
}

/**
 * Takes the fee for the nights from one trading day to the next: of its close, three over a weekend. A bar may be dated by a holiday or a
 * weekend: its nights, if it has any, count from its first trading day, up to which those of the bar before it were counted.
 */
export function chargeBorrowFee(instrument: Instrument, tradeDate: string, rate: number, books: AccountBooks): void {
  const quantity = books.portfolio.quantityOf(instrument);
  const { lastPrice: price, unitValue, calendar, asset } = instrument;
  const first = nextTradingDay(calendar, parseDate(tradeDate) ?? Number.NaN).tradeDate;
  const next = nextTradingDay(calendar, books.now()).tradeDate;
  const nights = Math.round(((parseDate(next) ?? 0) - (parseDate(first) ?? 0)) / DAY);
  if (nights <= 0) return;
  const amount = (-Math.abs(quantity * price * unitValue) * rate * nights) / DAYS_A_YEAR;
  books.portfolio.pay(amount);
  books.flow({ asset, kind: "borrow_fee", amount, quantity, price });
}
