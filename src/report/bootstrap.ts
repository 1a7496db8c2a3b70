/**
 * How far the figures of a run would spread if its sessions had come in another order: the stationary bootstrap (Politis and Romano 1994), and
 * trades in another order for the drawdown alone. It says how sure a figure is of itself, never what is to come.
 */

import { InvalidInputError } from "../market/errors.ts";
import { RandomBits } from "../market/random.ts";
import type { RunOutcome } from "../market/run-outcome.ts";
import { buildContext, type StatisticsOptions } from "./metrics/context.ts";
import { mean, sortedQuantile, standardDeviation } from "./metrics/numbers.ts";

export interface BootstrapOptions {
  /** @default 1,000 */
  readonly resamples?: number;
  /** Mean length of the stretches of sessions that stay together, so that what follows what is not lost. @default 20 */
  readonly meanBlock?: number;
  /** @default the run's seed */
  readonly seed?: number;
}

/** The middle 95 % and the middle of what came out. */
export interface Interval {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Fractions, and money for `tradeDrawdown`; null where the run has no such figure. */
export interface Bootstrap {
  readonly sharpe: Interval | null;
  readonly annualReturn: Interval | null;
  /** At session closes; 0 or below. */
  readonly maxDrawdown: Interval | null;
  /** Deepest fall of the summed profit of the closed trades, taken in any order; 0 or below. */
  readonly tradeDrawdown: Interval | null;
  readonly resamples: number;
  readonly meanBlock: number;
  readonly seed: number;
}

/** Fewer sessions or trades than this cannot be mixed into anything new. */
const LEAST = 10;

/**
 * Resamples a run. The same outcome and options give the same numbers. Costs `resamples` x (sessions + trades) steps: 0.1 s for ten years.
 * @throws InvalidInputError `invalid_argument`: an option that cannot be used
 */
export function bootstrapRun(
  outcome: RunOutcome,
  statistics: StatisticsOptions = {},
  options: BootstrapOptions = {},
): Bootstrap {
  const { resamples = 1_000, meanBlock = 20, seed = outcome.settings.seed } = options;
  checkWhole("resamples", resamples, 1);
  checkWhole("seed", seed, Number.MIN_SAFE_INTEGER);
  if (!(meanBlock >= 1)) throw invalid(`meanBlock was ${meanBlock}, expected a number from 1`);
  const { returns, excess, basis, closed } = buildContext(outcome, statistics);
  const random = new RandomBits(seed);
  const drawn = {
    sharpe: new Float64Array(resamples),
    growth: new Float64Array(resamples),
    depth: new Float64Array(resamples),
  };
  const enough = returns.length >= LEAST;
  const order = new Int32Array(returns.length);
  for (let i = 0; enough && i < resamples; i++) {
    drawOrder(order, meanBlock, random);
    drawn.sharpe[i] = sharpeOf(pick(excess, order), basis.periodsPerYear);
    const { growth, depth } = pathOf(returns, order);
    drawn.growth[i] = growth ** (basis.periodsPerYear / returns.length) - 1;
    drawn.depth[i] = depth;
  }
  return {
    sharpe: enough ? interval(drawn.sharpe) : null,
    annualReturn: enough ? interval(drawn.growth) : null,
    maxDrawdown: enough ? interval(drawn.depth) : null,
    tradeDrawdown: closed.count < LEAST ? null : interval(shuffledDrawdowns(closed.pnl, resamples, random)),
    resamples,
    meanBlock,
    seed,
  };
}

/** Rows in stretches: each next row follows the one before it, but for one time in `meanBlock`, when a stretch begins anywhere. */
function drawOrder(order: Int32Array, meanBlock: number, random: RandomBits): void {
  const count = order.length;
  let row = 0;
  for (let i = 0; i < count; i++) {
    row = i === 0 || random.uniform() < 1 / meanBlock ? Math.floor(random.uniform() * count) : (row + 1) % count;
    order[i] = row;
  }
}

function pick(values: Float64Array, order: Int32Array): Float64Array {
  return Float64Array.from(order, (row) => values[row] as number);
}

/** NaN where nothing varies. */
function sharpeOf(excess: Float64Array, periodsPerYear: number): number {
  const deviation = standardDeviation(excess);
  return deviation === 0 ? Number.NaN : (mean(excess) / deviation) * Math.sqrt(periodsPerYear);
}

/** What one unit grows to, and the deepest fall on the way. */
function pathOf(returns: Float64Array, order: Int32Array): { readonly growth: number; readonly depth: number } {
  let growth = 1;
  let peak = 1;
  let depth = 0;
  for (const row of order) {
    growth *= 1 + (returns[row] as number);
    if (growth > peak) peak = growth;
    depth = Math.min(depth, growth / peak - 1);
  }
  return { growth, depth };
}

/** Deepest falls of the running sum, each of the values in a new order (Fisher and Yates). */
function shuffledDrawdowns(pnl: Float64Array, resamples: number, random: RandomBits): Float64Array {
  const values = pnl.slice();
  return Float64Array.from({ length: resamples }, () => {
    for (let i = values.length - 1; i > 0; i--) {
      const other = Math.floor(random.uniform() * (i + 1));
      [values[i], values[other]] = [values[other] as number, values[i] as number];
    }
    let [sum, peak, depth] = [0, 0, 0];
    for (const value of values) {
      sum += value;
      peak = Math.max(peak, sum);
      depth = Math.min(depth, sum - peak);
    }
    return depth;
  });
}

function interval(drawn: Float64Array): Interval | null {
  const sorted = drawn.filter(Number.isFinite).sort();
  if (sorted.length === 0) return null;
  return {
    low: sortedQuantile(sorted, 0.025),
    median: sortedQuantile(sorted, 0.5),
    high: sortedQuantile(sorted, 0.975),
  };
}

function checkWhole(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) throw invalid(`${name} was ${value}, expected a whole number`);
}

function invalid(found: string): InvalidInputError {
  return new InvalidInputError("invalid_argument", `Resampling a run: ${found}`);
}
