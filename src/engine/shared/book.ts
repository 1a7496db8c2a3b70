import type { RunEvent } from "../../market/events.ts";
import type { Order } from "../../market/order.ts";
import { EquityRecorder } from "../equity-recorder.ts";
import type { Instrument } from "../instrument.ts";
import { Portfolio } from "../portfolio.ts";
import type { RunParts } from "../run-parts.ts";
import type { Conductor } from "./conductor.ts";
import type { Place } from "./place.ts";
import type { SharedAccount } from "./shared-account.ts";

/** A strategy's part of a shared account: its own cash, positions and equity, and its place among those that take turns. */
export class Book {
  readonly account: SharedAccount;
  readonly portfolio: Portfolio;
  readonly curve = new BookCurve();
  readonly turns: Place;
  /** What the strategy's own loop calls; the account is judged when all of them have closed their bars. */
  readonly marginCalls = {
    check: () => {
      this.account.toJudge = true;
      return false;
    },
  };
  /** The parts of the run that writes into this book, once they are put together. */
  run: RunParts | undefined;

  constructor(name: string, budget: number, account: SharedAccount, conductor: Conductor) {
    this.account = account;
    this.portfolio = new Portfolio(budget, account);
    this.turns = conductor.take(name, (error) => this.run?.kernel.guard.fail(error));
    account.add(this);
  }

  /** Ends the strategy's run where it stands. */
  cut(): void {
    this.run?.kernel.guard.end(false);
  }

  /** Adds the row of an instant at which another book has one. */
  complete(time: number): void {
    if (!this.curve.changed) this.curve.record(time, this.portfolio.equity, this.portfolio.cash);
    this.curve.changed = false;
  }

  tell(event: RunEvent): void {
    this.run?.events.push(event);
  }

  /** Closes units of a position at market in the strategy's name; its loop goes on at this instant. */
  closeAtMarket(instrument: Instrument, units: number, time: number): Order {
    const { clock, broker, context } = this.run as RunParts;
    clock.time = time;
    broker.advance(time);
    const order = context.closeAtMarket(instrument, "margin_call", units);
    this.turns.callIn(time);
    return order;
  }
}

/** Notes whether it has a new row. */
class BookCurve extends EquityRecorder {
  changed = false;

  override record(time: number, value: number, cash: number): void {
    super.record(time, value, cash);
    this.changed = true;
  }

  /** All books have rows at the same instants. */
  override recordEnd(_time: number, value: number, cash: number): void {
    if (!Number.isNaN(this.lastTime)) super.recordEnd(this.lastTime, value, cash);
  }
}
