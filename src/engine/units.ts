import type { Asset } from "../market/asset.ts";

/** How finely the engine itself counts a quantity: whole shares and contracts, hundred-millionths of a coin or a currency. */
export function stepsPerUnit(asset: Asset): number {
  return asset.assetType === "crypto" || asset.assetType === "forex" ? 1e8 : 1;
}
