import type { Bar } from "../../bars/bars.ts";
import { Indicator, type IndicatorTerms, type IndicatorValue } from "./indicator.ts";
import { type PriceSource, priceOf } from "./price-source.ts";
import { firstUnsound, writeRow } from "./rows.ts";

/**
 * An indicator over single numbers. It takes bars too and reads one number of each, the parameter `source`; so it can stand on bars or
 * on the output of another indicator (`Over`).
 */
export abstract class ValueIndicator<Value extends IndicatorValue = number> extends Indicator<Value> {
  /** Which number of a bar it is over. */
  readonly source: PriceSource;

  constructor(terms: IndicatorTerms) {
    super(terms);
    this.source = (terms.parameters["source"] as PriceSource | undefined) ?? "close";
  }

  /** Takes a new value, or a bar's. @throws InvalidInputError when it is not a finite number */
  override add(input: Bar | number): void {
    const value = readValue(this, input);
    // Counted in place: in code that all classes share, each look into `this` costs as much as a small indicator.
    this.outlet.count++;
    this.stepValue(value, true);
  }

  /** Takes the newest value again, as it is now. @throws InvalidInputError when nothing was added yet, and as `add` does */
  override replace(input: Bar | number): void {
    this.checkAdded();
    this.stepValue(readValue(this, input), false);
  }

  override update(bar: Bar, isNew: boolean): void {
    this.updateValue(priceOf(bar, this.source), isNew);
  }

  /** `update` for a number. */
  updateValue(value: number, isNew: boolean): void {
    if (isNew) this.outlet.count++;
    this.stepValue(value, isNew);
  }

  protected override step(bar: Bar, isNew: boolean): void {
    this.stepValue(priceOf(bar, this.source), isNew);
  }

  /** Adds many values and writes the outputs after each into columns, one an output. */
  addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    const cells = this.cells;
    this.checkValues(values);
    for (let row = 0; row < values.length; row++) {
      this.outlet.count++;
      this.stepValue(values[row] as number, true);
      writeRow(cells, columns, row);
    }
  }

  private checkValues(values: Float64Array): void {
    const row = firstUnsound(values);
    if (row >= 0) throw this.notFinite("value", values[row] as number);
  }

  /** `addValues` by way of an average, whose fast way gives the same numbers. */
  protected addThrough(
    average: { addAll(values: Float64Array, averages: Float64Array): void },
    values: Float64Array,
    column: Float64Array,
  ): void {
    this.checkValues(values);
    average.addAll(values, column);
    this.countAdded(column);
  }

  /** `step` for a number. */
  protected abstract stepValue(value: number, isNew: boolean): void;
}

/** A value, or the one of a bar that the indicator is over. @throws InvalidInputError when it is not a finite number */
export function readValue(indicator: ValueIndicator<IndicatorValue>, input: Bar | number): number {
  const value = typeof input === "number" ? input : priceOf(input, indicator.source);
  if (value - value !== 0) throw indicator.notFinite("value", value);
  return value;
}
