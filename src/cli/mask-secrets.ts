/** Variables whose value is a secret, by the end of their name. */
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD)$/i;
/** Shorter values would turn up inside ordinary words. */
const SHORTEST_SECRET = 8;
/** A Databento key wherever it comes from, in capitals too: symbols are read so. */
const KEY_PATTERN = /\bdb-[A-Za-z0-9]{16,}/gi;

/**
 * Text with every secret of the environment and everything that looks like a vendor's key replaced by stars and its last four
 * characters. Our own messages hold none; those of a user's source or of a library might.
 */
export function maskSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  let masked = text;
  for (const [name, value = ""] of Object.entries(environment)) {
    if (SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET) masked = masked.replaceAll(value, mask(value));
  }
  return masked.replace(KEY_PATTERN, mask);
}

function mask(secret: string): string {
  return `****${secret.slice(-4)}`;
}
