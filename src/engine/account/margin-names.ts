import { contractSpec } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { InvalidInputError } from "../../market/errors.ts";
import type { MarginTerms } from "../../market/margin.ts";
import { nearestWord } from "../../market/nearest.ts";

/**
 * Refuses margins of a name that is no root and almost a future of the run whose margin is not given: figures of the table would be taken
 * for that one, and nobody would know. Names of other assets may stand there: one table serves many runs.
 * @throws InvalidInputError `invalid_option`
 */
export function checkMarginNames(margins: Readonly<Record<string, MarginTerms>>, assets: readonly Asset[]): void {
  const names = assets.filter(({ isFuture }) => isFuture).map(({ key, symbol, root }) => [root, symbol, key]);
  const lacking = names.filter((known) => !known.some((name) => name in margins)).flat();
  for (const name of Object.keys(margins)) {
    const nearest = contractSpec(name) === undefined ? nearestWord(name, lacking) : undefined;
    if (nearest === undefined || names.flat().includes(name)) continue;
    throw new InvalidInputError("invalid_option", `Setting the margins of the run: '${name}' is no future of it`, {
      hint: `Did you mean '${nearest}'? Margins are given by root or asset key: ${[...new Set(names.flat())].join(", ")}.`,
    });
  }
}
