/** Equity with drawdown under it, one time axis for both. */

import { lineLibrary } from "./libraries.js";
import { axisMoney, axisPercent, instant, money, percent } from "./words.js";

const EQUITY_HEIGHT = 280;
const DEPTH_HEIGHT = 130;

/** value / running maximum - 1; a gap stays one. */
function underwater(value) {
  let peak = Number.NEGATIVE_INFINITY;
  return value.map((level) => {
    if (level > peak) peak = level;
    return level / peak - 1;
  });
}

/** uPlot wants `null` for a gap. */
function withGaps(column) {
  return column.some(Number.isNaN) ? Array.from(column, (value) => (Number.isNaN(value) ? null : value)) : column;
}

/** The benchmark as an account that began with the same money; nothing before its first price and after its last. */
function rebased(benchmark, time, start) {
  if (benchmark === null) return undefined;
  let row = 0;
  let base;
  return Array.from(time, (now) => {
    while (row < benchmark.time.length && benchmark.time[row] <= now) row++;
    if (row === 0 || now > benchmark.time.at(-1)) return null;
    const price = benchmark.value[row - 1];
    base ??= price;
    return (price / base) * start;
  });
}

/**
 * @param {{ element: HTMLElement, legend: HTMLElement, colors: () => (name: string) => string }} place
 * @param {{ curve: { time: Float64Array, value: Float64Array }, benchmark: null | { name: string, time: Float64Array, value: Float64Array }, drawdowns: readonly { peakTime: string, recoveryTime: string | null }[] }} data
 */
