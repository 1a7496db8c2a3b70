/** What the venue says of each contract's day: its settlement in the afternoon, its volume and open interest the next morning. */

import { DbnEncoder, RType, type StatRecord, UNDEF_PRICE, UNDEF_STAT_QUANTITY } from "../dbn/index.ts";
import { DAY, HOUR, MINUTE } from "../market/time.ts";
import { dateOfDay, nsOfDay } from "./days.ts";
import type { FutureContract, Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import type { RecordBlock } from "./record-block.ts";

/** Bytes of a statistics record. */
export const STATISTICS_SIZE = 80;

const SETTLEMENT = 3;
const CLEARED_VOLUME = 6;
const OPEN_INTEREST = 9;
/** CME's flags of a final, actual settlement. */
const FINAL = 3;
/** After midnight UTC of the next day, when volume and open interest of a trade date are published. */
const PUBLISHED_AT = 4 * HOUR;

/** The statistics of an instrument on a UTC day. Stocks and spreads have none. */
export function statisticsBlock(market: Market, instrument: Instrument, day: number): RecordBlock {
  const records =
    instrument.kind === "future"
      ? [...publishedVolumes(market, instrument, day), ...settlement(market, instrument, day)]
      : [];
  const midnight = nsOfDay(day);
  const times = Float64Array.from(records, ({ tsRecv }) => Number(tsRecv - midnight));
  return { recordSize: STATISTICS_SIZE, count: records.length, times, bytes: new DbnEncoder().encode(records) };
}

/** Price at which the session of a trade date settled, a minute after its regular close. */
function settlement(market: Market, contract: FutureContract, day: number): StatRecord[] {
  const session = tradedSession(contract, day);
  if (session === undefined) return [];
  const { settlement: ticks, minutes } = market.barsOf(contract, session);
  const close = (minutes.times[minutes.settlementMinute - 1] ?? session.open) + MINUTE;
  const price = BigInt(ticks * contract.tickRaw);
  return [{ ...statistic(contract, day, day, close + MINUTE), statType: SETTLEMENT, price, statFlags: FINAL }];
}

function publishedVolumes(market: Market, contract: FutureContract, day: number): StatRecord[] {
  const tradeDay = day - 1;
  const session = tradedSession(contract, tradeDay);
  if (session === undefined) return [];
  const base = statistic(contract, day, tradeDay, day * DAY + PUBLISHED_AT);
  const volume = market.volumesOf(contract, session).reduce((sum, units) => sum + units, 0);
  return [
    { ...base, statType: CLEARED_VOLUME, quantity: BigInt(volume) },
    { ...base, statType: OPEN_INTEREST, quantity: BigInt(market.openInterest(contract, tradeDay)) },
  ];
}

function tradedSession(contract: FutureContract, tradeDay: number) {
  if (tradeDay < contract.firstDay || tradeDay > contract.lastDay) return undefined;
  return contract.calendar.session(dateOfDay(tradeDay));
}

function statistic(contract: FutureContract, day: number, tradeDay: number, time: number): StatRecord {
  const received = BigInt(time) * 1_000_000n;
  return {
    kind: "statistics",
    rtype: RType.statistics,
    publisherId: contract.publisherId,
    instrumentId: contract.idOn(day),
    tsEvent: received - 1_000_000n,
    tsRecv: received,
    tsRef: nsOfDay(tradeDay),
    price: UNDEF_PRICE,
    quantity: UNDEF_STAT_QUANTITY,
    sequence: 0,
    tsInDelta: 22_850,
    statType: 0,
    channelId: 0,
    updateAction: 1,
    statFlags: 0,
  };
}
