import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { ask, send } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ faults: [{ kind: "status", status: 503 }] });
});
afterEach(() => simulator.clearFaults());
afterAll(() => simulator.close());

const ENDPOINT = "timeseries.get_range";
const REQUEST = { dataset: "GLBX.MDP3", start: "2024-03-12", symbols: "ESM4", schema: "ohlcv-1m", encoding: "dbn" };

const status = async (endpoint = ENDPOINT) => {
  const response = await send(simulator, endpoint, REQUEST);
  await response.arrayBuffer();
  return response.status;
};

it("takes faults from the start", async () => {
  expect([await status(), await status()]).toEqual([503, 200]);
});

it("fails the next two requests of one endpoint, and no other", async () => {
  simulator.fail({ kind: "status", status: 500, times: 2, endpoint: ENDPOINT });
  expect(await status("metadata.get_cost")).toBe(200);
  expect([await status(), await status(), await status()]).toEqual([500, 500, 200]);
  expect(simulator.requests.slice(-4).map(({ fault }) => fault)).toEqual([undefined, "status", "status", undefined]);
});

it("sends 429 with Retry-After and documented cases by name", async () => {
  simulator.fail({ kind: "status", status: 429, retryAfter: 2 });
  simulator.fail({ kind: "case", case: "dataset_unavailable_range" });
  const busy = await send(simulator, ENDPOINT, REQUEST);
  expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "2"]);
  const refused = await send(simulator, ENDPOINT, REQUEST);
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { detail: { case: "dataset_unavailable_range" } },
  ]);
  expect(() => simulator.fail({ kind: "case", case: "nonsense" })).toThrow(/expected one of/);
});

it("answers with a proxy's HTML", async () => {
  simulator.fail({ kind: "html" });
  const response = await send(simulator, ENDPOINT, REQUEST);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html"]);
  expect(await response.text()).toContain("<html>");
});

it("cuts a stream after so many bytes", async () => {
  simulator.fail({ kind: "cut", afterBytes: 5_000 });
  const response = await send(simulator, ENDPOINT, REQUEST);
  let received = 0;
  const read = async () => {
    for await (const piece of response.body ?? []) received += piece.length;
  };
  await expect(read()).rejects.toThrow();
  expect(received).toBe(5_000);
  expect(simulator.requests.at(-1)?.bytes).toBe(5_000);
});

it("breaks the connection before any answer", async () => {
  simulator.fail({ kind: "drop" });
  await expect(send(simulator, ENDPOINT, REQUEST)).rejects.toThrow();
  expect(simulator.requests.at(-1)?.status).toBe(undefined);
});

it("stalls a stream until the client gives up", async () => {
  simulator.fail({ kind: "stall", afterBytes: 300 });
  const response = await send(simulator, ENDPOINT, REQUEST, { signal: AbortSignal.timeout(300) });
  await expect(response.arrayBuffer()).rejects.toThrow(/timeout/);
});

it("drips, corrupts one byte, waits and warns", async () => {
  const right = Buffer.from(await ask(simulator, ENDPOINT, REQUEST));
  simulator.fail({ kind: "drip" });
  expect(right.equals(await ask(simulator, ENDPOINT, REQUEST))).toBe(true);
  simulator.fail({ kind: "corrupt", atByte: 1_000 });
  const wrong = Buffer.from(await ask(simulator, ENDPOINT, REQUEST));
  expect([...right.keys()].filter((at) => right[at] !== wrong[at])).toEqual([1_000]);
  simulator.fail({ kind: "delay", milliseconds: 20 });
  expect(right.equals(await ask(simulator, ENDPOINT, REQUEST))).toBe(true);
  simulator.fail({ kind: "warning", warnings: ["DeprecationWarning: old"] });
  const response = await send(simulator, ENDPOINT, REQUEST);
  expect(response.headers.get("x-warning")).toBe('["DeprecationWarning: old"]');
  await response.body?.cancel();
});

it.each<[string, unknown, string]>([
  ["a kind nobody knows", { kind: "stal", afterBytes: 1 }, 'kind was "stal", expected one of status, case'],
  ["no object", null, "kind was not given"],
  ["a field that is missing", { kind: "status" }, "status was not given, expected an HTTP status"],
  ["a text for a number", { kind: "status", status: "429" }, 'status was "429"'],
  ["a field of another kind", { kind: "cut", afterByte: 1 }, "it has no field 'afterByte'"],
  ["bytes below nothing", { kind: "cut", afterBytes: -1 }, "afterBytes was -1, expected a whole number from 0"],
  ["no times", { kind: "drop", times: 0 }, "times was 0, expected a whole number from 1"],
  ["a case nobody knows", { kind: "case", case: "x" }, 'case was "x", expected one of auth_authentication_failed'],
])("refuses a fault with %s", (_what, fault, told) => {
  expect(() => simulator.fail(fault as never)).toThrow(told);
  expect(() => simulator.fail(fault as never)).toThrow(expect.objectContaining({ code: "invalid_option" }));
});
