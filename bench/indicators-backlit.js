/** The streams of the set, for `bench/indicators-streams.js`. */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** As the other libraries have them, where they differ from our defaults. */
const PARAMETERS = { sma: { period: 20 } };

/** @param dist another build than this repository's */
export async function load(dist = fileURLToPath(new URL("../dist", import.meta.url))) {
  const set = await import(pathToFileURL(`${resolve(dist)}/strategy/indicators/index.js`).href);
  const names = set.indicatorNames().filter((name) => name !== "cross");
  const entries = names.map((name) => {
    const make = () => set.createIndicator(name, PARAMETERS[name]);
    const one = make();
    return [name, { make, over: one instanceof set.ValueIndicator ? "values" : "bars", field: one.outputs[0] }];
  });
  return {
    indicators: Object.fromEntries(entries),
    take: (indicator, input) => {
      indicator.add(input);
      return indicator.value;
    },
  };
}
