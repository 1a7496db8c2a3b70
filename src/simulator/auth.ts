/** The key of the service: HTTP Basic, the key as user, no password. */

import { ApiError, namedCase } from "./api-error.ts";
import { Chance, seedFrom } from "./chance.ts";

const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
/** A key is 32 characters: `db-`, then letters and digits. */
const KEY_LENGTH = 32;
const KEY_HEAD = "db-SIMULATED";

/** The key of a seed: of the real shape, and recognisably none of the real service. */
export function simulatedKey(seed: number): string {
  const chance = new Chance(seedFrom(seed, "key"));
  let key = KEY_HEAD;
  while (key.length < KEY_LENGTH) key += LETTERS.charAt(chance.bits() % LETTERS.length);
  return key;
}

/** @throws ApiError 401 for a request without the key, or with another one */
export function checkAuthorization(header: string | undefined, key: string): void {
  if (header === undefined) throw new ApiError(401, "Not authenticated", { "WWW-Authenticate": "Basic" });
  const [scheme, code = ""] = header.split(" ");
  const given = Buffer.from(code, "base64").toString("utf8");
  if (scheme?.toLowerCase() === "basic" && given === `${key}:`) return;
  throw namedCase("auth_authentication_failed") ?? new ApiError(401, "Not authenticated");
}
