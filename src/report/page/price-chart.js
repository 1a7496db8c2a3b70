/** Candles of one asset at a time, in the bar length that fits the zoom, with everything that happened on them. */

import { levelsOf, lowerBound } from "./levels.js";
import { chartLibrary } from "./libraries.js";
import { createMarks } from "./marks.js";
import { count, instant, price as priceText, stepName, tradeCard } from "./words.js";

/** Bars kept on either side of the screen, as a multiple of what is on it. */
const MARGIN = 4;
const LEAST_MARGIN = 400;
const LEAST_VISIBLE = 12;
/** Empty room at the ends of the run, pixels: half a word of the time axis. */
const EDGE = 36;

/**
 * @param {{ element: HTMLElement, legend: HTMLElement, colors: () => (name: string) => string }} place
 * @param {(trade: import("./trades-table.js").Trade) => void} choose called with a trade whose mark was clicked
 */
export function createPriceChart({ element, legend, colors }, choose) {
  const library = chartLibrary();
  const chart = library.createChart(element, { autoSize: true, ...chartOptions(colors()) });
  const candles = chart.addSeries(library.CandlestickSeries, candleOptions(colors()));
  const volume = chart.addSeries(library.HistogramSeries, {
    priceFormat: { type: "volume" },
    priceScaleId: "",
    lastValueVisible: false,
    priceLineVisible: false,
    color: colors()("faint"),
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  const marks = createMarks(colors);
  candles.attachPrimitive(marks.primitive);
  // The volume has the ground below the candles for itself.
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } });

  let levels;
  let drawn = [];
  let loaded = { level: undefined, start: 0, end: 0 };
  let settling;
  /** The range that was last asked for. */
  let wanted;

  /** Shows the bars between two instants, at least a few. */
  function show(from, to) {
    const level = levels.fitting(from, to);
    // The first bar may have begun before the instant that is asked for.
    let first = lowerBound(level.time, from - level.step + 1);
    let last = lowerBound(level.time, to);
    const missing = LEAST_VISIBLE - (last - first);
    if (missing > 0) {
      first -= Math.ceil(missing / 2);
      last += Math.ceil(missing / 2);
    }
    const margin = Math.max(LEAST_MARGIN, (last - first) * MARGIN);
    load(level, Math.max(0, first - margin), Math.min(level.time.length, last + margin));
    // At either end of the run a little room, so that the words of the time axis are not cut.
    const pixels = Math.max(chart.timeScale().width(), 6 * EDGE);
    const room = ((last - first) * EDGE) / (pixels - 2 * EDGE);
    const range = {
      from: first - loaded.start - 0.5 - (first <= 0 ? room : 0),
      to: last - loaded.start - 0.5 + (last >= level.time.length ? room : 0),
    };
    chart.timeScale().setVisibleLogicalRange(range);
    // New prices may make the price axis wider, which would cut the bars at the left edge.
    const width = chart.timeScale().width();
    wanted = range;
    requestAnimationFrame(() => {
      if (wanted === range && chart.timeScale().width() !== width) chart.timeScale().setVisibleLogicalRange(range);
    });
    tell(from, to);
  }

  function load(level, start, end) {
    const bars = [];
    const volumes = [];
    for (let i = start; i < end; i++) {
      const time = level.time[i] / 1_000;
      bars.push({ time, open: level.open[i], high: level.high[i], low: level.low[i], close: level.close[i] });
      volumes.push({ time, value: level.volume[i] });
    }
    loaded = { level, start, end };
    marks.load(level, start, end);
    candles.setData(bars);
    volume.setData(volumes);
    for (const line of drawn) line.load(level, start, end);
  }

  /** What is on the screen, as instants. */
  function view() {
    const range = chart.timeScale().getVisibleLogicalRange();
    const { level, start } = loaded;
    if (range === null || level === undefined) return undefined;
    const at = (logical) => {
      const index = Math.min(Math.max(Math.round(logical + 0.5) + start, 0), level.time.length);
      return index < level.time.length ? level.time[index] : level.time.at(-1) + level.step;
    };
    return { from: at(range.from), to: at(range.to), count: range.to - range.from, range };
  }

  /** Once the reader's hand rests: other bars where the zoom asks for them or the loaded ones run out. */
  function settle() {
    const now = view();
    if (now === undefined) return;
    const { level, start, end } = loaded;
    const finer = levels.fitting(now.from, now.to);
    const few = lowerBound(finer.time, now.to) - lowerBound(finer.time, now.from) < 900;
    const zoomed = (finer.step < level.step && few) || (finer.step > level.step && now.count > 1_500);
    const runsOut = (now.range.from < 20 && start > 0) || (now.range.to > end - start - 20 && end < level.time.length);
    if (zoomed || runsOut) show(now.from, now.to);
    else tell(now.from, now.to);
  }

  function tell(wantedFrom, wantedTo) {
    const { time, step } = levels.base;
    const from = Math.max(wantedFrom, time[0]);
    const to = Math.min(wantedTo, time.at(-1) + step);
    element.dataset.from = new Date(from).toISOString();
    element.dataset.to = new Date(to).toISOString();
    element.dataset.step = stepName(loaded.level.step);
    legend.textContent = `${levels.base.asset} · ${stepName(loaded.level.step)} bars · ${instant(from)} to ${instant(to)}`;
  }

  chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
    clearTimeout(settling);
    settling = setTimeout(settle, 120);
  });
  const card = document.createElement("div");
  card.className = "hover-card";
  card.hidden = true;
  element.append(card);

  /** What the trade under the pointer came to. */
  function showCard(point) {
    const trade = point === undefined ? undefined : marks.tradeAt(point.x, point.y);
    card.hidden = trade === undefined;
    if (trade === undefined) return;
    card.textContent = tradeCard(trade);
    const left = point.x > element.clientWidth / 2 ? point.x - card.offsetWidth - 14 : point.x + 14;
    card.style.translate = `${Math.max(0, left)}px ${Math.max(0, point.y - card.offsetHeight - 10)}px`;
  }

  chart.subscribeCrosshairMove((at) => {
    showCard(at.point);
    const bar =
      /** @type {import("lightweight-charts").CandlestickData<import("lightweight-charts").UTCTimestamp> | undefined} */ (
        at.seriesData?.get(candles)
      );
    if (bar === undefined) {
      const now = view();
      if (now !== undefined && levels !== undefined) tell(now.from, now.to);
      return;
    }
    const traded = /** @type {import("lightweight-charts").HistogramData} */ (at.seriesData.get(volume))?.value;
    legend.textContent = `${instant(bar.time * 1_000)}  O ${priceText(bar.open)}  H ${priceText(bar.high)}  L ${priceText(bar.low)}  C ${priceText(bar.close)}  V ${count(traded)}`;
  });

  chart.subscribeClick(({ point }) => {
    const trade = point === undefined ? undefined : marks.tradeAt(point.x, point.y);
    if (trade !== undefined) choose(trade);
  });

  return {
    /** Puts another asset on the chart. `series` are the strategy's own lines and candles. */
    use(bars, things, series) {
      levels = levelsOf(bars);
      for (const line of drawn) line.remove();
      drawn = series(chart, candles);
      marks.show(things);
      const places = decimalsOf(bars);
      candles.applyOptions({ priceFormat: { type: "price", precision: places, minMove: 10 ** -places } });
    },
    show,
    all() {
      const { time, step } = levels.base;
      show(time[0], time.at(-1) + step);
    },
    /** Zooms by a factor around the middle. */
    zoom(factor) {
      const now = view();
      if (now === undefined) return;
      const middle = (now.from + now.to) / 2;
      const half = Math.max((now.to - now.from) * factor, levels.base.step * LEAST_VISIBLE) / 2;
      show(middle - half, middle + half);
    },
    /** Moves by a part of what is on the screen. */
    move(part) {
      const now = view();
      if (now === undefined) return;
      const by = (now.to - now.from) * part;
      const { time, step } = levels.base;
      const span = now.to - now.from;
      const from = Math.min(Math.max(now.from + by, time[0]), Math.max(time[0], time.at(-1) + step - span));
      show(from, from + span);
    },
    select: marks.select,
    recolor() {
      chart.applyOptions(chartOptions(colors()));
      candles.applyOptions(candleOptions(colors()));
      volume.applyOptions({ color: colors()("faint") });
    },
    picture: () => chart.takeScreenshot(),
  };
}

