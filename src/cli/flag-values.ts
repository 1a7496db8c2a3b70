/** Readers of values on the command line. What they throw is shown with the option's name in front of it. */
import { InvalidArgumentError } from "commander";

/** A number, from `least` on where that is given. */
export function numberFrom(least = Number.NEGATIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = read(text);
    if (value >= least) return value;
    throw new InvalidArgumentError(
      least === Number.NEGATIVE_INFINITY ? "Expected a number." : `Expected a number from ${least}.`,
    );
  };
}

export function positiveNumber(text: string): number {
  const value = read(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}

export function wholeNumber(text: string): number {
  const value = read(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("Expected a whole number.");
}

/** Not a number stays NaN, which no check passes. */
function read(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
