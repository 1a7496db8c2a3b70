/** Which symbol of a file means which asset. */

import type { Asset } from "../market/asset.ts";
import { type ContractSymbol, MONTH_CODES, parseContractSymbol } from "../market/contract-symbol.ts";

const SINGLE_DIGIT_YEAR = new RegExp(`^([A-Z0-9]{1,4}?)([${MONTH_CODES}])(\\d)$`);
const PAIR_SEPARATOR = /[/\-_.:]/g;

/**
 * Reads a contract symbol with a year of one, two or four digits. One digit names a contract in every decade; `year` is the year of
 * the data, and the contract meant is the first one from then on.
 */
export function readContractSymbol(symbol: string, year: number): ContractSymbol | undefined {
  const full = parseContractSymbol(symbol);
  if (full !== undefined) return full;
  const match = SINGLE_DIGIT_YEAR.exec(symbol);
  if (match === null) return undefined;
  const [, root = "", letter = "", digit = ""] = match;
  const ahead = (Number(digit) - (year % 10) + 10) % 10;
  return { root, month: MONTH_CODES.indexOf(letter) + 1, year: year + ahead };
}

/**
 * True when a symbol found in a file means this asset. Exact spelling always does; besides, a dated future is meant by its contract
 * symbol in any spelling (`ESZ3` `ESZ13` `ESZ2013`), a continuous future by its root or Databento's name for it (`ES.v.0`), a pair
 * by both halves (`BTCUSD` `BTC/USD`), an option by its OCC symbol. `year` is the year of the first bar.
 */
export function symbolMeans(symbol: string, asset: Asset, contract: ContractSymbol | undefined, year: number): boolean {
  switch (asset.assetType) {
    case "future":
      return symbol === asset.symbol || isContract(symbol, contract, year);
    case "continuous_future":
      return symbol === asset.symbol || symbol === databentoName(asset);
    case "forex":
    case "crypto":
      return symbol.replace(PAIR_SEPARATOR, "") === asset.symbol + asset.currency || symbol === asset.symbol;
    case "option":
      return symbol.replaceAll(" ", "") === occSymbol(asset);
    default:
      return symbol === asset.symbol;
  }
}

function isContract(symbol: string, wanted: ContractSymbol | undefined, year: number): boolean {
  const found = wanted === undefined ? undefined : readContractSymbol(symbol, year);
  return (
    found?.root === wanted?.root &&
    found?.month === wanted?.month &&
    found?.year === wanted?.year &&
    found !== undefined
  );
}

function databentoName(asset: Asset): string | undefined {
  const terms = asset.continuous;
  return terms === undefined || typeof terms.roll !== "string"
    ? undefined
    : `${asset.symbol}.${terms.roll}.${terms.rank}`;
}

/** Root, date as YYMMDD, C or P, strike in thousandths with eight digits, without blanks. */
export function occSymbol(asset: Asset): string {
  const date = (asset.expiration ?? "").replaceAll("-", "").slice(2);
  const strike = String(Math.round((asset.strike ?? 0) * 1000)).padStart(8, "0");
  return `${asset.symbol}${date}${asset.right === "put" ? "P" : "C"}${strike}`;
}
