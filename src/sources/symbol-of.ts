import type { Asset } from "../market/asset.ts";
import { formatContractSymbol } from "../market/contract-symbol.ts";
import { contractOfAsset } from "./contract-of-asset.ts";
import { occSymbol } from "./match-symbol.ts";

/** The symbol a file gives an asset, one that `FileBacktesting` finds it by. */
export function symbolOf(asset: Asset): string {
  const contract = contractOfAsset(asset);
  if (contract !== undefined) return formatContractSymbol(contract, 2);
  if (asset.assetType === "forex" || asset.assetType === "crypto") return asset.symbol + asset.currency;
  return asset.assetType === "option" ? occSymbol(asset) : asset.symbol;
}
