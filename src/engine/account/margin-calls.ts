import { marginFraction } from "../../futures/margins.ts";
import type { MarginCallPolicy } from "../../market/margin.ts";
import { isOpen, type Order } from "../../market/order.ts";
import type { BuyingPower } from "../buying-power.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";

export interface MarginCallParts {
  readonly policy: MarginCallPolicy;
  readonly buyingPower: BuyingPower;
  readonly books: AccountBooks;
  /** Cancels the open orders of an instrument and closes what is held of it at market; answers the order. */
  readonly closeAtMarket: (instrument: Instrument) => Order;
}

/** What happens when the account is worth less than its positions take to be kept. */
export class MarginCalls {
  readonly #parts: MarginCallParts;
  /** Told already, and not made good since. */
  #called = false;
  readonly #closing = new Map<Instrument, Order>();

  constructor(parts: MarginCallParts) {
    this.#parts = parts;
  }

  /** Tells a margin call, once until it is made good, and closes positions where the policy says so. */
  check(): void {
    const { policy, buyingPower, books } = this.#parts;
    if (policy === "off" || !books.portfolio.invested) return;
    const excess = buyingPower.excess("maintenance");
    if (excess >= 0) {
      this.#called = false;
      return;
    }
    if (!this.#called) {
      const required = buyingPower.required("maintenance").toFixed(2);
      const words = `Margin call: the account is worth ${books.portfolio.equity.toFixed(2)}, its positions take ${required} to be kept`;
      books.tell("margin_call", "warning", words);
    }
    this.#called = true;
    if (policy === "liquidate") this.#liquidate();
  }

  /** Closes the positions that take most, until the rest takes no more than the account is worth. */
  #liquidate(): void {
    const { buyingPower, books, closeAtMarket } = this.#parts;
    let missing = -buyingPower.excess("initial");
    const held = books.portfolio.holdings
      .map(({ instrument }) => ({ instrument, takes: buyingPower.requiredFor(instrument, "initial") }))
      .sort((a, b) => b.takes - a.takes || a.instrument.index - b.instrument.index);
    for (const { instrument, takes } of held) {
      if (!(missing > 0)) return;
      missing -= takes;
      const order = this.#closing.get(instrument);
      if (order !== undefined && isOpen(order)) continue;
      if (!instrument.ended) this.#closing.set(instrument, closeAtMarket(instrument));
    }
  }
}

/** Says that a margin is not known, and what is taken for it. */
export function tellMarginUnknown(books: AccountBooks, { asset, calendar }: Instrument): void {
  const percent = `${marginFraction(calendar.name) * 100} %`;
  const words = `The margin of ${asset} is not known: ${percent} of its value are taken; give the run its margins to have others`;
  books.tell("margin_unknown", "warning", words, asset);
}
