/** When contracts end: the exchange's rule of each root, worked out on its business days. */

import {
  type ContractSymbol,
  formatContractSymbol,
  MONTH_CODES,
  parseContractSymbol,
} from "../market/contract-symbol.ts";
import { InvalidInputError } from "../market/errors.ts";
import { businessDaysOf } from "./business-days.ts";
import type { ContractSpec } from "./contract-spec.ts";
import { requireContractSpec } from "./contracts.ts";
import { addMonths, type ContractMonth, dayByRule } from "./rule-days.ts";

/** A contract as root, month and year, or written: `ESZ13`, `ESZ2013`. */
export type ContractLike = ContractSymbol | string;

/**
 * Last trading day of a contract, ISO, on the exchange's clock. Outside the years its calendar covers every weekday counts as a
 * business day but New Year's Day and Christmas, so the answer may be a day or two off there.
 * @throws InvalidInputError `invalid_asset` for text that is no contract, a root the table has not, a month it does not list
 */
export function expirationOf(contract: ContractLike): string {
  const { spec, month } = resolveContract(contract);
  return lastTradingDay(spec, month);
}

/**
 * First notice day, ISO: from that day on a holder may be handed the goods. Undefined where the contract settles in cash or stops
 * trading before notices begin.
 * @throws InvalidInputError as `expirationOf`
 */
export function firstNoticeOf(contract: ContractLike): string | undefined {
  const { spec, month } = resolveContract(contract);
  return spec.firstNotice === undefined ? undefined : dayOfRule(spec, spec.firstNotice, month);
}

/**
 * The contract of a root whose last trading day is that date (ISO); undefined when none ends then.
 * @throws InvalidInputError `invalid_asset` for a root the table has not
 */
export function contractByExpiration(root: string, isoDate: string): ContractSymbol | undefined {
  const spec = requireContractSpec(root);
  const dated = { year: Number(isoDate.slice(0, 4)), month: Number(isoDate.slice(5, 7)) };
  // Energy ends before its month, three-month rates after it: three months either way reach them all.
  for (let shift = -3; shift <= 3; shift++) {
    const month = addMonths(dated, shift);
    if (isListed(spec, month.month) && lastTradingDay(spec, month) === isoDate) return { root, ...month };
  }
  return undefined;
}

/** The usual spelling of a contract: `ESZ13`. */
export function contractName(contract: ContractSymbol): string {
  return formatContractSymbol(contract, 2);
}

function lastTradingDay(spec: ContractSpec, month: ContractMonth): string {
  return dayOfRule(spec, spec.lastTradingDay, month);
}

function dayOfRule(spec: ContractSpec, rule: ContractSpec["lastTradingDay"], month: ContractMonth): string {
  if (rule.kind !== "relative") return dayByRule(rule, month, businessDaysOf(spec.calendar));
  const followed = lastTradingDay(requireContractSpec(rule.root), month);
  return businessDaysOf(spec.calendar).add(followed, rule.businessDays);
}

function resolveContract(contract: ContractLike): { readonly spec: ContractSpec; readonly month: ContractMonth } {
  const parsed = typeof contract === "string" ? parseContractSymbol(contract) : contract;
  if (parsed === undefined) {
    throw new InvalidInputError("invalid_asset", `Reading the contract '${contract}': expected root, month and year`, {
      hint: "Write for example 'ESZ24': the root, a month letter of FGHJKMNQUVXZ and the year.",
    });
  }
  const spec = requireContractSpec(parsed.root);
  if (!isListed(spec, parsed.month)) {
    throw new InvalidInputError(
      "invalid_asset",
      `Reading the contract '${contractName(parsed)}': ${spec.root} has no such month`,
      { hint: `Its months are ${spec.listedMonths}.` },
    );
  }
  return { spec, month: { year: parsed.year, month: parsed.month } };
}

function isListed(spec: ContractSpec, month: number): boolean {
  const letter = MONTH_CODES[month - 1];
  return letter !== undefined && spec.listedMonths.includes(letter);
}
