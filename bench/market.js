/** The bench's bars: a seeded walk in whole ticks, one minute apart, with volume. The same on every machine. */

const START = Date.UTC(2020, 0, 1);
const MINUTE = 60_000;
export const TICK = 0.25;

/** A 32-bit linear congruential generator (Numerical Recipes' constants); the high half is used, the low bits are weak. */
function generator(seed) {
  let state = seed >>> 0;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % count;
  };
}

/** Columns of `rows` minute bars around 5,000 points; the walk is turned back long before it could reach zero. */
export function walk(rows, seed = 1) {
  const draw = generator(seed);
  const column = () => new Float64Array(rows);
  const columns = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let price = 20_000;
  for (let row = 0; row < rows; row++) {
    const pull = price > 30_000 ? -1 : price < 10_000 ? 1 : 0;
    const open = price + draw(3) - 1;
    const close = open + draw(9) - 4 + pull;
    columns.time[row] = START + row * MINUTE;
    columns.open[row] = open * TICK;
    columns.high[row] = (Math.max(open, close) + draw(3)) * TICK;
    columns.low[row] = (Math.min(open, close) - draw(3)) * TICK;
    columns.close[row] = close * TICK;
    columns.volume[row] = 1 + draw(500);
    price = close;
  }
  return columns;
}