export function createEquityChart({ element, legend, colors }, { curve, benchmark, drawdowns }) {
  const UPlot = lineLibrary();
  const seconds = curve.time.map((time) => time / 1_000);
  const other = rebased(benchmark, curve.time, curve.value.find(Number.isFinite));
  const depth = underwater(curve.value);
  const positive = curve.value.every((value) => !(value <= 0));
  /** @type {[number, number][]} */
  const worst = drawdowns
    .slice(0, 5)
    .map(({ peakTime, recoveryTime }) => [
      Date.parse(peakTime) / 1_000,
      recoveryTime === null ? seconds.at(-1) : Date.parse(recoveryTime) / 1_000,
    ]);
  let logarithmic = false;
  let selected;
  let plots = [];

  const summary = `${instant(curve.time[0]).slice(0, 10)} to ${instant(curve.time.at(-1)).slice(0, 10)}`;
  function tell(row) {
    legend.textContent =
      row === null || row === undefined
        ? summary
        : `${instant(curve.time[row])}  equity ${money(curve.value[row])}  drawdown ${percent(depth[row])}${other?.[row] == null ? "" : `  ${benchmark.name} ${money(other[row])}`}`;
  }

  function build() {
    const range = plots[0] === undefined ? undefined : { ...plots[0].scales.x };
    for (const plot of plots) plot.destroy();
    const color = colors();
    plots = [equityPlot(color), depthPlot(color)];
    if (range !== undefined) setRange(range.min, range.max);
    tell(null);
  }

  /** @returns {Omit<import("uplot").Options, "series">} */
  function common(color, height) {
    return {
      width: Math.max(200, element.clientWidth),
      height,
      legend: { show: false },
      // Room for half a word of each axis beyond its end.
      padding: [10, 46, height === EQUITY_HEIGHT ? 8 : 0, 0],
      tzDate: (time) => UPlot.tzDate(new Date(time * 1_000), "Etc/UTC"),
      cursor: {
        sync: { key: "equity", scales: ["x", null] },
        drag: { x: true, y: false },
        y: false,
        points: { show: false },
      },
      hooks: {
        drawClear: [(plot) => shade(plot, color)],
        setCursor: [(plot) => tell(plot.cursor.idx)],
        setScale: [(plot, key) => key === "x" && follow(plot)],
      },
    };
  }

  function axis(color, rest) {
    return {
      stroke: color("quiet"),
      font: "14px system-ui, sans-serif",
      grid: { stroke: color("faint"), width: 1 },
      ticks: { stroke: color("faint"), width: 1 },
      ...rest,
    };
  }

  function equityPlot(color) {
    const series = [
      {},
      { label: "Equity", stroke: color("gain"), width: 1.5, fill: logarithmic ? undefined : color("wash") },
      ...(other === undefined ? [] : [{ label: benchmark.name, stroke: color("quiet"), width: 1.2, dash: [5, 4] }]),
    ];
    return new UPlot(
      {
        ...common(color, EQUITY_HEIGHT),
        scales: { x: { time: true }, y: logarithmic ? { distr: 3 } : { range: (_, low, high) => padded(low, high) } },
        axes: [
          axis(color, { show: false, size: 0 }),
          axis(color, { size: 90, values: (_, ticks) => axisMoney(ticks) }),
        ],
        series,
      },
      [seconds, withGaps(curve.value), ...(other === undefined ? [] : [other])],
      element,
    );
  }

  function depthPlot(color) {
    return new UPlot(
      {
        ...common(color, DEPTH_HEIGHT),
        scales: { x: { time: true }, y: { range: (_, low) => [Math.min(low * 1.05, -0.001), 0] } },
        axes: [
          axis(color, {
            size: 30,
            space: (plot) => (plot.width < 500 ? 92 : 110),
            values: (_plot, ticks, _axis, _space, step) => dateWords(ticks, step),
          }),
          axis(color, { size: 90, values: (_, ticks) => axisPercent(ticks) }),
        ],
        series: [{}, { label: "Drawdown", stroke: color("loss"), width: 1, fill: color("wash-loss"), fillTo: 0 }],
      },
      [seconds, withGaps(depth)],
      element,
    );
  }

  /** The worst drawdowns, and the trade that was chosen. */
  function shade(plot, color) {
    const { ctx, bbox } = plot;
    const band = ([from, to], fill) => {
      const left = Math.max(plot.valToPos(from, "x", true), bbox.left);
      const right = Math.min(plot.valToPos(to, "x", true), bbox.left + bbox.width);
      if (right < bbox.left || left > bbox.left + bbox.width) return;
      ctx.fillStyle = fill;
      ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    };
    for (const span of worst) band(span, color("shade"));
    if (selected !== undefined) band([selected.entryTime / 1_000, selected.exitTime / 1_000], color("mark"));
  }

  /** Both pictures keep one time axis. */
  function follow(plot) {
    const { min, max } = plot.scales.x;
    element.dataset.from = new Date(min * 1_000).toISOString();
    element.dataset.to = new Date(max * 1_000).toISOString();
    for (const twin of plots) {
      if (twin !== plot && (twin.scales.x.min !== min || twin.scales.x.max !== max)) twin.setScale("x", { min, max });
    }
  }

  function setRange(min, max) {
    for (const plot of plots) plot.setScale("x", { min, max });
  }

  build();
  new ResizeObserver(() => {
    const width = Math.max(200, element.clientWidth);
    for (const plot of plots) if (plot.width !== width) plot.setSize({ width, height: plot.height });
  }).observe(element);

  return {
    recolor: build,
    /** Whether a logarithmic scale is shown now; ruin has no logarithm. */
    toggleLog() {
      logarithmic = positive && !logarithmic;
      build();
      return logarithmic;
    },
    canBeLogarithmic: positive,
    all: () => setRange(seconds[0], seconds.at(-1)),
    zoom(factor) {
      const { min, max } = plots[0].scales.x;
      const middle = (min + max) / 2;
      const half = ((max - min) * factor) / 2;
      setRange(Math.max(seconds[0], middle - half), Math.min(seconds.at(-1), middle + half));
    },
    move(part) {
      const { min, max } = plots[0].scales.x;
      const span = max - min;
      const from = Math.min(Math.max(min + span * part, seconds[0]), seconds.at(-1) - span);
      setRange(from, from + span);
    },
    select(trade) {
      selected = trade;
      for (const plot of plots) plot.redraw(false);
    },
  };
}

/** @returns {[number, number]} */
function padded(low, high) {
  if (low === null) return [0, 1];
  const room = (high - low) * 0.06 || Math.abs(low) * 0.01 || 1;
  return [low - room, high + room];
}

/** ISO dates, as short as their distance allows; a mark that is alone has one, too. */
function dateWords(ticks, gap) {
  return ticks.map((time) => {
    const text = new Date(time * 1_000).toISOString();
    if (gap < 86_400) return text.slice(5, 16).replace("T", " ");
    return gap < 27 * 86_400 ? text.slice(0, 10) : text.slice(0, 7);
  });
}
