/** Bars in several lengths: the page shows the finest one of which the screen can hold as many as there are. */

/** Lengths worth having, ms. */
const STEPS = [1, 5, 15, 60, 240, 1_440, 10_080, 43_200].map((minutes) => minutes * 60_000);

/** Most candles on the screen. */
const MOST_VISIBLE = 1_200;

/** First index whose value is at or above `wanted`. @param {Float64Array} column */
export function lowerBound(column, wanted) {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the bar that an instant lies in: the last that opened at or before it; -1 before the first. */
export function barAt(time, instant) {
  const next = lowerBound(time, instant);
  return time[next] === instant ? next : next - 1;
}

/** All lengths of one series, finest first; longer ones are made when they are first asked for. */
export function levelsOf(bars) {
  const steps = [bars.step, ...STEPS.filter((step) => step > bars.step && step % bars.step === 0)];
  const made = new Map([[bars.step, bars]]);
  const at = (step) => {
    if (!made.has(step)) made.set(step, merged(bars, step));
    return made.get(step);
  };
  return {
    base: bars,
    /** The finest bars of which no more than the screen holds lie in a span. */
    fitting(from, to) {
      const visible = lowerBound(bars.time, to) - lowerBound(bars.time, from);
      if (visible <= MOST_VISIBLE) return bars;
      const found = steps.slice(1).find((step) => {
        const level = at(step);
        return lowerBound(level.time, to) - lowerBound(level.time, from) <= MOST_VISIBLE;
      });
      return at(found ?? steps.at(-1));
    },
  };
}

/** Longer bars, cut at whole multiples of their length since 1970 UTC (weeks on Mondays). */
function merged(bars, step) {
  // 1970 began on a Thursday.
  const offset = step === 604_800_000 ? 4 * 86_400_000 : 0;
  const starts = [];
  let last = Number.NaN;
  for (let i = 0; i < bars.time.length; i++) {
    const bucket = Math.floor((bars.time[i] - offset) / step);
    if (bucket !== last) starts.push(i);
    last = bucket;
  }
  const column = (value) => Float64Array.from(starts, (from, i) => value(from, starts[i + 1] ?? bars.time.length));
  const over = (name, pick) =>
    column((from, to) => {
      let value = bars[name][from];
      for (let i = from + 1; i < to; i++) value = pick(value, bars[name][i]);
      return value;
    });
  return {
    step,
    asset: bars.asset,
    time: column((from) => Math.floor((bars.time[from] - offset) / step) * step + offset),
    open: column((from) => bars.open[from]),
    high: over("high", Math.max),
    low: over("low", Math.min),
    close: column((_, to) => bars.close[to - 1]),
    volume: over("volume", (sum, units) => sum + units),
  };
}
