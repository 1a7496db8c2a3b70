/** Lines and candles that the strategy drew, on the candles or in panes of their own. */

import { lowerBound } from "./levels.js";
import { chartLibrary } from "./libraries.js";
import { createMarks } from "./marks.js";

const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a4fa3", "#b08500"];
const LINE_STYLES = { solid: 0, dotted: 1, dashed: 2 };
const NO_MARKS = { fills: [], trades: [], levels: [], rolls: [], regularHours: new Float64Array(0) };

/**
 * Makes what adds the drawn series of an asset to a chart. Only points of loaded bars are ever handed to the chart, the last one in
 * each bar, so a million points cost no more than the bars on the screen.
 */
export function drawnSeries({ lines, ohlc, markers }, colors) {
  return (chart) => {
    const library = chartLibrary();
    const panes = new Map([["main", 0]]);
    const paneOf = (plot) => {
      if (!panes.has(plot)) panes.set(plot, panes.size);
      return panes.get(plot);
    };
    const firsts = new Map();
    const made = [];
    const add = (definition, options, plot, points) => {
      const series = chart.addSeries(
        definition,
        { priceLineVisible: false, lastValueVisible: false, ...options },
        paneOf(plot),
      );
      if (!firsts.has(plot)) firsts.set(plot, series);
      made.push({
        load: (level, start, end) => series.setData(points(level, start, end)),
        remove: () => chart.removeSeries(series),
      });
    };
    lines.forEach((line, i) => {
      const color = line.color ?? PALETTE[i % PALETTE.length];
      const options = {
        color,
        lineWidth: Math.min(4, Math.max(1, Math.round(line.width))),
        lineStyle: LINE_STYLES[line.style],
        title: line.name,
      };
      add(library.LineSeries, { ...options, crosshairMarkerVisible: false }, line.plot, (level, start, end) =>
        withGaps(
          lastInBars(line.time, level, start, end, (i, time) =>
            Number.isNaN(line.value[i]) ? { time } : { time, value: line.value[i] },
          ),
        ),
      );
    });
    ohlc.forEach((candles, i) => {
      const color = PALETTE[(i + lines.length) % PALETTE.length];
      const options = {
        upColor: colors()("panel"),
        downColor: color,
        borderColor: color,
        wickColor: color,
        title: candles.name,
      };
      add(library.CandlestickSeries, options, candles.plot, (level, start, end) =>
        lastInBars(candles.time, level, start, end, (i, time) => ({
          time,
          open: candles.open[i],
          high: candles.high[i],
          low: candles.low[i],
          close: candles.close[i],
        })),
      );
    });
    const others = Map.groupBy(
      markers.filter(({ plot }) => plot !== "main"),
      ({ plot }) => plot,
    );
    for (const [plot, shown] of others) {
      // Markers alone need a line that nobody sees, for the height of the pane.
      if (!firsts.has(plot)) {
        const time = Float64Array.from(shown, (marker) => marker.time);
        add(
          library.LineSeries,
          { color: "transparent", title: plot, crosshairMarkerVisible: false },
          plot,
          (level, start, end) =>
            lastInBars(time, level, start, end, (i, at) => ({ time: at, value: shown[i].value ?? 0 })),
        );
      }
      const marks = createMarks(colors);
      firsts.get(plot).attachPrimitive(marks.primitive);
      marks.show({ ...NO_MARKS, markers: shown.map((marker) => ({ ...marker, value: marker.value ?? 0 })) });
      made.push({ load: marks.load, remove: () => {} });
    }
    for (const [i, pane] of chart.panes().entries()) pane.setStretchFactor(i === 0 ? 3 : 1);
    return made;
  };
}

/** The library joins what lies on both sides of a missing value, in the colour of the point before it. */
function withGaps(points) {
  return points.map((point, i) =>
    point.value !== undefined && i + 1 < points.length && points[i + 1].value === undefined
      ? { ...point, color: "transparent" }
      : point,
  );
}

/** The last point in each loaded bar, at the bar's own time. */
function lastInBars(time, level, start, end, point) {
  const points = [];
  let from = lowerBound(time, level.time[start] ?? 0);
  for (let bar = start; bar < end && from < time.length; bar++) {
    const until = bar + 1 < level.time.length ? level.time[bar + 1] : Number.POSITIVE_INFINITY;
    let next = from;
    while (next < time.length && time[next] < until) next++;
    if (next > from) points.push(point(next - 1, level.time[bar] / 1_000));
    from = next;
  }
  return points;
}
