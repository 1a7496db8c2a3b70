import { contractSpec, expirationOf } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { MONTH_CODES } from "../../market/contract-symbol.ts";
import type { Fill, FillReason } from "../../market/fill.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";

/** Last trading day of an asset, ISO: its own, the source's, or by the exchange's rule; undefined where it has none or nobody knows. */
export function expirationDate(asset: Asset, told: string | undefined): string | undefined {
  if (asset.expiration !== undefined || told !== undefined) return asset.expiration ?? told;
  const { contract } = asset;
  if (contract === undefined) return undefined;
  const listed = contractSpec(contract.root)?.listedMonths.includes(MONTH_CODES[contract.month - 1] ?? "?");
  return listed === true ? expirationOf(contract) : undefined;
}

/** Closes what is held of an expired future at its final settlement price, the exchange's or else the last one. */
export function expireFuture(instrument: Instrument, date: string, books: AccountBooks): void {
  const given = instrument.life.settlements.get(date);
  const words = given === undefined ? "the last price" : "the final settlement price";
  endPosition(instrument, { price: given ?? instrument.lastPrice, words, reason: "expiration" }, books);
}

/** How a position ends without an order. */
export interface Ending {
  readonly price: number;
  /** What the price is. */
  readonly words: string;
  readonly reason: "expiration" | "delisting";
}

/** Closes what is held at a price, and tells it. */
export function endPosition(instrument: Instrument, { price, words, reason }: Ending, books: AccountBooks): void {
  const held = books.portfolio.quantityOf(instrument);
  if (held === 0) return;
  closeWithoutOrder(instrument, price, reason, books);
  const [code, happened] =
    reason === "expiration"
      ? (["position_expired", "expired"] as const)
      : (["position_delisted", "was delisted"] as const);
  const message = `${instrument.asset} ${happened}: ${held} held were closed at ${price}, ${words}`;
  books.tell(code, "info", message, instrument.asset);
}

/** Books and records the fill, without a fee. */
function closeWithoutOrder(instrument: Instrument, price: number, reason: FillReason, books: AccountBooks): void {
  const held = books.portfolio.quantityOf(instrument);
  const time = books.now();
  const booking = books.portfolio.book(instrument, -held, price, 0);
  books.trades.record({ instrument, time, units: -held, price, fee: 0, booking, barsSeen: instrument.row });
  const fill: Fill = {
    time,
    asset: instrument.asset,
    side: held > 0 ? "sell" : "buy",
    quantity: Math.abs(held),
    price,
    fee: 0,
    slippage: 0,
    orderId: "",
    reason,
  };
  books.record(fill);
}
