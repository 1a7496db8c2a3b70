import type { Bar } from "../../bars/bars.ts";
import { type Average, averageOf, type ExponentialAverage, exponentialAverage, SEEDS, type Seed } from "./averages.ts";
import { type Given, invalidParameter, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { put } from "./rows.ts";
import { ValueIndicator } from "./value-indicator.ts";

function checkOrder(name: string, fastPeriod: number, slowPeriod: number): void {
  if (fastPeriod < slowPeriod) return;
  throw invalidParameter(name, "fastPeriod", fastPeriod, `less than slowPeriod, which is ${slowPeriod}`);
}

const macdSpecs = {
  fastPeriod: wholeNumber(12),
  slowPeriod: wholeNumber(26),
  signalPeriod: wholeNumber(9),
  seed: oneOf<Seed>("mean", SEEDS),
  ...sourced,
};

/**
 * Moving average convergence divergence: `macd` is the EMA of `fastPeriod` less that of `slowPeriod`, `signal` the EMA of `macd`,
 * `histogram` macd - signal. G. Appel, 1979; TA-Lib MACD.
 *
 * Seeding: `seed: "mean"` as TA-Lib, both averages seeded with the mean ending at value `slowPeriod`, the signal with the mean of its first
 * values; `"first"` starts all with their first value. Warm-up: slowPeriod + signalPeriod - 1. Unit: the input's.
 */
export class Macd extends ValueIndicator<{
  macd: number;
  signal: number;
  histogram: number;
}> {
  static readonly parameters = macdSpecs;
  declare private readonly fast: ExponentialAverage;
  declare private readonly slow: ExponentialAverage;
  declare private readonly signal: ExponentialAverage;
  declare private readonly slowPeriod: number;
  /** How many values late the fast average starts, so that both have their seed with the same value. */
  declare private readonly delay: number;

  constructor(given: Given<typeof macdSpecs> = {}) {
    const parameters = readParameters("Macd", macdSpecs, given);
    const { fastPeriod, slowPeriod, signalPeriod, seed } = parameters;
    checkOrder("Macd", fastPeriod, slowPeriod);
    super({
      name: "Macd",
      parameters,
      warmup: slowPeriod + signalPeriod - 1,
      outputs: ["macd", "signal", "histogram"],
    });
    this.slowPeriod = slowPeriod;
    this.delay = seed === "mean" ? slowPeriod - fastPeriod : 0;
    this.fast = exponentialAverage(fastPeriod, seed);
    this.slow = exponentialAverage(slowPeriod, seed);
    this.signal = exponentialAverage(signalPeriod, seed);
  }

  // A loop of this class's own, which knows what it calls.
  override addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.checkValues(values);
    for (let row = 0; row < values.length; row++) {
      this.add(values[row] as number);
      this.writeRow(columns, row);
    }
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.macd);
    put(columns[1], row, value.signal);
    put(columns[2], row, value.histogram);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const slow = this.slow.add(value, isNew);
    if (this.count <= this.delay) return;
    const fast = this.fast.add(value, isNew);
    if (this.count < this.slowPeriod) return;
    const macd = fast - slow;
    const signal = this.signal.add(macd, isNew);
    if (!this.ready) return;
    const { shown } = this;
    shown.macd = macd;
    shown.signal = signal;
    shown.histogram = macd - signal;
  }
}

const ppoSpecs = {
  fastPeriod: wholeNumber(12),
  slowPeriod: wholeNumber(26),
  signalPeriod: wholeNumber(9),
  average: oneOf<"exponential" | "simple">("exponential", ["exponential", "simple"]),
  ...sourced,
};

/**
 * Percentage price oscillator: `ppo` is 100 * (fast - slow) / slow of two averages, `signal` the average of `ppo`, `histogram` their
 * difference; 0 where the slow average is 0. TA-Lib PPO has `ppo` alone, and simple averages unless told otherwise
 * (`average: "simple"`).
 *
 * Seeding: each by the mean of its own first values; TA-Lib does not wait with the fast one here as it does in MACD. Warm-up: slowPeriod +
 * signalPeriod - 1. Unit: percent, of the wrong sign where the slow average is below zero.
 */
export class Ppo extends ValueIndicator<{ ppo: number; signal: number; histogram: number }> {
  static readonly parameters = ppoSpecs;
  declare private readonly fast: Average;
  declare private readonly slow: Average;
  declare private readonly signal: Average;
  declare private readonly slowPeriod: number;

  constructor(given: Given<typeof ppoSpecs> = {}) {
    const parameters = readParameters("Ppo", ppoSpecs, given);
    const { fastPeriod, slowPeriod, signalPeriod, average } = parameters;
    checkOrder("Ppo", fastPeriod, slowPeriod);
    super({ name: "Ppo", parameters, warmup: slowPeriod + signalPeriod - 1, outputs: ["ppo", "signal", "histogram"] });
    this.slowPeriod = slowPeriod;
    this.fast = averageOf(average, fastPeriod);
    this.slow = averageOf(average, slowPeriod);
    this.signal = averageOf(average, signalPeriod);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.ppo);
    put(columns[1], row, value.signal);
    put(columns[2], row, value.histogram);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const slow = this.slow.add(value, isNew);
    const fast = this.fast.add(value, isNew);
    if (this.count < this.slowPeriod) return;
    const ppo = slow === 0 ? 0 : (100 * (fast - slow)) / slow;
    const signal = this.signal.add(ppo, isNew);
    if (!this.ready) return;
    this.shown.ppo = ppo;
    this.shown.signal = signal;
    this.shown.histogram = ppo - signal;
  }
}
