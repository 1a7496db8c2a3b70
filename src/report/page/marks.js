/** What lies on the candles: fills, trades, stops and targets, rolls, regular hours. Drawn on the chart's own canvas. */

import { barAt, lowerBound } from "./levels.js";

/** From so many fills on the screen they become small, and from so many only one a bar and side is drawn. */
const MANY = 250;
const TOO_MANY = 600;
/** Shading more sessions than this would be a pattern, not a help. */
const MOST_SHADED = 80;
const DAY = 86_400_000;

/** Keeps what is to be drawn for one asset, and draws the part that is in view. */
export function createMarks(colors) {
  let chart;
  let series;
  let level = { time: new Float64Array(0), step: 1 };
  let start = 0;
  let end = 0;
  let things = { fills: [], trades: [], levels: [], rolls: [], regularHours: new Float64Array(0), markers: [] };
  let selected;
  let redraw = () => {};

  /** Where an instant lies on the screen: in the middle of its bar. */
  const xOf = (time) => {
    const index = Math.min(Math.max(barAt(level.time, time), 0), level.time.length - 1);
    return chart.timeScale().logicalToCoordinate(index - start);
  };
  const span = () => {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (range === null || end <= start) return undefined;
    const index = (logical) => Math.min(Math.max(Math.round(logical) + start, start), end - 1);
    const last = index(range.to + 1);
    // What happened after the last bar, a settlement for one, is shown on it.
    const to = last === level.time.length - 1 ? Number.POSITIVE_INFINITY : level.time[last] + level.step;
    return { from: level.time[index(range.from - 1)], to };
  };

  function drawBackground(context, height) {
    const view = span();
    const hours = things.regularHours;
    if (view === undefined || hours.length === 0 || level.step >= DAY) return;
    const first = Math.max(0, lowerBound(hours, view.from) - 2);
    const shown = [];
    for (let i = first - (first % 2); i < hours.length && hours[i] < view.to; i += 2) shown.push(i);
    if (shown.length > MOST_SHADED) return;
    const half = spacing() / 2;
    const edge = (time) => chart.timeScale().logicalToCoordinate(lowerBound(level.time, time) - start) - half;
    context.fillStyle = colors()("shade");
    let left = edge(view.from);
    for (const i of shown) {
      const open = edge(hours[i]);
      if (open > left) context.fillRect(left, 0, open - left, height);
      left = Math.max(left, edge(hours[i + 1]));
    }
    const right = edge(view.to);
    if (right > left) context.fillRect(left, 0, right - left, height);
  }

  function spacing() {
    return chart.timeScale().options().barSpacing;
  }

  function drawMarks(context, size) {
    const view = span();
    if (view === undefined) return;
    const color = colors();
    drawRolls(context, size, view, color);
    drawSelected(context, size, color);
    drawLevels(context, view, color);
    const fills = things.fills.filter(({ time }) => time >= view.from && time <= view.to);
    if (fills.length > TOO_MANY) {
      drawFilledBars(context, fills, color);
    } else {
      drawTrades(context, view, color);
      drawFills(context, fills, color);
    }
    drawMarkers(context, view, color);
  }

  function drawRolls(context, size, view, color) {
    context.setLineDash([2, 4]);
    context.strokeStyle = color("other");
    context.fillStyle = color("other");
    let free = 0;
    for (const { time, text } of things.rolls.filter((roll) => roll.time >= view.from && roll.time <= view.to)) {
      const x = xOf(time);
      line(context, x, 0, x, size.height);
      // Beside the line where there is room, else before it; never over the words of the roll before.
      const { width } = context.measureText(text);
      const left = x + 4 + width < size.width ? x + 4 : x - 4 - width;
      if (left < free) continue;
      context.fillText(text, left, size.height - 8);
      free = left + width + 8;
    }
    context.setLineDash([]);
  }

  function drawSelected(context, size, color) {
    if (selected === undefined) return;
    const half = spacing() / 2;
    const left = xOf(selected.entryTime) - half;
    const right = xOf(selected.exitTime) + half;
    context.globalAlpha = 0.12;
    context.fillStyle = color(selected.pnl < 0 ? "loss" : "gain");
    context.fillRect(left, 0, Math.max(2, right - left), size.height);
    context.globalAlpha = 1;
  }

  function drawLevels(context, view, color) {
    for (const { from, to, price, kind } of things.levels) {
      if (to < view.from || from > view.to) continue;
      const at = series.priceToCoordinate(price);
      if (at === null) continue;
      // In the middle of a pixel the line is sharp.
      const y = Math.floor(at) + 0.5;
      context.strokeStyle = color(kind === "stop" ? "loss" : "gain");
      context.setLineDash(kind === "stop" ? [6, 3] : [2, 3]);
      line(context, xOf(Math.max(from, view.from)), y, xOf(Math.min(to, view.to)), y);
    }
    context.setLineDash([]);
  }

  function drawTrades(context, view, color) {
    for (const trade of things.trades) {
      if (trade.exitTime < view.from || trade.entryTime > view.to) continue;
      const [from, to] = [series.priceToCoordinate(trade.entryPrice), series.priceToCoordinate(trade.exitPrice)];
      if (from === null || to === null) continue;
      context.strokeStyle = color(trade.pnl < 0 ? "loss" : "gain");
      // Won and lost differ by more than colour.
      context.lineWidth = trade.pnl < 0 ? 1 : 2;
      line(context, xOf(trade.entryTime), from, xOf(trade.exitTime), to);
    }
    context.lineWidth = 1;
  }

  function drawFills(context, fills, color) {
    const size = fills.length > MANY ? 3 : 6;
    for (const { time, price, side } of fills) {
      const y = series.priceToCoordinate(price);
      if (y !== null) drawFill(context, side, xOf(time), y + (side === "buy" ? 2 : -2), size, color);
    }
  }

  /** One mark a bar and side: bought below the bar, sold above it. */
  function drawFilledBars(context, fills, color) {
    const bars = { buy: new Set(), sell: new Set() };
    for (const { time, side } of fills) bars[side === "buy" ? "buy" : "sell"].add(barAt(level.time, time));
    for (const [side, indices] of Object.entries(bars)) {
      for (const index of indices) {
        const y = series.priceToCoordinate(side === "buy" ? level.low[index] : level.high[index]);
        if (y === null) continue;
        drawFill(context, side, xOf(level.time[index]), y + (side === "buy" ? 4 : -4), 2.5, color);
      }
    }
  }

  /** A triangle whose tip is at a point: from below for a purchase, from above for a sale. */
  function drawFill(context, side, x, y, size, color) {
    const base = y + 1.8 * size * (side === "buy" ? 1 : -1);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - size, base);
    context.lineTo(x + size, base);
    context.closePath();
    context.fillStyle = color(side === "buy" ? "gain" : "loss");
    context.fill();
    context.strokeStyle = color("panel");
    context.stroke();
  }

  function drawMarkers(context, view, color) {
    const shown = things.markers.filter(({ time }) => time >= view.from && time <= view.to);
    let free = Number.NEGATIVE_INFINITY;
    for (const marker of shown.slice(0, 2_000)) {
      const index = barAt(level.time, marker.time);
      const y = series.priceToCoordinate(marker.value ?? level.high?.[index]);
      if (y === null) continue;
      context.fillStyle = marker.color ?? color("other");
      drawSymbol(context, marker.symbol, xOf(marker.time), marker.value === null ? y - 10 : y, 4 * marker.size);
      const x = xOf(marker.time) + 7;
      if (!marker.text || shown.length >= MANY || x < free) continue;
      context.fillText(marker.text, x, y - 8);
      free = x + context.measureText(marker.text).width + 4;
    }
  }

  const view = (zOrder, draw) => ({
    zOrder: () => zOrder,
    renderer: () => ({
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          context.save();
          context.font = "14px system-ui, sans-serif";
          draw(context, mediaSize);
          context.restore();
        }),
    }),
  });
  const views = [view("bottom", (context, size) => drawBackground(context, size.height)), view("top", drawMarks)];

  return {
    /** The chart library's hooks. */
    primitive: {
      paneViews: () => views,
      /** A fill may lie beside the candles: what an expired option is settled at has little to do with its last price. */
      autoscaleInfo() {
        const shown = span();
        let [minValue, maxValue] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const { time, price } of things.fills) {
          if (shown === undefined || time < shown.from || time > shown.to) continue;
          minValue = Math.min(minValue, price);
          maxValue = Math.max(maxValue, price);
        }
        return maxValue < minValue ? null : { priceRange: { minValue, maxValue } };
      },
      attached(attached) {
        chart = attached.chart;
        series = attached.series;
        redraw = attached.requestUpdate;
      },
    },
    /** Which bars are loaded: those of `level` from index `from` up to `to`. */
    load(nextLevel, from, to) {
      level = nextLevel;
      start = from;
      end = to;
    },
    show(next) {
      things = next;
      redraw();
    },
    select(trade) {
      selected = trade;
      redraw();
    },
    /** The trade that lies nearest to a point of the screen, within reach of a finger. */
    tradeAt(x, y) {
      let nearest;
      let reach = 18;
      for (const trade of things.trades) {
        for (const [time, price] of [
          [trade.entryTime, trade.entryPrice],
          [trade.exitTime, trade.exitPrice],
        ]) {
          const distance = Math.hypot(xOf(time) - x, (series.priceToCoordinate(price) ?? Number.POSITIVE_INFINITY) - y);
          if (distance >= reach) continue;
          reach = distance;
          nearest = trade;
        }
      }
      return nearest;
    },
  };
}

