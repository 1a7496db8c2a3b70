import type { ChartLine } from "../market/chart.ts";
import type { IndicatorSeries } from "../strategy/indicator-series.ts";

/** The lines that an indicator draws, one an output: each value at the instant from which it could be seen. */
export function linesOf(series: IndicatorSeries): readonly ChartLine[] {
  const { asset, look } = series.terms;
  const drawn = series.drawn();
  if (drawn === undefined || look.panes === undefined) return [];
  const isOne = series.outputs.length === 1;
  return series.outputs.map((output, place) => ({
    name: isOne ? look.name : `${look.name} ${output}`,
    plot: look.panes?.[place] ?? look.name,
    asset,
    color: null,
    style: "solid",
    width: 1,
    time: drawn.time.slice(),
    value: drawn.columns[place] as Float64Array,
  }));
}
