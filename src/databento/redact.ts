import type { ApiKey } from "./api-key.ts";
import { KEY_MASK, maskKeyLike } from "./mask-key.ts";

/** Deeper causes say nothing new, and a circle must end. */
const DEEPEST_CAUSE = 5;
const DEEPEST_VALUE = 20;

/** Takes the key out of what came from outside, before any of it reaches a message, an error or an event. */
export type Redact = <Value>(value: Value) => Value;

/** A {@link Redact} that knows one key: text and plain data, keys of objects included. */
export function redactorOf(key: ApiKey): Redact {
  const secret = key.reveal();
  const text = (value: string) => maskKeyLike(value.replaceAll(secret, KEY_MASK));
  return <Value>(value: Value): Value => redactValue(value, text, 0) as Value;
}

function redactValue(value: unknown, text: (value: string) => string, depth: number): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST_VALUE) return "...";
  if (Array.isArray(value)) return value.map((each) => redactValue(each, text, depth + 1));
  const entries = Object.entries(value).map(([name, each]) => [text(name), redactValue(each, text, depth + 1)]);
  return Object.fromEntries(entries);
}

/**
 * A plain copy of a thrown value: name, message, code and causes, redacted. The original is not kept, because errors of the
 * HTTP library carry raw bytes of the answer as properties.
 */
export function redactThrown(thrown: unknown, redact: Redact, depth = 0): Error {
  if (!(thrown instanceof Error)) return new Error(redact(String(thrown)));
  const cause = thrown.cause === undefined || depth >= DEEPEST_CAUSE ? undefined : thrown.cause;
  const options = cause === undefined ? undefined : { cause: redactThrown(cause, redact, depth + 1) };
  const copy = new Error(redact(thrown.message), options);
  copy.name = thrown.name;
  // The stack of a network error is the library's inside, and its first line repeats the message.
  copy.stack = `${copy.name}: ${copy.message}`;
  const code = codeOf(thrown);
  return code === undefined ? copy : Object.assign(copy, { code: redact(code) });
}

/** The system's or library's word for what went wrong (`ECONNRESET`), of the error itself or the nearest cause that has one. */
export function codeOf(thrown: unknown, depth = 0): string | undefined {
  if (!(thrown instanceof Error) || depth > DEEPEST_CAUSE) return undefined;
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0], depth + 1);
  return codeOf(thrown.cause, depth + 1);
}
