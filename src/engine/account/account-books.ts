import type { Asset } from "../../market/asset.ts";
import type { AccountEventCode, RunEvent } from "../../market/events.ts";
import type { Fill } from "../../market/fill.ts";
import { formatInstant } from "../../market/time.ts";
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
}

/** An account as account events see it: what is held, the records that are kept of it, and what trading costs. */
export class AccountBooks {
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly fills: Fill[];
  readonly costs: TradingCosts;
  readonly now: () => number;
  readonly #events: RunEvent[];

  constructor(parts: AccountBooksParts) {
    this.portfolio = parts.portfolio;
    this.trades = parts.trades;
    this.fills = parts.fills;
    this.costs = parts.costs;
    this.now = parts.now;
    this.#events = parts.events;
  }

  /** Puts an event into the run's list, stamped with the present instant. */
  tell(code: AccountEventCode, level: RunEvent["level"], message: string, asset: Asset, orderId?: string): void {
    const time = this.now();
    const event = { time, code, level, message: `${message} (${formatInstant(time)})`, asset };
    this.#events.push(orderId === undefined ? event : { ...event, orderId });
  }
}
