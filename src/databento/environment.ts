import { InvalidParameterError } from "./errors.ts";
import { Historical } from "./historical.ts";
import type { HistoricalOptions } from "./options.ts";

/**
 * A client set up by the environment: `DATABENTO_API_KEY`, `DATABENTO_HISTORICAL_URL`, `DATABENTO_TIMEOUT` (idle, seconds),
 * `DATABENTO_MAX_RETRIES`. What is passed in `options` wins. The only place of this client that knows of an environment.
 * @throws {ApiKeyError} without a key, or for one of the wrong shape
 * @throws {InvalidParameterError} for a variable that is no number
 */
export function historicalFromEnvironment(
  options: HistoricalOptions = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Historical {
  const key = textOf(environment["DATABENTO_API_KEY"]);
  const url = textOf(environment["DATABENTO_HISTORICAL_URL"]);
  const timeoutSeconds = numberOf("DATABENTO_TIMEOUT", environment);
  const maxRetries = numberOf("DATABENTO_MAX_RETRIES", environment);
  return new Historical({
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(maxRetries === undefined ? {} : { maxRetries }),
    ...options,
  });
}

/** A variable that is empty or blank is not set: `.env` files keep lines without values. */
function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === "" ? undefined : text;
}

function numberOf(name: string, environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = textOf(environment[name]);
  if (text === undefined) return undefined;
  // The text is not repeated: a line pasted into the wrong variable may be the key.
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidParameterError(name, `Read ${name}: found no number, expected one`);
  return Number(text);
}
