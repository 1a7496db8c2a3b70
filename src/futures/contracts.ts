/** Looking a futures root up in the contract table. */

import { MONTH_CODES } from "../market/contract-symbol.ts";
import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { ContractSpec } from "./contract-spec.ts";
import { CONTRACT_TABLE } from "./contract-table.ts";

const SPECS: ReadonlyMap<string, ContractSpec> = new Map(CONTRACT_TABLE.map((spec) => [spec.root, spec]));

/** The row of a root (`ES`, not `ESZ24`); undefined when the table has none. */
export function contractSpec(root: string): ContractSpec | undefined {
  return SPECS.get(root);
}

/**
 * The row of a root.
 * @throws InvalidInputError `invalid_asset` when the table has none, naming the nearest root it has
 */
export function requireContractSpec(root: string): ContractSpec {
  const spec = SPECS.get(root);
  if (spec !== undefined) return spec;
  throw new InvalidInputError("invalid_asset", `Looking up the futures root '${root}': the contract table has none`, {
    hint: suggestRoot(root),
  });
}

/** A contract whose year has one digit: root, month letter, digit. */
const ONE_DIGIT_YEAR = new RegExp(`^([A-Z0-9]+)([${MONTH_CODES}])(\\d)$`);

/** A hint for a word that is no root: for `ESZ4` how a contract is written, else the nearest root and all of them. */
export function suggestRoot(word: string): string {
  const [, root = "", month = "", digit = ""] = ONE_DIGIT_YEAR.exec(word) ?? [];
  if (contractSpec(root) === undefined) return suggestWord(word, contractRoots());
  return `${word} comes back every ten years: write two digits of its year, such as ${root}${month}1${digit} or ${root}${month}2${digit}.`;
}

/** All roots of the table, by asset class, the best known first. */
export function contractRoots(): readonly string[] {
  return CONTRACT_TABLE.map((spec) => spec.root);
}

/** The smallest price step that held on a trade date (ISO); for the nearest contract where others trade more coarsely. */
export function tickSizeOn(spec: ContractSpec, tradeDate: string): number {
  const inForce = spec.tickHistory?.findLast(({ validFrom }) => validFrom === undefined || validFrom <= tradeDate);
  return inForce?.tickSize ?? spec.tickSize;
}
