import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, invalidParameter, numberFrom, readParameters } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { compare } from "./rounding.ts";
import { Stateful } from "./state.ts";
import { ValueIndicator } from "./value-indicator.ts";

/** Tells when one number gets to the other side of another. Equal ones have no side: touching and turning back is no crossing, resting there delays it. */
class SideChange extends Stateful {
  private side = 0;
  private sideBefore = 0;

  /** @returns 1 up, -1 down, 0 no crossing */
  add(first: number, second: number, isNew: boolean): number {
    if (isNew) this.sideBefore = this.side;
    const side = compare(first, second);
    this.side = side === 0 ? this.sideBefore : side;
    return this.sideBefore !== 0 && this.side !== this.sideBefore ? this.side : 0;
  }
}

const specs = { level: numberFrom(0, -Infinity), ...sourced };

/**
 * Crossing of a level: 1 when the value gets above `level` having last been below it, -1 the other way round, else 0. A value equal to the
 * level, but for its rounding, is on neither side, so touching and turning back is no crossing (a definition of our own; platforms differ in it).
 *
 * Warm-up: 2. Unit: none.
 */
export class CrossLevel extends ValueIndicator {
  static readonly parameters = specs;
  private readonly change = new SideChange();
  declare private readonly level: number;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("CrossLevel", specs, given);
    super({ name: "CrossLevel", parameters, warmup: 2 });
    this.level = parameters.level;
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const crossing = this.change.add(value, this.level, isNew);
    this.emit(crossing);
  }
}

/**
 * Crossing of two indicators fed with the same bars: 1 when `first` gets above `second` having last been below it, -1 the other way round,
 * else 0. Both must have one output. Values that are equal, but for their rounding, are on neither side, as for `CrossLevel`.
 *
 * Warm-up: that of the slower one + 1. Unit: none.
 */
export class Cross extends Indicator {
  private readonly change = new SideChange();
  declare private readonly first: Indicator;
  declare private readonly second: Indicator;

  constructor(first: Indicator, second: Indicator) {
    for (const [name, part] of Object.entries({ first, second })) {
      if (part.outputs.length === 1 && part.sparse.length === 0) continue;
      throw invalidParameter("Cross", name, part.name, "an indicator with one output that is never missing");
    }
    super({
      name: "Cross",
      parameters: { first: describe(first), second: describe(second) },
      warmup: Math.max(first.warmup, second.warmup) + 1,
      settling: Math.max(first.settling, second.settling),
    });
    this.first = first;
    this.second = second;
  }

  override anchorAt(time: number): number | undefined {
    const [first, second] = [this.first.anchorAt(time), this.second.anchorAt(time)];
    return first === undefined || second === undefined ? (first ?? second) : Math.min(first, second);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    this.first.update(bar, isNew);
    this.second.update(bar, isNew);
    if (!this.first.ready || !this.second.ready) return;
    const crossing = this.change.add(this.first.value, this.second.value, isNew);
    this.emit(crossing);
  }
}

function describe(part: Indicator): object {
  return { indicator: part.name, parameters: part.parameters };
}
