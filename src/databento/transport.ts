import { release as systemRelease } from "node:os";
import type { ZodType } from "zod";
import { errorFromAnswer } from "./error-from-answer.ts";
import { UnexpectedAnswerError } from "./errors.ts";
import { Exchange } from "./exchange.ts";
import { explainFailure } from "./explain-failure.ts";
import { isHtml, pageText } from "./html.ts";
import type { FilledOptions } from "./options.ts";
import { type RateFamily, RateLimiter } from "./rate-limits.ts";
import type { Fields } from "./request-types.ts";
import { type Repeat, withRetries } from "./retry.ts";
import { readWarnings } from "./warnings.ts";
import { Watch } from "./watch.ts";

/** One request in the vendor's terms. */
export interface ServiceRequest {
  /** As in `metadata.get_cost`; the path below `/v0/`. */
  readonly endpoint: string;
  readonly method: "GET" | "POST";
  /** Query of a GET, form of a POST. */
  readonly fields: Fields;
  readonly family: RateFamily;
  readonly repeat: Repeat;
  /** For what is read as bytes. @default "application/json" */
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Options every call takes. */
export interface CallOptions {
  /** Ends the call; its reason is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
}

/** The checks of answers, loaded with the first answer: importing the client must not load zod. */
type Answers = typeof import("./answers.ts");

/** Of an error page no more is read than a message can use. */
const MOST_ERROR_BYTES = 65_536;
const REDIRECT = 300;
const ERROR = 400;
const PROXY_HINT = "a proxy or captive portal answered in the service's place: check the network and the option 'url'";

/** Sends requests: limits, retries, time-outs, warnings, errors. Knows no endpoint. */
export class Transport {
  readonly options: FilledOptions;
  readonly #limiter: RateLimiter;

  constructor(options: FilledOptions) {
    this.options = options;
    this.#limiter = new RateLimiter(options.limits);
  }

  /** A JSON answer of the form that `select` names. @throws {UnexpectedAnswerError} for one of another form */
  async json<Answer>(
    request: ServiceRequest,
    select: (answers: Answers) => ZodType<Answer>,
    { signal }: CallOptions = {},
  ): Promise<Answer> {
    const { status, body } = await this.repeated(request, signal, (exchange) => exchange.text());
    const value = this.#parseJson(request.endpoint, status, body);
    const checked = select(await import("./answers.ts")).safeParse(value);
    if (checked.success) return checked.data;
    const problems = checked.error.issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
    const message = this.options.redact(`found JSON of another form than documented (${problems.join("; ")})`);
    throw new UnexpectedAnswerError(request.endpoint, status, message, {
      hint: "a newer service, or not the service: check 'url'",
    });
  }

  /** Opens an exchange and does `use` with it; both are one attempt, repeated together. `use` may leave the exchange open. */
  async repeated<Result>(
    request: ServiceRequest,
    signal: AbortSignal | undefined,
    use: (exchange: Exchange) => Promise<Result>,
  ): Promise<{ readonly status: number; readonly body: Result }> {
    const { endpoint, repeat } = request;
    const { maxRetries, backoff, onEvent } = this.options;
    // Outlives the attempts: pauses and queues end with the caller's signals too.
    const watch = new Watch([this.options.signal, signal], 0);
    let exchange: Exchange | undefined;
    try {
      const attempt = async () => {
        // What an earlier attempt left open is of no use any more.
        exchange?.close();
        exchange = await this.#open(request, signal, watch.signal);
        return { status: exchange.head.status, body: await use(exchange) };
      };
      return await withRetries(attempt, { endpoint, repeat, maxRetries, backoff, onEvent }, watch.signal);
    } catch (thrown) {
      exchange?.close();
      // Whatever the libraries made of it: a caller's reason is thrown as it is.
      throw watch.cancelled ? watch.signal.reason : thrown;
    } finally {
      watch.dispose();
    }
  }

  async #open(request: ServiceRequest, signal: AbortSignal | undefined, waiting: AbortSignal): Promise<Exchange> {
    const { timeoutSeconds, redact } = this.options;
    const { endpoint } = request;
    const release = await this.#limiter.enter(request.family, waiting);
    const watch = new Watch([this.options.signal, signal], timeoutSeconds * 1000);
    const response = await watch.alive(this.#fetch(request, watch.signal)).catch((thrown: unknown) => {
      const failure = explainFailure(thrown, { endpoint, watch, timeoutSeconds, redact });
      watch.dispose();
      release();
      throw failure;
    });
    const { status, headers, body } = response;
    const warnings = readWarnings(endpoint, headers, redact);
    const exchange = new Exchange({
      endpoint,
      status,
      headers,
      warnings,
      body,
      watch,
      release,
      timeoutSeconds,
      redact,
    });
    try {
      for (const warning of warnings) this.options.onEvent(warning);
      await this.#refuseBadStatus(exchange);
    } catch (thrown) {
      exchange.close();
      throw thrown;
    }
    return exchange;
  }

  #fetch(request: ServiceRequest, signal: AbortSignal): Promise<Response> {
    const url = new URL(`v0/${request.endpoint}`, this.options.url);
    const form = new URLSearchParams({ ...request.fields });
    if (request.method === "GET") url.search = form.toString();
    return fetch(url, {
      method: request.method,
      headers: {
        accept: request.accept ?? "application/json",
        // Data comes compressed as data; a second coding would only break ranges and sizes.
        "accept-encoding": "identity",
        "user-agent": USER_AGENT,
        authorization: this.options.key.authorization(),
        ...request.headers,
      },
      // Not followed: the service has none, and a redirect could carry the request elsewhere.
      redirect: "manual",
      signal,
      ...(request.method === "POST" ? { body: form } : {}),
    });
  }

  async #refuseBadStatus(exchange: Exchange): Promise<void> {
    const { endpoint, status } = exchange.head;
    if (status < REDIRECT) return;
    if (status < ERROR) {
      const message = `found a redirect (status ${status}), expected an answer`;
      throw new UnexpectedAnswerError(endpoint, status, message, { hint: PROXY_HINT });
    }
    const body = await exchange.text(MOST_ERROR_BYTES);
    throw errorFromAnswer({ endpoint, status, headers: exchange.headers, body }, this.options.redact);
  }

  #parseJson(endpoint: string, status: number, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      const found = this.options.redact(pageText(text));
      const hint = isHtml(text) ? PROXY_HINT : "the answer may be cut: try again";
      throw new UnexpectedAnswerError(endpoint, status, `found ${found}, expected JSON`, { hint });
    }
  }
}

/** Pieces as the official clients clean theirs. */
const clean = (text: string) => text.replaceAll(/[^a-zA-Z0-9.]/g, "-");
const USER_AGENT = `Backlit Node/${clean(process.versions.node)} ${clean(process.platform)}/${clean(systemRelease())}`;
