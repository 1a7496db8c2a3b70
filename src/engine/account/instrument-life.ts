import type { PriceAdjustment } from "../../bars/price-adjustment.ts";
import { type Calendar, calendarFor } from "../../calendar/index.ts";
import { calendarNameOf } from "../../futures/asset-calendar.ts";
import { rollAdjustment } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { ContractRoll, CorporateAction, DataSource, InstrumentDetails, RunSpan } from "../../market/ports.ts";
import { expirationDate } from "./expiration.ts";
import { closeOfDate } from "./sessions.ts";

/** What happens to an instrument in its life, as its source tells it. */
export interface InstrumentLife {
  /** By which it trades. */
  readonly calendar: Calendar;
  /** Changes of the contract behind a continuous future, ascending. */
  readonly rolls: readonly ContractRoll[];
  /** True when the asset asks for adjusted prices and the source tells no rolls to adjust by. */
  readonly adjustmentUnknown: boolean;
  /** Last trading day, ISO; undefined when it has none or nobody knows. */
  readonly expiration: string | undefined;
  /** Close of the last session, epoch ms UTC; Infinity without an expiration. */
  readonly expiresAt: number;
  /** The exchange's settlement prices by trade date, as far as the source has them. */
  readonly settlements: ReadonlyMap<string, number>;
  /** Dividends, splits and the delisting of a stock, ascending. */
  readonly actions: readonly CorporateAction[];
}

/** The asset to ask a source for, so that it answers with prices as they traded: what fills and money use. */
export function unadjusted(asset: Asset, source: DataSource): Asset {
  return source.rolls === undefined ? asset : asset.withAdjustment("none");
}

/** By which sessions an asset trades: as its source says, else by its kind, else always. */
export function calendarOf(asset: Asset, details: InstrumentDetails | undefined): Calendar {
  return calendarFor(details?.calendar ?? calendarNameOf(asset) ?? "24/7");
}

/** Asks the source what happens to an asset from the first of its bars to the end of the run. */
export async function loadLife(
  asset: Asset,
  source: DataSource,
  bars: BarSeries,
  details: InstrumentDetails | undefined,
  run: RunSpan,
): Promise<InstrumentLife> {
  const span = { start: bars.time[0] ?? run.start, end: run.end };
  const calendar = calendarOf(asset, details);
  const expiration = expirationDate(asset, details?.expiration ?? bars.asset.expiration);
  const settlements = asset.isFuture ? ((await source.settlements?.(asset, span)) ?? []) : [];
  return {
    calendar,
    rolls: await rollsOf(asset, source, span),
    adjustmentUnknown: source.rolls === undefined && (asset.continuous?.adjust ?? "none") !== "none",
    expiration,
    expiresAt: expiration === undefined ? Number.POSITIVE_INFINITY : closeOfDate(calendar, expiration),
    actions: await actionsOf(asset, source, span),
    settlements: new Map(settlements.map(({ tradeDate, price }) => [tradeDate, price])),
  };
}

/**
 * How prices are to be shown once each roll is over, as the asset asks; empty when as they traded. Forward, the contract at `start` keeps its
 * prices: what is shown then depends neither on how far back a series reaches nor on how it comes in.
 */
export async function rollAdjustments(
  asset: Asset,
  source: DataSource,
  span: RunSpan,
  start: number,
): Promise<readonly PriceAdjustment[]> {
  const { adjust, direction } = asset.continuous ?? { adjust: "none", direction: "backward" };
  if (adjust === "none") return [];
  const rolls = await rollsOf(asset, source, span);
  return rolls.map((roll) => rollAdjustment(roll, adjust, roll.time <= start ? "backward" : direction));
}

/** What the company behind a stock did within a span, ascending. */
export async function actionsOf(asset: Asset, source: DataSource, span: RunSpan): Promise<readonly CorporateAction[]> {
  return asset.assetType === "stock" ? ((await source.corporateActions?.(asset, span)) ?? []) : [];
}

async function rollsOf(asset: Asset, source: DataSource, span: RunSpan): Promise<readonly ContractRoll[]> {
  return asset.continuous === undefined || source.rolls === undefined ? [] : source.rolls(asset, span);
}
