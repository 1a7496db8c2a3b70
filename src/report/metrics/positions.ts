/** What was held, followed from fill to fill. */

import type { Fill } from "../../market/fill.ts";
import { directionOf } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";

/** A fill and the signed units held of its asset before and after it. */
export interface PositionStep {
  readonly fill: Fill;
  readonly before: number;
  readonly after: number;
}

type Records = Pick<RunOutcome, "fills" | "events">;

interface Positions {
  readonly steps: readonly PositionStep[];
  readonly largest: number;
}

/** Several metrics ask for the same. */
const known = new WeakMap<Records, Positions>();

/** One step a fill. A split on the way turns old shares into new ones. */
export function positionSteps(outcome: Records): readonly PositionStep[] {
  return positionsOf(outcome).steps;
}

/** Most units of one instrument held at once, long or short. */
export function largestPosition(outcome: Records): number {
  return positionsOf(outcome).largest;
}

function positionsOf(outcome: Records): Positions {
  const positions = known.get(outcome) ?? followPositions(outcome);
  known.set(outcome, positions);
  return positions;
}

function followPositions({ fills, events }: Records): Positions {
  const held = new Map<string, number>();
  const splits = events.filter(({ code, ratio }) => code === "stock_split" && ratio !== undefined);
  let next = 0;
  let largest = 0;
  const hold = (key: string, units: number) => {
    held.set(key, units);
    largest = Math.max(largest, Math.abs(units));
  };
  const splitUntil = (time: number) => {
    for (; next < splits.length && (splits[next]?.time ?? 0) <= time; next++) {
      const key = splits[next]?.asset?.key ?? "";
      hold(key, (held.get(key) ?? 0) * (splits[next]?.ratio ?? 1));
    }
  };
  const steps = fills.map((fill) => {
    splitUntil(fill.time);
    const before = held.get(fill.asset.key) ?? 0;
    const after = before + directionOf(fill.side) * fill.quantity;
    hold(fill.asset.key, after);
    return { fill, before, after };
  });
  splitUntil(Number.POSITIVE_INFINITY);
  return { steps, largest };
}
