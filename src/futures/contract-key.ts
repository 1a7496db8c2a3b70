import type { Asset } from "../market/asset.ts";
import { contractSpec } from "./contracts.ts";
import { contractByExpiration, contractName } from "./expiration.ts";

const KEYS = new WeakMap<Asset, string>();

/**
 * Identity of what is traded: the key of an asset, but one and the same for every way to write a dated future, `ESH24`, `ESH2024`, or
 * `ES` with the last trading day that the exchange's rule gives.
 */
export function contractKey(asset: Asset): string {
  const known = KEYS.get(asset);
  if (known !== undefined) return known;
  const key = keyOf(asset);
  KEYS.set(asset, key);
  return key;
}

function keyOf(asset: Asset): string {
  if (asset.assetType !== "future") return asset.key;
  const { symbol, expiration, contract } = asset;
  const listed = expiration !== undefined && contractSpec(symbol) !== undefined;
  const traded = contract ?? (listed ? contractByExpiration(symbol, expiration) : undefined);
  return traded === undefined ? asset.key : `future:${contractName(traded)}`;
}
