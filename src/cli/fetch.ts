import { dollars } from "../databento/index.ts";
import { DataMissingError } from "../market/errors.ts";
import { ExitCode } from "./exit-code.ts";
import { listenForInterruption } from "./interruption.ts";
import { maskSecrets } from "./mask-secrets.ts";
import type { ProcessControl } from "./program.ts";
import { DownloadProgress } from "./vendor/download-progress.ts";
import { loadFetched, summarize } from "./vendor/fetch-summary.ts";
import { type FetchOutcome, summaryText } from "./vendor/summary-text.ts";
import { type AssetData, findSeries, openVendorData, optionsOf, type VendorData } from "./vendor/vendor-data.ts";
import type { VendorFlags } from "./vendor/vendor-flags.ts";
import { readWantedData } from "./vendor/wanted-data.ts";

/**
 * `backlit fetch`: buys what the cache lacks, after its price was let through, and says what there is now. What is finished stays, whatever
 * happens, and is never bought again.
 * @returns the exit code
 */
export async function fetchData(
  names: readonly string[],
  flags: VendorFlags,
  control: ProcessControl,
): Promise<number> {
  const wanted = readWantedData(names, flags);
  const progress = new DownloadProgress();
  const interruption = listenForInterruption(control, (message) => {
    progress.clear();
    process.stderr.write(`${message}\n`);
  });
  const data = openVendorData({ ...optionsOf(flags), signal: interruption.signal });
  try {
    const assets = await findSeries(wanted, data.history, flags.dataset);
    const spans = assets.flatMap((asset) => asset.spans);
    const { failures } = await data.history.fetch(spans, flags.quiet ? {} : { onProgress: progress.update });
    progress.clear();
    if (interruption.signal.aborted) return tellInterrupted(data);
    const fetched = await loadFetched(wanted, assets, data.history, failures);
    const outcome = outcomeOf(data, await summarize(wanted, fetched, data.history));
    process.stdout.write(maskSecrets(flags.json ? `${JSON.stringify(outcome, null, 2)}\n` : summaryText(outcome)));
    return exitCodeOf(fetched);
  } catch (thrown) {
    if (interruption.signal.aborted) return tellInterrupted(data);
    throw thrown;
  } finally {
    progress.clear();
    interruption.stopListening();
    await data.history.close();
  }
}

function outcomeOf({ history, notes }: VendorData, assets: FetchOutcome["assets"]): FetchOutcome {
  const { purchases, spent } = history.costs;
  const simulated = history.isSimulated;
  return { simulated, paid: spent, purchases: purchases.length, assets, notes: notes.all([], 0) };
}

function tellInterrupted({ history }: VendorData): number {
  const { spent } = history.costs;
  process.stderr.write(
    `Interrupted. ${dollars(spent)} paid; what is finished is in the cache, the same command goes on from there.\n`,
  );
  return ExitCode.interrupted;
}

/** 3 when all that failed is data the vendor does not have. */
function exitCodeOf(assets: readonly AssetData[]): number {
  const failures = assets.flatMap(({ failure }) => failure ?? []);
  if (failures.length === 0) return ExitCode.ok;
  return failures.every((failure) => failure instanceof DataMissingError) ? ExitCode.dataMissing : ExitCode.failed;
}
