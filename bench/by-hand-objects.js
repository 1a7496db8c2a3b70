/**
 * The floor of the public API: the loop of `by-hand.js`, but what it hands to the strategy and keeps are the objects that the API promises, field by
 * field: views of bars, positions, orders, frozen fills, trades with their excursions. It still knows no sessions, margin, order kinds,
 * events or second instrument. Arguments: the number of bars, and `held` for the layer that sends one order in all. Prints one line of JSON.
 */
import { Asset, Bars } from "backlit";
import { walk } from "./market.js";

const [rows = "1000000", mode = "sync"] = process.argv.slice(2);
const FAST = 10;
const SLOW = 30;
const MULTIPLIER = 50;
const FEE = 2;
const MINUTE = 60_000;
const NO_ORDERS = Object.freeze([]);
const asset = new Asset({
  symbol: "BENCH",
  assetType: "future",
  expiration: "2099-12-18",
  multiplier: MULTIPLIER,
  tickSize: 0.25,
});

class Loop {
  constructor(bars) {
    this.all = bars;
    this.row = 0;
    this.now = 0;
    this.cash = 10_000_000;
    this.held = 0;
    this.entry = 0;
    this.entryTime = 0;
    this.entryRow = 0;
    this.entryFee = 0;
    this.orders = [];
    this.fills = [];
    this.trades = [];
    this.pending = undefined;
    this.curve = {
      time: new Float64Array(bars.length),
      value: new Float64Array(bars.length),
      cash: new Float64Array(bars.length),
    };
  }

  bars(length) {
    const end = this.row + 1;
    return end < length ? undefined : this.all.slice(end - length, end);
  }

  getPosition() {
    if (this.held === 0) return undefined;
    const marketPrice = this.all.close[this.row];
    return {
      asset,
      quantity: this.held,
      side: this.held > 0 ? "long" : "short",
      averagePrice: this.entry,
      marketPrice,
      marketValue: this.held * marketPrice * MULTIPLIER,
      unrealizedPnl: (marketPrice - this.entry) * this.held * MULTIPLIER,
    };
  }

  createOrder(quantity, side) {
    const order = {
      id: String(this.orders.length + 1),
      asset,
      side,
      quantity,
      target: undefined,
      timeInForce: "gtc",
      goodTillDate: undefined,
      postOnly: false,
      reduceOnly: false,
      tag: undefined,
      orderClass: "simple",
      children: NO_ORDERS,
      parentId: undefined,
      status: "unsubmitted",
      filledQuantity: 0,
      averageFillPrice: undefined,
      fees: 0,
      createdAt: this.now,
      submittedAt: undefined,
      closedAt: undefined,
      refusal: undefined,
      kind: "market",
    };
    this.orders.push(order);
    return order;
  }

  submitOrder(order) {
    order.status = "open";
    order.submittedAt = this.now;
    this.pending = order;
  }

  run(strategy) {
    const { curve } = this;
    const { time, open, close } = this.all;
    for (let row = 0; row < time.length; row++) {
      this.row = row;
      if (this.pending !== undefined) this.fill(this.pending, time[row], open[row]);
      this.now = time[row] + MINUTE;
      curve.time[row] = this.now;
      curve.cash[row] = this.cash;
      curve.value[row] = this.cash + (close[row] - this.entry) * this.held * MULTIPLIER;
      strategy.onTradingIteration();
    }
  }

  fill(order, time, price) {
    const { side, quantity } = order;
    const fee = FEE * quantity;
    this.pending = undefined;
    if (this.held !== 0) this.close(time, price);
    this.cash -= fee;
    this.held += side === "buy" ? quantity : -quantity;
    this.entry = price;
    this.entryTime = time;
    this.entryRow = this.row;
    this.entryFee = FEE * Math.abs(this.held);
    this.fills.push(Object.freeze({ time, asset, side, quantity, price, fee, slippage: 0, orderId: order.id }));
    order.status = "filled";
    order.filledQuantity = quantity;
    order.averageFillPrice = price;
    order.fees = fee;
    order.closedAt = time;
  }

  close(exitTime, exitPrice) {
    const { high, low } = this.all;
    const { entry, held } = this;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let row = this.entryRow; row < this.row; row++) {
      if (high[row] > highest) highest = high[row];
      if (low[row] < lowest) lowest = low[row];
    }
    const profitAt = (price) => (price - entry) * held * MULTIPLIER;
    const fees = this.entryFee + FEE * Math.abs(held);
    this.trades.push({
      asset,
      direction: held > 0 ? "long" : "short",
      quantity: Math.abs(held),
      entryTime: this.entryTime,
      entryPrice: entry,
      exitTime,
      exitPrice,
      pnl: profitAt(exitPrice) - fees,
      fees,
      bars: this.row - this.entryRow + 1,
      mae: Math.min(0, profitAt(highest), profitAt(lowest)),
      mfe: Math.max(0, profitAt(highest), profitAt(lowest)),
      open: false,
    });
    this.cash += profitAt(exitPrice);
  }
}

class SmaCross {
  constructor(loop) {
    this.loop = loop;
  }

  onTradingIteration() {
    const bars = this.loop.bars(SLOW);
    if (bars !== undefined) this.trade(bars.close);
  }

  trade(close) {
    let slow = 0;
    let fast = 0;
    for (let i = 0; i < SLOW; i++) slow += close[i];
    for (let i = SLOW - FAST; i < SLOW; i++) fast += close[i];
    const wanted = fast * SLOW > slow * FAST ? 1 : -1;
    const held = this.loop.getPosition()?.quantity ?? 0;
    if (wanted !== held)
      this.loop.submitOrder(this.loop.createOrder(Math.abs(wanted - held), wanted > held ? "buy" : "sell"));
  }
}

/** The same with one order in all. */
class Held extends SmaCross {
  trade(close) {
    let slow = 0;
    let fast = 0;
    for (let i = 0; i < SLOW; i++) slow += close[i];
    for (let i = SLOW - FAST; i < SLOW; i++) fast += close[i];
    this.wanted = fast * SLOW > slow * FAST ? 1 : -1;
    this.held = this.loop.getPosition()?.quantity;
    if (this.held === undefined && this.loop.orders.length === 0)
      this.loop.submitOrder(this.loop.createOrder(1, "buy"));
  }
}

const loop = new Loop(Bars.from({ asset, timestep: "1m", ...walk(Number(rows)) }));
const cpu = process.cpuUsage();
const started = performance.now();
loop.run(mode === "held" ? new Held(loop) : new SmaCross(loop));
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);

console.log(
  JSON.stringify({
    system: "by hand, objects",
    bars: Number(rows),
    fills: loop.fills.length,
    equity: loop.curve.value.at(-1),
    loadSeconds: 0,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
