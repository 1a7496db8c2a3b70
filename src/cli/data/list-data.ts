import { dollars, totalCost } from "../../databento/index.ts";
import { formatInstant } from "../../market/time.ts";
import { cacheFolderOf, type Purchase } from "../../sources/databento/index.ts";
import { mergeSpans } from "../../store/coverage.ts";
import { DataCache } from "../../store/data-cache.ts";
import { readJsonLines } from "../../store/json-lines.ts";
import { ExitCode } from "../exit-code.ts";
import { megabytes } from "../vendor/download-progress.ts";
import { type CachedSeries, findCachedSeries, type SeriesFilter } from "./cached-series.ts";

/** A series as `data ls` tells it. */
interface ListedSeries {
  readonly simulated: boolean;
  readonly dataset: string;
  readonly schema: string;
  readonly symbol: string;
  /** What it holds, ascending; ISO text, ends exclusive. */
  readonly spans: readonly { readonly start: string; readonly end: string }[];
  readonly files: number;
  /** Raw files, and the columns beside them. */
  readonly bytes: number;
  readonly columnBytes: number;
  readonly folder: string;
}

/** `backlit data ls`: what the cache holds. @returns the exit code */
export async function listData(filter: SeriesFilter, json: boolean): Promise<number> {
  const listed = await Promise.all((await findCachedSeries(filter)).map(describe));
  const paid = await paidSoFar();
  process.stdout.write(
    json
      ? `${JSON.stringify({ series: listed, paid }, null, 2)}\n`
      : tableText(listed, `${dollars(paid)} paid for real data so far`),
  );
  return ExitCode.ok;
}

async function describe({ key, store, simulated }: CachedSeries): Promise<ListedSeries> {
  const { chunks } = await store.index();
  const files = new Map(chunks.map((chunk) => [chunk.file, chunk]));
  const sum = (sizeOf: (chunk: (typeof chunks)[number]) => number) =>
    [...files.values()].reduce((total, chunk) => total + sizeOf(chunk), 0);
  const { dataset, schema, symbol } = key;
  return {
    simulated,
    dataset,
    schema,
    symbol,
    spans: mergeSpans(chunks).map(({ start, end }) => ({ start: formatInstant(start), end: formatInstant(end) })),
    files: files.size,
    bytes: sum(({ bytes }) => bytes),
    columnBytes: sum(({ columns }) => columns?.bytes ?? 0),
    folder: store.folder,
  };
}

/** What was paid for real data, by the books of the cache. */
async function paidSoFar(): Promise<number> {
  const { costsFile } = new DataCache(cacheFolderOf({}));
  const lines = (await readJsonLines(costsFile)) as readonly Partial<Purchase>[];
  return totalCost(lines.map(({ cost }) => cost ?? 0));
}

function tableText(listed: readonly ListedSeries[], paid: string): string {
  if (listed.length === 0) return `nothing in the cache\n${paid}\n`;
  const rows = listed.map(({ dataset, schema, symbol, spans, files, bytes, columnBytes, simulated }) => [
    dataset,
    schema,
    symbol,
    spansText(spans),
    String(files),
    `${megabytes(bytes + columnBytes)} MB`,
    simulated ? "SIMULATED" : "",
  ]);
  const total = listed.reduce((sum, { bytes, columnBytes }) => sum + bytes + columnBytes, 0);
  const head = ["dataset", "schema", "symbol", "span (end exclusive)", "files", "size", ""];
  return `${aligned([head, ...rows])}\n${listed.length} series, ${megabytes(total)} MB, ${paid}\n`;
}

function spansText(spans: ListedSeries["spans"]): string {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return "nothing";
  const gaps = spans.length === 1 ? "" : `, ${spans.length - 1} gap${spans.length === 2 ? "" : "s"}`;
  return `${dayText(first.start)} to ${dayText(last.end)}${gaps}`;
}

function dayText(instant: string): string {
  return instant.endsWith("T00:00:00Z") ? instant.slice(0, 10) : instant;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return column === 4 || column === 5 ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
