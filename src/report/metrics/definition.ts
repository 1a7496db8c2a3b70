/** What a metric is: its words and its function side by side, so that code, page and report cannot disagree. */

import type { MetricContext } from "./context.ts";

/**
 * What the number counts. `fraction` is a ratio of money (0.0523 is 5.23 %), `ratio` has no unit, `money` is account currency,
 * `dollars` are US$, `days` are calendar days.
 */
export type MetricUnit =
  | "fraction"
  | "ratio"
  | "money"
  | "dollars"
  | "count"
  | "days"
  | "bars"
  | "seconds"
  | "ticks"
  | "points";

/** Units as people read them. */
export const UNIT_WORDS: Readonly<Record<MetricUnit, string>> = {
  fraction: "fraction (0.05 is 5 %)",
  ratio: "plain number",
  money: "account currency",
  dollars: "US$",
  count: "count",
  days: "calendar days",
  bars: "bars",
  seconds: "seconds",
  ticks: "ticks",
  points: "price units",
};

/** Why a value does not exist, as a sentence for people. */
export interface Missing {
  readonly missing: string;
}

/** One entry of the registry. */
export interface MetricDefinition {
  /** A few words, as a table shows them. */
  readonly title: string;
  /** The formula in words, with the names of other metrics where it uses them. */
  readonly formula: string;
  readonly unit: MetricUnit;
  /** The program or text whose value ours is checked against. */
  readonly reference: string;
  readonly compute: (context: MetricContext) => number | Missing;
}

/** A value that does not exist, with its reason. */
export function missing(reason: string): Missing {
  return { missing: reason };
}

export function isMissing(value: number | Missing): value is Missing {
  return typeof value !== "number";
}

/** Checks a group of definitions and keeps its exact type, from which the type of `Statistics` follows. */
export function defineMetrics<const Group extends Readonly<Record<string, MetricDefinition>>>(group: Group): Group {
  return group;
}

/** `numerator / denominator`; missing with `reason` when the denominator is 0. */
export function quotient(numerator: number, denominator: number, reason: string): number | Missing {
  return denominator === 0 ? missing(reason) : numerator / denominator;
}
