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

/** Several metrics ask for the same. */
const known = new WeakMap<Records, readonly PositionStep[]>();

/** One step a fill. A split on the way turns old shares into new ones. */
export function positionSteps(outcome: Records): readonly PositionStep[] {
  const steps = known.get(outcome) ?? followPositions(outcome);
  known.set(outcome, steps);
  return steps;
}

function followPositions({ fills, events }: Records): readonly PositionStep[] {
  const held = new Map<string, number>();
  const splits = events.filter(({ code, ratio }) => code === "stock_split" && ratio !== undefined);
  let next = 0;
  return fills.map((fill) => {
    for (; next < splits.length && (splits[next]?.time ?? 0) <= fill.time; next++) {
      const key = splits[next]?.asset?.key ?? "";
      held.set(key, (held.get(key) ?? 0) * (splits[next]?.ratio ?? 1));
    }
    const before = held.get(fill.asset.key) ?? 0;
    const after = before + directionOf(fill.side) * fill.quantity;
    held.set(fill.asset.key, after);
    return { fill, before, after };
  });
}
