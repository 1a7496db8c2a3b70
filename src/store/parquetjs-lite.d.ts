/** The part of parquetjs-lite that is used here; the package brings no types. */
declare module "parquetjs-lite" {
  import type { Writable } from "node:stream";

  export interface FieldDefinition {
    readonly type: "DOUBLE" | "TIMESTAMP_MICROS" | "UTF8";
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
