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
 * becomes text that says what it was: `"NaN"`, `"[function]"`, `"[Map]"`, `"[circular]"`. Every text under names such as `apiKey` is masked,
 * in lists and objects there too, and what looks like a vendor's key in any text.
 */
export function toPlain(value: unknown, seen: readonly object[] = [], secret = false): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return secret ? MASK : maskKeys(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (seen.includes(value)) return "[circular]";
  // Before its own JSON: bytes write themselves as a list of numbers.
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name}]`;
  if (hasToJson(value)) return toPlain(value.toJSON(), [...seen, value], secret);
  const inside = [...seen, value];
  if (Array.isArray(value)) return value.map((entry) => toPlain(entry ?? null, inside, secret));
  return isClosed(value) ? `[${value.constructor.name}]` : sortedCopy(value, inside, secret);
}

/** An object of a class that keeps all it holds to itself: a map, a set, an error. */
function isClosed(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && prototype !== Object.prototype && Object.keys(value).length === 0;
}

function sortedCopy(value: object, inside: readonly object[], secret: boolean): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, toPlain(entry, inside, secret || SECRET_NAME.test(name))]),
  );
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}
