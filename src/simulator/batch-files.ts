/** The files of a batch job: recipes, made anew for each download, so that a job of any size takes no memory. */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { answerBody, type BodyFormat } from "./answer-body.ts";
import { dayConditions } from "./conditions.ts";
import { dateOfDay, dayOfNs, nsOfDay, weekdayOfDay } from "./days.ts";
import { daysOf, type RangeQuery } from "./range-query.ts";
import { countRecords, resolveQuery } from "./record-stream.ts";
import type { Service } from "./service.ts";

/** How a job's data is cut into files. */
export const SPLIT_DURATIONS = ["day", "week", "month", "year", "none"] as const;

/** One of `SPLIT_DURATIONS`. */
export type SplitDuration = (typeof SPLIT_DURATIONS)[number];

/** A file of a job. */
export interface BatchFile {
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  readonly crc32: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** What a job wants. */
export interface BatchRequest {
  readonly query: RangeQuery;
  readonly format: BodyFormat;
  readonly splitDuration: SplitDuration;
  readonly splitSymbols: boolean;
}

/** The data files of a job; stretches without records give none. */
export async function dataFiles(service: Service, request: BatchRequest): Promise<BatchFile[]> {
  const { query, splitSymbols } = request;
  const files: BatchFile[] = [];
  for (const [start, end] of splitSpan(query, request.splitDuration)) {
    for (const symbols of splitSymbols ? query.symbols.map((symbol) => [symbol]) : [query.symbols]) {
      const part: RangeQuery = { ...query, start, end, symbols };
      const resolution = service.symbology.resolve({ ...part, ...daysOf(part) });
      if ((await countRecords(service.market, part, resolution)) === 0) continue;
      const open = () => answerBody(service.market, part, resolution, request.format);
      files.push(await measured(fileName(part, request), open));
    }
  }
  return files;
}

/** The files that say what the job was. */
export async function supportFiles(service: Service, request: BatchRequest, jobId: string): Promise<BatchFile[]> {
  const { query } = request;
  const { mappings, partial, notFound } = resolveQuery(service.symbology, query);
  const symbols = { symbols: query.symbols, stype_in: query.stypeIn, stype_out: query.stypeOut };
  const result = Object.fromEntries(
    mappings.map(({ rawSymbol, intervals }) => [
      rawSymbol,
      intervals.map(({ startDate, endDate, symbol }) => ({ d0: startDate, d1: endDate, s: symbol })),
    ]),
  );
  const contents: [name: string, value: unknown][] = [
    [
      "metadata.json",
      { version: 1, job_id: jobId, simulated: true, dataset: query.dataset.name, schema: query.schema },
    ],
    ["condition.json", dayConditions(query.dataset, daysOf(query), service.seed)],
    ["symbology.json", { result, ...symbols, partial, not_found: notFound }],
  ];
  return Promise.all(contents.map(([name, value]) => textFile(name, value)));
}

/** A file of JSON. */
export function textFile(name: string, value: unknown): Promise<BatchFile> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return measured(name, async function* () {
    yield bytes;
  });
}

async function measured(filename: string, open: () => AsyncIterable<Uint8Array>): Promise<BatchFile> {
  const hash = createHash("sha256");
  let size = 0;
  let checksum = 0;
  for await (const piece of open()) {
    hash.update(piece);
    checksum = crc32(piece, checksum);
    size += piece.length;
  }
  return { filename, size, sha256: hash.digest("hex"), crc32: checksum, open };
}

/** The stretches of a span, ns; borders are UTC midnights, weeks begin on Sunday. */
function splitSpan(query: Pick<RangeQuery, "start" | "end">, duration: SplitDuration): [bigint, bigint][] {
  const spans: [bigint, bigint][] = [];
  for (let start = query.start; start < query.end; ) {
    const border = nextBorder(dayOfNs(start), duration);
    const end = border === undefined || nsOfDay(border) > query.end ? query.end : nsOfDay(border);
    spans.push([start, end]);
    start = end;
  }
  return spans;
}

function nextBorder(day: number, duration: SplitDuration): number | undefined {
  const date = dateOfDay(day);
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  switch (duration) {
    case "day":
      return day + 1;
    case "week":
      return day + 7 - weekdayOfDay(day);
    case "month":
      return Date.UTC(year, month, 1) / 86_400_000;
    case "year":
      return Date.UTC(year + 1, 0, 1) / 86_400_000;
    case "none":
      return undefined;
  }
}

function fileName(query: RangeQuery, { format, splitSymbols }: BatchRequest): string {
  const days = daysOf(query);
  const dates = [days.from, days.to - 1].map((day) => dateOfDay(day).replaceAll("-", ""));
  const span = dates[0] === dates[1] ? dates[0] : dates.join("-");
  const dataset = query.dataset.name.toLowerCase().replace(".", "-");
  const symbol = splitSymbols ? `.${query.symbols[0]}` : "";
  return `${dataset}-${span}.${query.schema}${symbol}.${format.encoding}${format.compression === "zstd" ? ".zst" : ""}`;
}
