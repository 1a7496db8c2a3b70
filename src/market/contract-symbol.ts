/** Contract symbols of futures as exchanges write them: root, month letter, year. `ESZ13` is ES of December 2013. */

/** Month letters, January to December. */
export const MONTH_CODES = "FGHJKMNQUVXZ";

export interface ContractSymbol {
  /** `ES`, `6E` */
  readonly root: string;
  /** 1 = January */
  readonly month: number;
  /** Four digits. */
  readonly year: number;
}

const CONTRACT_SYMBOL = new RegExp(`^([A-Z0-9]{1,4}?)([${MONTH_CODES}])(\\d{4}|\\d{2})$`);

/**
 * Reads `ESZ13` or `ESZ2013`; undefined for anything else. A single-digit year (`ESZ3`) names a contract in every decade, so it
 * is not read here.
 */
export function parseContractSymbol(symbol: string): ContractSymbol | undefined {
  const match = CONTRACT_SYMBOL.exec(symbol);
  if (match === null) return undefined;
  const [, root = "", letter = "", digits = ""] = match;
  // Two digits are read as 1970 to 2069, the POSIX convention moved by a year; no listed contract lies outside.
  const short = Number(digits);
  const year = digits.length === 4 ? short : short >= 70 ? 1900 + short : 2000 + short;
  return { root, month: MONTH_CODES.indexOf(letter) + 1, year };
}

/** Writes a contract symbol with a year of `yearDigits` digits: `ESZ3`, `ESZ13` or `ESZ2013`. */
export function formatContractSymbol(contract: ContractSymbol, yearDigits: 1 | 2 | 4): string {
  const year = String(contract.year).padStart(4, "0").slice(-yearDigits);
  return `${contract.root}${MONTH_CODES[contract.month - 1] ?? ""}${year}`;
}
