import type { Asset } from "../market/asset.ts";
import type { Timestep } from "../market/timestep.ts";

/** Identity of a series that comes in by a stream: as it trades, however its rolls are shown. */
export function seriesKey(asset: Asset, timestep: Timestep): string {
  return `${asset.withAdjustment("none").key} ${timestep.name}`;
}
