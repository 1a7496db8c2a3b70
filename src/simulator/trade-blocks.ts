/** Trades, bars of a second and sampled quotes of a UTC day. */

import { Flags, RType } from "../dbn/index.ts";
import { DAY, MINUTE } from "../market/time.ts";
import { OHLCV_SIZE, writeBar } from "./bar-blocks.ts";
import { seedFrom, shareFrom } from "./chance.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import { type MinuteBars, tradesOfVolume } from "./minute-bars.ts";
import { BlockWriter, type RecordBlock, writeInt64 } from "./record-block.ts";
import { sessionParts } from "./traded-minutes.ts";
import { RECEIVE_DELAY, type Trade, tradesOfMinute } from "./trades.ts";

const TRADE_SIZE = 48;
const BBO_SIZE = 80;
const NS_PER_MS = 1_000_000;
const SECOND_NS = 1_000_000_000;
const MINUTE_NS = 60 * SECOND_NS;
/** Receiver's time minus the venue's sending time, ns. */
const SENDING_DELTA = 17_214;

/** How many trades a day has. */
export function countTrades(market: Market, instrument: Instrument, day: number): number {
  let count = 0;
  for (const { session, from, to } of sessionParts(market, instrument, day)) {
    for (const volume of market.volumesOf(instrument, session).subarray(from, to)) count += tradesOfVolume(volume);
  }
  return count;
}

/** The trades of an instrument on a UTC day. */
export function tradeBlock(market: Market, instrument: Instrument, day: number): RecordBlock {
  const writer = new BlockWriter(
    TRADE_SIZE,
    countTrades(market, instrument, day),
    headerOf(instrument, day, RType.mbp0),
  );
  let sequence = 1_000;
  eachMinute(market, instrument, day, (bars, row, minute) => {
    for (const trade of tradesOf(bars, row, instrument, day)) {
      writeTrade(writer, minute + trade.received, trade, instrument.tickRaw, sequence++);
    }
  });
  return writer.finish();
}

function writeTrade(writer: BlockWriter, received: number, trade: Trade, tickRaw: number, sequence: number): void {
  const at = writer.begin(received - RECEIVE_DELAY, received);
  const { view } = writer;
  writeInt64(view, at + 16, trade.price * tickRaw);
  view.setUint32(at + 24, trade.size, true);
  view.setUint8(at + 28, "T".charCodeAt(0));
  view.setUint8(at + 29, trade.side.charCodeAt(0));
  view.setUint8(at + 30, Flags.last);
  writer.writeTime(at + 32, received);
  view.setInt32(at + 40, SENDING_DELTA, true);
  view.setUint32(at + 44, sequence, true);
}

/** The bars of a second, made of the trades. */
export function secondBlock(market: Market, instrument: Instrument, day: number): RecordBlock {
  const header = headerOf(instrument, day, RType.ohlcv1s);
  const writer = new BlockWriter(OHLCV_SIZE, countTrades(market, instrument, day), header);
  eachMinute(market, instrument, day, (bars, row, minute) => {
    let bar: { second: number; ticks: [number, number, number, number]; volume: number } | undefined;
    const close = () =>
      bar && writeBar(writer, minute + bar.second * SECOND_NS, bar.ticks, bar.volume, instrument.tickRaw);
    for (const { received, price, size } of tradesOf(bars, row, instrument, day)) {
      const second = Math.floor(received / SECOND_NS);
      if (bar?.second !== second) {
        close();
        bar = { second, ticks: [price, price, price, price], volume: 0 };
      }
      bar.ticks = [bar.ticks[0], Math.max(bar.ticks[1], price), Math.min(bar.ticks[2], price), price];
      bar.volume += size;
    }
    close();
  });
  return writer.finish();
}

/** The best bid and offer at the end of each minute, carried on through minutes without a trade. */
export function quoteBlock(market: Market, instrument: Instrument, day: number): RecordBlock {
  const writer = new BlockWriter(BBO_SIZE, DAY / MINUTE, headerOf(instrument, day, RType.bbo1m));
  for (const { session, from, to } of sessionParts(market, instrument, day)) {
    const bars = market.barsOf(instrument, session);
    for (let row = from; row < to; row++) {
      const lastTraded = lastTradedRow(bars, row);
      const end = ((bars.minutes.times[row] as number) - day * DAY) * NS_PER_MS + MINUTE_NS;
      // The quote of the last minute belongs to the midnight that ends it, which is another day.
      if (lastTraded < 0 || end >= DAY * NS_PER_MS) continue;
      writeQuote(writer, end, bars, lastTraded, end - (row - lastTraded) * MINUTE_NS - RECEIVE_DELAY, instrument);
    }
  }
  return writer.finish();
}

function writeQuote(
  writer: BlockWriter,
  end: number,
  bars: MinuteBars,
  row: number,
  event: number,
  { tickRaw, rawSymbol }: Instrument,
): void {
  // Where the last trade of a carried quote was yesterday, its time would be before midnight.
  const at = writer.begin(Math.max(0, event), end);
  const { view } = writer;
  const last = bars.close[row] as number;
  const depth = Math.floor(shareFrom("depth", rawSymbol, row) * 60);
  const bid = depth % 2 === 0 ? last : last - 1;
  writeInt64(view, at + 16, last * tickRaw);
  view.setUint32(at + 24, 1 + (depth % 9), true);
  view.setUint8(at + 29, (depth % 2 === 0 ? "A" : "B").charCodeAt(0));
  view.setUint8(at + 30, Flags.last);
  writer.writeTime(at + 32, end);
  view.setUint32(at + 44, row, true);
  writeInt64(view, at + 48, bid * tickRaw);
  writeInt64(view, at + 56, (bid + 1) * tickRaw);
  view.setUint32(at + 64, 4 + depth, true);
  view.setUint32(at + 68, 64 - depth, true);
  view.setUint32(at + 72, 2 + (depth >> 1), true);
  view.setUint32(at + 76, 32 - (depth >> 1), true);
}

function lastTradedRow(bars: MinuteBars, row: number): number {
  let last = row;
  while (last >= 0 && (bars.volume[last] as number) === 0) last -= 1;
  return last;
}

/** Visits every traded minute of a day. `minute` is its open, ns since midnight. */
function eachMinute(
  market: Market,
  instrument: Instrument,
  day: number,
  visit: (bars: MinuteBars, row: number, minute: number) => void,
): void {
  for (const { session, from, to } of sessionParts(market, instrument, day)) {
    const bars = market.barsOf(instrument, session);
    for (let row = from; row < to; row++) {
      if ((bars.volume[row] as number) === 0) continue;
      visit(bars, row, ((bars.minutes.times[row] as number) - day * DAY) * NS_PER_MS);
    }
  }
}

function tradesOf(bars: MinuteBars, row: number, instrument: Instrument, day: number): Trade[] {
  return tradesOfMinute(bars, row, seedFrom("trades", instrument.rawSymbol, bars.minutes.tradeDay, row, day));
}

function headerOf(instrument: Instrument, day: number, rtype: number) {
  return { rtype, publisherId: instrument.publisherId, instrumentId: instrument.idOn(day), day };
}
