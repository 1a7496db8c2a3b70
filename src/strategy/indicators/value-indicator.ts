import type { Bar } from "../../bars/bars.ts";
import { Indicator, type IndicatorTerms, type IndicatorValue } from "./indicator.ts";
import { type PriceSource, priceOf } from "./price-source.ts";
import { firstUnsound } from "./rows.ts";

/**
 * An indicator over single numbers. It takes bars too and reads one number of each, the parameter `source`; so it can stand on bars or
 * on the output of another indicator (`Over`).
 */
export abstract class ValueIndicator<Value extends IndicatorValue = number> extends Indicator<Value> {
  /** Which number of a bar it is over. */
  declare readonly source: PriceSource;

  constructor(terms: IndicatorTerms) {
    super(terms);
    this.source = (terms.parameters["source"] as PriceSource | undefined) ?? "close";
  }

  /** Takes a new value, or a bar's. @throws InvalidInputError when it is not a finite number */
  abstract override add(input: Bar | number): void;

  /** Takes the newest value again, as it is now. @throws InvalidInputError when nothing was added yet, and as `add` does */
  override replace(input: Bar | number): void {
    super.replace(input as Bar);
  }

  override update(input: Bar | number, isNew: boolean): void {
    super.update(input as Bar, isNew);
  }

  /** Adds many values and writes the outputs after each into columns, one an output. */
  addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.checkValues(values);
    for (let row = 0; row < values.length; row++) {
      this.add(values[row] as number);
      this.writeRow(columns, row);
    }
  }

  /** The first thing an `add` does: the number itself, or the one of a bar that the indicator is over. */
  protected read(input: Bar | number): number {
    return typeof input === "number" ? input : priceOf(input, this.source);
  }

  /** The second, as `accept` is for bars. @throws InvalidInputError as `add` and `replace` do; nothing has changed then */
  protected acceptValue(value: number): boolean {
    if (value - value !== 0) throw this.notFinite("value", value);
    return this.countOne();
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

  protected checkValues(values: Float64Array): void {
    const row = firstUnsound(values);
    if (row >= 0) throw this.notFinite("value", values[row] as number);
  }
}
