import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { Ring } from "./ring.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { put } from "./rows.ts";
import { Stateful } from "./state.ts";

/** The middle between the highest high and the lowest low of some bars. */
class MiddleOfRange extends Stateful {
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;

  constructor(period: number) {
    super();
    this.highest = new RollingExtreme(period, "highest");
    this.lowest = new RollingExtreme(period, "lowest");
  }

  add(bar: Bar, isNew: boolean): number {
    return (this.highest.add(bar.high, isNew) + this.lowest.add(bar.low, isNew)) / 2;
  }
}

const specs = {
  conversionPeriod: wholeNumber(9),
  basePeriod: wholeNumber(26),
  spanPeriod: wholeNumber(52),
  displacement: wholeNumber(26),
};

/** What the Ichimoku chart says at a bar. */
export interface IchimokuValue {
  conversion: number;
  base: number;
  cloudA: number;
  cloudB: number;
  aheadA: number;
  aheadB: number;
}

/**
 * Ichimoku kinko hyo. `conversion` (tenkan) and `base` (kijun) are the middles of the ranges of `conversionPeriod` and `basePeriod` bars. The
 * cloud's new edges are `aheadA` = (conversion + base) / 2 and `aheadB` = the middle of `spanPeriod` bars; they are drawn `displacement` - 1
 * bars ahead, the current bar being the first. `cloudA` and `cloudB` are the edges that stand over the current bar. The lagging span (chikou) is the close
 * drawn back; what it is compared with is told by `Momentum`, and a value of it at its place on the chart would come from the future.
 * G. Hosoda, 1969.
 *
 * Warm-up: the longest of the three periods + displacement - 1. Unit: the price's.
 */
export class Ichimoku extends Indicator<IchimokuValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  declare private readonly conversion: MiddleOfRange;
  declare private readonly base: MiddleOfRange;
  declare private readonly span: MiddleOfRange;
  declare private readonly edgesA: Ring;
  declare private readonly edgesB: Ring;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Ichimoku", specs, given);
    const { conversionPeriod, basePeriod, spanPeriod, displacement } = parameters;
    super({
      name: "Ichimoku",
      parameters,
      warmup: Math.max(conversionPeriod, basePeriod, spanPeriod) + displacement - 1,
      outputs: ["conversion", "base", "cloudA", "cloudB", "aheadA", "aheadB"],
    });
    this.conversion = new MiddleOfRange(conversionPeriod);
    this.base = new MiddleOfRange(basePeriod);
    this.span = new MiddleOfRange(spanPeriod);
    this.edgesA = new Ring(displacement);
    this.edgesB = new Ring(displacement);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.conversion);
    put(columns[1], row, value.base);
    put(columns[2], row, value.cloudA);
    put(columns[3], row, value.cloudB);
    put(columns[4], row, value.aheadA);
    put(columns[5], row, value.aheadB);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const conversion = this.conversion.add(bar, isNew);
    const base = this.base.add(bar, isNew);
    const aheadA = (conversion + base) / 2;
    const aheadB = this.span.add(bar, isNew);
    this.edgesA.put(aheadA, isNew);
    this.edgesB.put(aheadB, isNew);
    if (!this.ready) return;
    this.shown.conversion = conversion;
    this.shown.base = base;
    this.shown.cloudA = this.edgesA.oldest;
    this.shown.cloudB = this.edgesB.oldest;
    this.shown.aheadA = aheadA;
    this.shown.aheadB = aheadB;
  }
}
