import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Historical } from "../../src/databento/index.ts";
import { json, ScriptedServer, text } from "../servers/historical.ts";
import { clientOf, KEY, listeningClient, PARAMS, thrownBy } from "./client.ts";

const RANGE_FORM = {
  dataset: "GLBX.MDP3",
  schema: "ohlcv-1m",
  symbols: "ES.v.0",
  stype_in: "continuous",
  stype_out: "instrument_id",
  start: "2024-03-04",
  end: "2024-03-06",
};
const { stype_out: _, ...COUNT_FORM } = RANGE_FORM;
const RESOLVED = {
  result: { "ES.c.0": [{ d0: "2023-01-01", d1: "2023-03-19", s: "206299" }] },
  symbols: ["ES.c.0"],
  stype_in: "continuous",
  stype_out: "instrument_id",
  start_date: "2023-01-01",
  end_date: "2023-06-01",
  partial: [],
  not_found: ["XX.c.0"],
  message: "Partially resolved",
  status: 1,
};
const JOB = {
  id: "GLBX-20220610-5DEFXVTMSM",
  state: "queued",
  ts_received: "2022-10-31 15:26:58.112496+00:00",
  record_count: null,
};

interface Case {
  readonly endpoint: string;
  readonly method: "GET" | "POST";
  readonly call: (client: Historical) => Promise<unknown>;
  readonly fields: Readonly<Record<string, string>>;
  readonly answer: unknown;
  readonly expected: unknown;
}

