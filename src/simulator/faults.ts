/** Trouble on demand. */

import { type Answer, jsonAnswer } from "./answer.ts";
import { ApiError, namedCase } from "./api-error.ts";
import { checkFault } from "./check-fault.ts";

/** What goes wrong. */
export type FaultKind =
  /** An HTTP status with the documented body; 429 with `Retry-After` (seconds). */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number }
  /** A documented error by its case: `account_insufficient_funds`, `license_not_found_unauthorized`, ... */
  | { readonly kind: "case"; readonly case: string }
  /** A page of HTML, as a proxy sends it. @default status 200 */
  | { readonly kind: "html"; readonly status?: number }
  /** The connection breaks after so many bytes of the body. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Nothing more comes after so many bytes of the body; the connection stays open. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** The body comes one byte at a time. */
  | { readonly kind: "drip" }
  /** One byte of the body is another one. */
  | { readonly kind: "corrupt"; readonly atByte: number }
  /** The connection breaks before any answer. */
  | { readonly kind: "drop" }
  /** The answer begins so much later. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The answer is right and carries `X-Warning`: each text is `Category: message`. */
  | { readonly kind: "warning"; readonly warnings: readonly string[] };

/** A fault, and which requests it befalls. */
export type Fault = FaultKind & {
  /** Endpoint without `/v0/`, for example `timeseries.get_range`. @default every endpoint */
  readonly endpoint?: string;
  /** How many requests it befalls before it is used up. @default 1 */
  readonly times?: number;
};

/** The faults that are still to happen, first come, first served. */
export class FaultPlan {
  readonly #waiting: { readonly fault: Fault; left: number }[] = [];

  /** @throws InvalidInputError `invalid_option` for a fault that is none */
  add(given: Fault): void {
    const fault = checkFault(given);
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** The fault of a request, used up by it. */
  take(endpoint: string): Fault | undefined {
    const index = this.#waiting.findIndex(({ fault }) => (fault.endpoint ?? endpoint) === endpoint);
    const entry = this.#waiting[index];
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting.splice(index, 1);
    return entry.fault;
  }
}

const HTML =
  "<!DOCTYPE html><html><head><title>SIMULATED proxy</title></head><body><h1>Please log in</h1></body></html>";

/** The answer a fault gives in place of the right one; undefined for faults that spoil the right one. */
export function answerOfFault(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case "status":
      return errorAnswer(statusError(fault.status, fault.retryAfter));
    case "case":
      return errorAnswer(namedCase(fault.case) ?? new ApiError(500, "Internal server error"));
    case "html":
      return { status: fault.status ?? 200, headers: { "Content-Type": "text/html" }, body: HTML };
    default:
      return undefined;
  }
}

/** An error as an answer. */
export function errorAnswer(error: ApiError): Answer {
  return jsonAnswer(error.body, { "Request-Id": "SIMULATED-0000", ...error.headers }, error.status);
}

const STATUS_CASES: Readonly<Record<number, string>> = {
  401: "auth_authentication_failed",
  402: "account_insufficient_funds",
  403: "license_not_found_unauthorized",
};

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  429: "Too many requests",
  500: "Internal server error",
  502: "Bad gateway",
  503: "Service unavailable",
  504: "Gateway timeout",
};

function statusError(status: number, retryAfter: number | undefined): ApiError {
  const named = namedCase(STATUS_CASES[status] ?? "");
  if (named !== undefined) return named;
  const seconds = retryAfter ?? (status === 429 ? 1 : undefined);
  const headers: Record<string, string> = seconds === undefined ? {} : { "Retry-After": String(seconds) };
  return new ApiError(status, STATUS_TEXTS[status] ?? `Status ${status}`, headers);
}

/** The body of a right answer as a fault lets it through. A cut ends it with `BrokenConnection`. */
export async function* spoil(body: AsyncIterable<Uint8Array>, fault: Fault): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of body) {
    if (fault.kind === "cut" || fault.kind === "stall") {
      yield piece.subarray(0, Math.max(0, fault.afterBytes - sent));
      sent += piece.length;
      if (sent >= fault.afterBytes) throw fault.kind === "cut" ? new BrokenConnection() : new StalledConnection();
    } else if (fault.kind === "drip") {
      for (let at = 0; at < piece.length; at++) yield piece.subarray(at, at + 1);
    } else if (fault.kind === "corrupt") {
      yield corrupted(piece, fault.atByte - sent);
      sent += piece.length;
    } else yield piece;
  }
  // The body was shorter than that: it breaks, or stalls, at its end.
  if (fault.kind === "cut") throw new BrokenConnection();
  if (fault.kind === "stall") throw new StalledConnection();
}

function corrupted(piece: Uint8Array, at: number): Uint8Array {
  if (at < 0 || at >= piece.length) return piece;
  const copy = piece.slice();
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

/** The server is to break the connection. */
export class BrokenConnection extends Error {
  override readonly name = "BrokenConnection";
}

/** The server is to say nothing more. */
export class StalledConnection extends Error {
  override readonly name = "StalledConnection";
}
