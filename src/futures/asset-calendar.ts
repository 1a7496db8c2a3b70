/** Which exchange's hours an asset keeps. */

import { knownCalendarName } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import { contractSpec } from "./contracts.ts";

/**
 * Name of the calendar an asset trades by, as `calendarFor` takes it: that of its root in the contract table, of its `exchange` where a
 * calendar has that name, else of its type; undefined where none of them says.
 */
export function calendarNameOf(asset: Asset): string | undefined {
  switch (asset.assetType) {
    case "stock":
    case "option":
      return calendarOfExchange(asset) ?? "XNYS";
    case "forex":
      return "24/5";
    case "crypto":
      return "24/7";
    case "future":
    case "continuous_future":
      return contractSpec(asset.root)?.calendar ?? calendarOfExchange(asset);
    default:
      return calendarOfExchange(asset);
  }
}

function calendarOfExchange({ exchange }: Asset): string | undefined {
  return exchange === undefined ? undefined : knownCalendarName(exchange);
}
