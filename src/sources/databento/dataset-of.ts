/** Which dataset of the vendor carries an asset. Source of the codes: Databento's list of venues and datasets. */

import { contractSpec, suggestRoot } from "../../futures/index.ts";
import type { Asset } from "../../market/asset.ts";
import { DataMissingError } from "../../market/errors.ts";
import { suggestWord } from "../../market/nearest.ts";

/** The user's own choice: one dataset for everything, or one for each asset by its key (`stock:SPY`) or its root or symbol (`ES`). */
export type DatasetChoice = string | Readonly<Record<string, string>>;

const ICE = ["IFEU.IMPACT", "IFUS.IMPACT", "IFLL.IMPACT", "NDEX.IMPACT"] as const;

/** Dataset by venue, as traders and as the vendor write it. */
const OF_VENUE: Readonly<Record<string, string>> = {
  CME: "GLBX.MDP3",
  CBOT: "GLBX.MDP3",
  NYMEX: "GLBX.MDP3",
  COMEX: "GLBX.MDP3",
  GLOBEX: "GLBX.MDP3",
  GLBX: "GLBX.MDP3",
  XCME: "GLBX.MDP3",
  XCBT: "GLBX.MDP3",
  XNYM: "GLBX.MDP3",
  XCEC: "GLBX.MDP3",
  "ICE EUROPE": "IFEU.IMPACT",
  IFEU: "IFEU.IMPACT",
  "ICE US": "IFUS.IMPACT",
  NYBOT: "IFUS.IMPACT",
  IFUS: "IFUS.IMPACT",
  IFLL: "IFLL.IMPACT",
  LIFFE: "IFLL.IMPACT",
  ENDEX: "NDEX.IMPACT",
  NDEX: "NDEX.IMPACT",
  EUREX: "XEUR.EOBI",
  XEUR: "XEUR.EOBI",
  EEX: "XEEE.EOBI",
  XEEE: "XEEE.EOBI",
  CFE: "XCBF.PITCH",
  XCBF: "XCBF.PITCH",
  NASDAQ: "XNAS.ITCH",
  XNAS: "XNAS.ITCH",
  NYSE: "XNYS.PILLAR",
  XNYS: "XNYS.PILLAR",
  ARCA: "ARCX.PILLAR",
  ARCX: "ARCX.PILLAR",
  AMEX: "XASE.PILLAR",
  XASE: "XASE.PILLAR",
  BATS: "BATS.PITCH",
  IEX: "IEXG.TOPS",
  IEXG: "IEXG.TOPS",
  MEMX: "MEMX.MEMOIR",
  EQUS: "EQUS.MINI",
  OPRA: "OPRA.PILLAR",
};

/** Where no venue is given. Nasdaq's own feed has every US stock since 2018, with the trades of that venue. */
const OF_TYPE: Readonly<Record<string, string>> = { stock: "XNAS.ITCH", option: "OPRA.PILLAR" };

const CODE = /^[A-Z0-9]+\.[A-Z0-9]+$/;

/**
 * The dataset: the user's choice, else the asset's exchange (a venue, or a dataset's own code), else the contract table's, else that of
 * its type.
 * @throws DataMissingError naming the nearest venue or root when there is none
 */
export function datasetOf(asset: Asset, choice: DatasetChoice | undefined): string {
  const chosen = typeof choice === "string" ? choice : (choice?.[asset.key] ?? choice?.[asset.root]);
  if (chosen !== undefined) return chosen;
  const venue = asset.exchange?.trim().toUpperCase();
  if (venue !== undefined && CODE.test(venue)) return venue;
  const spec = asset.isFuture ? contractSpec(asset.root) : undefined;
  if (venue === "ICE" && spec === undefined) {
    throw noDataset(
      asset,
      `the exchange 'ICE' has several datasets`,
      `Give the dataset as exchange: ${ICE.join(", ")}.`,
    );
  }
  if (venue !== undefined && venue !== "ICE") {
    const dataset = OF_VENUE[venue];
    if (dataset !== undefined) return dataset;
    throw noDataset(asset, `the exchange '${asset.exchange}' is not known`, suggestWord(venue, Object.keys(OF_VENUE)));
  }
  const dataset = spec?.dataset ?? (asset.isFuture ? undefined : OF_TYPE[asset.assetType]);
  if (dataset !== undefined) return dataset;
  if (asset.isFuture) {
    const hint = `${suggestRoot(asset.root)} For another root give the asset its exchange, such as 'CME'.`;
    throw noDataset(asset, `the root '${asset.root}' is not in the contract table`, hint);
  }
  throw noDataset(asset, `Databento has no ${asset.assetType} data`, "It has futures, stocks and options.");
}

function noDataset(asset: Asset, found: string, hint: string): DataMissingError {
  return new DataMissingError(`Choosing the Databento dataset of ${asset}: ${found}`, { hint });
}
