import { statSync } from "node:fs";
import { join } from "node:path";
import { CostLimitError, dollars } from "../../databento/index.ts";
import { type Adjustment, Asset } from "../../market/asset.ts";
import { DataMissingError, isBacklitError } from "../../market/errors.ts";
import { formatDate } from "../../market/time.ts";
import { parseTimestep, type Timestep } from "../../market/timestep.ts";
import { BarLoader, type CachedHistory, vendorInstrument } from "../../sources/databento/index.ts";
import { saveBars } from "../../sources/save-bars.ts";
import { symbolOf } from "../../sources/symbol-of.ts";
import { ExitCode } from "../exit-code.ts";
import { usageError } from "../usage-error.ts";
import { megabytes } from "../vendor/download-progress.ts";
import { openVendorData } from "../vendor/vendor-data.ts";
import type { VendorFlags } from "../vendor/vendor-flags.ts";
import { readWantedData, type WantedData } from "../vendor/wanted-data.ts";

export interface ExportFlags extends Omit<VendorFlags, "schema"> {
  readonly timestep: string;
  readonly format: "parquet" | "csv" | "feather";
  readonly adjust: Adjustment;
  readonly out: string;
}

interface ExportedFile {
  readonly asset: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * `backlit data export`: bars from the cache to files that other tools read. Buys nothing.
 * @returns the exit code
 */
export async function exportData(names: readonly string[], flags: ExportFlags): Promise<number> {
  const wanted = readWantedData(names, { ...flags, schema: "ohlcv-1m" });
  const step = readTimestep(flags.timestep);
  const { history } = openVendorData({
    maxCost: 0,
    ...(flags.dataset === undefined ? {} : { dataset: flags.dataset }),
  });
  try {
    const files: ExportedFile[] = [];
    for (const asset of wanted.assets) {
      const file = await exportAsset(withAdjustment(asset, flags.adjust), wanted, step, flags, history);
      files.push(file);
      if (!flags.json) process.stdout.write(`${file.path}  ${file.rows} rows, ${megabytes(file.bytes)} MB\n`);
    }
    if (flags.json) process.stdout.write(`${JSON.stringify({ simulated: history.isSimulated, files }, null, 2)}\n`);
    return ExitCode.ok;
  } finally {
    await history.close();
  }
}

async function exportAsset(
  asset: Asset,
  { start, end }: WantedData,
  step: Timestep,
  flags: ExportFlags,
  history: CachedHistory,
): Promise<ExportedFile> {
  const instrument = vendorInstrument(asset, flags.dataset);
  const loader = new BarLoader(history, start, false);
  const bars = await history
    .task(() => loader.load(instrument, step, { start, end }))
    .catch((thrown: unknown) => {
      throw thrown instanceof CostLimitError ? notCached(asset, thrown) : thrown;
    });
  const marks = [...(history.isSimulated ? ["SIMULATED"] : []), symbolOf(asset).replace(/[^\w.]/g, "-"), step.name];
  const adjusted = flags.adjust === "none" || asset.assetType !== "continuous_future" ? [] : [flags.adjust];
  const name = [...marks, ...adjusted, formatDate(start), formatDate(end)].join("-");
  const path = join(flags.out, `${name}.${flags.format}`);
  await saveBars(bars, path);
  return { asset: String(asset), path, rows: bars.length, bytes: statSync(path).size };
}

/** The same contract series with its prices adjusted; other assets as they are. */
function withAdjustment(asset: Asset, adjust: Adjustment): Asset {
  const { continuous, symbol } = asset;
  return continuous === undefined ? asset : Asset.continuousFuture(symbol, { ...continuous, adjust });
}

function notCached(asset: Asset, cause: CostLimitError): DataMissingError {
  return new DataMissingError(
    `Exporting ${asset}: the cache does not hold all of it, the rest would cost ${dollars(cause.cost)}`,
    { hint: "Run 'backlit fetch' with the same symbols and span first.", cause },
  );
}

function readTimestep(text: string): Timestep {
  try {
    return parseTimestep(text);
  } catch (thrown) {
    if (!isBacklitError(thrown)) throw thrown;
    throw usageError(`--timestep: ${thrown.message}`, thrown.hint);
  }
}
