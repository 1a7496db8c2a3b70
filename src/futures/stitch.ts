/** One series out of several contracts: raw prices as they traded, and a table of the rolls with the gap of each. */

import { Bars } from "../bars/bars.ts";
import type { Asset } from "../market/asset.ts";
import type { BarColumns, BarSeries } from "../market/bar-series.ts";
import type { ContractSymbol } from "../market/contract-symbol.ts";
import { DataMissingError, InvalidInputError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import { cutColumns, joinColumns, rowAtOrAfter } from "./columns.ts";
import { contractName } from "./expiration.ts";
import type { RollSegment } from "./roll.ts";

/** The change from one contract to the next. */
export interface Roll {
  /** Instant of the change, epoch ms UTC: from here on the bars are those of `to`. */
  readonly time: number;
  readonly from: ContractSymbol;
  readonly to: ContractSymbol;
  /**
   * Open time of the bar the gap was measured on, the same bar on both contracts: the last one before the change that both have,
   * else the first one after it.
   */
  readonly measuredAt: number;
  /** Close of that bar on the contract that is left ... */
  readonly fromPrice: number;
  /** ... and on the one that follows. The gap is `toPrice - fromPrice`. */
  readonly toPrice: number;
}

/** The rows of a series that come from one contract. */
export interface StitchedSegment extends RollSegment {
  /** First row, inclusive. */
  readonly firstRow: number;
  /** Last row, exclusive; equal to `firstRow` where the contract had no bar in its stretch. */
  readonly endRow: number;
}

/** A continuous series before any adjustment. */
export interface StitchedSeries {
  /** Prices as each contract traded: what fills and money use. */
  readonly bars: Bars;
  /** As the schedule has them; between two of them stands the roll of the same number. */
  readonly segments: readonly StitchedSegment[];
  /** One fewer than segments. */
  readonly rolls: readonly Roll[];
}

/**
 * Strings the contracts of a schedule together.
 *
 * @param asset what the series is called, a continuous future
 * @param schedule from `rollSchedule` or `rollByVolume`
 * @param contractBars bars of every contract of the schedule by its usual name (`ESZ13`), all of one step; each has to begin before
 * it takes over, so that the gap can be measured
 * @throws DataMissingError when a contract has no bars, or two neighbours have no bar at the same instant
 * @throws InvalidInputError when the steps differ or the schedule is empty
 */
export function stitch(
  asset: Asset,
  schedule: readonly RollSegment[],
  contractBars: ReadonlyMap<string, BarSeries>,
): StitchedSeries {
  const sources = schedule.map((segment) => requireBars(asset, segment.contract, contractBars));
  const step = requireOneStep(asset, sources);
  const segments: StitchedSegment[] = [];
  const parts: BarColumns[] = [];
  let row = 0;
  schedule.forEach((segment, i) => {
    const part = rowsWithin(sources[i] as BarSeries, segment);
    parts.push(part);
    segments.push({ ...segment, firstRow: row, endRow: row + part.time.length });
    row += part.time.length;
  });
  const rolls = schedule
    .slice(1)
    .map((segment, i) =>
      measureRoll(schedule[i] as RollSegment, segment, sources[i] as BarSeries, sources[i + 1] as BarSeries),
    );
  return { bars: Bars.from({ asset, timestep: step, ...joinColumns(parts) }), segments, rolls };
}

/** The contract a row of the series traded on; undefined outside the rows. */
export function contractOfRow(series: StitchedSeries, row: number): ContractSymbol | undefined {
  return series.segments.find((segment) => row >= segment.firstRow && row < segment.endRow)?.contract;
}

function requireBars(asset: Asset, contract: ContractSymbol, bars: ReadonlyMap<string, BarSeries>): BarSeries {
  const name = contractName(contract);
  const found = bars.get(name);
  if (found !== undefined) return found;
  throw new DataMissingError(`Stitching ${asset}: there are no bars of ${name}`, {
    hint: `Given were ${[...bars.keys()].join(", ") || "none"}.`,
  });
}

function requireOneStep(asset: Asset, sources: readonly BarSeries[]): BarSeries["timestep"] {
  const [first] = sources;
  if (first === undefined) {
    throw new InvalidInputError("invalid_argument", `Stitching ${asset}: the schedule is empty`);
  }
  const other = sources.find((source) => source.timestep !== first.timestep);
  if (other === undefined) return first.timestep;
  throw new InvalidInputError(
    "invalid_argument",
    `Stitching ${asset}: bars of ${first.timestep.name} and of ${other.timestep.name} were given, expected one step`,
  );
}

function rowsWithin(source: BarSeries, { start, end }: RollSegment): BarColumns {
  return cutColumns(source, rowAtOrAfter(source.time, start), rowAtOrAfter(source.time, end));
}

function measureRoll(before: RollSegment, after: RollSegment, from: BarSeries, to: BarSeries): Roll {
  const rows = lastCommonRows(from.time, to.time, after.start) ?? firstCommonRows(from.time, to.time, after.start);
  if (rows === undefined) {
    const names = `${contractName(before.contract)} and ${contractName(after.contract)}`;
    throw new DataMissingError(
      `Measuring the gap between ${names} at ${formatInstant(after.start)}: they have no bar at the same instant`,
      { hint: "Give each contract's bars from some sessions before it takes over." },
    );
  }
  return {
    time: after.start,
    from: before.contract,
    to: after.contract,
    measuredAt: from.time[rows.from] as number,
    fromPrice: from.close[rows.from] as number,
    toPrice: to.close[rows.to] as number,
  };
}

interface CommonRows {
  readonly from: number;
  readonly to: number;
}

function lastCommonRows(from: Float64Array, to: Float64Array, before: number): CommonRows | undefined {
  let a = rowAtOrAfter(from, before) - 1;
  let b = rowAtOrAfter(to, before) - 1;
  while (a >= 0 && b >= 0) {
    const difference = (from[a] as number) - (to[b] as number);
    if (difference === 0) return { from: a, to: b };
    if (difference > 0) a -= 1;
    else b -= 1;
  }
  return undefined;
}

function firstCommonRows(from: Float64Array, to: Float64Array, atOrAfter: number): CommonRows | undefined {
  let a = rowAtOrAfter(from, atOrAfter);
  let b = rowAtOrAfter(to, atOrAfter);
  while (a < from.length && b < to.length) {
    const difference = (from[a] as number) - (to[b] as number);
    if (difference === 0) return { from: a, to: b };
    if (difference < 0) a += 1;
    else b += 1;
  }
  return undefined;
}
