/** What one would write without a library: for each of a few indicators a class with `add` and a loop over typed arrays. */

class Average {
  value = Number.NaN;
}

class HandSma extends Average {
  sum = 0;
  count = 0;
  place = 0;
  values = new Float64Array(20);
  add(value) {
    if (this.count < 20) this.count++;
    else this.sum -= this.values[this.place];
    this.values[this.place] = value;
    this.sum += value;
    this.place = this.place === 19 ? 0 : this.place + 1;
    if (this.count === 20) this.value = this.sum / 20;
  }
}

class HandEma extends Average {
  sum = 0;
  count = 0;
  add(value) {
    this.count++;
    if (this.count > 20) this.value += (2 / 21) * (value - this.value);
    else {
      this.sum += value;
      if (this.count === 20) this.value = this.sum / 20;
    }
  }
}

class HandRsi extends Average {
  before = 0;
  count = 0;
  gain = 0;
  loss = 0;
  add(value) {
    const change = value - this.before;
    this.before = value;
    this.count++;
    if (this.count === 1) return;
    const gain = change > 0 ? change : 0;
    const loss = change < 0 ? -change : 0;
    if (this.count <= 15) {
      this.gain += gain / 14;
      this.loss += loss / 14;
    } else {
      this.gain += (gain - this.gain) / 14;
      this.loss += (loss - this.loss) / 14;
    }
    if (this.count >= 15) this.value = (100 * this.gain) / (this.gain + this.loss);
  }
}

class HandAtr extends Average {
  before = 0;
  count = 0;
  range = 0;
  add(bar) {
    const range = Math.max(bar.high, this.before) - Math.min(bar.low, this.before);
    this.before = bar.close;
    this.count++;
    if (this.count === 1) return;
    if (this.count <= 15) this.range += range / 14;
    else this.range += (range - this.range) / 14;
    if (this.count >= 15) this.value = this.range;
  }
}

/** Bands in the shortest way, by the mean of squares less the square of the mean; at prices of thousands it loses half its digits. */
class NaiveBollinger {
  sum = 0;
  squares = 0;
  count = 0;
  place = 0;
  value = { upper: Number.NaN, middle: Number.NaN, lower: Number.NaN };
  values = new Float64Array(20);
  add(value) {
    if (this.count < 20) this.count++;
    else {
      const left = this.values[this.place];
      this.sum -= left;
      this.squares -= left * left;
    }
    this.values[this.place] = value;
    this.sum += value;
    this.squares += value * value;
    this.place = this.place === 19 ? 0 : this.place + 1;
    if (this.count < 20) return;
    const mean = this.sum / 20;
    const half = 2 * Math.sqrt(Math.max(0, this.squares / 20 - mean * mean));
    this.value.upper = mean + half;
    this.value.middle = mean;
    this.value.lower = mean - half;
  }
}

/** Bands that keep their digits: Welford's update of the mean and of the squares about it, as ours are. */
class WelfordBollinger {
  mean = Number.NaN;
  squares = Number.NaN;
  count = 0;
  place = 0;
  value = { upper: Number.NaN, middle: Number.NaN, lower: Number.NaN };
  values = new Float64Array(20);
  add(value) {
    if (this.count < 20) this.join(value);
    else this.takePlace(value);
    this.values[this.place] = value;
    this.place = this.place === 19 ? 0 : this.place + 1;
    if (this.count < 20) return;
    const half = 2 * Math.sqrt(this.squares / 20);
    this.value.upper = this.mean + half;
    this.value.middle = this.mean;
    this.value.lower = this.mean - half;
  }

  join(value) {
    if (this.count++ === 0) [this.mean, this.squares] = [0, 0];
    const distance = value - this.mean;
    this.mean += distance / this.count;
    this.squares += distance * (value - this.mean);
  }

  takePlace(value) {
    const left = this.values[this.place];
    const change = value - left;
    const before = this.mean;
    this.mean = before + change / 20;
    this.squares = Math.max(0, this.squares + change * (value - this.mean + left - before));
  }
}

