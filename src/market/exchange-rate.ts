import type { BarSeries } from "./bar-series.ts";

/**
 * The rate of a pair over time: one number for all of it, numbers by ISO date (each from midnight UTC of its date on), or bars of the
 * pair, whose closes count from the instant at which the bar has closed.
 */
export type RateSeries = number | Readonly<Record<string, number>> | BarSeries;
