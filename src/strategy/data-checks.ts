/** What a strategy may ask for of the data; refused at the call, in the strategy's own line. */

import { Asset } from "../market/asset.ts";
import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

/** @throws InvalidInputError `invalid_asset` for what is no asset, such as its bare symbol */
export function checkAsset(verb: string, asset: unknown): void {
  if (asset instanceof Asset) return;
  throw new InvalidInputError("invalid_asset", `${verb}: the asset was ${shown(asset)}, expected an Asset`, {
    hint: "Make one first: Asset.stock('AAPL'), Asset.future('ESZ24'), Asset.continuousFuture('ES').",
  });
}

/** @throws InvalidInputError `invalid_argument` for what is no whole number from `least` on */
export function checkCount(verb: string, name: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new InvalidInputError(
    "invalid_argument",
    `${verb}: ${name} was ${shown(value)}, expected a whole number from ${least}`,
  );
}

/** @throws InvalidInputError `invalid_option` for a name that is not known, with the nearest that is, and for what is no object */
export function checkOptionNames(verb: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new InvalidInputError("invalid_option", `${verb}: the options were ${shown(options)}, expected an object`, {
      hint: `For example { ${known[0]}: 1 }.`,
    });
  // No list of names is made: history is asked for at every bar.
  for (const name in options) {
    if (known.includes(name)) continue;
    throw new InvalidInputError("invalid_option", `${verb}: '${name}' is not one of its options`, {
      hint: suggestWord(name, known),
    });
  }
}
