import { messageOf } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import { type CachedHistory, costTable, type PurchasePlan, seriesName } from "../sources/databento/index.ts";
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
  const { history, notes } = openVendorData(optionsOf(flags));
  try {
    const assets = await findSeries(wanted, history, flags.dataset);
    const plan = await history.plan(assets.flatMap(({ spans }) => spans));
    const failures = [...failuresOf(assets, plan), ...(await emptyOnes(assets, plan, history))];
    const told = { failures, notes: notes.all([], 0), simulated: history.isSimulated };
    process.stdout.write(maskSecrets(flags.json ? planJson(plan, told) : planText(plan, told)));
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

/** Assets the vendor has nothing of: $0 is no price of theirs. */
async function emptyOnes(
  assets: readonly AssetData[],
  { series }: PurchasePlan,
  history: CachedHistory,
): Promise<readonly Failure[]> {
  const counted = new Set(
    series
      .filter(({ chunks, failure }) => chunks.length > 0 || failure !== undefined)
      .map(({ key }) => seriesName(key)),
  );
  const empty: Failure[] = [];
  for (const { asset, spans, failure } of assets) {
    if (failure !== undefined || spans.some((span) => counted.has(seriesName(span)))) continue;
    const held = await Promise.all(spans.map((span) => history.holdsAny(span, span)));
    if (!held.includes(true)) empty.push({ what: String(asset), error: "there is nothing of it in this span" });
  }
  return empty;
}

interface Told {
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
  readonly simulated: boolean;
}

function planText(plan: PurchasePlan, { notes, simulated }: Told): string {
  const marked = simulated ? ["[SIMULATED]"] : [];
  return `${[...marked, costTable(plan), ...notes.map((note) => `! ${note}`)].join("\n")}\n`;
}

function planJson({ series, total, bytes }: PurchasePlan, { failures, notes, simulated }: Told): string {
  const rows = series.map(({ key, span, chunks, cachedShare }) => ({
    ...key,
    start: formatInstant(span.start),
    end: formatInstant(span.end),
    requests: chunks.length,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    cost: chunks.reduce((sum, { cost }) => sum + cost, 0),
    cachedShare,
  }));
  return `${JSON.stringify({ simulated, total, bytes, series: rows, notes, failures }, null, 2)}\n`;
}
