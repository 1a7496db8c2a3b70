import type { BarColumns, BarSeries } from "../market/bar-series.ts";
import type { RefusalCode, RunEvent } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import { isOpen, type Order, type OrderChanges, type OrderTarget } from "../market/order.ts";
import { updateOrder } from "../market/order-state.ts";
import type { Broker, BrokerCapabilities, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { LogSink } from "./engine-context.ts";
import type { FillPlace } from "./fill-price.ts";
import { finerRows } from "./finer-bars.ts";
import type { Instrument } from "./instrument.ts";
import { type BarPrices, isReached, type MatchingPolicy, matchAtPrice, matchThroughBar } from "./matching.ts";
import { fillMultileg } from "./multileg.ts";
import { OrderAdmission } from "./order-admission.ts";
import { changeAfterTrigger } from "./order-changes.ts";
import type { WhyMissing } from "./order-checks.ts";
import { OrderEvents } from "./order-events.ts";
import { OrderExecution } from "./order-execution.ts";
import { OrderRegister } from "./order-register.ts";
import { hasDays, orderTimes } from "./order-times.ts";
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
  private readonly options: SimulatedBrokerOptions;
  private readonly buyingPower: BuyingPower;
  private readonly portfolio: Portfolio;
  private readonly volume: VolumeShare;
  private readonly register: OrderRegister;
  private readonly execution: OrderExecution;
  private readonly admission: OrderAdmission;
  private readonly find: (order: Order) => Instrument | undefined;
  private readonly toldOfNoVolume = new Set<Instrument>();

  constructor(
    options: SimulatedBrokerOptions,
    account: BrokerAccount,
    find: (order: Order) => Instrument | undefined,
    whyMissing: WhyMissing = () => undefined,
  ) {
    this.options = options;
    this.buyingPower = account.buyingPower;
    this.portfolio = account.portfolio;
    this.volume = account.volume ?? new VolumeShare(options);
    this.register = new OrderRegister(new OrderEvents(account.events, options.log));
    this.execution = new OrderExecution({
      ...account,
      costs: options,
      volume: this.volume,
      register: this.register,
    });
    this.find = find;
    this.admission = new OrderAdmission({
      find,
      costs: options,
      fill: options.fill,
      capabilities: CAPABILITIES,
      buyingPower: account.buyingPower,
      execution: this.execution,
      whyMissing,
      openOrders: () => this.register.open,
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
    updateOrder(order, changes);
    this.register.toGrid(working);
    if (waiting === undefined) {
      working.seesFrom = this.now();
      if (order.orderClass !== "multileg") working.instrument.book.move(working);
    }
    this.register.tellModified(order, "was modified", command);
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

  // Matching

  /** Fills what the opens of the first `count` bars in progress fill, earlier orders first whichever asset they are for. True when anything happened. */
  atOpen(opening: readonly Instrument[], count: number): boolean {
    const met = oncePerCombination(ordersAtOpen(opening, count));
    if (met.length === 0) return false;
    let changed = false;
    for (const working of met) changed = this.examineAtOpen(working) || changed;
    return changed;
  }

  private examineAtOpen(working: WorkingOrder): boolean {
    const { times, instrument } = working;
    const { row } = instrument;
    const time = instrument.time[row] as number;
    if (!isOpen(working.order) || times.auction === "close" || time < times.from) return false;
    const traded = this.tradedIn(instrument, row, working);
    if (working.parent !== undefined && isLeg(working)) return this.meetMultileg(working.parent, time);
    const waitedBefore = working.deferredAt === time;
    const happened = traded && this.meetOpen(working, instrument.open[row] as number, { time, row, moment: "open" });
    const waitsNow = !waitedBefore && working.deferredAt === time;
    // An auction does not take place in a bar that did not trade; a bar of a day is the session itself.
    const stillComes = !traded && times.auction === "open" && !hasDays(instrument);
    return (!waitsNow && !stillComes && this.endImmediate(working)) || happened;
  }

  /** Fills what the rest of the bar in progress fills, and moves trailing stops. Called once, when the bar has closed. */
  throughBar(instrument: Instrument): void {
    const { row } = instrument;
    const [from, to] = finerRows(instrument);
    // Orders sent in the middle of the bar see what is left of it, where finer bars tell what that is.
    const opened = from < to ? instrument.barClose - 1 : (instrument.time[row] as number);
    const met = instrument.book.within(instrument.low[row] as number, instrument.high[row] as number, opened);
    const [first] = met;
    if (first === undefined) return;
    const traded = this.tradedIn(instrument, row, first);
    const place: FillPlace = { time: instrument.barClose - 1, row, moment: "inside" };
    if (traded) {
      if (from === to) this.passThrough(instrument, met, barAt(instrument, row), place);
      else this.passFinerBars(instrument, from, to);
    }
    if (!hasDays(instrument)) return;
    for (const working of met) {
      if (working.times.auction !== "close") continue;
      if (traded) this.meetClose(working, { ...place, moment: "close" });
      else this.register.close(working.order, "expired");
    }
  }

  /** The rest of a bar after its open: fills what its path meets, then moves trailing stops. */
  private passThrough(instrument: Instrument, met: readonly WorkingOrder[], bar: BarPrices, place: FillPlace): void {
    const { high, low } = bar;
    const waiting = met.filter((working) => isWaiting(working) && isReached(working, high, low));
    if (waiting.length > 0) {
      const room = {
        available: this.volume.available(instrument, place.row),
        held: this.portfolio.quantityOf(instrument),
      };
      const { fills, triggered } = matchThroughBar(waiting, bar, this.options, room);
      for (const { working, price } of fills) if (isOpen(working.order)) this.execution.execute(working, price, place);
      // Exits that came to life on the way among them: they are in the book only now.
      for (const working of triggered) this.setOff(working);
    }
    for (const working of met) if (working.trails) working.trail(high, low);
  }

  /** The same by the finer bars inside it, one after the other: their opens, which may jump, and then the rest of each. */
  private passFinerBars(instrument: Instrument, from: number, to: number): void {
    const { book, row, time } = instrument;
    const finer = instrument.finer as BarSeries;
    const inTime = (low: number, high: number, opened: number) =>
      book.within(low, high, opened).filter(({ times }) => opened < times.until);
    for (let inner = from; inner < to; inner++) {
      const opened = finer.time[inner] as number;
      const bar = barAt(finer, inner);
      if (opened > (time[row] as number)) {
        let newest = 0;
        const unmet = () => inTime(bar.open, bar.open, opened).filter(({ sequence }) => sequence > newest);
        // Exits that this open brings to life meet it as well.
        for (let met = unmet(); met.length > 0; met = unmet()) {
          newest = (met.at(-1) as WorkingOrder).sequence;
          for (const working of met) {
            if (isWaiting(working) && isOpen(working.order))
              this.meetOpen(working, bar.open, { time: opened, row, moment: "inside" });
          }
        }
      }
      const closed = inner + 1 < to ? (finer.time[inner + 1] as number) : instrument.barClose;
      const place: FillPlace = {
        time: Math.min(opened + finer.timestep.milliseconds, closed) - 1,
        row,
        moment: "inside",
      };
      this.passThrough(instrument, inTime(bar.low, bar.high, opened), bar, place);
    }
  }

  /** `matchAtPrice`, and the order's new place in the book when the price set it off. */
  private matchAt(working: WorkingOrder, price: number): number {
    const waited = working.mode;
    const matched = matchAtPrice(working, price, this.options.limitFill);
    if (working.mode !== waited) working.instrument.book.move(working);
    return matched;
  }

  /** Under `this-close`: fills fresh market orders at the close of the bar that ended at this instant. */
  atClose(): void {
    if (this.options.fill === "this-close" && this.fillAtClose()) this.fillAtClose();
  }

  /** True when an order waits for what the others of this close bring in. */
  private fillAtClose(): boolean {
    const time = this.now();
    let waits = false;
    for (const working of this.freshAtClose(time)) {
      const { lastPrice, row } = working.instrument;
      const waitedBefore = working.deferredAt === time;
      this.execution.execute(working, lastPrice, { time, row: row - 1, moment: "close" });
      if (!waitedBefore && working.deferredAt === time) waits = true;
      else this.endImmediate(working);
    }
    return waits;
  }

  /** Market orders of this instant for which a bar has just closed, in the order in which they were accepted. */
  private freshAtClose(time: number): readonly WorkingOrder[] {
    const fresh: WorkingOrder[] = [];
    for (const instrument of this.register.instruments) {
      if (!instrument.closedAt(time) || !this.volume.traded(instrument, instrument.row - 1)) continue;
      for (const working of instrument.book.restless)
        if (working.mode === "market" && working.seesFrom === time && isSingle(working)) fresh.push(working);
    }
    return fresh.sort((a, b) => a.sequence - b.sequence);
  }

  /** Ends what is due, and fills what was meant for a close; called after the bars that closed at this instant have had their say. */
  settleDue(): void {
    if (this.now() >= this.nextDue) this.endDue();
  }

  private endDue(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const instrument of this.register.instruments) {
      for (const working of [...instrument.book]) {
        // The end of one order may have ended another of this list.
        if (!isOpen(working.order)) continue;
        const { until } = working.times;
        // A bar in progress that the order sees is still examined; what is left then goes at its close.
        const busyUntil = seesBarInProgress(working) ? instrument.busyUntil(this.now()) : undefined;
        if (until > this.now()) next = Math.min(next, until);
        else if (busyUntil !== undefined) next = Math.min(next, busyUntil);
        else this.end(working);
      }
    }
    this.register.nextDue = next;
  }

  private end(working: WorkingOrder): void {
    const row = working.times.auction === "close" ? this.lastTradedRow(working) : -1;
    if (row >= 0) this.meetClose(working, { time: this.now() - 1, row, moment: "close" });
    else this.register.close(working.order, "expired");
  }

  /** The newest bar that an order has seen and that traded, at prices of now: after a roll those before it are another contract's. -1 when there is none. */
  private lastTradedRow({ instrument, seesFrom }: WorkingOrder): number {
    const { row: next, time, breakRow } = instrument;
    for (let row = next - 1; row >= Math.max(0, breakRow) && (time[row] as number) >= seesFrom; row--) {
      if (this.volume.traded(instrument, row)) return row;
    }
    return -1;
  }

  private meetOpen(working: WorkingOrder, open: number, place: FillPlace): boolean {
    const { order } = working;
    working.anchor(open);
    const price = this.matchAt(working, open);
    if (Number.isNaN(price)) return false;
    if (order.postOnly && working.seesFrom === place.time) {
      this.register.refuse(order, "would_take_liquidity", `the open ${open} is at its limit or better`);
      return true;
    }
    return this.execution.execute(working, price, place);
  }

  private meetMultileg(combination: WorkingOrder, time: number): boolean {
    const waitedBefore = combination.deferredAt === time;
    const parts = {
      execution: this.execution,
      register: this.register,
      volume: this.volume,
      buyingPower: this.buyingPower,
    };
    const happened = fillMultileg(combination, time, parts);
    const waitsNow = !waitedBefore && combination.deferredAt === time;
    return (!waitsNow && this.endImmediate(combination)) || happened;
  }

  /** Fills an order for the close there, or ends it. */
  private meetClose(working: WorkingOrder, place: FillPlace): void {
    const { order, instrument } = working;
    const price = matchAtPrice(working, instrument.close[place.row] as number, this.options.limitFill);
    if (!Number.isNaN(price)) this.execution.execute(working, price, place);
    if (isOpen(order)) this.register.close(order, "expired");
  }

  private setOff(working: WorkingOrder): void {
    if (!isOpen(working.order)) return;
    working.trigger();
    working.instrument.book.move(working);
  }

  /** Ends what was to fill at once, or at this open, and has not. */
  private endImmediate({ order, times }: WorkingOrder): boolean {
    if (!isOpen(order)) return false;
    if (isImmediate(order)) this.register.close(order, "canceled");
    else if (times.auction === "open") this.register.close(order, "expired");
    else return false;
    return true;
  }

  private tradedIn(instrument: Instrument, row: number, { order }: WorkingOrder): boolean {
    if (this.volume.traded(instrument, row)) return true;
    if (!this.toldOfNoVolume.has(instrument)) {
      this.toldOfNoVolume.add(instrument);
      this.register.note(
        "bars_without_volume",
        order,
        "waits, as do others, while bars have no volume; the run can be told fillWithoutVolume",
      );
    }
    return false;
  }
}

const NONE: readonly WorkingOrder[] = [];

/** Orders that the opens of bars in progress may fill, in the order in which they were accepted. */
function ordersAtOpen(opening: readonly Instrument[], count: number): readonly WorkingOrder[] {
  let met = NONE;
  let several = false;
  for (let i = 0; i < count; i++) {
    const instrument = opening[i] as Instrument;
    if (instrument.book.length === 0 || !instrument.inBar) continue;
    const { row } = instrument;
    const price = instrument.open[row] as number;
    const found = instrument.book.within(price, price, instrument.time[row] as number);
    if (found.length === 0) continue;
    several ||= met.length > 0;
    met = met.length > 0 ? [...met, ...found] : found;
  }
  return several ? [...met].sort((a, b) => a.sequence - b.sequence) : met;
}

/** Of the legs of a combination the first alone: they fill together, and are asked together whether they can be paid. */
function oncePerCombination(met: readonly WorkingOrder[]): readonly WorkingOrder[] {
  if (!met.some(isLeg)) return met;
  const asked = new Set<WorkingOrder | undefined>();
  return met.filter((working) => {
    if (!isLeg(working)) return true;
    const isFirst = !asked.has(working.parent);
    asked.add(working.parent);
    return isFirst;
  });
}

function isLeg({ parent }: WorkingOrder): boolean {
  return parent?.order.orderClass === "multileg";
}

function barAt({ open, high, low, close }: BarColumns, row: number): BarPrices {
  return {
    open: open[row] as number,
    high: high[row] as number,
    low: low[row] as number,
    close: close[row] as number,
  };
}

/** True for an order that was there as the bar opened; finer bars tell what is left of it to one that was sent later. */
function seesBarInProgress({ instrument, seesFrom }: WorkingOrder): boolean {
  const { finer, inBar, time, row } = instrument;
  return finer !== undefined || (inBar && seesFrom <= (time[row] as number));
}

/** True for an order that waits for a price inside a bar: for no auction, nor for the next open alone. */
function isWaiting(working: WorkingOrder): boolean {
  return working.mode !== "market" && working.times.auction === undefined && !isImmediate(working.order);
}

/** True for an order that fills by itself and at any time: no leg, and for no auction. */
function isSingle(working: WorkingOrder): boolean {
  return working.times.auction === undefined && !isLeg(working);
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

/** Fill at once or not at all. */
function isImmediate(order: Order): boolean {
  return order.timeInForce === "ioc" || order.timeInForce === "fok";
}
