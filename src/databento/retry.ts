import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { DatabentoError, IdleTimeoutError, NetworkError } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import { isCertificateProblem, neverConnected } from "./explain-failure.ts";
import { DatabentoHttpError, RateLimitError, ServerError } from "./http-errors.ts";
import type { Backoff } from "./options.ts";

/**
 * When a failed request may be sent again. `always`: doing it twice does no harm. `unless-accepted`: only when the service
 * certainly did not take it, because taking it twice would be paid twice (a batch job).
 */
export type Repeat = "always" | "unless-accepted";

/** How to repeat. */
export interface RetryPolicy {
  readonly endpoint: string;
  readonly repeat: Repeat;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly onEvent: OnEvent;
}

const REQUEST_TIMEOUT = 408;

/** Does `attempt` until it succeeds, fails for good, or was repeated `maxRetries` times; throws the last error. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Result> {
  const { endpoint, repeat, maxRetries, backoff, onEvent } = policy;
  return pRetry(() => attempt(), {
    retries: maxRetries,
    minTimeout: backoff.firstMs,
    maxTimeout: backoff.longestMs,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isWorthRepeating(error, repeat, backoff),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !(error instanceof DatabentoError) || !isWorthRepeating(error, repeat, backoff)) return;
      onEvent({ kind: "retry", endpoint, attempt: attemptNumber, retriesLeft, error });
      // The pause the service asks for comes before the usual one, which then keeps many clients from coming back at once.
      const wait = retryAfterMs(error);
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    },
  });
}

/** The policy alone: network, silence, 408, 429 and 5xx; never another 4xx, never an answer that makes no sense. */
export function isWorthRepeating(error: unknown, repeat: Repeat, backoff: Backoff): boolean {
  if (retryAfterMs(error) > backoff.longestRetryAfterMs) return false;
  if (error instanceof RateLimitError) return true;
  if (error instanceof NetworkError && isCertificateProblem(error.systemCode)) return false;
  if (repeat === "unless-accepted") return error instanceof NetworkError && neverConnected(error);
  if (error instanceof NetworkError || error instanceof IdleTimeoutError || error instanceof ServerError) return true;
  return error instanceof DatabentoHttpError && error.status === REQUEST_TIMEOUT;
}

function retryAfterMs(error: unknown): number {
  return error instanceof DatabentoHttpError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
}
