import type { PriceAdjustment } from "../../bars/price-adjustment.ts";
import { rollAdjustment } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { ContractRoll, DataSource, RunSpan } from "../../market/ports.ts";

/** What happens to an instrument in its life, as its source tells it. */
export interface InstrumentLife {
  /** Changes of the contract behind a continuous future, ascending. */
  readonly rolls: readonly ContractRoll[];
  /** True when the asset asks for adjusted prices and the source tells no rolls to adjust by. */
  readonly adjustmentUnknown: boolean;
}

export const UNEVENTFUL: InstrumentLife = Object.freeze({ rolls: [], adjustmentUnknown: false });

/** The asset to ask a source for, so that it answers with prices as they traded: what fills and money use. */
export function unadjusted(asset: Asset, source: DataSource): Asset {
  const terms = asset.continuous;
  return terms === undefined || terms.adjust === "none" || source.rolls === undefined
    ? asset
    : asset.withAdjustment("none");
}

/** Asks the source what happens to an asset from the first bar held to the end of the run. */
export async function loadLife(
  asset: Asset,
  source: DataSource,
  bars: BarSeries,
  span: RunSpan,
): Promise<InstrumentLife> {
  if (asset.continuous === undefined) return UNEVENTFUL;
  if (source.rolls === undefined) return { rolls: [], adjustmentUnknown: asset.continuous.adjust !== "none" };
  const rolls = await source.rolls(asset, { start: bars.time[0] ?? span.start, end: span.end });
  return { rolls, adjustmentUnknown: false };
}

/** How prices of the past are to be shown once each roll is over, as the asset asks; empty when as they traded. */
export function adjustmentsOf(asset: Asset, life: InstrumentLife): readonly PriceAdjustment[] {
  const terms = asset.continuous;
  if (terms === undefined || terms.adjust === "none") return [];
  const { adjust, direction } = terms;
  return life.rolls.map((roll) => rollAdjustment(roll, adjust, direction));
}
