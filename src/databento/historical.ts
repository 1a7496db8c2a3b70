import { BatchGroup } from "./batch.ts";
import { type CanonicalRequest, canonicalRequest, pricedFields } from "./canonical-request.ts";
import { type CostItem, type CostQuote, createQuote } from "./cost-quote.ts";
import { MetadataGroup, metadataQuestion } from "./metadata.ts";
import { fillOptions, type HistoricalOptions } from "./options.ts";
import type { BilledRequest } from "./request-types.ts";
import { SymbologyGroup } from "./symbology.ts";
import { TimeseriesGroup } from "./timeseries.ts";
import { type CallOptions, Transport } from "./transport.ts";

/** Options of {@link Historical.quote}. */
export interface QuoteOptions extends CallOptions {
  /** Asks for sizes as well, one more free request an item. @default false */
  readonly withSizes?: boolean;
}

/**
 * The vendor's historical service over HTTP, in the vendor's words.
 *
 * ```ts
 * const client = new Historical({ key });
 * const params = { dataset: "GLBX.MDP3", schema: "ohlcv-1m", symbols: "ES.v.0", stypeIn: "continuous", start: "2024-03" } as const;
 * const quote = await client.quote([{ kind: "timeseries.getRange", params }]);      // free
 * const approval = await quote.approve({ maxCost: 5 });                             // or throws, nothing bought
 * for await (const bytes of client.timeseries.getRange(params, { approval })) ...   // costs what the quote said
 * ```
 * Only `timeseries.getRange` and `batch.submitJob` cost money; both demand an approval.
 */
export class Historical {
  readonly metadata: MetadataGroup;
  readonly symbology: SymbologyGroup;
  readonly timeseries: TimeseriesGroup;
  readonly batch: BatchGroup;
  readonly #transport: Transport;
  /** Approvals are good for the client that quoted, and for no other. */
  readonly #owner = Object.freeze({});

  /**
   * Opens nothing and reads no environment.
   * @throws {ApiKeyError} without a key, or for one of the wrong shape
   * @throws {InvalidParameterError} for another option that cannot be right
   */
  constructor(options: HistoricalOptions) {
    this.#transport = new Transport(fillOptions(options));
    this.metadata = new MetadataGroup(this.#transport);
    this.symbology = new SymbologyGroup(this.#transport);
    this.timeseries = new TimeseriesGroup(this.#transport, this.#owner);
    this.batch = new BatchGroup(this.#transport, this.#owner);
  }

  /** Address of the service, without credentials. */
  get url(): string {
    return this.#transport.options.url.href;
  }

  /**
   * The price of requests, before any of them is sent. Free. Pass the WHOLE batch: a limit is for the sum.
   * @throws {InvalidParameterError} for parameters that cannot be right @throws {DatabentoError} when the service cannot tell
   */
  async quote(requests: readonly BilledRequest[], options: QuoteOptions = {}): Promise<CostQuote> {
    // All are checked before the first question, so that a slip in the last does not cost the time of the others.
    const canonical = requests.map(canonicalRequest);
    const items = await Promise.all(canonical.map((request) => this.#price(request, options)));
    return createQuote(this.#owner, items);
  }

  async #price(request: CanonicalRequest, { signal, withSizes }: QuoteOptions): Promise<CostItem> {
    const fields = pricedFields(request);
    const cost = await this.#transport.json(metadataQuestion("get_cost", fields), (answers) => answers.cost, {
      signal,
    });
    if (withSizes !== true) return { request, cost, billableSize: undefined };
    const sizeQuestion = metadataQuestion("get_billable_size", fields);
    const billableSize = await this.#transport.json(sizeQuestion, (answers) => answers.size, { signal });
    return { request, cost, billableSize };
  }
}
