import type { BarColumns, BarSeries } from "../market/bar-series.ts";
import { isOpen, type Order } from "../market/order.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { FillPlace } from "./fill-price.ts";
import { finerRows } from "./finer-bars.ts";
import type { Instrument } from "./instrument.ts";
import { type BarPrices, isReached, type MatchingPolicy, matchAtPrice, matchThroughBar } from "./matching.ts";
import { fillMultileg } from "./multileg.ts";
import type { OrderExecution } from "./order-execution.ts";
import type { OrderRegister } from "./order-register.ts";
import { hasDays } from "./order-times.ts";
import { isLeg, ordersAtOpen } from "./orders-at-open.ts";
import type { Portfolio } from "./portfolio.ts";
import type { VolumeShare } from "./volume-share.ts";
import type { WorkingOrder } from "./working-order.ts";

export interface BarExaminationParts {
  readonly policy: MatchingPolicy & { readonly fill: "next-open" | "this-close" };
  readonly register: OrderRegister;
  readonly execution: OrderExecution;
  readonly volume: VolumeShare;
  readonly portfolio: Portfolio;
  readonly buyingPower: BuyingPower;
}

/** Examines a venue's open orders on the bars as they open, pass and close: what fills, what is set off, what ends. */
export class BarExamination {
  private readonly parts: BarExaminationParts;
  private readonly toldOfNoVolume = new Set<Instrument>();

  constructor(parts: BarExaminationParts) {
    this.parts = parts;
  }

  /** Fills what the opens of the first `count` bars in progress fill, earlier orders first whichever asset they are for. True when anything happened. */
  atOpen(opening: readonly Instrument[], count: number): boolean {
    const met = ordersAtOpen(opening, count);
    if (met.length === 0) return false;
    let changed = false;
    for (const working of met) changed = this.examineAtOpen(working) || changed;
    return changed;
  }

