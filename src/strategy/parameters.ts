import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

export type ParameterValues = Readonly<Record<string, unknown>>;

/**
 * Defaults with `given` laid over them. A name the defaults do not have is refused, and so is a value of another type than the
 * default's (a default of null or undefined takes anything); numbers must be finite, and dates dates.
 * @throws InvalidInputError `invalid_parameter`
 */
export function mergeParameters<Parameters extends object>(
  strategyName: string,
  defaults: Parameters,
  given: Partial<Parameters>,
): Readonly<Parameters> {
  const known = defaults as ParameterValues;
  for (const [name, value] of Object.entries(given)) checkParameter(strategyName, known, name, value);
  return Object.freeze({ ...defaults, ...given });
}

function checkParameter(strategyName: string, defaults: ParameterValues, name: string, value: unknown): void {
  if (!Object.hasOwn(defaults, name)) {
    throw new InvalidInputError(
      "invalid_parameter",
      `Setting the parameters of ${strategyName}: '${name}' is not one of them`,
      {
        hint: suggestWord(name, Object.keys(defaults)),
      },
    );
  }
  const standard = defaults[name];
  const expected = typeof standard;
  const sound = standard === null || standard === undefined || typeof value === expected;
  if (isNoDate(value))
    throw new InvalidInputError(
      "invalid_parameter",
      `Setting the parameters of ${strategyName}: '${name}' is no date`,
      {
        hint: "It was an Invalid Date: look at what it was made from, such as new Date('2024-13-01').",
      },
    );
  if (!sound || (expected === "number" && !Number.isFinite(value))) {
    throw new InvalidInputError(
      "invalid_parameter",
      `Setting the parameters of ${strategyName}: '${name}' was ${shown(value)}, expected a ${expected} such as ${shown(standard)}`,
    );
  }
}

/** A Date, or a DateTime of luxon, that was made from something unreadable. */
function isNoDate(value: unknown): boolean {
  if (value instanceof Date) return Number.isNaN(value.getTime());
  return typeof value === "object" && value !== null && "isValid" in value && value.isValid === false;
}
