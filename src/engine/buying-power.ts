import type { RefusalCode } from "../market/events.ts";
import type { Account } from "./account/account.ts";
import type { MarginKind, Requirements } from "./account/requirements.ts";
import type { Instrument } from "./instrument.ts";
import { closingUnits, DUST, openingUnits } from "./units.ts";

/** A fill that is about to be booked. */
export interface PlannedFill {
  readonly instrument: Instrument;
  /** Signed. */
  readonly units: number;
  readonly price: number;
  readonly fee: number;
}

/** What an account can carry. One rule for all assets: what positions take may not be more than the account is worth. */
export class BuyingPower {
  private readonly account: Account;
  private readonly requirements: Requirements;

  constructor(account: Account, requirements: Requirements) {
    this.account = account;
    this.requirements = requirements;
  }

  /**
   * Why fills cannot be carried, all of them or none, or undefined when they can. Reducing positions is always allowed. The proceeds of
   * a short sale are held: they count as its debt, and its requirement comes on top. Open profits of futures carry other futures,
   * and buy nothing.
   * @param excess what the account has above the initial requirement of its positions
   */
  refusal(
    fills: readonly PlannedFill[],
    excess?: number,
  ): { readonly reason: RefusalCode; readonly message: string } | undefined {
    if (fills.every((fill) => this.reduces(fill))) return undefined;
    let needed = 0;
    let fees = 0;
    for (const fill of fills) {
      needed += this.added(fill) + fill.fee;
      fees += fill.fee;
    }
    const futures = fills.every(({ instrument }) => instrument.asset.isFuture);
    const free = (excess ?? this.excess("initial")) - (futures ? 0 : this.account.openFuturesProfit);
    // A future may take no margin; an account without money trades none all the same.
    const fits = needed <= free || needed - free <= this.dust;
    if (fits && !(futures && this.account.equity - fees <= 0)) return undefined;
    return futures
      ? { reason: "insufficient_margin", message: `it takes ${money(needed)} of margin and ${money(free)} is free` }
      : { reason: "insufficient_funds", message: `it needs ${money(needed)} and ${money(free)} is free` };
  }

  /** What a fill adds to the requirement of its instrument, below zero when it takes off. */
  private added({ instrument, units, price }: PlannedFill): number {
    const held = this.account.quantityOf(instrument);
    const before = this.requirements.of(instrument, held, price, "initial");
    return this.requirements.of(instrument, held + units, price, "initial") - before;
  }

  private reduces({ instrument, units }: PlannedFill): boolean {
    const closing = closingUnits(this.account.quantityOf(instrument), units);
    return closing > 0 && openingUnits(units, closing) === 0;
  }

  /** So little money is no money: what adding fees and profits leaves over in doubles. */
  get dust(): number {
    return Math.abs(this.account.equity) * DUST;
  }

  /** The account's equity above what its positions take, below zero when they take more. */
  excess(kind: MarginKind): number {
    return this.account.equity - this.required(kind);
  }

  /** The same if of all positions only that of one instrument were held. */
  excessWithOnly(instrument: Instrument): number {
    return this.account.equity - this.requiredFor(instrument, "initial");
  }

  /** What all positions take at their last prices. */
  required(kind: MarginKind): number {
    let required = 0;
    for (const { instrument, quantity } of this.account.holdings) {
      required += this.requirements.of(instrument, quantity, instrument.lastPrice, kind);
    }
    return required;
  }

  /** What a fill of `units` (signed) at the last price gives back of what its position takes to be opened; 0 when it closes nothing. */
  released(instrument: Instrument, units: number): number {
    const held = this.account.quantityOf(instrument);
    const left = held + Math.sign(units) * closingUnits(held, units);
    const takes = (quantity: number) => this.requirements.of(instrument, quantity, instrument.lastPrice, "initial");
    return takes(held) - takes(left);
  }

  /** What one position takes. */
  requiredFor(instrument: Instrument, kind: MarginKind): number {
    return this.requirements.of(instrument, this.account.quantityOf(instrument), instrument.lastPrice, kind);
  }
}

function money(value: number): string {
  return value.toFixed(2);
}
