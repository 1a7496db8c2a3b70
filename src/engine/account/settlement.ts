import { DAY } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";

/** Pays the gain or loss since the last settlement in cash, at the exchange's price of the day, else at the last price; the end of a bar of several days is nobody's day. */
export function settle(instrument: Instrument, tradeDate: string, books: AccountBooks): void {
  const quantity = books.portfolio.quantityOf(instrument);
  const given = instrument.timestep.milliseconds > DAY ? undefined : instrument.life.settlements.get(tradeDate);
  const price = given ?? instrument.lastPrice;
  const amount = books.portfolio.settle(instrument, price);
  books.trades.settle(instrument, price);
  if (amount !== 0) books.flow({ asset: instrument.asset, kind: "settlement", amount, quantity, price });
}
