import { ApiKeyError } from "./errors.ts";

/** `db-` and 29 letters or digits: 32 characters in all. */
const KEY_SHAPE = /^db-[A-Za-z0-9]{29}$/;
/** Words of the vendor's own examples that people forget to replace. */
const PLACEHOLDER = /YOUR_API_KEY/i;
/** The vendor calls the last five characters the bucket id: safe to print, and enough to tell two keys apart. */
const BUCKET_ID_LENGTH = 5;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * A Databento API key that prints masked everywhere: as text, in JSON, in `util.inspect`. The characters themselves leave
 * only through {@link ApiKey.reveal}.
 */
export class ApiKey {
  readonly #secret: string;

  /** @throws {ApiKeyError} when `text` is not `db-` and 29 letters or digits; the error does not hold the text */
  constructor(text: string) {
    this.#secret = checkShape(text);
  }

  /** Takes either form a caller may have. @throws {ApiKeyError} when there is none, or one of the wrong shape */
  static from(key: ApiKey | string | undefined): ApiKey {
    if (key instanceof ApiKey) return key;
    if (key === undefined || key === "") throw new ApiKeyError("missing", "no key was given");
    return new ApiKey(key);
  }

  /** Last five characters, which the vendor names bucket id; not secret. */
  get bucketId(): string {
    return this.#secret.slice(-BUCKET_ID_LENGTH);
  }

  /** The key itself, for what must send it. Never put the result into a message, a file or an event. */
  reveal(): string {
    return this.#secret;
  }

  /** Value of the header `Authorization`: HTTP Basic, the key as user, an empty password. */
  authorization(): string {
    return `Basic ${Buffer.from(`${this.#secret}:`).toString("base64")}`;
  }

  toString(): string {
    return `db-****${this.bucketId}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return `ApiKey(${this.toString()})`;
  }
}

function checkShape(text: unknown): string {
  if (typeof text !== "string") throw new ApiKeyError("malformed", `the key is a ${typeof text}, not a text`);
  if (KEY_SHAPE.test(text)) return text;
  throw PLACEHOLDER.test(text)
    ? new ApiKeyError("malformed", "the key is the placeholder of an example")
    : new ApiKeyError("malformed", `the key has ${text.length} characters and not the shape of one`);
}
