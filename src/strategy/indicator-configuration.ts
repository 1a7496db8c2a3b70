/** Indicators from plain configuration. */

import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { parseTimestep } from "../market/timestep.ts";
import { type IndicatorOptions, type RequestSurroundings, requestSeries } from "./indicator-request.ts";
import type { IndicatorSeries } from "./indicator-series.ts";
import { createIndicator, parameterNames } from "./indicators/registry.ts";

/** What an entry holds beside the parameters of its indicator. */
const ENTRY_OPTIONS = ["indicator", "visibility", "lookback", "plot"];

/** Indicators of one step in plain configuration, by name: `{ rsi: { period: 14 } }`, `{ fast: { indicator: "ema", period: 9 } }`. */
export type TimeframeConfiguration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Indicators by step: `{ "5m": { rsi: { period: 14 } } }`. */
export type IndicatorsConfiguration = Readonly<Record<string, TimeframeConfiguration>>;

/**
 * Series from plain configuration. A name is the indicator's unless `indicator` tells it; `visibility`, `lookback` and `plot` are
 * options, the rest parameters. All are made before any is used.
 * @throws InvalidInputError on an unknown name, parameter or step, with the nearest known one
 */
export function configureAll(
  configuration: IndicatorsConfiguration,
  given: IndicatorOptions,
  surroundings: RequestSurroundings,
): Readonly<Record<string, Readonly<Record<string, IndicatorSeries>>>> {
  checkPlain("Making indicators from configuration", configuration);
  checkPlain("Making indicators from configuration with options", given);
  for (const option of Object.keys(given)) {
    if (option === "asset") continue;
    throw new InvalidInputError(
      "invalid_option",
      `Making indicators from configuration: '${option}' is not one of its options`,
      {
        hint: "It takes 'asset'; the others stand beside the parameters of each indicator.",
      },
    );
  }
  return mapValues(configuration, (indicators, step) => {
    checkPlain(`Making indicators of ${parseTimestep(step).name} from configuration`, indicators);
    return mapValues(indicators, (entry, name) => configuredSeries(name, entry, step, given, surroundings));
  });
}

function configuredSeries(
  name: string,
  entry: Readonly<Record<string, unknown>>,
  timestep: string,
  given: IndicatorOptions,
  surroundings: RequestSurroundings,
): IndicatorSeries {
  checkPlain(`Making the indicator '${name}' of ${timestep}`, entry);
  const { indicator = name, visibility, lookback, plot, ...parameters } = entry;
  const asset = given.asset ?? surroundings.asset();
  checkNames(String(indicator), Object.keys(parameters));
  const made = createIndicator(String(indicator), parameters, { calendar: surroundings.calendarOf(asset) });
  const options = { asset, timestep, ...definedOf({ visibility, lookback, plot }) } as IndicatorOptions;
  return requestSeries(made, undefined, options, surroundings);
}

function mapValues<Entry, Made>(
  record: Readonly<Record<string, Entry>>,
  make: (entry: Entry, name: string) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(Object.entries(record).map(([name, entry]) => [name, make(entry, name)]));
}

/** @throws InvalidInputError on a name that is neither a parameter nor an option, with the nearest of both */
function checkNames(indicator: string, given: readonly string[]): void {
  const known = [...parameterNames(indicator), ...ENTRY_OPTIONS];
  for (const name of given) {
    if (known.includes(name)) continue;
    throw new InvalidInputError(
      "invalid_parameter",
      `Making the indicator ${shown(indicator)} from configuration: '${name}' is not one of its parameters`,
      { hint: suggestWord(name, known) },
    );
  }
}

/** @throws InvalidInputError when the value is no plain object */
function checkPlain(attempted: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new InvalidInputError(
    "invalid_parameter",
    `${attempted}: found ${shown(value)}, expected an object such as { period: 14 }`,
  );
}

function definedOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
