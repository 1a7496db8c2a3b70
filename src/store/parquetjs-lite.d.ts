/** The part of parquetjs-lite that is used here; the package brings no types. */
declare module "parquetjs-lite" {
  import type { Writable } from "node:stream";

  export interface FieldDefinition {
    readonly type: "DOUBLE" | "TIMESTAMP_MICROS" | "UTF8";
    /** A name in the library's table of encodings. */
    readonly encoding: string;
    readonly compression: "GZIP" | "SNAPPY" | "UNCOMPRESSED";
    readonly statistics: boolean;
  }

  export interface ColumnBuffer {
    dlevels: ArrayLike<number>;
    rlevels: ArrayLike<number>;
    values: ArrayLike<unknown>;
    distinct_values: Set<unknown>;
    count: number;
  }

  export interface RowBuffer {
    rowCount: number;
    pageRowCount: number;
    columnData: Record<string, ColumnBuffer>;
    pages: Record<string, unknown[]>;
  }

  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, FieldDefinition>>);
  }

  export class ParquetWriter {
    static openStream(
      schema: ParquetSchema,
      stream: Writable,
      options?: Readonly<Record<string, unknown>>,
    ): Promise<ParquetWriter>;
    rowBuffer: RowBuffer | Record<string, never>;
    rowGroupSize: number;
    envelopeWriter: { pageSize: number; writeRowGroup(rows: RowBuffer): Promise<void> };
    setMetadata(key: string, value: string): void;
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }

  const parquet: { readonly ParquetSchema: typeof ParquetSchema; readonly ParquetWriter: typeof ParquetWriter };
  export default parquet;
}

declare module "parquetjs-lite/lib/codec/index.js" {
  /** Encodings by name. */
  const codecs: Record<string, object>;
  export default codecs;
}

declare module "parquetjs-lite/gen-nodejs/parquet_types.js" {
  const thrift: { readonly Encoding: Record<string, number> };
  export default thrift;
}
