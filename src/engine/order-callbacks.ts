import type { BrokerEvent } from "../market/ports.ts";
import type { HookName, HookResult } from "../strategy/hooks.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { refuseEndlessAnswers } from "./endless-answers.ts";
import type { HookGuard } from "./hook-guard.ts";
import type { MarketData } from "./market-data.ts";
import { overriddenHooks } from "./overridden-hooks.ts";
import type { Portfolio } from "./portfolio.ts";

export interface OrderCallbackParts {
  readonly strategy: StrategyBase<object>;
  readonly market: MarketData;
  readonly portfolio: Portfolio;
  readonly guard: HookGuard;
}

/** Tells the strategy what happened to its orders, in order. Only hooks it has are called; what none of them hears of is not kept. */
export class OrderCallbacks {
  private readonly parts: OrderCallbackParts;
  private readonly hooks: ReadonlySet<HookName>;
  private pending: BrokerEvent[] = [];

  constructor(parts: OrderCallbackParts) {
    this.parts = parts;
    this.hooks = overriddenHooks(parts.strategy);
  }

  /** True while something is still to be told. */
  get waiting(): boolean {
    return this.pending.length > 0;
  }

  /** Keeps an event until the next `deliver`. */
  add(event: BrokerEvent): void {
    const hook = hookOf(event);
    if (hook !== undefined && this.hooks.has(hook)) this.pending.push(event);
  }

  /** Tells everything, and what comes up meanwhile; a promise only when a hook gave one. */
  deliver(answers = 0): Promise<void> | undefined {
    for (let round = answers; this.pending.length > 0; round++) {
      const events = this.pending;
      const [first] = events as [BrokerEvent];
      refuseEndlessAnswers(this.parts.strategy, hookOf(first) as HookName, round, first.time);
      this.pending = [];
      for (let i = 0; i < events.length; i++) {
        const telling = this.tell(events[i] as BrokerEvent);
        if (telling !== undefined) return this.deliverRest(telling, events, i, round);
      }
    }
    return undefined;
  }

  private async deliverRest(
    telling: Promise<void>,
    events: readonly BrokerEvent[],
    from: number,
    round: number,
  ): Promise<void> {
    await this.wait(events[from] as BrokerEvent, telling);
    for (const event of events.slice(from + 1)) {
      const next = this.tell(event);
      if (next !== undefined) await this.wait(event, next);
    }
    await this.deliver(round + 1);
  }

  private wait(event: BrokerEvent, telling: Promise<void>): Promise<void> {
    return this.parts.guard.wait(hookOf(event) as HookName, telling);
  }

  private tell(event: BrokerEvent): HookResult {
    try {
      return this.parts.guard.after(this.call(event));
    } catch (error) {
      return this.parts.guard.blame(hookOf(event) as HookName, error);
    }
  }

  private call(event: BrokerEvent): HookResult {
    const { strategy, market, portfolio } = this.parts;
    const { order } = event;
    switch (event.kind) {
      case "accepted":
        return strategy.onNewOrder(order);
      case "canceled":
      case "expired":
        return strategy.onCanceledOrder(order);
      case "refused":
        return strategy.onErrorOrder(order, { code: event.reason, message: event.message });
      case "filled": {
        const instrument = market.find(order.asset);
        if (instrument === undefined) return undefined;
        const { price, quantity } = event.fill;
        const position = portfolio.position(instrument);
        const told = event.complete ? "onFilledOrder" : "onPartiallyFilledOrder";
        return strategy[told](position, order, price, quantity, instrument.terms.multiplier);
      }
      default:
        return undefined;
    }
  }
}

/** The hook that is told of an event; of a change that was made none is. */
function hookOf(event: BrokerEvent): HookName | undefined {
  switch (event.kind) {
    case "filled":
      return event.complete ? "onFilledOrder" : "onPartiallyFilledOrder";
    case "refused":
      return "onErrorOrder";
    case "accepted":
      return "onNewOrder";
    case "canceled":
    case "expired":
      return "onCanceledOrder";
    default:
      return undefined;
  }
}
