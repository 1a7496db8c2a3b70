import type { Instrument } from "./instrument.ts";
import type { WorkingOrder } from "./working-order.ts";

/** Orders that the opens of the first `count` bars in progress may fill, in the order in which they were accepted; of a combination one leg. */
export function ordersAtOpen(opening: readonly Instrument[], count: number): readonly WorkingOrder[] {
  return oncePerCombination(inOrder(opening, count));
}

const NONE: readonly WorkingOrder[] = [];

/** All of them, in the order in which they were accepted. */
function inOrder(opening: readonly Instrument[], count: number): readonly WorkingOrder[] {
  let met = NONE;
  let several = false;
  for (let i = 0; i < count; i++) {
    const instrument = opening[i] as Instrument;
    if (instrument.book.length === 0 || !instrument.inBar) continue;
    const { row } = instrument;
    const price = instrument.open[row] as number;
    const found = instrument.book.within(price, price, instrument.barOpen);
    if (found.length === 0) continue;
    several ||= met.length > 0;
    met = met.length > 0 ? [...met, ...found] : found;
  }
  return several ? [...met].sort((a, b) => a.sequence - b.sequence) : met;
}

/** Of the legs of a combination the first alone: they fill together, and are asked together whether they can be paid. */
function oncePerCombination(met: readonly WorkingOrder[]): readonly WorkingOrder[] {
  if (!met.some(isLeg)) return met;
  const asked = new Set<WorkingOrder | undefined>();
  return met.filter((working) => {
    if (!isLeg(working)) return true;
    const isFirst = !asked.has(working.parent);
    asked.add(working.parent);
    return isFirst;
  });
}

/** True for an order that fills with its combination only. */
export function isLeg({ parent }: WorkingOrder): boolean {
  return parent?.order.orderClass === "multileg";
}
