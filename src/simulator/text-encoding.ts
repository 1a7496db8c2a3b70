/** Records as CSV and JSON lines. */

import { type DbnMetadata, type DbnRecord, decodeDbn, SymbolMap, UNDEF_PRICE, UNDEF_TIMESTAMP } from "../dbn/index.ts";
import { isoOfNs } from "./days.ts";
import type { RecordBlock } from "./record-block.ts";
import { type TextColumn, textColumns } from "./text-columns.ts";

/** How text is to be written. */
export interface TextOptions {
  readonly encoding: "csv" | "json";
  /** Prices as decimals instead of integers of 1e-9. */
  readonly prettyPrices: boolean;
  /** Times in ISO 8601 instead of nanoseconds. */
  readonly prettyTimes: boolean;
  /** A last column with the symbol. */
  readonly mapSymbols: boolean;
}

/** A value as text; null where there is none. `quoted` in JSON. */
interface Cell {
  readonly text: string | null;
  readonly quoted: boolean;
}

const NOTHING: Cell = { text: null, quoted: false };
const IN_HEADER = new Set(["ts_event", "rtype", "publisher_id", "instrument_id"]);

/** Writes the records of one answer. */
export class TextEncoderOfRecords {
  readonly #columns: readonly TextColumn[];
  readonly #options: TextOptions;
  readonly #symbols: SymbolMap | undefined;

  constructor(metadata: DbnMetadata, options: TextOptions) {
    this.#columns = textColumns(metadata.schema ?? "");
    this.#options = options;
    this.#symbols = options.mapSymbols ? SymbolMap.fromMetadata(metadata) : undefined;
  }

  /** The line of column names; nothing for JSON. */
  head(): string {
    if (this.#options.encoding === "json") return "";
    const names = this.#columns.map(({ name }) => name);
    return `${[...names, ...(this.#symbols === undefined ? [] : ["symbol"])].join(",")}\n`;
  }

  /** One line a record. */
  lines(block: RecordBlock): string {
    const { records } = decodeDbn(block.bytes, { fragment: true });
    const line = this.#options.encoding === "csv" ? this.#csvLine : this.#jsonLine;
    return records.map((record) => line.call(this, record)).join("");
  }

  #csvLine(record: DbnRecord): string {
    const cells = this.#columns.map((column) => this.#cell(record, column).text ?? "");
    if (this.#symbols !== undefined) cells.push(this.#symbols.symbolOf(record) ?? "");
    return `${cells.join(",")}\n`;
  }

  #jsonLine(record: DbnRecord): string {
    const header: string[] = [];
    const body: string[] = [];
    const level: string[] = [];
    for (const column of this.#columns) {
      const { text, quoted } = this.#cell(record, column);
      const value = quoted ? JSON.stringify(text) : String(text);
      if (IN_HEADER.has(column.name)) header.push(`"${column.name}":${value}`);
      else if (column.name.endsWith("_00")) level.push(`"${column.name.slice(0, -3)}":${value}`);
      else body.push(`"${column.name}":${value}`);
    }
    // The receiving time stands in front of the header where a schema has one.
    const received = body[0]?.startsWith('"ts_recv"') ? body.splice(0, 1) : [];
    const parts = [...received, `"hd":{${header.join(",")}}`, ...body];
    if (level.length > 0) parts.push(`"levels":[{${level.join(",")}}]`);
    if (this.#symbols !== undefined) parts.push(`"symbol":${JSON.stringify(this.#symbols.symbolOf(record) ?? null)}`);
    return `{${parts.join(",")}}\n`;
  }

  #cell(record: DbnRecord, { name, type }: TextColumn): Cell {
    const value = recordValue(record, name);
    if (type === "t") return this.#time(BigInt(value ?? 0));
    if (type === "p") return this.#price(BigInt(value ?? 0));
    if (type === "c") return value === "" ? NOTHING : { text: String(value), quoted: true };
    return { text: String(value), quoted: type === "s" || type === "Q" || type === "q" };
  }

  #time(ns: bigint): Cell {
    if (!this.#options.prettyTimes) return { text: String(ns), quoted: true };
    return ns === 0n || ns === UNDEF_TIMESTAMP ? NOTHING : { text: isoOfNs(ns), quoted: true };
  }

  #price(raw: bigint): Cell {
    if (!this.#options.prettyPrices) return { text: String(raw), quoted: true };
    return raw === UNDEF_PRICE ? NOTHING : { text: decimal(raw), quoted: true };
  }
}

/** Nine decimals, always. */
function decimal(raw: bigint): string {
  const digits = String(raw < 0n ? -raw : raw).padStart(10, "0");
  return `${raw < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** A record's value under the service's name for it. */
function recordValue(record: DbnRecord, name: string): bigint | number | string | undefined {
  const ofLevel = name.endsWith("_00");
  const owner: unknown = ofLevel ? Reflect.get(Reflect.get(record, "levels"), 0) : record;
  const key = (ofLevel ? name.slice(0, -3) : name).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return typeof owner === "object" && owner !== null ? Reflect.get(owner, key) : undefined;
}
