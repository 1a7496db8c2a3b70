/** The HTTP side: reads requests, lets faults happen, writes answers. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Answer, Call } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { checkAuthorization } from "./auth.ts";
import {
  answerOfFault,
  BrokenConnection,
  errorAnswer,
  type Fault,
  type FaultPlan,
  StalledConnection,
  spoil,
} from "./faults.ts";
import type { Router } from "./router.ts";

/** Largest form that is read: 2,000 long symbols fit many times. */
const MOST_FORM_BYTES = 1_048_576;

/** One request as it was answered. Holds no key. */
export interface LoggedRequest {
  readonly method: string;
  /** Without `/v0/`: `timeseries.get_range`. */
  readonly endpoint: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined while there is no answer, and where there was none. */
  status: number | undefined;
  /** Bytes of the body that were sent. */
  bytes: number;
  /** The fault that befell it. */
  fault: Fault["kind"] | undefined;
}

/** What the server works with. */
export interface HttpParts {
  readonly router: Router;
  readonly key: string;
  readonly faults: FaultPlan;
  readonly requests: LoggedRequest[];
}

/** Answers one request. Never throws: what goes wrong inside is a status 500. */
export async function serve(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://simulated");
  const endpoint = url.pathname.replace(/^\/v0\/?/, "");
  const call: Call = {
    method: request.method ?? "GET",
    endpoint: url.pathname.startsWith("/v0") ? endpoint : `/${endpoint}`,
    parameters: url.searchParams,
    range: request.headers.range,
  };
  const fault = parts.faults.take(call.endpoint);
  try {
    for (const [name, value] of await readForm(request)) url.searchParams.set(name, value);
    const entry: LoggedRequest = {
      method: call.method,
      endpoint: call.endpoint,
      parameters: Object.fromEntries(url.searchParams),
      status: undefined,
      bytes: 0,
      fault: fault?.kind,
    };
    parts.requests.push(entry);
    if (fault?.kind === "drop") throw new BrokenConnection();
    if (fault?.kind === "delay") await delay(fault.milliseconds);
    const answer = (fault && answerOfFault(fault)) ?? (await rightAnswer(parts, call, request.headers.authorization));
    await send(response, answer, fault, entry);
  } catch (error) {
    await end(response, error);
  }
}

async function rightAnswer({ router, key }: HttpParts, call: Call, authorization: string | undefined): Promise<Answer> {
  try {
    checkAuthorization(authorization, key);
    return await router.answer(call);
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error);
    const reason = error instanceof Error ? error.message : String(error);
    return errorAnswer(new ApiError(500, `SIMULATED service failed: ${reason}`));
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > MOST_FORM_BYTES) throw new BrokenConnection();
    pieces.push(piece as Buffer);
  }
  return new URLSearchParams(Buffer.concat(pieces).toString("utf8"));
}

async function send(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  entry: LoggedRequest,
): Promise<void> {
  entry.status = answer.status;
  const warnings = fault?.kind === "warning" ? { "X-Warning": JSON.stringify(fault.warnings) } : {};
  response.writeHead(answer.status, { "X-Backlit": "SIMULATED", ...answer.headers, ...warnings });
  const body = typeof answer.body === "string" ? textBody(answer.body) : answer.body;
  for await (const piece of fault === undefined ? body : spoil(body, fault)) {
    if (response.destroyed) return;
    entry.bytes += piece.length;
    if (piece.length > 0 && !response.write(piece)) await writable(response);
  }
  response.end();
}

async function* textBody(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Waits until a response takes more, or nobody listens any longer. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
    // A connection that broke meanwhile has told so already and never drains.
    if (response.destroyed) go();
  });
}

/** What is left to do when an answer could not be finished. */
async function end(response: ServerResponse, error: unknown): Promise<void> {
  // Nothing more is said; whoever closes the connection ends it.
  if (error instanceof StalledConnection) return;
  // Anything else happened inside a stream: a broken connection is the only way left to say so.
  if (error instanceof BrokenConnection) await flushed(response);
  response.destroy();
}

/** Lets what was written reach the client before the connection breaks. */
async function flushed(response: ServerResponse): Promise<void> {
  if (response.headersSent) await new Promise((resolve) => setImmediate(resolve));
}
