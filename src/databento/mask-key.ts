/** Anything that looks like a key or the beginning of one, ours or another. */
const KEY_LIKE = /db-[A-Za-z0-9]{8,}/gi;
/** Base64 of the prefix "db-", as it stands in a header `Authorization`. */
const ENCODED_KEY_LIKE = /ZGIt[A-Za-z0-9+/]{8,}={0,2}/g;

/** What stands in a key's place. */
export const KEY_MASK = "db-****";

/** A text without anything that looks like a Databento key. Needs to know no key: a caller may mix up parameters. */
export function maskKeyLike(text: string): string {
  return text.replace(KEY_LIKE, KEY_MASK).replace(ENCODED_KEY_LIKE, KEY_MASK);
}
