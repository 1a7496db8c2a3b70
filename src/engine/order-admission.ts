import { directionOf, type Order, type OrderChanges, remainingQuantity } from "../market/order.ts";
import type { BrokerCapabilities } from "../market/ports.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { Instrument } from "./instrument.ts";
import { modificationRefusal } from "./order-changes.ts";
import { type Refusal, refusalOf, type WhyMissing } from "./order-checks.ts";
import type { OrderExecution } from "./order-execution.ts";
import { type TradingCosts, tradingFee } from "./trading-costs.ts";

interface AdmissionParts {
  readonly find: (order: Order) => Instrument | undefined;
  readonly costs: TradingCosts;
  readonly fill: "next-open" | "this-close";
  readonly capabilities: BrokerCapabilities;
  readonly buyingPower: BuyingPower;
  readonly execution: OrderExecution;
  readonly whyMissing: WhyMissing;
  readonly openOrders: () => Iterable<Order>;
}

/** Judges at a venue's door whether an order, or a change of one, can be taken. */
export class OrderAdmission {
  private readonly parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.parts = parts;
  }

  /** Why an order cannot be accepted, by itself, by the account, or by the market at this instant; undefined when it can. */
  refusal(order: Order, instrument: Instrument | undefined, now: number): Refusal | undefined {
    const { capabilities, execution, whyMissing } = this.parts;
    const refusal = refusalOf(order, instrument, capabilities, now, whyMissing);
    if (instrument === undefined) return refusal;
    const lastChance = refusal?.reason === "data_ended" && this.fillsAtClose(order, instrument, now);
    if (refusal !== undefined && !lastChance) return refusal;
    if (order.orderClass === "multileg") return this.refusalOfLegs(order, now);
    if (order.reduceOnly && execution.reducible(order, instrument) === 0)
      return { reason: "nothing_to_reduce", message: "nothing is held that it could reduce" };
    return this.takesAtArrival(order, now) ?? this.unaffordable(order, instrument);
  }

  /** Why a change to an order cannot be made; undefined when it can. */
  changeRefusal(order: Order, changes: OrderChanges, now: number, parent: Order | undefined): Refusal | undefined {
    return modificationRefusal(order, changes, parent) ?? this.takesAtArrival({ ...order, ...changes } as Order, now);
  }

  /** True for an order that the close of this instant fills, though no bar comes after it. */
  private fillsAtClose({ kind, timeInForce }: Order, instrument: Instrument, now: number): boolean {
    const atAuction = timeInForce === "opg" || timeInForce === "cls";
    return this.parts.fill === "this-close" && kind === "market" && !atAuction && instrument.closedAt(now);
  }

  /** The legs of a combination as orders of their own; whether the account can carry them is judged when they fill together. */
  private refusalOfLegs(order: Order, now: number): Refusal | undefined {
    const { find, capabilities, whyMissing } = this.parts;
    for (const leg of order.children) {
      const refusal = refusalOf(leg, find(leg), capabilities, now, whyMissing);
      if (refusal !== undefined) return { ...refusal, message: `leg ${leg.id}, ${leg.asset}: ${refusal.message}` };
    }
    return undefined;
  }

  /** A post-only order at or beyond the price it would meet now. */
  private takesAtArrival(order: Order, now: number): Refusal | undefined {
    if (!order.postOnly || order.kind !== "limit") return undefined;
    const instrument = this.parts.find(order);
    if (instrument === undefined) return undefined;
    const direction = directionOf(order.side);
    const quote = instrument.lastClose === now ? instrument.quote : undefined;
    const price = (direction === 1 ? quote?.ask : quote?.bid) ?? instrument.lastPrice;
    if (!(direction * order.limitPrice >= direction * price)) return undefined;
    return { reason: "would_take_liquidity", message: `its limit ${order.limitPrice} would fill at once, at ${price}` };
  }

  private unaffordable(order: Order, instrument: Instrument): Refusal | undefined {
    const { costs, buyingPower } = this.parts;
    // A target order is sized by what the account can pay; it is judged at its fill. One that only reduces is cut to what that allows.
    if (order.target !== undefined || order.reduceOnly) return undefined;
    const price = "limitPrice" in order ? order.limitPrice : instrument.lastPrice;
    // Before the first price there is nothing to judge by; the fill is judged again anyhow.
    if (Number.isNaN(price)) return undefined;
    const fee = tradingFee(costs, order.side, instrument, price, order.quantity);
    const units = directionOf(order.side) * order.quantity;
    const fills = [{ instrument, units, price, fee }];
    const short = buyingPower.refusal(fills);
    if (short === undefined || buyingPower.refusal(fills, this.comingExcess(order, instrument)) === undefined)
      return undefined;
    return { ...short, message: `At the price ${price} ${short.message}` };
  }

  /**
   * What will be free once the market orders that were sent before have sold what they sell. A market order is asked again at its fill, after
   * the others of that open, whichever was sent first: of it only what no sale of another asset could pay is refused now.
   */
  private comingExcess(order: Order, instrument: Instrument): number {
    const { buyingPower } = this.parts;
    const sold = this.soldAtMarket();
    if (order.kind === "market" && order.timeInForce !== "cls")
      return buyingPower.excessWithOnly(instrument) + buyingPower.released(instrument, sold.get(instrument) ?? 0);
    let excess = buyingPower.excess("initial");
    for (const [each, units] of sold) excess += buyingPower.released(each, units);
    return excess;
  }

  /** Signed units of open market orders that the next open fills, by instrument. */
  private soldAtMarket(): ReadonlyMap<Instrument, number> {
    const sold = new Map<Instrument, number>();
    for (const each of this.parts.openOrders()) {
      const instrument = each.kind === "market" && each.timeInForce !== "cls" ? this.parts.find(each) : undefined;
      if (instrument === undefined || each.orderClass === "multileg") continue;
      sold.set(instrument, (sold.get(instrument) ?? 0) + directionOf(each.side) * remainingQuantity(each));
    }
    return sold;
  }
}
