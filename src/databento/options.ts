import { ApiKey } from "./api-key.ts";
import { InvalidParameterError } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import { DEFAULT_LIMITS, type RateLimits } from "./rate-limits.ts";
import { type Redact, redactorOf } from "./redact.ts";

/** Options of `Historical`. */
export interface HistoricalOptions {
  /** `db-` and 29 letters or digits. Never read from the environment here: see `historicalFromEnvironment`. */
  readonly key?: ApiKey | string;
  /** Address of the service, of a proxy to it, or of a simulator; without `/v0`. @default "https://hist.databento.com" */
  readonly url?: string;
  /** Longest silence, seconds: for the first byte of an answer and between any two. @default 100, as the official client */
  readonly timeoutSeconds?: number;
  /** Repetitions after a first failed attempt; 0 for none. @default 5 */
  readonly maxRetries?: number;
  /** Pauses between attempts. */
  readonly backoff?: Partial<Backoff>;
  /** Ends everything this client does. Each call takes one of its own as well. */
  readonly signal?: AbortSignal;
  /** Warnings, partial answers, retries. @default nothing is told */
  readonly onEvent?: OnEvent;
  /** Requests per time the service allows a team. @default those the vendor documents */
  readonly limits?: Partial<RateLimits>;
  /** Sends the key in clear text to other machines than this one. @default false: such an address is refused */
  readonly allowInsecureHttp?: boolean;
}

/** Pauses between attempts: the first doubles each time and is stretched by chance up to twofold. Milliseconds. */
export interface Backoff {
  /** @default 500 */
  readonly firstMs: number;
  /** @default 30_000 */
  readonly longestMs: number;
  /** Longest `Retry-After` that is waited for; a longer one fails at once. @default 120_000 */
  readonly longestRetryAfterMs: number;
}

/** The options with everything filled in and checked. */
export interface FilledOptions {
  readonly key: ApiKey;
  /** Ends in a slash. */
  readonly url: URL;
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnEvent;
  readonly limits: RateLimits;
  readonly redact: Redact;
}

/** The vendor's public service. */
export const DEFAULT_URL = "https://hist.databento.com";
const DEFAULT_TIMEOUT_SECONDS = 100;
const DEFAULT_RETRIES = 5;
const DEFAULT_BACKOFF: Backoff = { firstMs: 500, longestMs: 30_000, longestRetryAfterMs: 120_000 };
/** Timers hold no more milliseconds than 32 bits. */
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

/** @throws {ApiKeyError} @throws {InvalidParameterError} naming the option */
export function fillOptions(options: HistoricalOptions): FilledOptions {
  const key = ApiKey.from(options.key);
  const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, maxRetries = DEFAULT_RETRIES } = options;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= LONGEST_TIMEOUT_SECONDS)) {
    throw invalid("timeoutSeconds", timeoutSeconds, "seconds above 0");
  }
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0)
    throw invalid("maxRetries", maxRetries, "a whole number, 0 or more");
  return {
    key,
    url: checkUrl(options.url ?? DEFAULT_URL, options.allowInsecureHttp === true),
    timeoutSeconds,
    maxRetries,
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    signal: options.signal,
    onEvent: options.onEvent ?? (() => {}),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    redact: redactorOf(key),
  };
}

/** Messages never repeat the address: people write credentials into it. */
function checkUrl(text: string, allowInsecureHttp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw badUrl("is not one", "https://host or http://127.0.0.1:port");
  if (url.username !== "" || url.password !== "") throw badUrl("holds credentials", "none: the key goes into 'key'");
  if (url.search !== "" || url.hash !== "") throw badUrl("has a query", "scheme, host, port and path alone");
  if (url.protocol === "http:" && !allowInsecureHttp && !isLoopback(url.hostname)) {
    throw badUrl("is plain http to another machine", "https, or the option 'allowInsecureHttp'");
  }
  url.pathname = url.pathname.replace(/\/+$/, "").replace(/\/v0$/, "").concat("/");
  return url;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function badUrl(found: string, expected: string): InvalidParameterError {
  return new InvalidParameterError("url", `Check the address of Databento: it ${found}, expected ${expected}`);
}

function invalid(option: string, found: number, expected: string): InvalidParameterError {
  return new InvalidParameterError(option, `Check '${option}': found ${found}, expected ${expected}`);
}