const CASES: readonly Case[] = [
  {
    endpoint: "metadata.list_publishers",
    method: "GET",
    call: ({ metadata }) => metadata.listPublishers(),
    fields: {},
    answer: [
      { publisher_id: 1, dataset: "GLBX.MDP3", venue: "GLBX", description: "CME Globex MDP 3.0", since: "later" },
    ],
    expected: [{ publisherId: 1, dataset: "GLBX.MDP3", venue: "GLBX", description: "CME Globex MDP 3.0" }],
  },
  {
    endpoint: "metadata.list_datasets",
    method: "GET",
    call: ({ metadata }) => metadata.listDatasets({ startDate: "2024-01-01", endDate: new Date("2024-02-01") }),
    fields: { start_date: "2024-01-01", end_date: "2024-02-01" },
    answer: ["GLBX.MDP3"],
    expected: ["GLBX.MDP3"],
  },
  {
    endpoint: "metadata.list_schemas",
    method: "GET",
    call: ({ metadata }) => metadata.listSchemas({ dataset: "glbx.mdp3" }),
    fields: { dataset: "GLBX.MDP3" },
    answer: ["mbo", "a-new-one"],
    expected: ["mbo", "a-new-one"],
  },
  {
    endpoint: "metadata.list_fields",
    method: "GET",
    call: ({ metadata }) => metadata.listFields({ schema: "trades", encoding: "dbn" }),
    fields: { schema: "trades", encoding: "dbn" },
    answer: [{ name: "ts_event", type: "uint64_t" }],
    expected: [{ name: "ts_event", type: "uint64_t" }],
  },
  {
    endpoint: "metadata.list_unit_prices",
    method: "GET",
    call: ({ metadata }) => metadata.listUnitPrices({ dataset: "GLBX.MDP3" }),
    fields: { dataset: "GLBX.MDP3" },
    answer: [{ mode: "historical", unit_prices: { mbo: 21.05, "ohlcv-1m": 280 } }],
    expected: [{ mode: "historical", unitPrices: { mbo: 21.05, "ohlcv-1m": 280 } }],
  },
  {
    endpoint: "metadata.get_dataset_condition",
    method: "GET",
    call: ({ metadata }) => metadata.getDatasetCondition({ dataset: "GLBX.MDP3", startDate: "2023-09-01" }),
    fields: { dataset: "GLBX.MDP3", start_date: "2023-09-01" },
    answer: [
      { date: "2023-09-01", condition: "available", last_modified_date: "2023-09-02" },
      { date: "2023-09-02", condition: "missing", last_modified_date: null },
    ],
    expected: [
      { date: "2023-09-01", condition: "available", lastModifiedDate: "2023-09-02" },
      { date: "2023-09-02", condition: "missing", lastModifiedDate: null },
    ],
  },
  {
    endpoint: "metadata.get_dataset_range",
    method: "GET",
    call: ({ metadata }) => metadata.getDatasetRange({ dataset: "GLBX.MDP3" }),
    fields: { dataset: "GLBX.MDP3" },
    answer: {
      start: "2010-06-06T00:00:00.000000000Z",
      end: "2026-01-29T00:00:00.000000000Z",
      schema: { trades: { start: "a", end: "b" } },
    },
    expected: {
      start: "2010-06-06T00:00:00.000000000Z",
      end: "2026-01-29T00:00:00.000000000Z",
      schema: { trades: { start: "a", end: "b" } },
    },
  },
  {
    endpoint: "metadata.get_record_count",
    method: "POST",
    call: ({ metadata }) => metadata.getRecordCount(PARAMS),
    fields: COUNT_FORM,
    answer: 18_203,
    expected: 18_203,
  },
  {
    endpoint: "metadata.get_billable_size",
    method: "POST",
    call: ({ metadata }) => metadata.getBillableSize(PARAMS),
    fields: RANGE_FORM,
    answer: 1_019_368,
    expected: 1_019_368,
  },
  {
    endpoint: "metadata.get_cost",
    method: "POST",
    call: ({ metadata }) => metadata.getCost({ ...PARAMS, limit: 10 }),
    fields: { ...RANGE_FORM, limit: "10" },
    answer: 2.587,
    expected: 2.587,
  },
  {
    endpoint: "symbology.resolve",
    method: "POST",
    call: ({ symbology }) =>
      symbology.resolve({
        dataset: "GLBX.MDP3",
        symbols: ["XX.c.0", "ES.c.0"],
        stypeIn: "continuous",
        startDate: "2023-01-01",
        endDate: "2023-06-01",
      }),
    fields: {
      dataset: "GLBX.MDP3",
      symbols: "ES.c.0,XX.c.0",
      stype_in: "continuous",
      stype_out: "instrument_id",
      start_date: "2023-01-01",
      end_date: "2023-06-01",
    },
    answer: RESOLVED,
    expected: expect.objectContaining({
      result: RESOLVED.result,
      notFound: ["XX.c.0"],
      stypeIn: "continuous",
      status: 1,
    }),
  },
  {
    endpoint: "batch.list_jobs",
    method: "GET",
    call: ({ batch }) => batch.listJobs({ since: "2024-01-01" }),
    fields: { states: "queued,processing,done", since: "2024-01-01" },
    answer: [JOB, { id: "B", state: "done" }],
    expected: [
      { id: JOB.id, state: "queued", tsReceived: JOB.ts_received, recordCount: null },
      { id: "B", state: "done" },
    ],
  },
  {
    endpoint: "batch.get_job_details",
    method: "GET",
    call: ({ batch }) => batch.getJobDetails({ jobId: "B" }),
    fields: { job_id: "B" },
    answer: { ...JOB, symbols: ["ES.FUT"], cost_usd: 1.5 },
    expected: {
      id: JOB.id,
      state: "queued",
      tsReceived: JOB.ts_received,
      recordCount: null,
      symbols: ["ES.FUT"],
      costUsd: 1.5,
    },
  },
  {
    endpoint: "batch.list_files",
    method: "GET",
    call: ({ batch }) => batch.listFiles({ jobId: "B" }),
    fields: { job_id: "B" },
    answer: [{ filename: "a.dbn.zst", size: 5, hash: null, urls: null }],
    expected: [{ filename: "a.dbn.zst", size: 5, hash: null, urls: null }],
  },
];

describe("each endpoint", () => {
  it.each(CASES)("$endpoint", async ({ endpoint, method, call, fields, answer, expected }) => {
    await using server = await ScriptedServer.start();
    server.on(endpoint, json(answer));
    expect(await call(clientOf(server))).toEqual(expected);
    expect(server.seen).toHaveLength(1);
    const [request] = server.requestsTo(endpoint);
    expect(request?.method).toBe(method);
    expect(Object.fromEntries(method === "GET" ? (request?.query ?? []) : (request?.form ?? []))).toEqual(fields);
    expect(method === "GET" ? request?.body : [...(request?.query ?? [])].join()).toBe("");
  });

  it.each(CASES)("$endpoint refuses an answer of another form", async ({ endpoint, call }) => {
    await using server = await ScriptedServer.start();
    server.on(endpoint, json({ surprise: true }));
    const error = await thrownBy(() => call(clientOf(server)));
    expect(error).toMatchObject({ name: "UnexpectedAnswerError", endpoint, status: 200 });
    expect(server.seen).toHaveLength(1);
  });
});

