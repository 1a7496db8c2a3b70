import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";
import { endPosition } from "./expiration.ts";

/** What an option is worth when it ends: what exercising it would bring, or nothing. */
function intrinsicValue({ asset, sharesAdjusted }: Instrument, underlyingPrice: number): number {
  const { strike = Number.NaN, right } = asset;
  const value = underlyingPrice * sharesAdjusted;
  return Math.max(0, right === "call" ? value - strike : strike - value);
}

/**
 * Has what is held of options on a share follow its split, as the clearing house adjusts contracts: one is on `ratio` new shares for each
 * old one, at the same sum. What is bought afterwards is taken at its strike as it stands.
 */
export function adjustOptions(
  share: Instrument,
  ratio: number,
  instruments: readonly Instrument[],
  books: AccountBooks,
): void {
  for (const option of instruments) {
    const held = books.portfolio.quantityOf(option);
    if (option.asset.assetType !== "option" || held === 0 || underlyingOf(option, instruments) !== share) continue;
    option.sharesAdjusted *= ratio;
    const words = `${held} ${option.asset} held are on ${option.sharesAdjusted} new shares for each old one now, at the same sum`;
    books.tell("option_adjusted", "info", words, option.asset);
  }
}

/**
 * Settles what is held of an expired option in cash at its intrinsic value; without a price of the underlying, at its own last price,
 * which the run is told.
 */
export function expireOption(option: Instrument, underlying: Instrument | undefined, books: AccountBooks): void {
  if (books.portfolio.quantityOf(option) === 0) return;
  const price = underlying?.lastPrice ?? Number.NaN;
  if (Number.isNaN(price)) {
    const { asset } = option;
    const message = `${asset} expired, and the run has no bars of ${asset.symbol}: its own last price is taken for what it is worth`;
    books.tell("underlying_missing", "warning", message, asset);
    endPosition(option, { price: option.lastPrice, words: "its own last price", reason: "expiration" }, books);
    return;
  }
  const words = `what it is worth with ${option.asset.symbol} at ${price}`;
  endPosition(option, { price: intrinsicValue(option, price), words, reason: "expiration" }, books);
}

/**
 * The instrument of the run that an option is on: a share, an index or a future of its symbol; of several contracts of one root the
 * first that ends with the option or after it.
 */
export function underlyingOf(option: Instrument, instruments: readonly Instrument[]): Instrument | undefined {
  const { symbol, currency } = option.asset;
  let found: Instrument | undefined;
  for (const instrument of instruments) {
    const { asset, life } = instrument;
    if (asset.assetType === "option" || asset.root !== symbol || asset.currency !== currency) continue;
    if (life.expiresAt < option.life.expiresAt) continue;
    if (found === undefined || life.expiresAt < found.life.expiresAt) found = instrument;
  }
  return found;
}
