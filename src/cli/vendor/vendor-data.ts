import { simulatedService } from "../../run/simulated.ts";
import {
  BarLoader,
  type CachedHistory,
  type DataBentoOptions,
  DataNotes,
  openHistory,
  type SeriesSpan,
  type VendorInstrument,
  type VendorService,
  vendorInstrument,
} from "../../sources/databento/index.ts";
import { loadEnvironmentFile } from "../environment-file.ts";
import type { VendorFlags } from "./vendor-flags.ts";
import type { WantedData } from "./wanted-data.ts";

/** The vendor's data as the environment names it: the service, the cache, what came up on the way. */
export interface VendorData {
  readonly history: CachedHistory;
  readonly notes: DataNotes;
}

/**
 * Reads `.env` and the environment: Databento with `DATABENTO_API_KEY`, or a market made up in this process with
 * `DATA_SOURCE=simulated`.
 */
export function openVendorData(options: DataBentoOptions): VendorData {
  loadEnvironmentFile();
  const notes = new DataNotes();
  return { history: openHistory(options, (event) => notes.note(event), serviceOfEnvironment()), notes };
}

/** Undefined for the service of the key. */
function serviceOfEnvironment(): VendorService | undefined {
  return process.env["DATA_SOURCE"] === "simulated" ? simulatedService(0) : undefined;
}

/** The options of flags. */
export function optionsOf({ dataset, chunkMonths, maxCost, forceRefresh }: VendorFlags): DataBentoOptions {
  return {
    ...(dataset === undefined ? {} : { dataset }),
    ...(chunkMonths === undefined ? {} : { chunkMonths }),
    ...(maxCost === undefined ? {} : { maxCost }),
    ...(forceRefresh === undefined ? {} : { forceRefresh }),
  };
}

/** What of the vendor's serves an asset; or why that cannot be told. */
export interface AssetData {
  readonly asset: WantedData["assets"][number];
  readonly instrument?: VendorInstrument;
  readonly spans: readonly SeriesSpan[];
  readonly failure?: unknown;
}

/** The series that serve the assets. One that the vendor does not have does not stop the others. Free. */
export async function findSeries(
  { assets, schema, start, end }: WantedData,
  history: CachedHistory,
  dataset: string | undefined,
): Promise<readonly AssetData[]> {
  const loader = new BarLoader(history, start, false);
  return Promise.all(
    assets.map(async (asset) => {
      try {
        const instrument = vendorInstrument(asset, dataset);
        const own = await loader.needs(instrument, schema, { start, end });
        // A run over a part of the span begins or ends at any of the contracts.
        const definitions = schema.startsWith("ohlcv-") ? await loader.definitions(instrument, { start, end }) : [];
        return { asset, instrument, spans: [...own, ...definitions] };
      } catch (failure) {
        return { asset, spans: [], failure };
      }
    }),
  );
}
