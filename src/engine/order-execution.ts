import type { Fill } from "../market/fill.ts";
import { directionOf, isOpen, type Order, type OrderTarget, remainingQuantity } from "../market/order.ts";
import { fillOrder, updateOrder } from "../market/order-state.ts";
import type { BuyingPower } from "./buying-power.ts";
import { type FillPlace, fillPrice } from "./fill-price.ts";
import type { Instrument } from "./instrument.ts";
import type { Refusal } from "./order-checks.ts";
import type { OrderRegister } from "./order-register.ts";
import type { Portfolio } from "./portfolio.ts";
import { unitsToTarget } from "./target-size.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import { type TradingCosts, tradingFee } from "./trading-costs.ts";
import { DUST, mostStepsThatFit, stepsPerUnit } from "./units.ts";
import type { VolumeShare } from "./volume-share.ts";
import type { WorkingOrder } from "./working-order.ts";

export interface ExecutionParts {
  readonly costs: TradingCosts;
  readonly volume: VolumeShare;
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly buyingPower: BuyingPower;
  readonly register: OrderRegister;
}

/** A fill about to be booked, its price and fee worked out. */
interface Plan {
  readonly working: WorkingOrder;
  readonly instrument: Instrument;
  /** What the bar gives; `price` has spread and slippage in it. */
  readonly matched: number;
  readonly price: number;
  readonly quantity: number;
  /** Signed. */
  readonly units: number;
  readonly fee: number;
}

/** Turns what a bar gives an order into a booked fill: size, price, fee, a last look at the account, the order's new state. */
export class OrderExecution {
  readonly fills: Fill[] = [];
  private readonly parts: ExecutionParts;

  constructor(parts: ExecutionParts) {
    this.parts = parts;
  }

  /** Fills what there is volume for. True when anything happened. */
  execute(working: WorkingOrder, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    if (!this.settleSize(working, matched, place)) return true;
    const remaining = remainingQuantity(order);
    const available = this.parts.volume.available(instrument, place.row);
    const complete = available >= remaining * (1 - DUST);
    const quantity = complete ? remaining : available;
    if (!(quantity > 0) || (order.timeInForce === "fok" && !complete)) return false;
    const plan = this.plan(working, matched, quantity, place);
    const short = this.parts.buyingPower.refusal([plan]);
    if (short === undefined) this.followFill(working, this.book(plan, place, complete), complete, matched);
    else if (!this.waitsForOthers(working, place)) this.fillPayable(plan, place, short);
    return true;
  }

  /** Fills as much of a target order as the account can pay, which is all of it then; refuses any other, and one of which it can pay nothing. */
  private fillPayable(plan: Plan, place: FillPlace, { reason, message }: Refusal): void {
    const { register, buyingPower } = this.parts;
    const { working, matched, quantity, instrument } = plan;
    const { order } = working;
    const stepsAUnit = stepsPerUnit(instrument.asset);
    const planOf = (steps: number) => this.plan(working, matched, steps / stepsAUnit, place);
    const limit = order.target === undefined ? 0 : Math.ceil(quantity * stepsAUnit);
    const steps = mostStepsThatFit(limit, (each) => buyingPower.refusal([planOf(each)]) === undefined);
    if (steps === 0) return void register.refuse(order, reason, `At the fill price ${plan.price} ${message}`);
    const payable = order.filledQuantity + steps / stepsAUnit;
    register.warn("order_quantity_cut", order, `is cut from ${order.quantity} to ${payable}: ${message}`);
    updateOrder(order, { quantity: payable });
    this.followFill(working, this.book(planOf(steps), place, true), true, matched);
  }

  plan(working: WorkingOrder, matched: number, quantity: number, place: FillPlace): Plan {
    const { order, instrument, direction } = working;
    const { costs } = this.parts;
    const price = fillPrice(costs, working, matched, quantity, place);
    const fee = tradingFee(costs, order.side, instrument, price, quantity, order.filledQuantity === 0);
    return { working, instrument, matched, price, quantity, units: direction * quantity, fee };
  }