function line(context, fromX, fromY, toX, toY) {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

/** Corners of the symbols a strategy may ask for, as multiples of their size. */
const SYMBOLS = {
  square: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  diamond: [
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ],
  "triangle-up": [
    [0, -1.2],
    [1.2, 1],
    [-1.2, 1],
  ],
  "triangle-down": [
    [0, 1.2],
    [1.2, -1],
    [-1.2, -1],
  ],
  "arrow-up": [
    [0, -1.6],
    [1.2, 0],
    [0.4, 0],
    [0.4, 1.6],
    [-0.4, 1.6],
    [-0.4, 0],
    [-1.2, 0],
  ],
  "arrow-down": [
    [0, 1.6],
    [1.2, 0],
    [0.4, 0],
    [0.4, -1.6],
    [-0.4, -1.6],
    [-0.4, 0],
    [-1.2, 0],
  ],
  cross: [
    [-1.2, -0.8],
    [-0.8, -1.2],
    [0, -0.4],
    [0.8, -1.2],
    [1.2, -0.8],
    [0.4, 0],
    [1.2, 0.8],
    [0.8, 1.2],
    [0, 0.4],
    [-0.8, 1.2],
    [-1.2, 0.8],
    [-0.4, 0],
  ],
  star: Array.from({ length: 10 }, (_, i) => {
    const reach = i % 2 === 0 ? 1.5 : 0.6;
    return [reach * Math.sin((i * Math.PI) / 5), -reach * Math.cos((i * Math.PI) / 5)];
  }),
};

function drawSymbol(context, symbol, x, y, size) {
  context.beginPath();
  const corners = SYMBOLS[symbol];
  if (corners === undefined) context.arc(x, y, size, 0, 2 * Math.PI);
  else for (const [dx, dy] of corners) context.lineTo(x + dx * size, y + dy * size);
  context.closePath();
  context.fill();
}
