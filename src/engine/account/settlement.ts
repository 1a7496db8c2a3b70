import { DAY } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";
import { nextTradingDay, type TradingDay, tradeDateOfBar } from "./sessions.ts";

/**
 * When what is held of a future is settled next: at the close of the session, over bars of a day or longer at the close of the bar.
 * Undefined when no bar follows.
 */
export function nextSettlement(instrument: Instrument, time: number): TradingDay | undefined {
  if (instrument.timestep.milliseconds < DAY) {
    return instrument.ended ? undefined : nextTradingDay(instrument.calendar, time);
  }
  if (instrument.ended) return undefined;
  return { tradeDate: tradeDateOfBar(instrument, instrument.row), close: instrument.barClose };
}

/** Pays the gain or loss since the last settlement in cash, at the exchange's price of the day, else at the last price. */
export function settle(instrument: Instrument, tradeDate: string, books: AccountBooks): void {
  const quantity = books.portfolio.quantityOf(instrument);
  const price = instrument.life.settlements.get(tradeDate) ?? instrument.lastPrice;
  const amount = books.portfolio.settle(instrument, price);
  if (amount !== 0) books.flow({ asset: instrument.asset, kind: "settlement", amount, quantity, price });
}
