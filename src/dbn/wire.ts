import { DbnError } from "./errors.ts";
import type { Field } from "./layout.ts";

/** The fields of a record or level while it is being put together. */
export type FieldValues = Record<string, bigint | number | string>;

/** NUL-terminated text. Bytes above 127 become the character of the same number, so that no input is lost or refused. */
export function readText(view: DataView, offset: number, length: number): string {
  let text = "";
  for (let i = offset; i < offset + length; i++) {
    const byte = view.getUint8(i);
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Writes text into `length` zeroed bytes and keeps room for the terminating NUL. */
export function writeText(view: DataView, offset: number, length: number, text: string, name: string): void {
  if (text.length >= length) {
    throw invalidValue(name, `${text.length} characters`, `at most ${length - 1}`);
  }
  for (let i = 0; i < text.length; i++) view.setUint8(offset + i, checkedCharacter(text, i, name));
}

/** Reads one field of the record that begins at `start`. */
export function readField(view: DataView, start: number, field: Field): bigint | number | string {
  const at = start + field.offset;
  switch (field.type) {
    case "u8":
      return view.getUint8(at);
    case "i8":
      return view.getInt8(at);
    case "u16":
      return view.getUint16(at, true);
    case "i16":
      return view.getInt16(at, true);
    case "u32":
      return view.getUint32(at, true);
    case "i32":
      return view.getInt32(at, true);
    case "u64":
      return view.getBigUint64(at, true);
    case "i64":
      return view.getBigInt64(at, true);
    case "char":
      return readText(view, at, 1);
    case "text":
      return readText(view, at, field.size);
  }
}

/** Writes one field of the record that begins at `start`; a value of the wrong type or out of range is refused. */
export function writeField(view: DataView, start: number, field: Field, value: unknown): void {
  const at = start + field.offset;
  switch (field.type) {
    case "u64":
      view.setBigUint64(at, checkedBigint(value, field.name, 0n, 1n << 64n), true);
      break;
    case "i64":
      view.setBigInt64(at, checkedBigint(value, field.name, -(1n << 63n), 1n << 63n), true);
      break;
    case "char":
    case "text":
      writeString(view, at, field, value);
      break;
    default:
      writeSmall(view, at, field, value);
  }
}

function writeSmall(view: DataView, at: number, { type, size, name }: Field, value: unknown): void {
  const range = 256 ** size;
  const low = type.startsWith("i") ? -range / 2 : 0;
  if (typeof value !== "number" || !Number.isInteger(value) || value < low || value >= low + range) {
    throw invalidValue(name, describe(value), `an integer from ${low} to ${low + range - 1}`);
  }
  // Two's complement: the low bytes of a negative number are those of its unsigned image.
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
}

function writeString(view: DataView, at: number, field: Field, value: unknown): void {
  if (typeof value !== "string") throw invalidValue(field.name, describe(value), "a string");
  if (field.type === "text") {
    writeText(view, at, field.size, value, field.name);
    return;
  }
  if (value.length > 1) throw invalidValue(field.name, describe(value), "one character, or none for NUL");
  if (value.length === 1) view.setUint8(at, checkedCharacter(value, 0, field.name));
}

/** A bigint from `low` to below `end`. */
export function checkedBigint(value: unknown, name: string, low: bigint, end: bigint): bigint {
  if (typeof value !== "bigint" || value < low || value >= end) {
    throw invalidValue(name, describe(value), `a bigint from ${low} to ${end - 1n}`);
  }
  return value;
}

function checkedCharacter(text: string, index: number, name: string): number {
  const code = text.charCodeAt(index);
  if (code === 0 || code > 255) throw invalidValue(name, `character ${code}`, "characters 1 to 255");
  return code;
}

/** The error of the encoder: names the field, shows the value. */
export function invalidValue(name: string, found: string, expected: string): DbnError {
  return new DbnError("invalid_value", { attempt: `Encode DBN field "${name}"`, found, expected });
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
}
