import type { StreamedBar } from "../market/bar-stream.ts";
import type { RefusalCode } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import type { Order, OrderChanges, OrderTarget } from "../market/order.ts";
import type { Broker, CommandOutcome } from "../market/ports.ts";
import type { Instrument } from "./instrument.ts";

/** Where the loop sends orders: the simulated broker, which the loop shows every bar, or the desk in front of a broker outside. */
export interface TradingVenue extends Pick<Broker, "subscribe"> {
  submit(order: Order): CommandOutcome;
  modify(order: Order, changes: OrderChanges): CommandOutcome;
  cancel(order: Order): CommandOutcome;
  /** All fills of the run; account events add theirs. */
  readonly fills: Fill[];
  /** In the order in which they were accepted. */
  readonly openOrders: Iterable<Order>;
  /** When the next order ends or fills by the clock; Infinity when none does. */
  readonly nextDue: number;
  /** True when orders are examined on the run's bars: then time waits for each bar before it passes its open. */
  readonly examinesBars: boolean;
  advance(time: number): void;
  withdraw(order: Order): void;
  /** Tells the strategy that a change of an order, or its cancel, is not made. */
  refuseChange(order: Order, reason: RefusalCode, message: string): CommandOutcome;
  unitsToTarget(instrument: Instrument, target: OrderTarget): number;
  expireOrders(instrument: Instrument): void;
  settleDue(): void;
  throughBar(instrument: Instrument): void;
  /** All bars of an instant, in progress and of which only the open is known, are met at once: the first `count` of the list. */
  atOpen(opening: readonly Instrument[], count: number): boolean;
  atClose(): void;
  /** Takes in what a broker outside has told since; true when there was anything. */
  takeIn?(): boolean;
  /** Waits until every command has been answered. */
  answered?(): Promise<void>;
  /** Shows a broker that simulates a bar that has come in. */
  onBar?(bar: StreamedBar): void;
}
