import { describe, expect, it } from "vitest";
import { type CostApproval, type Historical, NetworkError } from "../../src/databento/index.ts";
import { isWorthRepeating } from "../../src/databento/retry.ts";
import { type Answer, broken, cut, json, problem, ScriptedServer, silence, text } from "../servers/historical.ts";
import { bytesOf, clientOf, listeningClient, PARAMS, thrownBy } from "./client.ts";

const COST = "metadata.get_cost";
const fail = (status: number, headers = {}) => json({ detail: "no" }, status, headers);

describe("what is repeated", () => {
  it.each<[string, Answer]>([
    ["408", fail(408)],
    ["429", fail(429)],
    ["500", fail(500)],
    ["502 with a page", text("<html>Bad gateway</html>", 502)],
    ["503", fail(503)],
    ["504", fail(504)],
    ["a connection cut before the answer", cut],
    ["a connection cut inside the answer", broken(Buffer.from("2."), "cut")],
  ])("%s", async (_, answer) => {
    await using server = await ScriptedServer.start();
    server.on(COST, answer, answer, json(2.5));
    const { client, events } = listeningClient(server);
    expect(await client.metadata.getCost(PARAMS)).toBe(2.5);
    expect(server.seen).toHaveLength(3);
    expect(events).toMatchObject([
      { kind: "retry", endpoint: COST, attempt: 1, retriesLeft: 5 },
      { kind: "retry", endpoint: COST, attempt: 2, retriesLeft: 4 },
    ]);
  });

  it.each([400, 401, 402, 403, 404, 409, 410, 418, 422])("never %i", async (status) => {
    await using server = await ScriptedServer.start();
    server.on(COST, fail(status), json(1));
    expect(await thrownBy(() => clientOf(server).metadata.getCost(PARAMS))).toMatchObject({ status });
    expect(server.seen).toHaveLength(1);
  });

  it("as often as it was told, and then the last error is thrown", async () => {
    await using server = await ScriptedServer.start();
    for (const maxRetries of [0, 1, 3]) {
      server.on(COST, fail(500));
      const before = server.seen.length;
      expect(await thrownBy(() => clientOf(server, { maxRetries }).metadata.getCost(PARAMS))).toMatchObject({
        status: 500,
      });
      expect(server.seen.length - before).toBe(maxRetries + 1);
    }
  });

  it("an address where nothing listens, until the end", async () => {
    const server = await ScriptedServer.start();
    await server[Symbol.asyncDispose]();
    const { client, events } = listeningClient(server, { maxRetries: 2 });
    const error = await thrownBy(() => client.metadata.getCost(PARAMS));
    expect(error).toMatchObject({
      name: "NetworkError",
      systemCode: "ECONNREFUSED",
      hint: expect.stringContaining("'url'"),
    });
    expect(events).toHaveLength(2);
  });

  it("not what a certificate is wrong with", () => {
    const backoff = { firstMs: 1, longestMs: 1, longestRetryAfterMs: 1 };
    const error = (systemCode: string) => new NetworkError(COST, "no", { systemCode });
    expect(isWorthRepeating(error("CERT_NOT_YET_VALID"), "always", backoff)).toBe(false);
    expect(isWorthRepeating(error("DEPTH_ZERO_SELF_SIGNED_CERT"), "always", backoff)).toBe(false);
    expect(isWorthRepeating(error("ECONNRESET"), "always", backoff)).toBe(true);
    expect(isWorthRepeating(error("ECONNRESET"), "unless-accepted", backoff)).toBe(false);
    expect(isWorthRepeating(error("ECONNREFUSED"), "unless-accepted", backoff)).toBe(true);
  });
});

describe("Retry-After", () => {
  it("is waited for", async () => {
    await using server = await ScriptedServer.start();
    server.on(COST, fail(429, { "retry-after": "0.3" }), json(1));
    const start = performance.now();
    await clientOf(server).metadata.getCost(PARAMS);
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  it("is not waited for when it is too long", async () => {
    await using server = await ScriptedServer.start();
    server.on(COST, fail(429, { "retry-after": "3600" }), json(1));
    const error = await thrownBy(() => clientOf(server).metadata.getCost(PARAMS));
    expect(error).toMatchObject({ name: "RateLimitError", retryAfterSeconds: 3600 });
    expect(server.seen).toHaveLength(1);
  });

  it("ends with the caller's signal", async () => {
    await using server = await ScriptedServer.start();
    server.on(COST, fail(429, { "retry-after": "60" }));
    const reason = new Error("enough");
    const controller = new AbortController();
    const { client } = listeningClient(server, { onEvent: () => {} });
    setTimeout(() => controller.abort(reason), 100);
    const start = performance.now();
    expect(await thrownBy(() => client.metadata.getCost(PARAMS, { signal: controller.signal }))).toBe(reason);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe("an order of a batch job", () => {
  async function order(server: ScriptedServer, client: Historical): Promise<() => Promise<unknown>> {
    server.on(COST, json(3));
    const quote = await client.quote([{ kind: "batch.submitJob", params: PARAMS }]);
    const approval: CostApproval = await quote.approve({ confirm: () => true });
    return () => client.batch.submitJob(PARAMS, { approval });
  }

  it("is sent again after 429, which the service did not take", async () => {
    await using server = await ScriptedServer.start();
    server.on("batch.submit_job", fail(429), json({ id: "A", state: "queued" }));
    const submit = await order(server, clientOf(server));
    expect(await submit()).toEqual({ id: "A", state: "queued" });
    expect(server.requestsTo("batch.submit_job")).toHaveLength(2);
  });

  it.each<[string, Answer, string]>([
    ["a cut connection", cut, "NetworkError"],
    ["500", fail(500), "ServerError"],
    ["silence", silence, "IdleTimeoutError"],
  ])("is not sent again, nor refunded, after %s: it may have been taken", async (_, answer, name) => {
    await using server = await ScriptedServer.start();
    server.on("batch.submit_job", answer);
    const submit = await order(server, clientOf(server, { timeoutSeconds: 0.2 }));
    expect(await thrownBy(submit)).toMatchObject({ name });
    expect(await thrownBy(submit)).toMatchObject({ name: "CostNotApprovedError", reason: "spent" });
    expect(server.requestsTo("batch.submit_job")).toHaveLength(1);
  });

  it("is refunded when it was refused", async () => {
    await using server = await ScriptedServer.start();
    server.on("batch.submit_job", problem(422, "symbology_invalid_request", "no"), json({ id: "A", state: "queued" }));
    const submit = await order(server, clientOf(server));
    expect(await thrownBy(submit)).toMatchObject({ name: "SymbologyError" });
    expect(await submit()).toMatchObject({ id: "A" });
    const form = server.requestsTo("batch.submit_job")[0]?.form;
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      split_duration: "day",
      delivery: "download",
      encoding: "dbn",
      compression: "zstd",
    });
  });
});

it("a stream is repeated as long as not a byte came", async () => {
  await using server = await ScriptedServer.start();
  server.on(COST, json(0));
  server.on("timeseries.get_range", fail(503), cut, broken(new Uint8Array(), "cut"), text("data"));
  const client = clientOf(server);
  const quote = await client.quote([{ kind: "timeseries.getRange", params: PARAMS }]);
  const stream = client.timeseries.getRange(PARAMS, { approval: await quote.approve() });
  expect((await bytesOf(stream)).toString()).toBe("data");
  expect(server.requestsTo("timeseries.get_range")).toHaveLength(4);
});