describe("every request", () => {
  it("has the key as Basic user with an empty password, and says who asks", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.get_cost", json(1));
    await clientOf(server).metadata.getCost(PARAMS);
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`${KEY}:`).toString("base64")}`,
      "content-type": expect.stringMatching(/^application\/x-www-form-urlencoded/),
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": expect.stringMatching(/^Backlit Node\/[\d.]+ [a-zA-Z0-9.-]+\/[a-zA-Z0-9.-]+$/),
    });
  });

  it("encodes forms: blanks, bangs and commas of symbols arrive as they are", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.get_cost", json(1));
    await clientOf(server).metadata.getCost({ ...PARAMS, symbols: ["BRN FMJ0024!", "A+B&C=D"], stypeIn: "raw_symbol" });
    expect(server.seen[0]?.form.get("symbols")).toBe("A+B&C=D,BRN FMJ0024!");
  });

  it("goes below a path of the address", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.list_datasets", json([]));
    const client = clientOf({ url: `${server.url}/v0/` });
    await client.metadata.listDatasets();
    expect(client.url).toBe(`${server.url}/`);
    const behindProxy = await thrownBy(() => clientOf({ url: `${server.url}/databento` }).metadata.listDatasets());
    expect(behindProxy).toMatchObject({ name: "NotFoundError" });
    expect(server.seen.map(({ path }) => path)).toEqual([
      "/v0/metadata.list_datasets",
      "/databento/v0/metadata.list_datasets",
    ]);
  });

  it("tells the warnings of the service", async () => {
    await using server = await ScriptedServer.start();
    const header = JSON.stringify(["DeprecationWarning: mode goes away", "The data of 2024-03-04 is degraded"]);
    server.on("metadata.get_cost", json(1, 200, { "x-warning": header }), json(1, 200, { "x-warning": "not json" }));
    const { client, events } = listeningClient(server);
    await client.metadata.getCost(PARAMS);
    await client.metadata.getCost(PARAMS);
    const endpoint = "metadata.get_cost";
    expect(events).toEqual([
      { kind: "warning", endpoint, category: "DeprecationWarning", message: "mode goes away" },
      { kind: "warning", endpoint, category: "Warning", message: "The data of 2024-03-04 is degraded" },
      { kind: "warning", endpoint, category: "Warning", message: "not json" },
    ]);
  });
});

describe("an answer that is not the service's", () => {
  it.each([
    [
      "a proxy's page",
      text("<!DOCTYPE html><html><head><title>Sign in to the Internet</title>", 200),
      /web page 'Sign in to the Internet'/,
      /proxy/,
    ],
    ["cut JSON", text('{"result": {'), /expected JSON/, /cut/],
    ["nothing", text(""), /an empty answer/, /cut/],
    ["a redirect", text("", 302, { location: "https://elsewhere.invalid/" }), /redirect \(status 302\)/, /proxy/],
  ])("%s", async (_, answer, message, hint) => {
    await using server = await ScriptedServer.start();
    server.on("metadata.list_datasets", answer);
    const error = await thrownBy(() => clientOf(server).metadata.listDatasets());
    expect(error).toMatchObject({
      name: "UnexpectedAnswerError",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(server.seen).toHaveLength(1);
  });
});

it("importing the client loads no zod: one module does, and nothing imports that at start-up", () => {
  const folder = join(import.meta.dirname, "..", "..", "src", "databento");
  const loading = (module: string) =>
    readdirSync(folder).filter((file) => {
      const code = readFileSync(join(folder, file), "utf8");
      return code.split("\n").some((line) => line.endsWith(`from "${module}";`) && !line.startsWith("import type"));
    });
  expect(loading("zod")).toEqual(["answers.ts"]);
  expect(loading("./answers.ts")).toEqual([]);
});
