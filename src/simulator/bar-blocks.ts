/** Bars of a minute, an hour and a UTC day. */

import { RType } from "../dbn/index.ts";
import { DAY, HOUR, MINUTE } from "../market/time.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import type { MinuteBars } from "./minute-bars.ts";
import { BlockWriter, type RecordBlock, writeInt64 } from "./record-block.ts";
import { sessionParts } from "./traded-minutes.ts";

/** Bytes of an ohlcv record. */
export const OHLCV_SIZE = 56;

const NS_PER_MS = 1_000_000;

/** A bar schema made of minutes. */
export interface BarStep {
  readonly rtype: number;
  /** Milliseconds. */
  readonly step: number;
}

/** The bar schemas made of minutes, by name. */
export const BAR_STEPS: Readonly<Record<string, BarStep>> = {
  "ohlcv-1m": { rtype: RType.ohlcv1m, step: MINUTE },
  "ohlcv-1h": { rtype: RType.ohlcv1h, step: HOUR },
  "ohlcv-1d": { rtype: RType.ohlcv1d, step: DAY },
};

/** The bars of an instrument on a UTC day. */
export function barBlock(market: Market, instrument: Instrument, day: number, { rtype, step }: BarStep): RecordBlock {
  const header = { rtype, publisherId: instrument.publisherId, instrumentId: instrument.idOn(day), day };
  const writer = new BlockWriter(OHLCV_SIZE, DAY / step, header);
  const bar = new OpenBar(writer, instrument.tickRaw);
  for (const { session, from, to } of sessionParts(market, instrument, day)) {
    const bars = market.barsOf(instrument, session);
    for (let row = from; row < to; row++) {
      if ((bars.volume[row] as number) === 0) continue;
      const sinceMidnight = (bars.minutes.times[row] as number) - day * DAY;
      bar.add(sinceMidnight - (sinceMidnight % step), bars, row);
    }
  }
  bar.close();
  return writer.finish();
}

/** How many bars `barBlock` would give, from the volumes alone: what a price is asked for far more often than bars are. */
export function countBars(market: Market, instrument: Instrument, day: number, { step }: BarStep): number {
  let count = 0;
  let last = -1;
  for (const { session, from, to } of sessionParts(market, instrument, day)) {
    const volumes = market.volumesOf(instrument, session);
    const { times } = market.minutesOf(instrument.calendar, session);
    for (let row = from; row < to; row++) {
      if ((volumes[row] as number) === 0) continue;
      const bucket = Math.floor((times[row] as number) / step);
      if (bucket !== last) count += 1;
      last = bucket;
    }
  }
  return count;
}

/** Gathers minutes into the bar they belong to, in ticks, and writes it once the next one begins. */
class OpenBar {
  readonly #writer: BlockWriter;
  readonly #tickRaw: number;
  #start = -1;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;

  constructor(writer: BlockWriter, tickRaw: number) {
    this.#writer = writer;
    this.#tickRaw = tickRaw;
  }

  add(start: number, bars: MinuteBars, row: number): void {
    const high = bars.high[row] as number;
    const low = bars.low[row] as number;
    if (start !== this.#start) {
      this.close();
      this.#start = start;
      this.#open = bars.open[row] as number;
      this.#high = high;
      this.#low = low;
      this.#volume = 0;
    }
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
    this.#close = bars.close[row] as number;
    this.#volume += bars.volume[row] as number;
  }

  close(): void {
    if (this.#start < 0) return;
    const ticks = [this.#open, this.#high, this.#low, this.#close];
    writeBar(this.#writer, this.#start * NS_PER_MS, ticks, this.#volume, this.#tickRaw);
  }
}

/** Writes an ohlcv record. @param ticks open, high, low, close */
export function writeBar(
  writer: BlockWriter,
  start: number,
  ticks: readonly number[],
  volume: number,
  tickRaw: number,
): void {
  const at = writer.begin(start);
  ticks.forEach((price, index) => {
    writeInt64(writer.view, at + 16 + 8 * index, price * tickRaw);
  });
  writeInt64(writer.view, at + 48, volume);
}
