/** An asset in the vendor's terms. */

import { type Calendar, calendarFor } from "../../calendar/index.ts";
import { contractSpec } from "../../futures/index.ts";
import type { Asset, ContinuousTerms } from "../../market/asset.ts";
import type { ContractSymbol } from "../../market/contract-symbol.ts";
import { DataMissingError } from "../../market/errors.ts";
import { contractOfAsset } from "../contract-of-asset.ts";
import { type DatasetChoice, datasetOf } from "./dataset-of.ts";
import { contractRawSymbol, lastTradingDayOf, optionRawSymbol, stockRawSymbol } from "./raw-symbol.ts";

interface Common {
  readonly asset: Asset;
  readonly dataset: string;
  /** Undefined where the root is not in the contract table: then days are UTC days. */
  readonly calendar: Calendar | undefined;
}

/** Something the vendor has under one symbol. */
export interface SingleInstrument extends Common {
  readonly kind: "single";
  readonly symbol: string;
  /** Of a future. */
  readonly contract?: DatedContract;
}

/** A series of contracts. */
export interface ContinuousInstrument extends Common {
  readonly kind: "continuous";
  readonly root: string;
  readonly terms: Readonly<Required<ContinuousTerms>>;
}

export type VendorInstrument = SingleInstrument | ContinuousInstrument;

/** A contract with its last trading day, ISO. */
export interface DatedContract {
  readonly contract: ContractSymbol;
  readonly expiration: string;
}

/** @throws DataMissingError for an asset the vendor cannot have, naming the nearest it can */
export function vendorInstrument(asset: Asset, choice: DatasetChoice | undefined): VendorInstrument {
  const dataset = datasetOf(asset, choice);
  const common = { asset, dataset, calendar: calendarOf(asset) };
  switch (asset.assetType) {
    case "continuous_future": {
      const terms = asset.continuous;
      if (terms !== undefined) return { ...common, kind: "continuous", root: asset.symbol, terms };
      break;
    }
    case "future": {
      const dated = datedContract(asset);
      const symbol = contractRawSymbol(dataset, dated.contract, dated.expiration);
      return { ...common, kind: "single", symbol, contract: dated };
    }
    case "option":
      return { ...common, kind: "single", symbol: optionRawSymbol(dataset, asset) };
    case "stock":
      return { ...common, kind: "single", symbol: stockRawSymbol(dataset, asset) };
    default:
      break;
  }
  return { ...common, kind: "single", symbol: asset.symbol };
}

/** One contract of a continuous future. */
export function contractInstrument(of: ContinuousInstrument, contract: ContractSymbol): SingleInstrument {
  const { asset, dataset, calendar } = of;
  const dated = { contract, expiration: lastTradingDayOf(contract) };
  const symbol = contractRawSymbol(dataset, contract, dated.expiration);
  return { kind: "single", asset, dataset, calendar, symbol, contract: dated };
}

function datedContract(asset: Asset): DatedContract {
  const contract = contractOfAsset(asset);
  if (contract === undefined) {
    throw new DataMissingError(
      `Naming ${asset} for Databento: no contract of ${asset.root} ends near ${asset.expiration}`,
      {
        hint: `Name it by its month instead, such as Asset.future("${asset.root}Z24").`,
      },
    );
  }
  return { contract, expiration: asset.expiration ?? lastTradingDayOf(contract) };
}

function calendarOf(asset: Asset): Calendar | undefined {
  if (asset.assetType === "stock" || asset.assetType === "option") return calendarFor("XNYS");
  const name = asset.isFuture ? contractSpec(asset.root)?.calendar : undefined;
  return name === undefined ? undefined : calendarFor(name);
}
