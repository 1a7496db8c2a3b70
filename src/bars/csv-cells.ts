/** Where the cells of a CSV row lie. */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/** Delimiters that are looked for, the likeliest first. */
const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Bounds of the cells of one row, blanks and quotes around them left out. Used again for each row. */
export class RowCells {
  /** Cells in the row, more than there is room for included. */
  count = 0;
  /** Line feeds in the row, those within quotes included. */
  lines = 0;
  /** Start and end of cell `i` at `2 * i` and `2 * i + 1`. */
  readonly bounds: Int32Array;

  constructor(room: number) {
    this.bounds = new Int32Array(2 * room);
  }

  /** Finds the cells of the row that begins at `start`. Returns where the next row begins. */
  scan(bytes: Uint8Array, start: number, delimiter: number): number {
    const size = bytes.length;
    const bounds = this.bounds;
    let cellStart = start;
    let slot = 0;
    let position = start;
    this.count = 0;
    this.lines = 0;
    for (; position < size; position++) {
      const byte = bytes[position] as number;
      if (byte > QUOTE && byte !== delimiter) continue;
      if (byte === delimiter) {
        this.#put(bytes, slot++, cellStart, position);
        cellStart = position + 1;
      } else if (byte === LINE_FEED) {
        this.lines += 1;
        break;
      } else if (byte === QUOTE && isBlank(bytes, cellStart, position)) {
        position = this.#skipQuoted(bytes, position);
      }
    }
    const end = position > cellStart && bytes[position - 1] === CARRIAGE_RETURN ? position - 1 : position;
    this.#put(bytes, slot++, cellStart, Math.min(end, size));
    this.count = slot;
    // An empty row has one empty cell, which is none.
    if (slot === 1 && bounds[0] === bounds[1]) this.count = 0;
    return position + 1;
  }

  #put(bytes: Uint8Array, slot: number, from: number, to: number): void {
    const at = 2 * slot;
    if (at >= this.bounds.length) return;
    let start = from;
    let end = to;
    while (start < end && (bytes[start] as number) === SPACE) start++;
    while (end > start && (bytes[end - 1] as number) === SPACE) end--;
    if (end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE) {
      start++;
      end--;
    }
    this.bounds[at] = start;
    this.bounds[at + 1] = end;
  }

  /** From an opening quote to its closing one; a doubled quote is a quote within. One that is never closed is a plain character. */
  #skipQuoted(bytes: Uint8Array, open: number): number {
    let lines = 0;
    for (let position = open + 1; position < bytes.length; position++) {
      const byte = bytes[position];
      if (byte === LINE_FEED) lines += 1;
      if (byte !== QUOTE) continue;
      if (bytes[position + 1] === QUOTE) {
        position++;
        continue;
      }
      this.lines += lines;
      return position;
    }
    return open;
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position++) if (bytes[position] !== SPACE) return false;
  return true;
}

/** The delimiter that a header line has most of; a comma when it has none. */
export function sniffDelimiter(header: string): Delimiter {
  let best: Delimiter = ",";
  let most = 0;
  const outsideQuotes = header.replace(/"[^"]*"/g, "");
  for (const delimiter of DELIMITERS) {
    const count = outsideQuotes.split(delimiter).length - 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}
