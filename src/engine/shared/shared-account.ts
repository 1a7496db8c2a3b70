import { contractKey } from "../../futures/index.ts";
import type { RunEvent } from "../../market/events.ts";
import type { Order } from "../../market/order.ts";
import { formatInstant } from "../../market/time.ts";
import type { Account, HeldInstrument } from "../account/account.ts";
import { MarginCalls } from "../account/margin-calls.ts";
import { type MarginSettings, Requirements } from "../account/requirements.ts";
import { BuyingPower } from "../buying-power.ts";
import { EquityRecorder } from "../equity-recorder.ts";
import type { Instrument } from "../instrument.ts";
import { type VolumeOptions, VolumeShare } from "../volume-share.ts";
import type { Book } from "./book.ts";

export interface SharedAccountOptions extends MarginSettings, VolumeOptions {
  readonly budget: number;
}

/**
 * One account of several strategies, each with a book of its own. Every book starts with the whole budget and moves by its own strategy's
 * money alone; what they hold more than one budget together is not there. Positions of one asset are judged by their sum over all books.
 */
export class SharedAccount implements Account {
  /** What the account is worth, a row at every instant at which a book has one. */
  readonly curve = new EquityRecorder();
  /** One volume for all: no two strategies fill on the same units. */
  readonly volume: VolumeShare;
  /** Told by a book that the account is to be judged once the instant's bars have closed. */
  toJudge = false;
  private readonly budget: number;
  private readonly books: Book[] = [];
  private readonly marginCalls: MarginCalls;
  private now = Number.NaN;

  constructor(options: SharedAccountOptions) {
    this.budget = options.budget;
    this.volume = new VolumeShare(options);
    // What margin is not known is told by the book of the order that asked first.
    const requirements = new Requirements(
      options,
      () => this.now,
      () => {},
    );
    this.marginCalls = new MarginCalls({
      policy: options.marginCall,
      buyingPower: new BuyingPower(this, requirements),
      account: this,
      tell: (message) => this.tellMarginCall(message),
      closeAtMarket: (instrument) => this.close(instrument),
    });
  }

  /** Adds a book; in the order of the strategies' names, which decides what comes first at one instant. */
  add(book: Book): void {
    this.books.push(book);
  }

  /** Called at an instant when all bars that close then are taken in: values the account, and judges it where that is due. */
  closed(time: number): void {
    this.now = time;
    if (this.toJudge) {
      this.toJudge = false;
      this.marginCalls.check();
    }
    if (!this.books.some((book) => book.curve.changed)) return;
    for (const book of this.books) book.complete(time);
    this.curve.record(time, this.equity, this.cash);
  }

  get cash(): number {
    return this.together((book) => book.portfolio.cash);
  }

  get equity(): number {
    return this.together((book) => book.portfolio.equity);
  }

  get invested(): boolean {
    return this.books.some((book) => book.portfolio.invested);
  }

  get holdings(): readonly { readonly instrument: Instrument; readonly quantity: number }[] {
    return this.byAsset().map((held) => ({ instrument: leading(held), quantity: sum(held, unitsOf) }));
  }

  get openFuturesProfit(): number {
    let profit = 0;
    for (const held of this.byAsset()) {
      if (leading(held).asset.isFuture) profit += Math.max(0, sum(held, worthNow));
    }
    return profit;
  }

  quantityOf({ asset }: Instrument): number {
    return sum(
      this.held().filter(({ instrument }) => contractKey(instrument.asset) === contractKey(asset)),
      unitsOf,
    );
  }

  equityAt(instrument: Instrument, price: number): number {
    const held = this.held().find((each) => each.instrument === instrument);
    return held === undefined ? this.equity : this.equity - worthNow(held) + held.worth(price);
  }

  private together(of: (book: Book) => number): number {
    let total = 0;
    for (const book of this.books) total += of(book);
    return total - (this.books.length - 1) * this.budget;
  }

  /** What all books hold, book after book. */
  private held(): readonly HeldInstrument[] {
    return this.books.flatMap(({ portfolio }) => portfolio.holdings);
  }

  /** The same asset by asset. */
  private byAsset(): readonly (readonly HeldInstrument[])[] {
    const groups = new Map<string, HeldInstrument[]>();
    for (const held of this.held()) {
      const key = contractKey(held.instrument.asset);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [held]);
      else group.push(held);
    }
    return [...groups.values()];
  }

  // Margin calls

  /** Every strategy that holds something is told, in one and the same event. */
  private tellMarginCall(words: string): void {
    const event: RunEvent = {
      time: this.now,
      code: "margin_call",
      level: "warning",
      message: `${words} (${formatInstant(this.now)})`,
    };
    for (const book of this.books) if (book.portfolio.invested) book.tell(event);
  }

  /** Closes what the account holds of an asset: on the side that is greater, the largest positions first. */
  private close({ asset }: Instrument): readonly Order[] {
    const held = this.books.flatMap((book) =>
      book.portfolio.holdings
        .filter(({ instrument }) => contractKey(instrument.asset) === contractKey(asset))
        .map(({ instrument, quantity }) => ({ book, instrument, quantity })),
    );
    const net = held.reduce((units, { quantity }) => units + quantity, 0);
    const closing = held
      .filter(({ quantity, instrument }) => quantity * net > 0 && !instrument.ended)
      .sort((a, b) => Math.abs(b.quantity) - Math.abs(a.quantity));
    let left = Math.abs(net);
    const orders: Order[] = [];
    for (const { book, instrument, quantity } of closing) {
      const units = Math.min(left, Math.abs(quantity));
      left -= units;
      if (units > 0) orders.push(book.closeAtMarket(instrument, units, this.now));
    }
    return orders;
  }
}

/** What stands for an asset that several books hold. */
function leading(held: readonly HeldInstrument[]): Instrument {
  return (held[0] as HeldInstrument).instrument;
}

function sum(held: readonly HeldInstrument[], of: (held: HeldInstrument) => number): number {
  return held.reduce((total, each) => total + of(each), 0);
}

function unitsOf({ quantity }: HeldInstrument): number {
  return quantity;
}

function worthNow(held: HeldInstrument): number {
  return held.worth(held.instrument.lastPrice);
}
