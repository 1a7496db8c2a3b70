import type { ClientEvent, CostApproval, HistoricalOptions, StreamParams } from "../../src/databento/index.ts";
import { Historical } from "../../src/databento/index.ts";
import { json, type ScriptedServer } from "../servers/historical.ts";

/** Of the right shape and of no account. */
export const KEY = "db-unitTestOnlyNotARealKey0000XYZ12".slice(0, 32);

/** A span whose price the servers of these tests tell. */
export const PARAMS = {
  dataset: "GLBX.MDP3",
  schema: "ohlcv-1m",
  symbols: ["ES.v.0"],
  stypeIn: "continuous",
  start: "2024-03-04",
  end: "2024-03-06",
} as const satisfies StreamParams;

/** A client of a server, hurried: pauses of a millisecond. */
export function clientOf(server: { readonly url: string }, options: HistoricalOptions = {}): Historical {
  return new Historical({
    key: KEY,
    url: server.url,
    backoff: { firstMs: 1, longestMs: 2 },
    timeoutSeconds: 5,
    ...options,
  });
}

/** A client that remembers its events. */
export function listeningClient(server: { readonly url: string }, options: HistoricalOptions = {}) {
  const events: ClientEvent[] = [];
  return { client: clientOf(server, { ...options, onEvent: (event) => events.push(event) }), events };
}

/** An approval for {@link PARAMS} or others, at the price the server tells. */
export async function approve(
  server: ScriptedServer,
  client: Historical,
  params: StreamParams = PARAMS,
  price = 1.5,
): Promise<CostApproval> {
  server.on("metadata.get_cost", json(price));
  const quote = await client.quote([{ kind: "timeseries.getRange", params }]);
  return quote.approve({ maxCost: 100 });
}

/** What a promise or a loop throws. */
export async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("Nothing was thrown");
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
