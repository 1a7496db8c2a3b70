import type { Asset } from "../market/asset.ts";
import type { ContractSymbol } from "../market/contract-symbol.ts";

/** Roots whose contracts end in a month before the one they are named for, and by how many months. */
const MONTHS_AHEAD: ReadonlyMap<string, number> = new Map([
  ...["CL", "MCL", "QM", "NG", "MNG", "QG", "HO", "RB", "SB"].map((root) => [root, 1] as const),
  ...["BRN", "BZ"].map((root) => [root, 2] as const),
]);

/** The contract a dated future is: by its own symbol, or by its root and the month it expires in; undefined for other assets. */
export function contractOfAsset(asset: Asset): ContractSymbol | undefined {
  if (asset.contract !== undefined || asset.assetType !== "future" || asset.expiration === undefined)
    return asset.contract;
  const [year = 0, month = 0] = asset.expiration.split("-").map(Number);
  const months = year * 12 + (month - 1) + (MONTHS_AHEAD.get(asset.symbol) ?? 0);
  return { root: asset.symbol, month: (months % 12) + 1, year: Math.floor(months / 12) };
}
