/** Values as plain JSON data: nothing is lost without a word, nothing depends on the order in which it was written. */

/** Names whose text values are never written. */
const SECRET_NAME = /(api_?key|secret|password|passphrase|credential|auth|token)/i;
const MASK = "***";

/** Keys of the data vendor, wherever they stand in a text. */
const VENDOR_KEY = /\bdb-[A-Za-z0-9]{16,}\b/g;

/** Name and password in an address. */
const URL_LOGIN = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi;

/** The text without what looks like a key or a login. */
export function maskKeys(text: string): string {
  return text.replace(VENDOR_KEY, `db-${MASK}`).replace(URL_LOGIN, `$1${MASK}@`);
}

/**
 * A copy that JSON can hold. Keys of nested objects are sorted, so that equal settings give equal text. What JSON has no word for
 * becomes text that says what it was: `"NaN"`, `"[function]"`, `"[circular]"`. Texts under names such as `apiKey` are masked,
 * and what looks like a vendor's key in any text.
 */
export function toPlain(value: unknown, seen: readonly object[] = []): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return maskKeys(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (seen.includes(value)) return "[circular]";
  if (hasToJson(value)) return toPlain(value.toJSON(), [...seen, value]);
  const inside = [...seen, value];
  if (Array.isArray(value)) return value.map((entry) => toPlain(entry ?? null, inside));
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name}]`;
  return sortedCopy(value, inside);
}

function sortedCopy(value: object, inside: readonly object[]): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, entry]) => [
      name,
      typeof entry === "string" && SECRET_NAME.test(name) ? MASK : toPlain(entry, inside),
    ]),
  );
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}
