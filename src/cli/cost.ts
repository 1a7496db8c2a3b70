import { messageOf } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import { costTable, type PurchasePlan, seriesName } from "../sources/databento/index.ts";
import { ExitCode } from "./exit-code.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { type AssetData, findSeries, openVendorData, optionsOf } from "./vendor/vendor-data.ts";
import type { VendorFlags } from "./vendor/vendor-flags.ts";
import { readWantedData } from "./vendor/wanted-data.ts";

interface Failure {
  readonly what: string;
  readonly error: string;
}

/**
 * `backlit cost`: the price of what the cache lacks. Free; buys nothing.
 * @returns the exit code
 */
export async function tellCost(names: readonly string[], flags: VendorFlags): Promise<number> {
  const wanted = readWantedData(names, flags);
  const { history } = openVendorData(optionsOf(flags));
  try {
    const assets = await findSeries(wanted, history, flags.dataset);
    const plan = await history.plan(assets.flatMap(({ spans }) => spans));
    const failures = failuresOf(assets, plan);
    const marked = history.isSimulated ? "[SIMULATED]\n" : "";
    const text = flags.json ? planJson(plan, failures, history.isSimulated) : `${marked}${costTable(plan)}\n`;
    process.stdout.write(maskSecrets(text));
    for (const { what, error } of failures) process.stderr.write(maskSecrets(`error: ${what}: ${error}\n`));
    return failures.length === 0 ? ExitCode.ok : ExitCode.failed;
  } finally {
    await history.close();
  }
}

function failuresOf(assets: readonly AssetData[], { series }: PurchasePlan): readonly Failure[] {
  const unknown = assets.flatMap(({ asset, failure }) =>
    failure === undefined ? [] : [{ what: String(asset), error: messageOf(failure) }],
  );
  const unpriced = series.flatMap(({ key, failure }) =>
    failure === undefined ? [] : [{ what: seriesName(key), error: messageOf(failure) }],
  );
  return [...unknown, ...unpriced];
}

function planJson({ series, total, bytes }: PurchasePlan, failures: readonly Failure[], simulated: boolean): string {
  const rows = series.map(({ key, span, chunks, cachedShare }) => ({
    ...key,
    start: formatInstant(span.start),
    end: formatInstant(span.end),
    requests: chunks.length,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    cost: chunks.reduce((sum, { cost }) => sum + cost, 0),
    cachedShare,
  }));
  return `${JSON.stringify({ simulated, total, bytes, series: rows, failures }, null, 2)}\n`;
}