/** ISO words of a mark on the time axis, as short as its kind allows: 0 years, 1 months, 2 days, beyond hours. */
function timeWords(time, kind) {
  const text = new Date(time * 1_000).toISOString();
  if (kind <= 1) return kind === 0 ? text.slice(0, 4) : text.slice(0, 7);
  return kind === 2 ? text.slice(5, 10) : text.slice(11, 16);
}

/** Decimals that prices of these bars need, at most eight; a thousand bars tell. */
function decimalsOf(bars) {
  let places = 0;
  for (const value of bars.close.subarray(0, 1_000)) {
    while (places < 8 && Math.abs(value * 10 ** places - Math.round(value * 10 ** places)) > 1e-6) places++;
  }
  return places;
}

/** @returns {import("lightweight-charts").DeepPartial<import("lightweight-charts").ChartOptions>} */
function chartOptions(color) {
  return {
    layout: {
      background: { type: chartLibrary().ColorType.Solid, color: color("panel") },
      textColor: color("quiet"),
      fontSize: 14,
      fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
      // The page names the library and links to its makers at its foot.
      attributionLogo: false,
      panes: { separatorColor: color("faint") },
    },
    grid: { vertLines: { color: color("faint") }, horzLines: { color: color("faint") } },
    rightPriceScale: { borderColor: color("faint") },
    timeScale: {
      borderColor: color("faint"),
      timeVisible: true,
      secondsVisible: false,
      minBarSpacing: 0.15,
      tickMarkFormatter: timeWords,
    },
    crosshair: { mode: 0 },
    localization: { locale: "en-US", timeFormatter: (time) => instant(time * 1_000) },
  };
}

/** Candles stay grey, so that what the strategy did stands out: hollow up, full down. */
function candleOptions(color) {
  return {
    upColor: color("panel"),
    downColor: color("candle"),
    borderUpColor: color("candle"),
    borderDownColor: color("candle"),
    wickUpColor: color("candle"),
    wickDownColor: color("candle"),
    priceLineVisible: false,
    lastValueVisible: false,
  };
}
