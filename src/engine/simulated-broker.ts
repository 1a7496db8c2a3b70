import type { RefusalCode, RunEvent } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import { isOpen, type Order, type OrderChanges, type OrderTarget } from "../market/order.ts";
import { updateOrder } from "../market/order-state.ts";
import type { Broker, BrokerCapabilities, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import { BarExamination } from "./bar-examination.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { LogSink } from "./engine-context.ts";
import type { Instrument } from "./instrument.ts";
import type { MatchingPolicy } from "./matching.ts";
import { OrderAdmission } from "./order-admission.ts";
import { changeAfterTrigger, wordsOfChange } from "./order-changes.ts";
import type { WhyMissing } from "./order-checks.ts";
import { OrderEvents } from "./order-events.ts";
import { OrderExecution } from "./order-execution.ts";
import { OrderRegister } from "./order-register.ts";
import { orderTimes } from "./order-times.ts";
import type { Portfolio } from "./portfolio.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import type { TradingCosts } from "./trading-costs.ts";
import type { TradingVenue } from "./trading-venue.ts";
import { type VolumeOptions, VolumeShare } from "./volume-share.ts";
import { WorkingOrder, workingOrderOf } from "./working-order.ts";

export interface SimulatedBrokerOptions extends MatchingPolicy, TradingCosts, VolumeOptions {
  readonly fill: "next-open" | "this-close";
  readonly log: LogSink;
}

/** The account a venue books into. */
export interface BrokerAccount {
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly buyingPower: BuyingPower;
  readonly events: RunEvent[];
  /** Where other strategies take from the same volume. */
  readonly volume?: VolumeShare | undefined;
}

const CAPABILITIES: BrokerCapabilities = {
  orderKinds: [
    "market",
    "limit",
    "stop",
    "stop_limit",
    "market_if_touched",
    "limit_if_touched",
    "trailing_stop",
    "trailing_stop_limit",
  ],
  timesInForce: ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"],
  modify: true,
};

/** A venue over bars: keeps the book, fills by the truth table, charges fees, and says what happened. */
export class SimulatedBroker implements Broker, TradingVenue {
  readonly examinesBars = true;
  readonly name = "simulated";
  readonly capabilities = CAPABILITIES;
  private readonly register: OrderRegister;
  private readonly execution: OrderExecution;
  private readonly admission: OrderAdmission;
  private readonly examination: BarExamination;
  private readonly find: (order: Order) => Instrument | undefined;

  constructor(
    options: SimulatedBrokerOptions,
    account: BrokerAccount,
    find: (order: Order) => Instrument | undefined,
    whyMissing: WhyMissing = () => undefined,
  ) {
    const { portfolio, buyingPower, volume = new VolumeShare(options) } = account;
    this.register = new OrderRegister(new OrderEvents(account.events, options.log));
    this.execution = new OrderExecution({
      ...account,
      costs: options,
      volume,
      register: this.register,
    });
    this.find = find;
    this.admission = new OrderAdmission({
      find,
      costs: options,
      fill: options.fill,
      capabilities: CAPABILITIES,
      buyingPower,
      execution: this.execution,
      whyMissing,
      openOrders: () => this.register.open,
    });
    this.examination = new BarExamination({
      policy: options,
      register: this.register,
      execution: this.execution,
      volume,
      portfolio,
      buyingPower,
    });
  }

  /** All fills of the run; account events add theirs. */
  get fills(): Fill[] {
    return this.execution.fills;
  }

  /** In the order in which they were accepted. */
  get openOrders(): Iterable<Order> {
    return this.register.open;
  }

  /** When the next order ends or fills by the clock; Infinity when none does. */
  get nextDue(): number {
    return this.register.nextDue;
  }

  subscribe(listener: (event: BrokerEvent) => void): () => void {
    this.register.listener = listener;
    return () => {
      this.register.listener = () => {};
    };
  }

  /** Moves the venue's time on. */
  advance(time: number): void {
    this.register.now = time;
  }

  private now(): number {
    return this.register.now;
  }

  // Commands

  submit(order: Order): CommandOutcome {
    const instrument = this.find(order);
    if (order.parentId !== undefined)
      return this.register.refuse(
        order,
        "already_submitted",
        `it is handed in with order ${order.parentId}, and only with it`,
      );
    const refusal = this.admission.refusal(order, instrument, this.now());
    if (refusal !== undefined || instrument === undefined)
      return this.register.refuse(order, refusal?.reason ?? "no_data", refusal?.message ?? "");
    const working = workingOrderOf(order, (each) => {
      const traded = each === order ? instrument : (this.find(each) ?? instrument);
      return new WorkingOrder(each, traded, orderTimes(each, traded, this.now()));
    });
    this.accept(working);
    if (order.orderClass === "oco" && working.sibling !== undefined) this.accept(working.sibling);
    if (order.orderClass === "multileg") for (const leg of working.children) this.register.accept(leg, this.now());
    return { status: "accepted" };
  }

  private accept(working: WorkingOrder): void {
    this.register.accept(working, this.now());
    if (working.order.reduceOnly) this.execution.cutToPosition(working.order, working.instrument);
  }

  modify(order: Order, changes: OrderChanges, command?: string): CommandOutcome {
    const waiting = this.register.findWaiting(order);
    const working = waiting ?? this.register.find(order);
    const parent = waiting?.parent?.order ?? pairOf(working);
    const refusal =
      this.admission.changeRefusal(order, changes, this.now(), parent) ??
      (working?.triggered === true ? changeAfterTrigger(changes) : undefined);
    if (working?.parent?.order.orderClass === "multileg" || (order.orderClass === "multileg" && "quantity" in changes))
      return this.register.refuseChange(
        order,
        "not_modifiable",
        "of a combination only the limit price can be changed",
        command,
      );
    if (refusal !== undefined || working === undefined)
      return this.register.refuseChange(order, refusal?.reason ?? "not_open", refusal?.message ?? "", command);
    const words = wordsOfChange(order, changes);
    updateOrder(order, changes);
    this.register.toGrid(working);
    if (waiting === undefined) {
      working.seesFrom = this.now();
      if (order.orderClass !== "multileg") working.instrument.book.move(working);
    }
    this.register.tellModified(order, words, command);
    return { status: "accepted" };
  }

  cancel(order: Order): CommandOutcome {
    const waitsForEntry = order.status === "unsubmitted" && order.parentId !== undefined;
    if (!isOpen(order) && !waitsForEntry)
      return { status: "refused", reason: "not_open", message: `order ${order.id} is ${order.status}` };
    this.register.close(order, "canceled");
    return { status: "accepted" };
  }

  /** Cancels an order that was never handed in. */
  withdraw(order: Order): void {
    this.register.close(order, "canceled");
  }

  refuseChange(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    return this.register.refuseChange(order, reason, message);
  }

  /** Closes the open orders of an instrument as expired: it trades no more. */
  expireOrders(instrument: Instrument): void {
    for (const { order } of [...instrument.book]) if (isOpen(order)) this.register.close(order, "expired");
  }

  /** Signed units that lead from what is held to a target, at the last price. */
  unitsToTarget(instrument: Instrument, target: OrderTarget): number {
    return this.execution.unitsToTarget(instrument, target);
  }

  // Bars

  atOpen(opening: readonly Instrument[], count: number): boolean {
    return this.examination.atOpen(opening, count);
  }

  throughBar(instrument: Instrument): void {
    this.examination.throughBar(instrument);
  }

  atClose(): void {
    this.examination.atClose();
  }

  settleDue(): void {
    this.examination.settleDue();
  }
}

/**
 * What the second of two orders, of which one cancels the other, hangs on: the first of an oco, and of the exits of an entry that has filled
 * the other as if it were that.
 */
function pairOf(working: WorkingOrder | undefined): Order | undefined {
  const other = working?.sibling?.order;
  if (working === undefined || other === undefined || working.order.orderClass === "oco") return undefined;
  return other.orderClass === "oco" ? other : { ...other, orderClass: "oco", children: [working.order] };
}
