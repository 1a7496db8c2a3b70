/** Where the outputs of an indicator are drawn. */

import { MAIN_PLOT } from "../market/chart.ts";
import type { Indicator, IndicatorValue } from "./indicators/indicator.ts";

const VALUE = ["value"];
const BANDS = ["upper", "middle", "lower"];

/** Outputs in the unit of the price, by class: they lie on the candles, all others in a pane of their own. */
const ON_PRICE: Readonly<Record<string, readonly string[]>> = {
  AnchoredVwap: VALUE,
  Bollinger: BANDS,
  Dema: VALUE,
  Donchian: BANDS,
  Ema: VALUE,
  Highest: ["highest"],
  Hma: VALUE,
  Ichimoku: ["conversion", "base", "cloudA", "cloudB"],
  Kama: VALUE,
  Keltner: BANDS,
  LinReg: ["line"],
  Lowest: ["lowest"],
  OpeningRange: ["high", "low"],
  ParabolicSar: ["sar"],
  Pivots: ["pivot", "r1", "r2", "r3", "s1", "s2", "s3"],
  Rma: VALUE,
  Sma: VALUE,
  Supertrend: ["supertrend"],
  Swings: ["high", "low"],
  Tema: VALUE,
  Vwap: VALUE,
  Vwma: VALUE,
  Wma: VALUE,
};

/**
 * The panes of an indicator's outputs, in their order; undefined when it is not drawn. `plot` is the name of a pane for all of them, or
 * true: then what is over bars and in the unit of the price lies on the candles, the rest in a pane named `name`.
 */
export function panesOf(
  indicator: Indicator<IndicatorValue>,
  name: string,
  plot: string | boolean | undefined,
): readonly string[] | undefined {
  if (plot === undefined || plot === false) return undefined;
  const isOverBars =
    indicator.parameters["of"] === undefined && (indicator.parameters["source"] ?? "close") !== "volume";
  const onPrice = isOverBars ? (ON_PRICE[indicator.name] ?? []) : [];
  return indicator.outputs.map((output) => {
    if (plot !== true) return plot;
    return onPrice.includes(output) ? MAIN_PLOT : name;
  });
}
