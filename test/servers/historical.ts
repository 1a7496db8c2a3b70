import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly query: URLSearchParams;
  readonly body: string;
  /** The body read as a form. */
  readonly form: URLSearchParams;
}

/** Answers one request; given the whole response, so that it can break, stall or lie. */
export type Answer = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/**
 * A scripted server on loopback for the tests of the client. Knows nothing of the service: each path is given its answers, of
 * which the last one stays.
 */
export class ScriptedServer implements AsyncDisposable {
  readonly url: string;
  readonly seen: SeenRequest[] = [];
  readonly #server: ReturnType<typeof createServer>;
  readonly #scripts = new Map<string, Answer[]>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ScriptedServer(server);
  }

  /** Answers of a path below `/v0/`, one after the other. */
  on(path: string, ...answers: Answer[]): this {
    this.#scripts.set(`/v0/${path}`, answers);
    return this;
  }

  /** Requests to a path below `/v0/`. */
  requestsTo(path: string): SeenRequest[] {
    return this.seen.filter((request) => request.path === `/v0/${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    const { pathname, searchParams } = new URL(message.url ?? "/", this.url);
    const request = {
      method: message.method ?? "",
      path: pathname,
      headers: message.headers,
      query: searchParams,
      body,
      form: new URLSearchParams(body),
    };
    this.seen.push(request);
    const script = this.#scripts.get(pathname) ?? [json({ detail: "Not Found" }, 404)];
    const answer = script.length > 1 ? script.shift() : script[0];
    await answer?.(response, request);
  }
}

/** A JSON answer. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };
}

/** An answer of any body. */
export function text(body: string | Uint8Array, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** A business error as the service writes it. */
export function problem(status: number, word: string, message: string, payload: unknown = null): Answer {
  const docs = "https://databento.com/docs/api-reference-historical/basics/errors";
  return json({ detail: { case: word, message, status_code: status, docs, payload } }, status, {
    "request-id": "req-7",
  });
}

/** Cuts the connection before any answer. */
export const cut: Answer = (response) => void response.socket?.destroy();

/** Takes the request and stays silent. */
export const silence: Answer = () => {};

/** Sends so much of a body, then cuts the connection, or falls silent. */
export function broken(
  bytes: Uint8Array,
  then: "cut" | "silence",
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/octet-stream", ...headers });
    response.write(bytes, () => {
      // A moment for the bytes to arrive: destroying at once would take them back.
      if (then === "cut") setTimeout(() => response.socket?.destroy(), 20);
    });
  };
}
