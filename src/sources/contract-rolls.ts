/** Rolls handed to a source by its user: checked, found by root, worked into bars. */

import { Bars } from "../bars/bars.ts";
import { adjustColumns } from "../bars/price-adjustment.ts";
import { rollAdjustment } from "../futures/index.ts";
import { Asset } from "../market/asset.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { ContractRoll, RunSpan } from "../market/ports.ts";

/** @throws InvalidInputError `invalid_option`: a roll that is none, or rolls of one root out of order */
export function checkRolls(rolls: readonly ContractRoll[]): readonly ContractRoll[] {
  const latest = new Map<string, number>();
  for (const [index, roll] of rolls.entries()) {
    const fail = (found: string): never => {
      throw new InvalidInputError("invalid_option", `Making a data source from memory: rolls[${index}] ${found}`, {
        hint: "A roll is { time, from, to, measuredAt, fromPrice, toPrice }: two dated futures of one root, times in epoch ms, ascending.",
      });
    };
    const { from, to, time, measuredAt, fromPrice, toPrice } = roll;
    if (!(from instanceof Asset && to instanceof Asset)) fail("needs from and to, two assets");
    if (from.assetType !== "future" || to.assetType !== "future" || from.root !== to.root)
      fail(`goes from ${from} to ${to}, expected two dated futures of one root`);
    if (![time, measuredAt, fromPrice, toPrice].every(Number.isFinite))
      fail("needs numbers for time, measuredAt, fromPrice and toPrice");
    if (time <= (latest.get(from.root) ?? Number.NEGATIVE_INFINITY)) fail("is not later than the one before it");
    latest.set(from.root, time);
  }
  return rolls;
}

/** The rolls of an asset's root within a span. */
export function rollsWithin(rolls: readonly ContractRoll[], asset: Asset, span: RunSpan): readonly ContractRoll[] {
  return rolls.filter(({ from, time }) => from.root === asset.root && time >= span.start && time < span.end);
}

/** Bars as an asset asks to see its rolls, all rolls worked in. */
export function adjustedBars(bars: Bars, asset: Asset, rolls: readonly ContractRoll[]): Bars {
  const { adjust, direction } = asset.continuous ?? { adjust: "none", direction: "backward" };
  if (adjust === "none" || rolls.length === 0) return bars;
  let columns: BarColumns = bars;
  for (const roll of rolls) {
    const change = rollAdjustment(roll, adjust, direction);
    const row = bars.time.findIndex((time) => time >= roll.time);
    const split = row < 0 ? bars.length : row;
    const [from, to] = change.side === "before" ? [0, split] : [split, bars.length];
    columns = overlaid(columns, adjustColumns(columns, from, to, change), from);
  }
  return new Bars(asset, bars.timestep, columns);
}

/** A copy of `columns` with other rows from row `from` on. */
function overlaid(columns: BarColumns, rows: BarColumns, from: number): BarColumns {
  const lay = (name: keyof BarColumns) => {
    const column = Float64Array.from(columns[name]);
    column.set(rows[name], from);
    return column;
  };
  return {
    time: columns.time,
    open: lay("open"),
    high: lay("high"),
    low: lay("low"),
    close: lay("close"),
    volume: lay("volume"),
  };
}
