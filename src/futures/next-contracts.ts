/** Which contracts of a root come next. */

import { type ContractSymbol, MONTH_CODES } from "../market/contract-symbol.ts";
import { requireContractSpec } from "./contracts.ts";
import { expirationOf } from "./expiration.ts";
import { addMonths } from "./rule-days.ts";

/** A contract may trade for some months after the one in its name, as three-month rates do. */
const MONTHS_BACK = 5;

/**
 * The next `count` listed contracts of a root that trade on an ISO date or later, in the order of their months; the one whose last
 * trading day is that date is the first of them.
 * @throws InvalidInputError `invalid_asset` for a root the table has not
 */
export function nextContracts(root: string, isoDate: string, count: number): readonly ContractSymbol[] {
  const { listedMonths } = requireContractSpec(root);
  const found: ContractSymbol[] = [];
  const dated = { year: Number(isoDate.slice(0, 4)), month: Number(isoDate.slice(5, 7)) };
  for (let shift = -MONTHS_BACK; found.length < count; shift++) {
    const contract = { root, ...addMonths(dated, shift) };
    const isListed = listedMonths.includes(MONTH_CODES[contract.month - 1] ?? "-");
    if (isListed && expirationOf(contract) >= isoDate) found.push(contract);
  }
  return found;
}
