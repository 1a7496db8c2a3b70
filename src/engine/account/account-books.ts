import type { Asset } from "../../market/asset.ts";
import type { Cashflow } from "../../market/cashflow.ts";
import type { AccountEventCode, RunEvent } from "../../market/events.ts";
import type { Fill } from "../../market/fill.ts";
import { formatInstant } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import type { Portfolio } from "../portfolio.ts";
import type { TradeRecorder } from "../trade-recorder.ts";
import type { TradingCosts } from "../trading-costs.ts";

/** What account events write into. */
export interface AccountBooksParts {
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly fills: Fill[];
  readonly events: RunEvent[];
  readonly costs: TradingCosts;
  readonly now: () => number;
  readonly cashflows: Cashflow[];
  /** Closes the open orders of an instrument as expired. */
  readonly expireOrders: (instrument: Instrument) => void;
}

/** An account as account events see it: what is held, the records that are kept of it, and what trading costs. */
export class AccountBooks {
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly costs: TradingCosts;
  readonly now: () => number;
  readonly expireOrders: (instrument: Instrument) => void;
  private readonly fills: Fill[];
  private readonly cashflows: Cashflow[];
  private readonly events: RunEvent[];
  private changed = false;

  constructor(parts: AccountBooksParts) {
    this.portfolio = parts.portfolio;
    this.trades = parts.trades;
    this.expireOrders = parts.expireOrders;
    this.fills = parts.fills;
    this.cashflows = parts.cashflows;
    this.costs = parts.costs;
    this.now = parts.now;
    this.events = parts.events;
  }

  /** Notes a fill that no order led to; it was booked already. */
  record(fill: Fill): void {
    this.changed = true;
    this.fills.push(Object.freeze(fill));
  }

  /** Notes a movement of cash; it was booked already. */
  flow(flow: Omit<Cashflow, "time">): void {
    this.changed = true;
    this.cashflows.push(Object.freeze({ time: this.now(), ...flow }));
  }

  /** Notes that what is held of an instrument is about to be worth more or less account money. */
  revalue(instrument: Instrument): void {
    if (this.portfolio.quantityOf(instrument) === 0) return;
    this.changed = true;
    this.trades.revalue(instrument);
  }

  /** True when anything was noted since the last question. */
  takeChanged(): boolean {
    const changed = this.changed;
    this.changed = false;
    return changed;
  }

  /** Puts an event into the run's list, stamped with the present instant. */
  tell(
    code: AccountEventCode,
    level: RunEvent["level"],
    message: string,
    asset?: Asset,
    orderId?: string,
    facts: Pick<RunEvent, "ratio"> = {},
  ): void {
    const time = this.now();
    const about = {
      ...(asset === undefined ? {} : { asset }),
      ...(orderId === undefined ? {} : { orderId }),
      ...facts,
    };
    this.events.push({ time, code, level, message: `${message} (${formatInstant(time)})`, ...about });
  }
}
