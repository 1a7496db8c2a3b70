import { marginFraction } from "../../futures/margins.ts";
import type { MarginCallPolicy } from "../../market/margin.ts";
import { isOpen, type Order } from "../../market/order.ts";
import { formatDate } from "../../market/time.ts";
import type { BuyingPower } from "../buying-power.ts";
import type { Instrument } from "../instrument.ts";
import type { Account } from "./account.ts";
import type { AccountBooks } from "./account-books.ts";

export interface MarginCallParts {
  readonly policy: MarginCallPolicy;
  readonly buyingPower: BuyingPower;
  readonly account: Account;
  readonly tell: (message: string) => void;
  /** Cancels the open orders of an instrument and closes what is held of it at market; answers the orders that do. */
  readonly closeAtMarket: (instrument: Instrument) => readonly Order[];
}

/** What happens when the account is worth less than its positions take to be kept. */
export class MarginCalls {
  private readonly parts: MarginCallParts;
  /** Told already, and not made good since. */
  private called = false;
  /** By asset. */
  private readonly closing = new Map<string, readonly Order[]>();

  constructor(parts: MarginCallParts) {
    this.parts = parts;
  }

  /** Tells a margin call, once until it is made good, and closes positions where the policy says so; true when it sends orders to. */
  check(): boolean {
    const { policy, buyingPower, account, tell } = this.parts;
    if (policy === "off") return false;
    // Who holds nothing owes no margin, whatever the account is worth.
    const excess = account.invested ? buyingPower.excess("maintenance") : 0;
    if (excess >= 0 || -excess <= buyingPower.dust) {
      this.called = false;
      return false;
    }
    if (!this.called) {
      const required = buyingPower.required("maintenance").toFixed(2);
      tell(`Margin call: the account is worth ${account.equity.toFixed(2)}, its positions take ${required} to be kept`);
    }
    this.called = true;
    return policy === "liquidate" && this.liquidate();
  }

  /** Closes the positions that take most, until the rest takes no more than the account is worth; true when it sends an order. */
  private liquidate(): boolean {
    const { buyingPower, account, closeAtMarket } = this.parts;
    let sent = false;
    let missing = -buyingPower.excess("initial");
    const held = account.holdings
      .map(({ instrument }) => ({ instrument, takes: buyingPower.requiredFor(instrument, "initial") }))
      .sort((a, b) => b.takes - a.takes || a.instrument.rank - b.instrument.rank);
    for (const { instrument, takes } of held) {
      if (!(missing > buyingPower.dust)) break;
      // What no bar can close any more makes nothing good.
      if (instrument.ended) continue;
      missing -= takes;
      const { key } = instrument.asset;
      if (this.closing.get(key)?.some(isOpen) === true) continue;
      this.closing.set(key, closeAtMarket(instrument));
      sent = true;
    }
    return sent;
  }
}

/** Says that a margin is not known, and what is taken for it. */
export function tellMarginUnknown(books: AccountBooks, { asset, calendar }: Instrument): void {
  const percent = `${marginFraction(calendar.name) * 100} %`;
  const words = `The margin of ${asset} on ${formatDate(books.now())} is not known: ${percent} of its value are taken; give the run its margins to have others`;
  books.tell("margin_unknown", "warning", words, asset);
}
