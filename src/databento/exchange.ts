import type { ServiceWarning } from "./events.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Release } from "./rate-limits.ts";
import type { Redact } from "./redact.ts";
import type { Watch } from "./watch.ts";

/** Head of a good answer (status 200 to 299). */
export interface AnswerHead {
  readonly endpoint: string;
  /** 206: part of the symbols did not resolve, or part of a file as asked for. */
  readonly status: number;
  /** What the vendor's support asks for; undefined when the answer has none. */
  readonly requestId: string | undefined;
  readonly warnings: readonly ServiceWarning[];
}

/** What an exchange holds of its surroundings. */
export interface ExchangeParts extends Omit<AnswerHead, "requestId"> {
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly watch: Watch;
  readonly release: Release;
  readonly timeoutSeconds: number;
  readonly redact: Redact;
}

/** One answer while its body is read. `close` frees the connection and the place in the limits; reading to the end does as well. */
export class Exchange {
  readonly head: AnswerHead;
  /** As they came: not to be shown. */
  readonly headers: Headers;
  readonly #parts: ExchangeParts;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #closed = false;

  constructor(parts: ExchangeParts) {
    const { endpoint, status, headers, warnings, redact } = parts;
    this.head = { endpoint, status, requestId: redact(headers.get("request-id") ?? undefined), warnings };
    this.headers = headers;
    this.#parts = parts;
    this.#reader = parts.body?.getReader();
  }

  /** The next bytes, undefined at the end. @throws {NetworkError} @throws {IdleTimeoutError} or the reason of a caller's signal */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#closed || this.#reader === undefined) return this.#end();
    const { watch, endpoint, timeoutSeconds, redact } = this.#parts;
    try {
      const { value } = await watch.alive(this.#reader.read());
      return value ?? this.#end();
    } catch (thrown) {
      const failure = explainFailure(thrown, { endpoint, watch, timeoutSeconds, redact });
      this.close();
      throw failure;
    }
  }

  /** All of the body as text, `most` bytes at most. */
  async text(most = Number.POSITIVE_INFINITY): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for (let bytes = await this.read(); bytes !== undefined && size < most; bytes = await this.read()) {
      size += bytes.length;
      text += decoder.decode(bytes, { stream: true });
    }
    this.close();
    return text + decoder.decode();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.watch.dispose();
    this.#parts.release();
  }

  #end(): undefined {
    this.close();
    return undefined;
  }
}
