/** The gaps at the rolls of a continuous future, each measured on the same minute of both contracts. */

import type { Calendar } from "../../calendar/index.ts";
import type { RollSegment, StitchedSeries } from "../../futures/index.ts";
import { contractName, type Roll, stitch } from "../../futures/index.ts";
import { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { ContractRoll } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import { type ContinuousInstrument, contractInstrument, type SingleInstrument } from "./instrument.ts";

/** How many sessions before a roll both contracts are looked at, and how many where they have no common minute. */
const SESSIONS_COMPARED = 2;
const MOST_SESSIONS_COMPARED = 15;

/** A change from one contract to the next, and the time before it in which their prices are compared. */
export interface RollWindow extends TimeSpan {
  readonly from: RollSegment;
  readonly to: RollSegment;
  /** Both contracts, whose minute bars are wanted from `start` to `end`; `end` is the instant of the change. */
  readonly instruments: readonly [SingleInstrument, SingleInstrument];
}

/** The rolls of a schedule with the windows in which they are measured. */
export function rollWindows(instrument: ContinuousInstrument, schedule: readonly RollSegment[]): RollWindow[] {
  return schedule.slice(1).map((to, i) => {
    const from = schedule[i] as RollSegment;
    const instruments = [from, to].map(({ contract }) => contractInstrument(instrument, contract));
    return {
      from,
      to,
      start: windowStart(instrument.calendar, to.start, SESSIONS_COMPARED),
      end: to.start,
      instruments: instruments as [SingleInstrument, SingleInstrument],
    };
  });
}

/** The same roll with more time before it. */
export function widerWindow(window: RollWindow): RollWindow {
  const start = windowStart(window.instruments[0].calendar, window.end, MOST_SESSIONS_COMPARED);
  return { ...window, start };
}

function windowStart(calendar: Calendar | undefined, roll: number, sessions: number): number {
  if (calendar === undefined) return roll - sessions * DAY;
  let start = roll;
  for (let count = 0; count < sessions; count++) start = calendar.previousSession(start)?.open ?? start - DAY;
  return start;
}

/**
 * Measures a roll on the last minute before it in which both contracts traded.
 * @param bars minute bars of the window, of the contract that is left and of the one that follows
 * @throws DataMissingError when they have no common minute
 */
export function measureRoll({ from, to }: RollWindow, bars: readonly [BarSeries, BarSeries]): Roll {
  const byName = new Map([
    [contractName(from.contract), bars[0]],
    [contractName(to.contract), bars[1]],
  ]);
  const window: readonly RollSegment[] = [from, to];
  const [roll] = stitch(bars[0].asset, window, byName).rolls;
  if (roll === undefined) throw new Error("Two segments have one roll");
  return roll;
}

/** A roll in the words of the port: its contracts are dated futures. */
export function contractRoll(roll: Roll): ContractRoll {
  return { ...roll, from: Asset.future(contractName(roll.from)), to: Asset.future(contractName(roll.to)) };
}

/** Segments with the rows they have in a column of times. */
export function segmentRows(schedule: readonly RollSegment[], counts: readonly number[]): StitchedSeries["segments"] {
  let row = 0;
  return schedule.map((segment, i) => {
    const firstRow = row;
    row += counts[i] ?? 0;
    return { ...segment, firstRow, endRow: row };
  });
}
