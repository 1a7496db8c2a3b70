/** The options of a run about currencies. */

import { Bars } from "../bars/bars.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { RateSeries } from "../market/exchange-rate.ts";
import { parseDate } from "../market/time.ts";

/** Options about currencies; part of `BacktestOptions`. */
export interface CurrencyOptions {
  /** The account's currency: of budget, cash, profits and fees. @default the one all assets of the run share, else USD */
  readonly currency?: string;
  /**
   * Rates of pairs, either way round: `{ "EUR/USD": 1.09, "USD/JPY": { "2024-01-02": 141.2 }, "GBP/USD": bars }`. An order for an
   * asset in a currency without a rate is refused (`fx_rate_missing`).
   */
  readonly fxRates?: Readonly<Record<string, RateSeries>>;
}

export const CURRENCY_OPTION_NAMES = ["currency", "fxRates"] as const;

const CURRENCY = /^[A-Z][A-Z0-9]{2,9}$/;

/** @throws InvalidInputError `invalid_option` */
export function checkCurrencyOptions({ currency, fxRates = {} }: CurrencyOptions): {
  readonly currency: string | undefined;
  readonly fxRates: Readonly<Record<string, RateSeries>>;
} {
  if (currency !== undefined && !CURRENCY.test(currency))
    throw invalid(`currency was '${currency}'`, "Give its letters: 'USD', 'EUR'.");
  for (const [pair, series] of Object.entries(fxRates)) {
    const [base = "", quote = "", more] = pair.split("/");
    if (!CURRENCY.test(base) || !CURRENCY.test(quote) || more !== undefined)
      throw invalid(`fxRates has '${pair}'`, "Name pairs like 'EUR/USD': the price of one EUR in USD.");
    const inverse = `${quote}/${base}`;
    if (inverse in fxRates)
      throw invalid(`fxRates has '${pair}' and '${inverse}'`, "Give one of them: the other way round is worked out.");
    const wrong = wrongRate(series);
    if (wrong !== undefined)
      throw invalid(`fxRates of ${pair}: ${wrong}`, "Give a number, numbers by ISO date, or Bars.");
  }
  return { currency, fxRates };
}

function wrongRate(series: RateSeries): string | undefined {
  const isRate = (rate: unknown) => typeof rate === "number" && Number.isFinite(rate) && rate > 0;
  if (typeof series === "number")
    return isRate(series) ? undefined : `the rate was ${series}, expected a number above 0`;
  if (typeof series !== "object" || series === null) return "expected a number, numbers by date, or Bars";
  if (series instanceof Bars) {
    const row = series.close.findIndex((rate) => !isRate(rate));
    return row < 0 ? undefined : `the close of row ${row} was ${series.close[row]}, expected a number above 0`;
  }
  for (const [date, rate] of Object.entries(series)) {
    if (parseDate(date) === undefined) return `'${date}' is no date such as '2024-01-02'`;
    if (!isRate(rate)) return `the rate of ${date} was ${rate}, expected a number above 0`;
  }
  return undefined;
}

function invalid(found: string, hint: string): InvalidInputError {
  return new InvalidInputError("invalid_option", `Setting the options of the run: ${found}`, { hint });
}
