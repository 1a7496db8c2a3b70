/** Which exchange's hours an asset keeps. */

import type { Asset } from "../market/asset.ts";
import { contractSpec } from "./contracts.ts";

/** Name of the calendar an asset trades by, as `calendarFor` takes it; undefined for a future whose root is not in the contract table. */
export function calendarNameOf(asset: Asset): string | undefined {
  switch (asset.assetType) {
    case "stock":
    case "option":
      return "XNYS";
    case "forex":
      return "24/5";
    case "crypto":
      return "24/7";
    case "future":
    case "continuous_future":
      return contractSpec(asset.root)?.calendar;
    default:
      return undefined;
  }
}
