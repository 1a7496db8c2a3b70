/** What a handler gives the server to send. */

/** One answer. A body that is an iterable is sent in chunks as it is made. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<Uint8Array>;
}

/** A JSON answer. */
export function jsonAnswer(value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Answer {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** One request as a handler sees it. */
export interface Call {
  readonly method: string;
  /** Without `/v0/`: `timeseries.get_range`. */
  readonly endpoint: string;
  /** Query string and form together. */
  readonly parameters: URLSearchParams;
  /** Header `Range`, for downloads. */
  readonly range: string | undefined;
}
