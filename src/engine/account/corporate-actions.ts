import { type Calendar, timeZone } from "../../calendar/index.ts";
import type { Order } from "../../market/order.ts";
import { updateOrder } from "../../market/order-state.ts";
import type { CorporateAction } from "../../market/ports.ts";
import { DAY, parseDate } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import { pricesOnGrid } from "../tick-grid.ts";
import type { AccountBooks } from "./account-books.ts";

type Split = Extract<CorporateAction, { readonly kind: "split" }>;
type Dividend = Extract<CorporateAction, { readonly kind: "dividend" }>;

/**
 * The instant from which bars are of a date: midnight of the exchange, over bars of a day or longer midnight UTC, by which such bars
 * carry their dates.
 */
export function startOfDate(isoDate: string, step: number, calendar: Calendar): number {
  const midnight = parseDate(isoDate) ?? Number.NaN;
  return step >= DAY ? midnight : timeZone(calendar.timeZone).dayToEpoch(midnight / DAY, 0);
}

/** When an action takes effect, once no bar is in progress: as its date begins, whenever the first bar of that date comes. */
export function startOfAction({ date }: CorporateAction, { timestep, calendar }: Instrument): number {
  return startOfDate(date, timestep.milliseconds, calendar);
}

/** True when the last price is one of after an action. */
export function isInPrices(action: CorporateAction, instrument: Instrument): boolean {
  const last = instrument.time[instrument.row - 1];
  return last !== undefined && last >= startOfAction(action, instrument);
}

/** Pays a dividend to who holds the share, and takes it from who is short. */
export function payDividend(instrument: Instrument, { amount }: Dividend, books: AccountBooks): void {
  instrument.breakPrices();
  const quantity = books.portfolio.quantityOf(instrument);
  if (quantity === 0) return;
  const paid = quantity * amount * instrument.unitValue;
  books.portfolio.pay(paid);
  books.flow({ asset: instrument.asset, kind: "dividend", amount: paid, quantity, price: amount });
}

/** Turns every old share into `ratio` new ones: position, trade, orders and the last price. Nobody wins or loses by it. */
export function splitInstrument(instrument: Instrument, { ratio }: Split, books: AccountBooks): void {
  const held = books.portfolio.quantityOf(instrument);
  books.portfolio.split(instrument, ratio);
  instrument.lastPrice /= ratio;
  instrument.breakPrices();
  books.trades.split(instrument, ratio);
  const words = held === 0 ? "" : `; ${held} held became ${books.portfolio.quantityOf(instrument)}`;
  books.tell(
    "stock_split",
    "info",
    `${instrument.asset} was split, ${ratio} for 1${words}`,
    instrument.asset,
    undefined,
    {
      ratio,
    },
  );
  splitOrders(instrument, ratio, books);
}

function splitOrders(instrument: Instrument, ratio: number, books: AccountBooks): void {
  const resting = [...instrument.book].sort((a, b) => a.sequence - b.sequence);
  for (const working of resting) {
    const { order } = working;
    // Exits that already live are in the book themselves.
    const waiting = order.children.filter(({ status }) => status === "unsubmitted");
    const moved = [order, ...waiting].flatMap((each) => splitOntoGrid(each, ratio, instrument.terms.tickSize));
    working.scale(1 / ratio);
    instrument.book.move(working);
    const rounded = moved.length === 0 ? "" : ` and moved onto the tick: ${moved.join(", ")}`;
    const words = `Order ${order.id} for ${order.asset} is for ${order.quantity} new shares now, its prices divided by ${ratio}${rounded}`;
    books.tell("order_split", "info", words, order.asset, order.id);
  }
}

/** Words for the prices that are off the grid in new shares, moved onto it. */
function splitOntoGrid(order: Order, ratio: number, tickSize: number | undefined): string[] {
  splitOrder(order, ratio);
  const grid = pricesOnGrid(order, tickSize);
  if (grid === undefined) return [];
  updateOrder(order, grid.prices);
  return grid.moved === "" ? [] : [grid.moved];
}

function splitOrder(order: Order, ratio: number): void {
  if (order.target !== undefined && "quantity" in order.target)
    updateOrder(order, { target: { quantity: order.target.quantity * ratio } });
  updateOrder(order, { quantity: order.quantity * ratio, filledQuantity: order.filledQuantity * ratio });
  if (order.averageFillPrice !== undefined) updateOrder(order, { averageFillPrice: order.averageFillPrice / ratio });
  if ("limitPrice" in order) updateOrder(order, { limitPrice: order.limitPrice / ratio });
  if ("stopPrice" in order) updateOrder(order, { stopPrice: order.stopPrice / ratio });
  if ("touchPrice" in order) updateOrder(order, { touchPrice: order.touchPrice / ratio });
  if ("trailPrice" in order && order.trailPrice !== undefined)
    updateOrder(order, { trailPrice: order.trailPrice / ratio });
  if ("limitOffset" in order) updateOrder(order, { limitOffset: order.limitOffset / ratio });
}
