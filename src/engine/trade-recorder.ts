import type { Trade, TradeMatching } from "../market/trade.ts";
import type { Instrument } from "./instrument.ts";
import { OpenTrade } from "./open-trade.ts";
import type { Booking, Portfolio } from "./portfolio.ts";
import { closingUnits, DUST, openingUnits } from "./units.ts";

/** Trades of an instrument that are open, the oldest first. */
interface OpenTrades {
  readonly instrument: Instrument;
  readonly trades: OpenTrade[];
  /** Row of the first bar whose high and low the trades do not know yet. */
  unseen: number;
}

/** A fill as the trade recorder needs it. */
export interface BookedFill {
  readonly instrument: Instrument;
  readonly time: number;
  /** Signed. */
  readonly units: number;
  readonly price: number;
  readonly fee: number;
  readonly booking: Booking;
  /** Row after the last bar that had passed whole when it filled. */
  readonly barsSeen: number;
}

/** Turns bookings into round trips. The sum of all trades' profit is the change of the account, whichever way fills are matched. */
export class TradeRecorder {
  private readonly portfolio: Portfolio;
  private readonly isFifo: boolean;
  /** By the instruments' place in the run. */
  private readonly open: (OpenTrades | undefined)[] = [];
  private readonly closed: Trade[] = [];

  constructor(portfolio: Portfolio, matching: TradeMatching) {
    this.portfolio = portfolio;
    this.isFifo = matching === "fifo";
  }

  /** Books a fill into the trades it belongs to; a flip ends those of one side and starts the next, each with its share of the fee. */
  record(fill: BookedFill): void {
    const { before } = fill.booking;
    const open = this.openOf(fill.instrument);
    foldExtremes(open, fill.barsSeen);
    const units = Math.abs(fill.units);
    const closing = closingUnits(before, fill.units);
    const opening = openingUnits(fill.units, closing);
    const closingFee = opening === 0 ? fill.fee : fill.fee * (closing / units);
    if (closing > 0) this.exit(fill, open.trades, closing, closingFee);
    if (opening > 0) this.enter(fill, open.trades, opening, fill.fee - closingFee);
  }

  /** Notes that what is held was rolled into another contract: trades go on with their entries moved by `shift`, and share the fee. */
  roll(instrument: Instrument, shift: number, fee: number): void {
    const open = this.openOf(instrument);
    foldExtremes(open, instrument.row);
    const held = open.trades.reduce((units, trade) => units + trade.size, 0);
    for (const trade of open.trades) trade.roll(shift, fee * (trade.size / held));
  }

  /** Notes that gains of a future were paid up to `price`. */
  settle(instrument: Instrument, price: number): void {
    for (const trade of this.openOf(instrument).trades) trade.settle(price);
  }

  /** Notes that every unit became `ratio` units: prices and quantities of open trades are in new units from now on. */
  split(instrument: Instrument, ratio: number): void {
    const open = this.openOf(instrument);
    foldExtremes(open, instrument.row);
    for (const trade of open.trades) trade.split(ratio);
  }

  /** Notes that a price is about to mean more or less account money. */
  revalue(instrument: Instrument): void {
    foldExtremes(this.openOf(instrument), instrument.row);
  }

  get closedCount(): number {
    return this.closed.length;
  }

  /** Every trade by the time of its end, those still open last. */
  trades(now: number): readonly Trade[] {
    const standing = this.open.flatMap((open) => {
      if (open === undefined) return [];
      foldExtremes(open, open.instrument.row);
      return open.trades.map((trade) => trade.standing(now));
    });
    return [...this.closed, ...standing.sort(byAsset)];
  }

  private openOf(instrument: Instrument): OpenTrades {
    const known = this.open[instrument.index];
    if (known !== undefined) return known;
    const open = { instrument, trades: [], unseen: instrument.row };
    this.open[instrument.index] = open;
    return open;
  }

  private enter(
    { instrument, units, time, price }: BookedFill,
    trades: OpenTrade[],
    opening: number,
    fee: number,
  ): void {
    const known = this.isFifo ? undefined : trades[0];
    const trade = known ?? OpenTrade.of(instrument, units > 0 ? 1 : -1, time);
    if (known === undefined) trades.push(trade);
    trade.enter(opening, price, fee);
  }

  private exit(fill: BookedFill, trades: OpenTrade[], closing: number, fee: number): void {
    const { booking, instrument, price, time } = fill;
    const left = Math.abs(booking.before) - closing;
    const blended = trades.length > 1;
    if (this.isFifo) this.leaveOldest(fill, trades, closing, fee);
    else {
      const [trade] = trades;
      trade?.leave(closing, price, fee);
      if (left === 0 && trade !== undefined) this.close(trades, trade, time);
    }
    // The account keeps the mean of its entries as the price from which the rest is settled; lots must, or a later exchange rate parts them.
    if (blended && left > 0 && instrument.asset.isFuture)
      this.settle(instrument, this.portfolio.basisPriceOf(instrument));
  }

  /** Closes the oldest lots, the last of them perhaps in part; all of them where the account holds nothing any more. */
  private leaveOldest({ booking, price, time }: BookedFill, lots: OpenTrade[], closing: number, fee: number): void {
    const left = Math.abs(booking.before) - closing;
    let remaining = closing;
    for (let lot = lots[0]; lot !== undefined; lot = lots[0]) {
      if (left > 0 && remaining <= closing * DUST) return;
      const { size } = lot;
      const isLast = lots.length === 1;
      const isWhole = left === 0 || (!isLast && size - remaining <= size * DUST);
      // The last lot keeps what the account does, however little.
      const units = isWhole ? size : remaining < size ? remaining : size - left;
      const share = fee * (units / closing);
      if (isWhole) {
        lot.leave(units, price, share);
        this.close(lots, lot, time);
      } else {
        const part = lot.takeOff(units);
        part.leave(units, price, share);
        this.closed.push(part.closed(time));
        return;
      }
      remaining -= units;
    }
  }

  private close(trades: OpenTrade[], oldest: OpenTrade, time: number): void {
    // A list that `shift` leaves empty gives its memory up, and takes new with the next entry.
    if (trades.length === 1) trades.pop();
    else trades.shift();
    this.closed.push(oldest.closed(time));
  }
}

/**
 * Turns how far the price went over the bars before row `end` that the trades have not seen into excursions. Bars are looked at when something
 * is booked, many at once: a call at every bar would cost a run more than all of these together.
 */
function foldExtremes(open: OpenTrades, end: number): void {
  const { instrument, trades, unseen } = open;
  if (end <= unseen) return;
  open.unseen = end;
  if (trades.length === 0) return;
  const { high, low } = instrument;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let row = unseen; row < end; row++) {
    if ((high[row] as number) > highest) highest = high[row] as number;
    if ((low[row] as number) < lowest) lowest = low[row] as number;
  }
  for (const trade of trades) trade.foldExtremes(highest, lowest);
}

function byAsset({ asset: { key: a } }: Trade, { asset: { key: b } }: Trade): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
