import type { BarColumns } from "../../market/bar-series.ts";
import { InvalidInputError } from "../../market/errors.ts";
import type { Indicator, IndicatorValue } from "./indicator.ts";
import { ValueIndicator } from "./value-indicator.ts";

/** Columns of an indicator: one where it has one output, else one by name. */
export type IndicatorColumns<Value extends IndicatorValue> = Value extends number
  ? Float64Array
  : { readonly [Output in keyof Value]: Float64Array };

/**
 * Adds every bar and gives what the outputs were after each, NaN during the warm-up: a column as long as the bars, or one by output name.
 * It is a loop over `add` and goes on from whatever the indicator has seen; afterwards the indicator stands behind the last bar. An
 * indicator over single values also takes a column of them.
 * @throws InvalidInputError when a bar or a value is not of finite numbers; then nothing was added
 */
export function computeIndicator<Value extends IndicatorValue>(
  indicator: ValueIndicator<Value>,
  input: BarColumns | Float64Array,
): IndicatorColumns<Value>;
export function computeIndicator<Value extends IndicatorValue>(
  indicator: Indicator<Value>,
  input: BarColumns,
): IndicatorColumns<Value>;
export function computeIndicator<Value extends IndicatorValue>(
  indicator: Indicator<Value>,
  input: BarColumns | Float64Array,
): IndicatorColumns<Value> {
  const rows = input instanceof Float64Array ? input.length : input.time.length;
  const columns = indicator.outputs.map(() => new Float64Array(rows));
  if (input instanceof Float64Array) addValues(indicator, input, columns);
  else if (indicator instanceof ValueIndicator && isColumn(indicator.source))
    addValues(indicator, input[indicator.source], columns);
  else indicator.addBars(input, columns);
  const named = indicator.outputs.map((output, index) => [output, columns[index]]);
  return (columns.length === 1 ? columns[0] : Object.fromEntries(named)) as IndicatorColumns<Value>;
}

type Column = "open" | "high" | "low" | "close" | "volume";

function isColumn(source: string): source is Column {
  return source === "open" || source === "high" || source === "low" || source === "close" || source === "volume";
}

function addValues(indicator: Indicator<IndicatorValue>, values: Float64Array, columns: readonly Float64Array[]): void {
  if (!(indicator instanceof ValueIndicator))
    throw new InvalidInputError("invalid_argument", `Computing ${indicator.name}: it needs bars, not single values`);
  indicator.addValues(values, columns);
}
