/** A file of a run as text, and the tables among them. */

import { csvCell, csvChunks } from "./csv.ts";
import { instantWriter } from "./instant-text.ts";

/** One file. */
export interface RunFile {
  /** File name without a folder. */
  readonly name: string;
  /** The whole text, put together each time it is asked for. */
  readonly text: string;
  /** The same text piece by piece: equity of a million rows never stands in memory at once. */
  chunks(): Iterable<string>;
}

/** A file whose text is put together when it is asked for. */
export function file(name: string, chunks: () => Iterable<string>): RunFile {
  return {
    name,
    get text() {
      return [...chunks()].join("");
    },
    chunks,
  };
}

type Cell = string | number | boolean | null | undefined;

/** An instant, to be written as text. */
interface Instant {
  readonly instant: number | undefined;
}

/** Columns of a table: name -> what a row has there. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell | Instant>>;

/** A CSV file with one line a row. */
export function table<Row>(name: string, rows: readonly Row[], columns: Columns<Row>): RunFile {
  const readers = Object.values(columns);
  return file(name, () => {
    const write = instantWriter();
    const cell = (value: Cell | Instant): string => {
      if (typeof value !== "object" || value === null) return csvCell(value);
      return value.instant === undefined ? "" : write(value.instant);
    };
    return csvChunks(Object.keys(columns), rows.length, (index) => {
      const row = rows[index];
      return row === undefined ? "" : readers.map((read) => cell(read(row))).join(",");
    });
  });
}
