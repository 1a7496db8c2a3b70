/** Options as code writes them, and the flags that stand for them here. */
const FLAGS: Readonly<Record<string, string>> = {
  "timezone:": "--timezone",
  "timestep:": "--timestep",
  "stamp:": "--stamp",
  "onInvalid:": "--on-invalid",
  "columns:": "--column",
  "multiplier:": "--multiplier",
  tickSize: "--tick-size",
  maxCost: "--max-cost",
};

/** A hint written for callers in code, with the flags named that do the same here. */
export function flagHint(hint: string): string {
  const flags = Object.keys(FLAGS).flatMap((option) => (hint.includes(option) ? [FLAGS[option]] : []));
  return flags.length === 0 ? hint : `${hint} (On the command line: ${flags.join(", ")}.)`;
}
