/** Values of statistics as people read them. */

import { formatDays, formatDuration, formatMoney, formatNumber, formatPercent, NO_VALUE } from "../format.ts";
import type { MetricUnit } from "../metrics/definition.ts";

/** A true minus is as wide as a plus and is read out as one. */
const MINUS = "\u2212";

export function metricText(value: number | null | undefined, unit: MetricUnit): string {
  return withMinus(plainText(value, unit));
}

/** The same with a plus before what is above 0: the sign tells a gain where colour cannot. */
export function signedMetricText(value: number | null | undefined, unit: MetricUnit): string {
  const text = metricText(value, unit);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function withMinus(text: string): string {
  return text === NO_VALUE ? "\u2013" : text.replace(/^-/, MINUS);
}

function plainText(value: number | null | undefined, unit: MetricUnit): string {
  switch (unit) {
    case "fraction":
      return formatPercent(value);
    case "money":
      return formatMoney(value);
    case "dollars":
      return value === null || value === undefined ? NO_VALUE : `$${formatNumber(value)}`;
    case "days":
      return formatDays(value);
    case "seconds":
      return formatDuration(value);
    case "count":
    case "bars":
      return formatNumber(value, value !== null && value !== undefined && Number.isInteger(value) ? 0 : 2);
    default:
      return formatNumber(value);
  }
}

/** `gain`, `loss` or nothing, for the colour. */
export function toneOf(value: number | null | undefined): "gain" | "loss" | "" {
  if (value === null || value === undefined || value === 0) return "";
  return value > 0 ? "gain" : "loss";
}
