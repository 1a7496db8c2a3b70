/** The options of a run that its data source was made with, as a file can hold them. */

import { toPlain } from "../report/plain.ts";

/**
 * Those that the run itself does not read. What is neither plain data nor writes itself as such (a `Bars`, a signal) is named by its class:
 * `"[Bars]"`. A result goes to many places, so secrets are masked here already.
 */
export function sourceOptions(options: object, own: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = Object.entries(options).filter(([name, value]) => !own.includes(name) && value !== undefined);
  const named = Object.fromEntries(entries.map(([name, value]) => [name, described(value)]));
  return Object.freeze(toPlain(named) as Record<string, unknown>);
}

function described(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(described);
  if (typeof value !== "object" || value === null || "toJSON" in value) return value;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && prototype !== Object.prototype) return `[${value.constructor.name}]`;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, described(entry)]));
}
