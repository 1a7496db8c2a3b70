/** How the venues of the vendor write an asset. Source: Databento, symbology and the venues' own conventions. */

import { contractSpec, expirationOf } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { type ContractSymbol, formatContractSymbol, MONTH_CODES } from "../../market/contract-symbol.ts";
import { DataMissingError } from "../../market/errors.ts";
import { formatDate } from "../../market/time.ts";
import { occSymbol } from "../match-symbol.ts";

/** Feeds of the NYSE family write classes with a blank (`BRK B`), everybody else with a point (`BRK.B`). */
const NYSE_FAMILY = /^(XNYS|ARCX|XASE|XCHI|XCIS)\./;
const ICE_FAMILY = /^(IFEU|IFUS|IFLL|NDEX)\./;
/** Eurex names the settlement in the symbol: bonds are delivered, the rest is paid in cash. */
const EUREX_DELIVERED = ["FGBL", "FGBM", "FGBS", "FGBX", "FOAT", "FBTP", "FBTS", "CONF"];
const MOST_ICE_LETTERS = 3;
const OCC_ROOT_WIDTH = 6;

/**
 * A dated contract as its venue writes it: `ESZ4` (a one-digit year, which comes back every ten years), `BRN FMZ0024!`, `VX/Z4`,
 * `FDAX SI 20241220 CS`.
 * @param expiration last trading day, ISO
 */
export function contractRawSymbol(dataset: string, contract: ContractSymbol, expiration: string): string {
  const { root, month, year } = contract;
  const letter = MONTH_CODES[month - 1] ?? "?";
  const twoDigits = String(year % 100).padStart(2, "0");
  if (ICE_FAMILY.test(dataset)) return `${root.padEnd(MOST_ICE_LETTERS)} FM${letter}00${twoDigits}!`;
  if (dataset.startsWith("XCBF.")) return `${root}/${letter}${year % 10}`;
  if (dataset.endsWith(".EOBI")) {
    const settlement = EUREX_DELIVERED.includes(root) ? "PS" : "CS";
    return `${root} SI ${expiration.replaceAll("-", "")} ${settlement}`;
  }
  return formatContractSymbol(contract, 1);
}

/** `AAPL`; `BRK.B` or `BRK B`, as the venue writes it. */
export function stockRawSymbol(dataset: string, asset: Asset): string {
  return NYSE_FAMILY.test(dataset) ? asset.symbol.replace(".", " ") : asset.symbol;
}

/**
 * The 21 characters of the options clearing house: root in six, date, right, strike in thousandths.
 * @throws DataMissingError for options of another venue, which have no common form
 */
export function optionRawSymbol(dataset: string, asset: Asset): string {
  if (!dataset.startsWith("OPRA.")) {
    throw new DataMissingError(`Naming ${asset} in ${dataset}: options of futures have no common form of symbol`, {
      hint: "Options of stocks are found by root, expiration, strike and right.",
    });
  }
  return asset.symbol.padEnd(OCC_ROOT_WIDTH) + occSymbol(asset).slice(asset.symbol.length);
}

/** Reads a contract as GLBX, ICE, CFE or Eurex write it on a UTC day, which decides the decade. Undefined for spreads and others. */
export function readContractRawSymbol(rawSymbol: string, root: string, day: number): ContractSymbol | undefined {
  const own = rawSymbol.startsWith(root) ? rawSymbol.slice(root.length).trim() : "";
  const ice = /^FM([FGHJKMNQUVXZ])00(\d\d)!$/.exec(own);
  if (ice !== null) return { root, month: monthOf(ice[1]), year: 2000 + Number(ice[2]) };
  const eurex = /^SI (\d{4})(\d\d)\d\d (CS|PS)$/.exec(own);
  if (eurex !== null) return { root, month: Number(eurex[2]), year: Number(eurex[1]) };
  const plain = /^\/?([FGHJKMNQUVXZ])(\d{1,2})$/.exec(own);
  if (plain === null) return undefined;
  const [, letter, digits = ""] = plain;
  const month = monthOf(letter);
  if (digits.length === 2) return { root, month, year: 2000 + Number(digits) };
  return firstAlive(root, month, Number(digits), day);
}

/** The first contract of a month and a last digit of the year that has not ended on a day. */
function firstAlive(root: string, month: number, digit: number, day: number): ContractSymbol | undefined {
  const today = formatDate(day);
  // Three-month rates end months after the month in their name: the year before may still be alive.
  const first = new Date(day).getUTCFullYear() - 1;
  for (let year = first; year <= first + 11; year++) {
    if (year % 10 === digit && lastTradingDayOf({ root, month, year }) >= today) return { root, month, year };
  }
  return undefined;
}

/** Last trading day, ISO: by the contract table; for a root or month it lacks, the last day of the contract's month. */
export function lastTradingDayOf(contract: ContractSymbol): string {
  const letter = MONTH_CODES[contract.month - 1] ?? "?";
  const isListed = contractSpec(contract.root)?.listedMonths.includes(letter) === true;
  return isListed ? expirationOf(contract) : formatDate(Date.UTC(contract.year, contract.month, 0));
}

function monthOf(letter: string | undefined): number {
  return MONTH_CODES.indexOf(letter ?? "?") + 1;
}
