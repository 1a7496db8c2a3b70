import { contractByExpiration, contractSpec, expirationOf } from "../futures/index.ts";
import type { Asset } from "../market/asset.ts";
import { type ContractSymbol, MONTH_CODES } from "../market/contract-symbol.ts";
import { DAY } from "../market/time.ts";

/** How far a given expiration may lie from the exchange's own: holidays move it, tables differ by a day or two. */
const TOLERANCE = 10 * DAY;

/**
 * The contract a dated future is: by its own symbol, else by its root and expiration, as the exchange's rule has it or near to it;
 * for a root that is not in the contract table, the contract of the month it expires in. Undefined for other assets.
 */
export function contractOfAsset(asset: Asset): ContractSymbol | undefined {
  if (asset.contract !== undefined || asset.assetType !== "future" || asset.expiration === undefined)
    return asset.contract;
  const { symbol: root, expiration } = asset;
  const dated = { root, month: Number(expiration.slice(5, 7)), year: Number(expiration.slice(0, 4)) };
  if (contractSpec(root) === undefined) return dated;
  return contractByExpiration(root, expiration) ?? nearestContract(dated, Date.parse(expiration));
}

function nearestContract(dated: ContractSymbol, expiration: number): ContractSymbol | undefined {
  const listed = contractSpec(dated.root)?.listedMonths ?? MONTH_CODES;
  let nearest: ContractSymbol | undefined;
  let least = TOLERANCE;
  for (let shift = -3; shift <= 3; shift++) {
    const months = dated.year * 12 + dated.month - 1 + shift;
    const contract = { root: dated.root, month: (months % 12) + 1, year: Math.floor(months / 12) };
    if (!listed.includes(MONTH_CODES[contract.month - 1] ?? "?")) continue;
    const distance = Math.abs(Date.parse(expirationOf(contract)) - expiration);
    if (distance > least) continue;
    nearest = contract;
    least = distance;
  }
  return nearest;
}
