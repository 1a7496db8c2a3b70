/** A CSV file of a run as cells. Reads what `csv.ts` writes; quotes may stand around any cell (RFC 4180). */

/** Cells as text, as they stand in the file. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function parseTable(text: string): TextTable {
  const lines = text.includes('"') ? quotedLines(text) : plainLines(text);
  const [columns = [], ...rows] = lines;
  return { columns, rows };
}

/** Cells of one column as numbers; an empty cell is NaN. A column the table does not have is all NaN. */
export function numbersOf({ columns, rows }: TextTable, name: string): Float64Array {
  const column = columns.indexOf(name);
  return Float64Array.from(rows, (row) => {
    const cell = row[column] ?? "";
    return cell === "" ? Number.NaN : Number(cell);
  });
}

/** Cells of one column as epoch ms UTC. */
export function timesOf({ columns, rows }: TextTable, name: string): Float64Array {
  const column = columns.indexOf(name);
  return Float64Array.from(rows, (row) => Date.parse(row[column] ?? ""));
}

/** Cells of one column as text. */
export function textsOf({ columns, rows }: TextTable, name: string): readonly string[] {
  const column = columns.indexOf(name);
  return rows.map((row) => row[column] ?? "");
}

function plainLines(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(","));
}

function quotedLines(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,\n]*)([,\n]|$)/g)) {
    const [whole, cell = "", end] = match;
    if (whole === "" && cells.length === 0) break;
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ",") continue;
    lines.push(cells);
    cells = [];
  }
  return lines;
}
