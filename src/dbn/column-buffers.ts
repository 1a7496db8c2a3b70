/** Any column a decoder fills. */
export type Column =
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A column that is longer: the same type, the first `length` values of `column`. */
export function regrown<C extends Column>(column: C, length: number, capacity: number): C {
  // Every typed array's constructor takes a length; the union hides that from the compiler.
  const Type = column.constructor as new (length: number) => C;
  const grown = new Type(capacity);
  grown.set(column.subarray(0, length) as never);
  return grown;
}

/** Share of a buffer that may stay unused behind a finished column before it is worth a copy. */
const MAX_WASTE = 0.125;

/** The filled part of a column: a view when nearly all is filled, else a copy that frees the rest. */
export function trimmed<C extends Column>(column: C, length: number): C {
  if (column.length === length) return column;
  const wasteful = column.length - length > column.length * MAX_WASTE;
  return (wasteful ? column.slice(0, length) : column.subarray(0, length)) as C;
}

/** The same columns, each put through `change`. */
export function mapColumns<Columns extends object>(
  columns: { readonly [Name in keyof Columns]: Columns[Name] & Column },
  change: (column: Column) => Column,
): Columns {
  const entries: [string, Column][] = Object.entries(columns);
  // `change` keeps each column's type, so the shape is the same.
  return Object.fromEntries(entries.map(([name, column]) => [name, change(column)])) as Columns;
}

/** Rows to make room for: what is needed at once, and at least double of what was, so that copying stays cheap. */
export function nextCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity * 2);
}
