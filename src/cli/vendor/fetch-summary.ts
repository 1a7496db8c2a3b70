import { dirname } from "node:path";
import type { Bars } from "../../bars/bars.ts";
import { formatBarsCsv } from "../../bars/csv-write.ts";
import { messageOf } from "../../market/errors.ts";
import { formatInstant } from "../../market/time.ts";
import { parseTimestep } from "../../market/timestep.ts";
import {
  BarLoader,
  type CachedHistory,
  type FetchReport,
  type SeriesSpan,
  seriesName,
  wordsOf,
} from "../../sources/databento/index.ts";
import { symbolOf } from "../../sources/symbol-of.ts";
import { chunksWithin } from "../../store/series-index.ts";
import { findSessionGaps, type SessionGaps } from "./session-gaps.ts";
import type { AssetData } from "./vendor-data.ts";
import type { WantedData } from "./wanted-data.ts";

/** What of an asset is in the cache now, as plain data. */
export interface AssetSummary {
  readonly asset: string;
  /** Why not all of it was fetched. */
  readonly error: string | null;
  readonly hint: string | null;
  /** The vendor's symbols it is made of. */
  readonly symbols: readonly string[];
  /** Where their raw files lie: the folder that holds a folder for each. */
  readonly folder: string | null;
  /** Size of the raw files, as they came. */
  readonly bytes: number;
  /** Of bars; null for other schemas. */
  readonly rows: number | null;
  readonly first: string | null;
  readonly last: string | null;
  /** Size of a CSV of the same bars. */
  readonly csvBytes: number | null;
  readonly gaps: SessionGaps | null;
  /** Days whose data the vendor calls anything but available: `2024-03-05 (degraded)`. */
  readonly conditions: readonly string[];
}

/** An asset after its data was fetched: the bars, or why there are none. */
export interface FetchedAsset extends AssetData {
  /** Undefined for schemas other than bars. */
  readonly bars?: Bars | undefined;
}

/** Reads the bars of each asset from the cache. What one fails with is told with it: the others were paid for. */
export async function loadFetched(
  wanted: WantedData,
  assets: readonly AssetData[],
  history: CachedHistory,
  failures: FetchReport["failures"],
): Promise<readonly FetchedAsset[]> {
  const fetched: FetchedAsset[] = [];
  for (const data of assets) {
    const failed = data.spans.find((span) => failures.has(seriesName(span)));
    const failure = data.failure ?? (failed === undefined ? undefined : failures.get(seriesName(failed)));
    fetched.push(failure === undefined ? await withBars(wanted, data, history) : { ...data, failure });
  }
  return fetched;
}

async function withBars(wanted: WantedData, data: AssetData, history: CachedHistory): Promise<FetchedAsset> {
  try {
    return { ...data, bars: await loadBars(wanted, data, history) };
  } catch (failure) {
    return { ...data, failure };
  }
}

/** Looks at what the cache holds of each asset. Asks nothing. */
export async function summarize(
  wanted: WantedData,
  assets: readonly FetchedAsset[],
  history: CachedHistory,
): Promise<readonly AssetSummary[]> {
  const summaries: AssetSummary[] = [];
  for (const data of assets) summaries.push(await summarizeAsset(wanted, data, history));
  return summaries;
}

async function summarizeAsset(wanted: WantedData, data: FetchedAsset, history: CachedHistory): Promise<AssetSummary> {
  const { bars, failure } = data;
  const own = data.spans.filter(({ schema }) => schema === wanted.schema);
  const files = await filesOf(own, history);
  const [firstSpan] = own;
  return {
    asset: String(data.asset),
    error: failure === undefined ? null : messageOf(failure),
    hint: hintOf(failure),
    symbols: [...new Set(own.map(({ symbol }) => symbol))],
    folder: firstSpan === undefined ? null : dirname(history.cache.series(wordsOf(firstSpan)).folder),
    bytes: files.bytes,
    rows: bars?.length ?? null,
    first: instantText(bars?.time[0]),
    last: instantText(bars?.time.at(-1)),
    csvBytes: bars === undefined ? null : csvSize(bars),
    gaps: bars === undefined ? null : await gapsOf(bars, wanted, data, history),
    conditions: files.conditions,
  };
}

/** Undefined for schemas other than bars. */
async function loadBars(wanted: WantedData, { instrument }: AssetData, history: CachedHistory) {
  const { schema, start, end } = wanted;
  if (instrument === undefined || !schema.startsWith("ohlcv-")) return undefined;
  const step = parseTimestep(schema === "ohlcv-eod" ? "1d" : schema.slice("ohlcv-".length));
  return history.task(() => new BarLoader(history, start, false).load(instrument, step, { start, end }));
}

/** Raw files that overlap the spans, each once: their size, and the days that are not in order. */
async function filesOf(spans: readonly SeriesSpan[], history: CachedHistory) {
  const sizes = new Map<string, number>();
  const conditions = new Set<string>();
  for (const span of spans) {
    const index = await history.cache.series(wordsOf(span)).index();
    for (const { file, bytes } of chunksWithin(index, span)) sizes.set(`${seriesName(span)} ${file}`, bytes);
    for (const remark of await history.remarks(span, span)) conditions.add(remark);
  }
  return { bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), conditions: [...conditions].sort() };
}

/** Against the calendar, as far as the dataset reaches and a contract is listed. */
async function gapsOf(bars: Bars, wanted: WantedData, { instrument }: AssetData, history: CachedHistory) {
  if (instrument?.calendar === undefined) return null;
  const available = await history.answers.available(instrument.dataset, wanted.schema);
  const first = await new BarLoader(history, wanted.start, false).firstInstant(instrument, bars.timestep, wanted.start);
  const span = { start: Math.max(wanted.start, first), end: Math.min(wanted.end, available.end) };
  if (instrument.kind === "single" && instrument.contract !== undefined) {
    const lastDay = instrument.calendar.session(instrument.contract.expiration);
    if (lastDay !== undefined) span.end = Math.min(span.end, lastDay.close);
  }
  return findSessionGaps(bars.time, bars.timestep.milliseconds, instrument.calendar, span);
}

/** Rows that are written to tell the size of all. */
const CSV_SAMPLE = 50_000;

/** Size of the CSV that `saveBars` writes; of a long series told by three parts of it. */
function csvSize(bars: Bars): number {
  const size = (part: Bars) => {
    let bytes = 0;
    for (const text of formatBarsCsv(part, symbolOf(bars.asset))) bytes += Buffer.byteLength(text);
    return bytes;
  };
  if (bars.length <= 3 * CSV_SAMPLE) return size(bars);
  const starts = [0, Math.floor((bars.length - CSV_SAMPLE) / 2), bars.length - CSV_SAMPLE];
  const sampled = starts.reduce((sum, start) => sum + size(bars.slice(start, start + CSV_SAMPLE)), 0);
  return Math.round((sampled / (3 * CSV_SAMPLE)) * bars.length);
}

function instantText(time: number | undefined): string | null {
  return time === undefined ? null : formatInstant(time);
}

function hintOf(failure: unknown): string | null {
  const hint: unknown = failure instanceof Error && "hint" in failure ? failure.hint : undefined;
  return typeof hint === "string" ? hint : null;
}
