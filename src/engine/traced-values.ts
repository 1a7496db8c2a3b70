import { StrategyError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import type { TracedValues } from "../strategy/hooks.ts";

/** The column of `traces.csv` that is the instant itself. */
const INSTANT_COLUMN = "time";
/** What a cell can hold. */
const KINDS: readonly string[] = ["number", "string", "boolean", "undefined"];

/**
 * What `traceStats` gave, as one row of its own: a strategy may hand in the same object every time.
 * @throws StrategyError when it is no set of values by name, or one of them is none that a cell can hold
 */
export function tracedValues(strategy: string, given: unknown, time: number): TracedValues {
  const refuse = (found: string, hint: string) =>
    new StrategyError(`${strategy}.traceStats gave ${found} at ${formatInstant(time)}, expected values by name`, {
      time,
      hint,
    });
  if (given instanceof Promise) {
    given.catch(() => {});
    throw refuse("a promise", "Take `async` off traceStats, and fetch what it needs in onTradingIteration.");
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw refuse(Array.isArray(given) ? "a list" : `a ${typeof given}`, "Give them names: return { fast: 101.5 }.");
  }
  for (const [name, value] of Object.entries(given)) {
    if (name === INSTANT_COLUMN) {
      throw refuse("a value named 'time'", "Give it another name: the column 'time' holds the instant of the row.");
    }
    if (value === null || KINDS.includes(typeof value)) continue;
    throw refuse(`'${name}' as ${typeof value}`, "A value is a number, a text, true, false or null.");
  }
  return { ...given };
}
