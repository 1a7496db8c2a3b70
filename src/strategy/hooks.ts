import type { Asset } from "../market/asset.ts";
import type { RefusalCode } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { Position } from "../market/position.ts";
import type { Timestep } from "../market/timestep.ts";

/** What `traceStats` may note: one value a name. */
export type TracedValues = Readonly<Record<string, number | string | boolean | null>>;

/** A hook may be synchronous, which is fastest, or return a promise, which the engine awaits. */
export type HookResult = void | Promise<void>;

/** Why an order was refused. */
export interface OrderRefusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** The hooks a strategy may override. Each does nothing by default; those left alone cost nothing. */
export abstract class LifecycleHooks {
  /** Once, before anything else: set `sleeptime` and the market, subscribe to series. Orders sent here fill and pay like any other. */
  initialize(): HookResult {}

  /** `minutesBeforeOpening` before each session opens; where a market never closes, each UTC day is a session. */
  beforeMarketOpens(): HookResult {}

  /** When a session opens, before its first iteration. */
  beforeStartingTrading(): HookResult {}

  /** Every `sleeptime` inside the session. */
  onTradingIteration(): HookResult {}

  /**
   * A bar of `timestep` closed by the clock: of a series that was subscribed, or that an indicator is over. Before the iteration of
   * that instant and after the fills; of several bars that close at one instant all are there before the first call. Not called
   * while a hook sleeps.
   */
  onBar(_asset: Asset, _timestep: Timestep): HookResult {}

  /** After each iteration: what it returns becomes a row of `result.traces` and of `traces.csv`. */
  traceStats(): TracedValues | undefined {
    return undefined;
  }

  /** `minutesBeforeClosing` before the session closes; no iteration follows in that session. */
  beforeMarketCloses(): HookResult {}

  /** `minutesAfterClosing` after the session closed. */
  afterMarketCloses(): HookResult {}

  /** An order was accepted. */
  onNewOrder(_order: Order): HookResult {}

  /** An order filled in part; `position` is what is held now. */
  onPartiallyFilledOrder(
    _position: Position | undefined,
    _order: Order,
    _price: number,
    _quantity: number,
    _multiplier: number,
  ): HookResult {}

  /** An order filled to the end; `position` is what is held now, undefined when flat. `price` and `quantity` are the last fill's. */
  onFilledOrder(
    _position: Position | undefined,
    _order: Order,
    _price: number,
    _quantity: number,
    _multiplier: number,
  ): HookResult {}

  /** An order was canceled or expired; `order.status` says which. */
  onCanceledOrder(_order: Order): HookResult {}

  /** An order, or a change to one, was refused. */
  onErrorOrder(_order: Order, _error: OrderRefusal): HookResult {}

  /** The run came to its end. */
  onStrategyEnd(): HookResult {}

  /** A hook threw. The default calls `onAbruptClosing`. */
  onBotCrash(_error: unknown): HookResult {
    return this.onAbruptClosing();
  }

  /** The run stops before its end: interrupted, or a hook threw. */
  onAbruptClosing(): HookResult {}

  /** `updateParameters` changed something. */
  onParametersUpdated(_parameters: Readonly<Record<string, unknown>>): HookResult {}
}

/** The names of the hooks. */
export type HookName = keyof LifecycleHooks;
