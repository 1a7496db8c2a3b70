/** Names of raw files: they say what the file covers and what its bytes must be, so that a lost index can be made again from them. */

import type { TimeSpan } from "./coverage.ts";

const EXTENSION = ".dbn.zst";
const NAME = /^(\d{8}T\d{9}Z)-(\d{8}T\d{9}Z)-([0-9a-f]{64})\.dbn\.zst$/;

/** `20240101T000000000Z-20240701T000000000Z-SHA256.dbn.zst`. */
export function chunkName({ start, end }: TimeSpan, sha256: string): string {
  return `${compact(start)}-${compact(end)}-${sha256}${EXTENSION}`;
}

/** What a name says; undefined for names of other files. */
export function readChunkName(name: string): (TimeSpan & { readonly sha256: string }) | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [start, end] = [instantOf(match[1] ?? ""), instantOf(match[2] ?? "")];
  return start < end ? { start, end, sha256: match[3] ?? "" } : undefined;
}

/** Name of the columns beside a raw file. */
export function columnsName(chunk: string): string {
  return chunk.replace(EXTENSION, ".feather");
}

function compact(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:.]/g, "");
}

function instantOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, "$1-$2-$3T$4:$5:$6.$7Z"));
}
