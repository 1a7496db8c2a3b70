import { InvalidInputError } from "../../market/errors.ts";

/** One number of a state as it is written down: a text where JSON has no number for it (NaN, infinities, -0). */
export type SavedNumber = number | string;

/** A state by field name: plain data that survives `JSON.stringify` and `JSON.parse` without loss. */
export interface SavedState {
  readonly [field: string]: SavedNumber | readonly SavedNumber[] | SavedState;
}

/**
 * Something whose whole state is its own fields: numbers, `Float64Array`s and other `Stateful` parts. Saving and loading walk over
 * the fields, so no state can be forgotten. The price: state must not hide in `#private` fields, which nothing can walk over.
 *
 * A field that the constructor fills is written with `declare`. Without it the field would begin as `undefined`, after which the engine no
 * longer knows what it holds and looks each time it is read.
 */
export abstract class Stateful {
  /** @internal The fields as plain data, copied. */
  saveState(): SavedState {
    const saved: Record<string, SavedState[string]> = {};
    for (const [field, held] of Object.entries(this)) {
      if (typeof held === "number") saved[field] = writeNumber(held);
      else if (held instanceof Float64Array) saved[field] = Array.from(held, writeNumber);
      else if (held instanceof Stateful) saved[field] = held.saveState();
    }
    return saved;
  }

  /** @internal Puts back what `saveState` gave. `path` names the place in errors. @throws InvalidInputError when it does not fit */
  loadState(saved: unknown, path = "state"): void {
    if (!isRecord(saved)) throw misfit(path, "an object");
    const fields = this as Record<string, unknown>;
    for (const [field, held] of Object.entries(fields)) {
      const place = `${path}.${field}`;
      if (typeof held === "number") fields[field] = readNumber(saved[field], place);
      else if (held instanceof Float64Array) loadColumn(held, saved[field], place);
      else if (held instanceof Stateful) held.loadState(saved[field], place);
    }
  }
}

function loadColumn(column: Float64Array, saved: unknown, place: string): void {
  if (!Array.isArray(saved) || saved.length !== column.length) throw misfit(place, `${column.length} numbers`);
  for (const [row, cell] of saved.entries()) column[row] = readNumber(cell, `${place}[${row}]`);
}

function writeNumber(value: number): SavedNumber {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

const UNWRITABLE: readonly unknown[] = ["NaN", "Infinity", "-Infinity", "-0"];

function readNumber(saved: unknown, place: string): number {
  if (typeof saved === "number") return saved;
  if (UNWRITABLE.includes(saved)) return Number(saved);
  throw misfit(place, "a number");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function misfit(place: string, expected: string): InvalidInputError {
  return new InvalidInputError(
    "invalid_argument",
    `Restoring an indicator: '${place}' of the snapshot is not ${expected}`,
    {
      hint: "Restore only what snapshot() of an indicator with the same name and parameters gave.",
    },
  );
}