class HandMacd {
  value = { macd: Number.NaN, signal: Number.NaN, histogram: Number.NaN };
  fast = 0;
  slow = 0;
  signal = 0;
  count = 0;
  histogram = 0;
  add(value) {
    this.count++;
    if (this.count > 26) this.fast += (2 / 13) * (value - this.fast);
    else if (this.count > 14) this.fast += value / 12;
    if (this.count > 26) this.slow += (2 / 27) * (value - this.slow);
    else this.slow += value / 26;
    if (this.count < 26) return;
    const macd = this.fast - this.slow;
    if (this.count > 34) this.signal += 0.2 * (macd - this.signal);
    else this.signal += macd / 9;
    if (this.count < 34) return;
    this.value.macd = macd;
    this.value.signal = this.signal;
    this.value.histogram = macd - this.signal;
  }
}

function sma(values) {
  const out = new Float64Array(values.length).fill(Number.NaN, 0, 19);
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    sum += values[row];
    if (row >= 20) sum -= values[row - 20];
    if (row >= 19) out[row] = sum / 20;
  }
  return out;
}

function exponential(values, out, start, period, weight) {
  let value = 0;
  for (let row = start; row < start + period; row++) value += values[row] / period;
  for (let row = start + period - 1; row < values.length; row++) {
    if (row >= start + period) value += weight * (values[row] - value);
    out[row] = value;
  }
  return out;
}

function blank(rows, missing) {
  return new Float64Array(rows).fill(Number.NaN, 0, missing);
}

function rsi(values) {
  const out = blank(values.length, 14);
  let [gain, loss] = [0, 0];
  for (let row = 1; row < values.length; row++) {
    const change = values[row] - values[row - 1];
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    gain += (row <= 14 ? up : up - gain) / 14;
    loss += (row <= 14 ? down : down - loss) / 14;
    if (row >= 14) out[row] = (100 * gain) / (gain + loss);
  }
  return out;
}

function atr({ high, low, close }) {
  const out = blank(close.length, 14);
  let value = 0;
  for (let row = 1; row < close.length; row++) {
    const before = close[row - 1];
    const range = Math.max(high[row], before) - Math.min(low[row], before);
    value += (row <= 14 ? range : range - value) / 14;
    if (row >= 14) out[row] = value;
  }
  return out;
}

function bollinger(values) {
  const [upper, middle, lower] = [0, 1, 2].map(() => blank(values.length, 19));
  let [sum, squares] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    sum += value;
    squares += value * value;
    if (row >= 20) {
      sum -= values[row - 20];
      squares -= values[row - 20] * values[row - 20];
    }
    if (row < 19) continue;
    const mean = sum / 20;
    const half = 2 * Math.sqrt(Math.max(0, squares / 20 - mean * mean));
    upper[row] = mean + half;
    middle[row] = mean;
    lower[row] = mean - half;
  }
  return upper;
}

function macd(values) {
  const [line, signal, histogram] = [0, 1, 2].map(() => blank(values.length, 33));
  const [hand, rows] = [new HandMacd(), values.length];
  for (let row = 0; row < rows; row++) {
    hand.add(values[row]);
    if (row < 33) continue;
    line[row] = hand.value.macd;
    signal[row] = hand.value.signal;
    histogram[row] = hand.value.histogram;
  }
  return line;
}

/** By the name of our indicator: its parameters, the loop over columns (its first output). */
export function handWritten(bars) {
  const { close } = bars;
  return {
    sma: { parameters: { period: 20 }, loop: () => sma(close) },
    ema: {
      parameters: { period: 20 },
      loop: () => exponential(close, blank(close.length, 19), 0, 20, 2 / 21),
    },
    rsi: { parameters: { period: 14 }, loop: () => rsi(close) },
    atr: { parameters: { period: 14 }, loop: () => atr(bars) },
    bollinger: { parameters: { period: 20 }, loop: () => bollinger(close) },
    macd: { parameters: {}, loop: () => macd(close) },
  };
}

/** The streams of it, for `bench/indicators-streams.js`. */
export function load() {
  const values = (make, field) => ({ make, over: "values", field });
  return {
    indicators: {
      sma: values(() => new HandSma(), "value"),
      ema: values(() => new HandEma(), "value"),
      rsi: values(() => new HandRsi(), "value"),
      atr: { make: () => new HandAtr(), over: "bars", field: "value" },
      bollinger: values(() => new WelfordBollinger(), "upper"),
      "bollinger (naive)": values(() => new NaiveBollinger(), "upper"),
      macd: values(() => new HandMacd(), "macd"),
    },
    take: (indicator, input) => {
      indicator.add(input);
      return indicator.value;
    },
  };
}
