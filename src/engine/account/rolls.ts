import { addExactly } from "../../bars/price-adjustment.ts";
import { contractByExpiration, contractName, contractSpec, rollGap } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { directionOf, type Order } from "../../market/order.ts";
import { updateOrder } from "../../market/order-state.ts";
import type { ContractRoll } from "../../market/ports.ts";
import type { Instrument } from "../instrument.ts";
import { tradingFee, tradingSlippage } from "../trading-costs.ts";
import type { AccountBooks } from "./account-books.ts";

/** What a contract is called in fills: `ESH25`, else root and expiration. */
export function contractLabel(asset: Asset): string {
  if (asset.contract !== undefined || asset.expiration === undefined) return asset.symbol;
  const contract =
    contractSpec(asset.root) === undefined ? undefined : contractByExpiration(asset.root, asset.expiration);
  return contract === undefined ? `${asset.symbol} ${asset.expiration}` : contractName(contract);
}

/**
 * Moves an instrument on to its next contract: the last price moves by the gap, so do the prices of resting orders, and what is held
 * is sold on the one contract and bought on the other.
 */
export function rollInstrument(instrument: Instrument, roll: ContractRoll, books: AccountBooks): void {
  const leaving = instrument.lastPrice;
  const gap = rollGap(roll);
  const entering = addExactly(leaving, gap);
  instrument.contract = contractLabel(roll.to);
  rollPosition(instrument, roll, { leaving, entering }, books);
  instrument.lastPrice = entering;
  instrument.breakPrices();
  rollOrders(instrument, roll, gap, books);
}

/** Two fills with their fees and slippage; the entry moves by the difference of their prices, so the trade goes on. */
function rollPosition(
  instrument: Instrument,
  roll: ContractRoll,
  prices: { readonly leaving: number; readonly entering: number },
  books: AccountBooks,
): void {
  const held = books.portfolio.quantityOf(instrument);
  if (held === 0) return;
  const out = fillOf(instrument, held > 0 ? "sell" : "buy", prices.leaving, Math.abs(held), books);
  const into = fillOf(instrument, held > 0 ? "buy" : "sell", prices.entering, Math.abs(held), books);
  books.record({ ...out, contract: contractLabel(roll.from) });
  books.record({ ...into, contract: contractLabel(roll.to) });
  const shift = addExactly(into.price, -out.price);
  const fee = out.fee + into.fee;
  books.portfolio.roll(instrument, shift, fee);
  books.trades.roll(instrument, shift, fee);
  books.tell(
    "position_rolled",
    "info",
    `${held} ${instrument.asset} rolled from ${contractLabel(roll.from)} at ${out.price} to ${contractLabel(roll.to)} at ${into.price}, fees ${fee.toFixed(2)}`,
    instrument.asset,
  );
}

function fillOf(instrument: Instrument, side: Order["side"], price: number, quantity: number, books: AccountBooks) {
  const slip = tradingSlippage(books.costs, side, instrument, price, quantity, instrument.row - 1);
  const filled = slip === 0 ? price : addExactly(price, directionOf(side) * slip);
  return {
    time: books.now(),
    asset: instrument.asset,
    side,
    quantity,
    price: filled,
    fee: tradingFee(books.costs, side, instrument, filled, quantity),
    slippage: slip * quantity * instrument.unitValue,
    orderId: "",
    reason: "roll" as const,
  };
}

/** Resting orders stay, their prices moved by the gap: a stop 20 points below the old contract is 20 points below the new one. */
function rollOrders(instrument: Instrument, roll: ContractRoll, gap: number, books: AccountBooks): void {
  const resting = [...instrument.book].sort((a, b) => a.sequence - b.sequence);
  for (const working of resting) {
    const { order, parent } = working;
    if (parent?.order.orderClass === "multileg") rollCombination(parent.order, order, roll, gap, books);
    if (order.kind === "market" && order.children.length === 0) continue;
    shiftPrices(order, gap);
    working.shift(gap);
    instrument.book.move(working);
    // Exits that already live are in the book themselves.
    for (const child of order.children) if (child.status === "unsubmitted") shiftPrices(child, gap);
    tellRolled(order, roll, gap, books);
  }
}

/** The net price of a combination moves by what the gap of one leg makes in a unit of it. */
function rollCombination(combination: Order, leg: Order, roll: ContractRoll, gap: number, books: AccountBooks): void {
  if (combination.kind !== "limit") return;
  const shift = (directionOf(leg.side) * leg.quantity * gap) / combination.quantity;
  shiftPrices(combination, shift);
  tellRolled(combination, roll, shift, books);
}

function tellRolled({ id, asset }: Order, { from, to }: ContractRoll, shift: number, books: AccountBooks): void {
  const words = `stays over the roll from ${contractLabel(from)} to ${contractLabel(to)}; its prices moved by ${shift}`;
  books.tell("order_rolled", "info", `Order ${id} for ${asset} ${words}`, asset, id);
}

function shiftPrices(order: Order, gap: number): void {
  if ("limitPrice" in order) updateOrder(order, { limitPrice: addExactly(order.limitPrice, gap) });
  if ("touchPrice" in order) updateOrder(order, { touchPrice: addExactly(order.touchPrice, gap) });
  if ("stopPrice" in order) updateOrder(order, { stopPrice: addExactly(order.stopPrice, gap) });
}
