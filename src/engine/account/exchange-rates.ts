import type { RateSeries } from "../../market/exchange-rate.ts";
import { parseDate } from "../../market/time.ts";
import { lowerBound } from "../instrument.ts";

/** Rates and the instants from which they hold, ascending. */
interface Rates {
  readonly times: Float64Array;
  readonly rates: Float64Array;
}

/** What one unit of a currency is worth in the account's own. */
export class ExchangeRates {
  readonly currency: string;
  private readonly pairs: Readonly<Record<string, RateSeries>>;
  private readonly byCurrency = new Map<string, Rates>();

  /** @param pairs by name, "EUR/USD": price in USD of one EUR */
  constructor(currency: string, pairs: Readonly<Record<string, RateSeries>>) {
    this.currency = currency;
    this.pairs = pairs;
  }

  /** Account money per unit of a currency at an instant; NaN when none is known. */
  at(currency: string, time: number): number {
    if (currency === this.currency) return 1;
    const { times, rates } = this.ratesOf(currency);
    return rates[lowerBound(times, time + 1) - 1] ?? Number.NaN;
  }

  /** When the rate changes next after an instant; Infinity when it does not. */
  nextChange(currency: string, time: number): number {
    if (currency === this.currency) return Number.POSITIVE_INFINITY;
    const { times } = this.ratesOf(currency);
    return times[lowerBound(times, time + 1)] ?? Number.POSITIVE_INFINITY;
  }

  private ratesOf(currency: string): Rates {
    const known = this.byCurrency.get(currency);
    if (known !== undefined) return known;
    const direct = this.pairs[`${currency}/${this.currency}`];
    const inverse = this.pairs[`${this.currency}/${currency}`];
    const read = direct !== undefined ? readSeries(direct) : invert(readSeries(inverse ?? {}));
    this.byCurrency.set(currency, read);
    return read;
  }
}

function readSeries(series: RateSeries): Rates {
  if (typeof series === "number")
    return { times: Float64Array.of(Number.NEGATIVE_INFINITY), rates: Float64Array.of(series) };
  if (isBars(series)) {
    const step = series.timestep.milliseconds;
    return { times: series.time.map((open) => open + step), rates: series.close };
  }
  const dated = Object.entries(series)
    .map(([date, rate]) => [parseDate(date) ?? Number.NaN, rate] as const)
    .sort(([a], [b]) => a - b);
  return { times: Float64Array.from(dated, ([time]) => time), rates: Float64Array.from(dated, ([, rate]) => rate) };
}

function isBars(series: RateSeries): series is Exclude<RateSeries, number | Readonly<Record<string, number>>> {
  return typeof series === "object" && series["close"] instanceof Float64Array;
}

function invert({ times, rates }: Rates): Rates {
  return { times, rates: rates.map((rate) => 1 / rate) };
}
