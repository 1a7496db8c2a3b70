import { canonicalRequest } from "./canonical-request.ts";
import { type CostApproval, charge } from "./cost-approval.ts";
import { UnexpectedAnswerError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { isHtml, pageText } from "./html.ts";
import { type OpenedStream, RangeStream } from "./range-stream.ts";
import type { Fields, StreamParams } from "./request-types.ts";
import type { CallOptions, Transport } from "./transport.ts";

/** Options of calls that cost money. */
export interface BilledCallOptions extends CallOptions {
  /** From `client.quote([...])` and `quote.approve(...)`, for exactly these parameters. */
  readonly approval: CostApproval;
}

const ENDPOINT = "timeseries.get_range";
const PARTIAL = 206;

/** Market data as a stream. COSTS MONEY, each time: what was streamed is billed again when it is streamed again. */
export class TimeseriesGroup {
  readonly #transport: Transport;
  readonly #owner: object;

  constructor(transport: Transport, owner: object) {
    this.#transport = transport;
    this.#owner = owner;
  }

  /**
   * The records of a span as bytes: DBN in zstd unless asked otherwise (many frames, DBN version 1 to 3). Nothing is sent until
   * the first piece is asked for. For more than about 5 GB the vendor advises batch; for long spans ask in chunks, as a stream that
   * breaks is lost. COSTS MONEY: the price of the quote.
   *
   * Failures before the first byte are repeated; after it never: see {@link StreamBrokenError}.
   * @throws {CostNotApprovedError} at once, before anything is sent, without a valid approval
   * @throws {InvalidParameterError} at once, for parameters that cannot be right
   */
  getRange(params: StreamParams, { approval, signal }: BilledCallOptions): RangeStream {
    const request = canonicalRequest({ kind: "timeseries.getRange", params });
    const refund = charge(this.#owner, request, approval);
    return new RangeStream(ENDPOINT, async () => {
      try {
        return await this.#open(request.fields, signal);
      } catch (thrown) {
        // Not a byte of data came, so nothing was billed.
        refund();
        throw thrown;
      }
    });
  }

  async #open(fields: Fields, signal: AbortSignal | undefined): Promise<OpenedStream> {
    const request = {
      endpoint: ENDPOINT,
      method: "POST",
      fields,
      family: "timeseries",
      repeat: "always",
      accept: "application/octet-stream, */*;q=0.5",
    } as const;
    // The first bytes belong to the attempt: a connection that dies before them is one to repeat.
    const { body } = await this.#transport.repeated(request, signal, async (exchange) => {
      const first = await exchange.read();
      await this.#refusePage(exchange, first);
      return { exchange, first };
    });
    if (body.exchange.head.status === PARTIAL) this.#transport.options.onEvent({ kind: "partial", endpoint: ENDPOINT });
    return body;
  }

  async #refusePage(exchange: Exchange, first: Uint8Array | undefined): Promise<void> {
    const text = new TextDecoder().decode(first?.subarray(0, 2_000));
    const { status } = exchange.head;
    if (!isHtml(text) && !exchange.headers.get("content-type")?.startsWith("text/html")) return;
    const message = `found ${this.#transport.options.redact(pageText(text))}, expected market data`;
    const hint = "a proxy or captive portal answered in the service's place: check the network and the option 'url'";
    throw new UnexpectedAnswerError(ENDPOINT, status, message, { hint });
  }
}