  /** Books a fill: cash, position, trade, the order's state, and the word to the strategy. */
  book({ working, instrument, matched, price, quantity, units, fee }: Plan, place: FillPlace, complete: boolean): Fill {
    const { portfolio, trades, volume, register } = this.parts;
    const { order } = working;
    const { time } = place;
    volume.take(instrument, place.row, quantity);
    const booking = portfolio.book(instrument, units, price, fee);
    // What fills at a close comes after all its bar went through, though the bar is not over for the loop.
    const barsSeen = place.moment === "close" ? Math.max(instrument.row, place.row + 1) : instrument.row;
    trades.record({ instrument, time, units, price, fee, booking, barsSeen });
    const slippage = Math.abs(price - matched) * quantity * instrument.unitValue;
    const { asset, side, id: orderId } = order;
    const { contract } = instrument;
    const filled = { time, asset, side, quantity, price, fee, slippage, orderId };
    const fill: Fill = Object.freeze(contract === undefined ? filled : { ...filled, contract });
    this.fills.push(fill);
    fillOrder(order, fill, complete);
    if (complete) register.remove(order);
    register.listener({ kind: "filled", time, order, fill, complete });
    return fill;
  }

  /**
   * What the account cannot pay at an open, or at the close just seen, waits until the other orders of that instant have filled: sales
   * pay for purchases, whichever asset comes first. Once: then this answers false.
   */
  waitsForOthers(working: WorkingOrder, { time, moment }: FillPlace): boolean {
    const othersCome = moment === "open" || (moment === "close" && working.times.auction === undefined);
    if (!othersCome || working.deferredAt === time) return false;
    working.deferredAt = time;
    return true;
  }

  /** Of exits, the other; of an entry, its exits; of an exit that is done, what its entry still waits for. */
  private followFill(working: WorkingOrder, { quantity, time }: Fill, complete: boolean, matched: number): void {
    const { register } = this.parts;
    const { sibling, parent } = working;
    if (sibling !== undefined && isOpen(sibling.order)) {
      const nothingLeft = remainingQuantity(sibling.order) - quantity <= quantity * DUST;
      // One of an oco cancels the other; an exit that was made smaller leaves the other what its entry still holds.
      if (nothingLeft || (complete && parent === undefined))
        register.close(sibling.order, "canceled", `, as order ${working.order.id} filled`);
      else register.resize(sibling.order, -quantity);
    }
    if (complete && parent !== undefined && isOpen(parent.order))
      register.close(parent.order, "canceled", `, as order ${working.order.id} filled`);
    for (const child of working.children) {
      if (child.order.status === "unsubmitted") {
        updateOrder(child.order, { quantity: working.order.filledQuantity });
        child.hangFrom(matched);
        register.accept(child, time);
      } else if (isOpen(child.order)) register.resize(child.order, quantity);
    }
  }

  // Size

  /** Sizes a target order, and cuts one that may only reduce; closes it and answers false when nothing is left to do. */
  private settleSize(working: WorkingOrder, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    if (order.target !== undefined && order.filledQuantity === 0)
      return this.sizeTarget(working, order.target, matched, place);
    return !order.reduceOnly || this.cutToPosition(order, instrument);
  }

  /** Signed units that lead from what is held to a target, at the last price. */
  unitsToTarget(instrument: Instrument, target: OrderTarget, price = instrument.lastPrice): number {
    const { portfolio, costs } = this.parts;
    return unitsToTarget(target, { instrument, price, portfolio, costs });
  }

  private sizeTarget(working: WorkingOrder, target: OrderTarget, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    const { register, costs } = this.parts;
    const estimate = this.unitsToTarget(instrument, target, matched);
    const side = estimate < 0 ? "sell" : "buy";
    updateOrder(order, { side, quantity: Math.abs(estimate) });
    const price = fillPrice(costs, working, matched, order.quantity, place);
    const units = this.unitsToTarget(instrument, target, price);
    if (units * directionOf(side) > 0) {
      updateOrder(order, { quantity: Math.abs(units) });
      return true;
    }
    register.note("target_reached", order, "finds its target held already");
    register.close(order, "canceled");
    return false;
  }

  /** Cuts an order to what there is to reduce; closes it and answers false when that is nothing. */
  cutToPosition(order: Order, instrument: Instrument): boolean {
    const { register } = this.parts;
    const reducible = this.reducible(order, instrument);
    if (remainingQuantity(order) <= reducible * (1 + DUST)) return true;
    register.warn("order_quantity_cut", order, `may only reduce, and ${reducible} is held against it`);
    if (reducible > 0) updateOrder(order, { quantity: order.filledQuantity + reducible });
    else register.close(order, "canceled");
    return reducible > 0;
  }

  /** Units held on the other side of an order. */
  reducible(order: Order, instrument: Instrument): number {
    return Math.max(0, -directionOf(order.side) * this.parts.portfolio.quantityOf(instrument));
  }
}
