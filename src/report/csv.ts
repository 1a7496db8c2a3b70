/** CSV by RFC 4180: comma, CRLF-free lines ended by LF, quotes where a cell needs them. */

import { maskKeys } from "./plain.ts";

/** One cell. Numbers in their shortest form that reads back the same; what is no number or does not exist is empty; keys and logins in a text are masked. */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? maskKeys(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Cells of a line, without its end. */
export function csvRow(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return cells.map(csvCell).join(",");
}

/** Rows a chunk: small enough to stay out of the way, large enough that joining costs nothing. */
const CHUNK_ROWS = 8_192;

/** Text of a table in chunks of some hundred kilobytes. `row` gives the finished line of a row, without its end. */
export function* csvChunks(
  header: readonly string[],
  count: number,
  row: (index: number) => string,
): Generator<string> {
  yield `${csvRow(header)}\n`;
  yield* csvLines(count, row);
}

/** The same without a header. */
export function* csvLines(count: number, row: (index: number) => string): Generator<string> {
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    let chunk = "";
    for (let index = from; index < Math.min(count, from + CHUNK_ROWS); index++) chunk += `${row(index)}\n`;
    yield chunk;
  }
}
