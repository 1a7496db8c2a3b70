import { DatabentoError, IdleTimeoutError, NetworkError, StreamBrokenError } from "./errors.ts";
import type { AnswerHead, Exchange } from "./exchange.ts";

/** An open answer and its first bytes (undefined for an empty one). */
export interface OpenedStream {
  readonly exchange: Exchange;
  readonly first: Uint8Array | undefined;
}

/**
 * The bytes of one paid answer, as they come. Asked for when iterated, and only once: a second pass would be billed again.
 * Leaving the loop early ends the connection.
 */
export class RangeStream implements AsyncIterable<Uint8Array> {
  readonly endpoint: string;
  readonly #open: () => Promise<OpenedStream>;
  #head: AnswerHead | undefined;
  #bytesReceived = 0;
  #started = false;

  constructor(endpoint: string, open: () => Promise<OpenedStream>) {
    this.endpoint = endpoint;
    this.#open = open;
  }

  /** Status, request id and warnings; undefined until the first bytes have come. */
  get head(): AnswerHead | undefined {
    return this.#head;
  }

  /** Whether some symbols did not resolve for all of the span (status 206); undefined until the first bytes have come. */
  get partial(): boolean | undefined {
    return this.#head === undefined ? undefined : this.#head.status === 206;
  }

  /** Bytes handed out so far, as sent (compressed). */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /**
   * @throws {StreamBrokenError} when the connection breaks or falls silent after the first bytes
   * @throws {DatabentoError} of the other kinds before the first bytes, after retries
   */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    if (this.#started)
      throw new DatabentoError("Read the stream: it was read already, and a second reading would be billed again");
    this.#started = true;
    return this.#chunks();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, void> {
    const { exchange, first } = await this.#open();
    this.#head = exchange.head;
    try {
      for (let bytes = first; bytes !== undefined; bytes = await this.#next(exchange)) {
        this.#bytesReceived += bytes.length;
        yield bytes;
      }
    } finally {
      exchange.close();
    }
  }

  async #next(exchange: Exchange): Promise<Uint8Array | undefined> {
    try {
      return await exchange.read();
    } catch (thrown) {
      if (thrown instanceof NetworkError || thrown instanceof IdleTimeoutError) {
        throw new StreamBrokenError(this.endpoint, this.#bytesReceived, thrown);
      }
      throw thrown;
    }
  }
}