  private examineAtOpen(working: WorkingOrder): boolean {
    const { times, instrument } = working;
    const { row, barOpen: time } = instrument;
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
    const opened = from < to ? instrument.barClose - 1 : instrument.barOpen;
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
      else this.parts.register.close(working.order, "expired");
    }
  }

  /** The rest of a bar after its open: fills what its path meets, then moves trailing stops. */
  private passThrough(instrument: Instrument, met: readonly WorkingOrder[], bar: BarPrices, place: FillPlace): void {
    const { high, low } = bar;
    const waiting = met.filter((working) => isWaiting(working) && isReached(working, high, low));
    if (waiting.length > 0) {
      const room = {
        available: this.parts.volume.available(instrument, place.row),
        held: this.parts.portfolio.quantityOf(instrument),
      };
      const { fills, triggered } = matchThroughBar(waiting, bar, this.parts.policy, room);
      for (const { working, price } of fills)
        if (isOpen(working.order)) this.parts.execution.execute(working, price, place);
      // Exits that came to life on the way among them: they are in the book only now.
      for (const working of triggered) this.setOff(working);
    }
    for (const working of met) if (working.trails) working.trail(high, low);
  }

  /** The same by the finer bars inside it, one after the other: their opens, which may jump, and then the rest of each. */
  private passFinerBars(instrument: Instrument, from: number, to: number): void {
    const { book, row, barOpen } = instrument;
    const finer = instrument.finer as BarSeries;
    const inTime = (low: number, high: number, opened: number) =>
      book.within(low, high, opened).filter(({ times }) => opened < times.until);
    for (let inner = from; inner < to; inner++) {
      const opened = finer.time[inner] as number;
      const bar = barAt(finer, inner);
      if (opened > barOpen) {
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
    const matched = matchAtPrice(working, price, this.parts.policy.limitFill);
    if (working.mode !== waited) working.instrument.book.move(working);
    return matched;
  }

  /** Under `this-close`: fills fresh market orders at the close of the bar that ended at this instant. */
  atClose(): void {
    if (this.parts.policy.fill === "this-close" && this.fillAtClose()) this.fillAtClose();
  }

  /** True when an order waits for what the others of this close bring in. */
  private fillAtClose(): boolean {
    const time = this.parts.register.now;
    let waits = false;
    for (const working of this.freshAtClose(time)) {
      const { lastPrice, row } = working.instrument;
      const waitedBefore = working.deferredAt === time;
      this.parts.execution.execute(working, lastPrice, { time, row: row - 1, moment: "close" });
      if (!waitedBefore && working.deferredAt === time) waits = true;
      else this.endImmediate(working);
    }
    return waits;
  }

  /** Market orders of this instant for which a bar has just closed, in the order in which they were accepted. */
  private freshAtClose(time: number): readonly WorkingOrder[] {
    const fresh: WorkingOrder[] = [];
    for (const instrument of this.parts.register.instruments) {
      if (!instrument.closedAt(time) || !this.parts.volume.traded(instrument, instrument.row - 1)) continue;
      for (const working of instrument.book.restless)
        if (working.mode === "market" && working.seesFrom === time && isSingle(working)) fresh.push(working);
    }
    return fresh.sort((a, b) => a.sequence - b.sequence);
  }

  /** Ends what is due, and fills what was meant for a close; called after the bars that closed at this instant have had their say. */
  settleDue(): void {
    if (this.parts.register.now >= this.parts.register.nextDue) this.endDue();
  }

  private endDue(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const instrument of this.parts.register.instruments) {
      for (const working of [...instrument.book]) {
        // The end of one order may have ended another of this list.
        if (!isOpen(working.order)) continue;
        const { until } = working.times;
        // A bar in progress that the order sees is still examined; what is left then goes at its close.
        const busyUntil = seesBarInProgress(working) ? instrument.busyUntil(this.parts.register.now) : undefined;
        if (until > this.parts.register.now) next = Math.min(next, until);
        else if (busyUntil !== undefined) next = Math.min(next, busyUntil);
        else this.end(working);
      }
    }
    this.parts.register.nextDue = next;
  }

  private end(working: WorkingOrder): void {
    const row = working.times.auction === "close" ? this.lastTradedRow(working) : -1;
    if (row >= 0) this.meetClose(working, { time: this.parts.register.now - 1, row, moment: "close" });
    else this.parts.register.close(working.order, "expired");
  }

  /** The newest bar that an order has seen and that traded, at prices of now: after a roll those before it are another contract's. -1 when there is none. */
  private lastTradedRow({ instrument, seesFrom }: WorkingOrder): number {
    const { row: next, breakRow } = instrument;
    for (let row = next - 1; row >= Math.max(0, breakRow) && instrument.openAt(row) >= seesFrom; row--) {
      if (this.parts.volume.traded(instrument, row)) return row;
    }
    return -1;
  }

  private meetOpen(working: WorkingOrder, open: number, place: FillPlace): boolean {
    const { order } = working;
    working.anchor(open);
    const price = this.matchAt(working, open);
    if (Number.isNaN(price)) return false;
    if (order.postOnly && working.seesFrom === place.time) {
      this.parts.register.refuse(order, "would_take_liquidity", `the open ${open} is at its limit or better`);
      return true;
    }
    return this.parts.execution.execute(working, price, place);
  }

  private meetMultileg(combination: WorkingOrder, time: number): boolean {
    const waitedBefore = combination.deferredAt === time;
    const happened = fillMultileg(combination, time, this.parts);
    const waitsNow = !waitedBefore && combination.deferredAt === time;
    return (!waitsNow && this.endImmediate(combination)) || happened;
  }

  /** Fills an order for the close there, or ends it. */
  private meetClose(working: WorkingOrder, place: FillPlace): void {
    const { order, instrument } = working;
    const price = matchAtPrice(working, instrument.close[place.row] as number, this.parts.policy.limitFill);
    if (!Number.isNaN(price)) this.parts.execution.execute(working, price, place);
    if (isOpen(order)) this.parts.register.close(order, "expired");
  }

  private setOff(working: WorkingOrder): void {
    if (!isOpen(working.order)) return;
    working.trigger();
    working.instrument.book.move(working);
  }

  /** Ends what was to fill at once, or at this open, and has not. */
  private endImmediate({ order, times }: WorkingOrder): boolean {
    if (!isOpen(order)) return false;
    if (isImmediate(order)) this.parts.register.close(order, "canceled");
    else if (times.auction === "open") this.parts.register.close(order, "expired");
    else return false;
    return true;
  }

  private tradedIn(instrument: Instrument, row: number, { order }: WorkingOrder): boolean {
    if (this.parts.volume.traded(instrument, row)) return true;
    if (!this.toldOfNoVolume.has(instrument)) {
      this.toldOfNoVolume.add(instrument);
      this.parts.register.note(
        "bars_without_volume",
        order,
        "waits, as do others, while bars have no volume; the run can be told fillWithoutVolume",
      );
    }
    return false;
  }
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
  const { finer, inBar, barOpen } = instrument;
  return finer !== undefined || (inBar && seesFrom <= barOpen);
}

/** True for an order that waits for a price inside a bar: for no auction, nor for the next open alone. */
function isWaiting(working: WorkingOrder): boolean {
  return working.mode !== "market" && working.times.auction === undefined && !isImmediate(working.order);
}

/** True for an order that fills by itself and at any time: no leg, and for no auction. */
function isSingle(working: WorkingOrder): boolean {
  return working.times.auction === undefined && !isLeg(working);
}

/** Fill at once or not at all. */
function isImmediate(order: Order): boolean {
  return order.timeInForce === "ioc" || order.timeInForce === "fok";
}
