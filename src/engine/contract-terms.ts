import { type ContractSpec, contractRoots, contractSpec } from "../futures/index.ts";
import type { Asset } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import { nearestWord } from "../market/nearest.ts";
import type { InstrumentDetails } from "../market/ports.ts";

/** The facts about an asset that money and orders need. */
export interface ContractTerms {
  /** Money per 1.0 of price and unit, in `currency`. */
  readonly multiplier: number;
  /** Undefined when prices have no known grid. */
  readonly tickSize: number | undefined;
  /** Currency of the price. */
  readonly currency: string;
  /** Sentences on facts that two sources give differently. */
  readonly clashes: readonly string[];
}

/**
 * Multiplier, tick and currency: the strategy's own asset first, then the bars' asset, then the source's definition, then the contract
 * table. Where one that was passed over says something else, the clash is told.
 * @throws InvalidInputError `invalid_asset` when nobody knows the multiplier
 */
export function contractTerms(asset: Asset, held: Asset, details: InstrumentDetails | undefined): ContractTerms {
  const spec = asset.isFuture ? contractSpec(asset.root) : undefined;
  const multipliers = known([
    ["the asset", asset.multiplier],
    ["the bars", held.multiplier],
    ["the data source", details?.multiplier],
    ["the contract table", spec?.pointValue],
  ]);
  const ticks = known([
    ["the asset", asset.tickSize],
    ["the bars", held.tickSize],
    ["the data source", details?.tickSize],
    ["the contract table", tableTick(spec, asset.tickSize ?? held.tickSize ?? details?.tickSize)],
  ]);
  const multiplier = multipliers[0]?.[1];
  if (multiplier === undefined) {
    throw multiplierUnknown(asset);
  }
  return {
    multiplier,
    tickSize: ticks[0]?.[1],
    currency: currencyOf(asset, held, details, spec),
    clashes: [...clashOf("multiplier", multipliers), ...clashOf("tick size", ticks)],
  };
}

function multiplierUnknown(asset: Asset): InvalidInputError {
  const { symbol, assetType, expiration, root } = asset;
  const expires = expiration === undefined ? "" : ` expiration: "${expiration}",`;
  const given = `new Asset({ symbol: "${symbol}", assetType: "${assetType}",${expires} multiplier: 10, tickSize: 0.5 })`;
  const nearest = nearestWord(root, contractRoots());
  const meant = nearest === undefined ? "" : ` Or was '${nearest}' meant?`;
  return new InvalidInputError(
    "invalid_asset",
    `Bringing ${asset} into the run: its multiplier is not known, and the contract table has no '${root}'`,
    { hint: `Give the money one point is worth, and the tick: ${given}.${meant}` },
  );
}

type Known = readonly [who: string, value: number];

function known(values: readonly (readonly [string, number | undefined])[]): readonly Known[] {
  return values.filter((entry): entry is Known => entry[1] !== undefined);
}

function clashOf(fact: string, [used, ...others]: readonly Known[]): string[] {
  if (used === undefined) return [];
  return others
    .filter(([, value]) => value !== used[1])
    .map(([who, value]) => `its ${fact} is ${used[1]} by ${used[0]} and ${value} by ${who}; ${used[1]} is used`);
}

/** What another asset of the same identity says of an instrument that is in the run already. */
export function clashesWith({ multiplier, tickSize }: Asset, terms: ContractTerms): readonly string[] {
  const inRun = "the asset that came into the run first";
  const against = (fact: string, used: number | undefined, told: number | undefined) =>
    clashOf(
      fact,
      known([
        [inRun, used],
        ["another of the same identity", told],
      ]),
    );
  return [...against("multiplier", terms.multiplier, multiplier), ...against("tick size", terms.tickSize, tickSize)];
}

/** The table's tick, in the past where that is what another one says. */
function tableTick(spec: ContractSpec | undefined, told: number | undefined): number | undefined {
  const past = spec?.tickHistory?.find(({ tickSize }) => tickSize === told);
  return past?.tickSize ?? (told !== undefined && told === spec?.deferredTickSize ? told : spec?.tickSize);
}

/** The currency of an asset's price as far as it and the contract table know. */
function currencyOfAsset(asset: Asset): string {
  return currencyOf(asset, asset, undefined, asset.isFuture ? contractSpec(asset.root) : undefined);
}

/** An asset says USD when it was not asked, so others that say something else are believed. */
function currencyOf(
  asset: Asset,
  held: Asset,
  details: InstrumentDetails | undefined,
  spec: ContractSpec | undefined,
): string {
  const told = [asset.currency, held.currency, details?.currency, spec?.currency];
  return told.find((currency) => currency !== undefined && currency !== "USD") ?? "USD";
}

/** The currency all assets are priced in; USD when they differ or there are none. */
export function sharedCurrency(assets: readonly Asset[]): string {
  const currencies = new Set(assets.map(currencyOfAsset));
  const [first] = currencies;
  return currencies.size === 1 && first !== undefined ? first : "USD";
}
