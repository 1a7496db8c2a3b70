import { contractSpec } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { InvalidInputError } from "../../market/errors.ts";
import type { MarginTerms } from "../../market/margin.ts";
import { nearestWord } from "../../market/nearest.ts";

/**
 * Refuses margins of a name that is no root and almost one of the run's assets: the figures of the table would be taken for that one, and
 * nobody would know. Names of other assets may stand there: one table serves many runs.
 * @throws InvalidInputError `invalid_option`
 */
export function checkMarginNames(margins: Readonly<Record<string, MarginTerms>>, assets: readonly Asset[]): void {
  const known = assets.filter(({ isFuture }) => isFuture).flatMap(({ key, symbol, root }) => [root, symbol, key]);
  for (const name of Object.keys(margins)) {
    if (known.includes(name) || contractSpec(name) !== undefined) continue;
    const nearest = nearestWord(name, known);
    if (nearest === undefined) continue;
    throw new InvalidInputError("invalid_option", `Setting the margins of the run: '${name}' is no future of it`, {
      hint: `Did you mean '${nearest}'? Margins are given by root or asset key: ${[...new Set(known)].join(", ")}.`,
    });
  }
}
