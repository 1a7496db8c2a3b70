// backlit-guard: allow-file all requests go to servers of these tests on loopback
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  ApiKey,
  type ClientEvent,
  Historical,
  type HistoricalOptions,
  historicalFromEnvironment,
} from "../../src/databento/index.ts";
import { redactorOf, redactThrown } from "../../src/databento/redact.ts";
import { type Answer, broken, cut, json, problem, ScriptedServer, silence, text } from "../servers/historical.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { approve, bytesOf, clientOf, KEY, listeningClient, PARAMS, thrownBy } from "./client.ts";

/** The key as it may stand anywhere: plain, as the header writes it, and escaped. */
const FORMS = [
  KEY,
  KEY.slice(0, -5),
  Buffer.from(`${KEY}:`).toString("base64").slice(0, 30),
  KEY.replace("db-", "db\\u002d"),
];

/** Everything that a log, a debugger or a report could show of a value. */
function shownOf(value: unknown): string {
  const deep = inspect(value, { depth: 20, showHidden: true, getters: true });
  return [
    deep,
    String(value),
    safeJson(value),
    ...chainOf(value).map((error) => `${error.stack} ${error.message}`),
  ].join("\n");
}

function safeJson(value: unknown): string {
  const seen = new Set<unknown>();
  return (
    JSON.stringify(value, (_, each: unknown) => {
      if (typeof each === "bigint") return String(each);
      if (typeof each !== "object" || each === null) return each;
      if (seen.has(each)) return "circle";
      seen.add(each);
      return each instanceof Error ? { ...each, message: each.message, stack: each.stack, cause: each.cause } : each;
    }) ?? ""
  );
}

function chainOf(value: unknown): Error[] {
  return value instanceof Error ? [value, ...chainOf(value.cause)] : [];
}

function expectMasked(value: unknown): void {
  const shown = shownOf(value);
  for (const form of FORMS) expect(shown).not.toContain(form);
}

describe("a key", () => {
  const key = new ApiKey(KEY);

  it("prints masked everywhere", () => {
    expectMasked(key);
    expectMasked({ deep: [{ key }] });
    expect(`${key}`).toBe(`db-****${KEY.slice(-5)}`);
    expect(JSON.stringify({ key })).toBe(`{"key":"db-****${KEY.slice(-5)}"}`);
    expect(inspect(key)).toBe(`ApiKey(db-****${KEY.slice(-5)})`);
    expect(Object.keys(key)).toEqual([]);
    expect(structuredClone({ ...key })).toEqual({});
  });

  it("does not show in the client that has it", () => {
    expectMasked(new Historical({ key }));
    expectMasked(historicalFromEnvironment({}, { DATABENTO_API_KEY: KEY }));
  });
});

describe("what a caller gets wrong does not repeat the key", () => {
  it.each<[string, () => unknown]>([
    ["a key too long", () => new Historical({ key: `${KEY}x` })],
    [
      "a key in the userinfo of the address",
      () => new Historical({ key: KEY, url: `https://${KEY}:@hist.databento.com` }),
    ],
    [
      "a key in the query of the address",
      () => new Historical({ key: KEY, url: `https://hist.databento.com/?key=${KEY}` }),
    ],
    ["a key for an address", () => new Historical({ key: KEY, url: KEY })],
    ["a key for a time-out", () => historicalFromEnvironment({}, { DATABENTO_API_KEY: KEY, DATABENTO_TIMEOUT: KEY })],
  ])("%s", async (_, make) => {
    expectMasked(await thrownBy(make));
  });
});

describe("a server that echoes the key", () => {
  const header = `Basic ${Buffer.from(`${KEY}:`).toString("base64")}`;
  const echoes: readonly [string, Answer][] = [
    [
      "in a case",
      problem(422, `case_${KEY}`, `Bad key ${KEY} (${header})`, { key: KEY, [KEY]: [KEY, { deep: header }] }),
    ],
    ["in a text", json({ detail: `No ${KEY}` }, 401, { "request-id": KEY })],
    ["in the framework's list", json({ detail: [{ loc: ["header", KEY], msg: header }] }, 422)],
    ["escaped", text(`{"detail":{"why":"${KEY.replace("db-", "db\\u002d")}"}}`, 400)],
    ["in a page", text(`<html><title>Unknown user ${KEY}</title></html>`, 502)],
    ["in a page that is no error", text(`<html><title>Unknown user ${KEY}</title></html>`)],
    ["in text that is no JSON", text(`hello ${KEY} ${header}`)],
    ["in JSON of another form", json({ [KEY]: KEY })],
    ["at the end of a cut text", text(`${"x".repeat(290)} ${KEY}`, 400)],
    ["in a warning", json({ detail: "no" }, 400, { "x-warning": JSON.stringify([`Warning: ${KEY}`, header]) })],
    ["in a redirect", text("", 302, { location: `https://elsewhere.invalid/?key=${KEY}` })],
    ["in a broken header", (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\n${KEY} ${header}\r\n\r\n`)],
    [
      "in a broken chunk",
      (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${KEY}\r\n`),
    ],
    ["before it cuts the connection", broken(Buffer.from(`{"detail":"${KEY}`), "cut", 500)],
    ["before it falls silent", broken(Buffer.from(`{"detail":"${KEY}`), "silence", 500)],
  ];

  it.each(echoes)("%s, to a question", async (_, answer) => {
    await using server = await ScriptedServer.start();
    server.on("metadata.list_datasets", answer);
    const { client, events } = listeningClient(server, { maxRetries: 1, timeoutSeconds: 0.2 });
    expectMasked(await thrownBy(() => client.metadata.listDatasets()));
    expectMasked(events);
  });

  it.each(echoes.filter(([name]) => !/JSON|connection|silent/.test(name)))(
    "%s, to a paid request",
    async (_, answer) => {
      await using server = await ScriptedServer.start();
      server.on("timeseries.get_range", answer);
      const { client, events } = listeningClient(server, { maxRetries: 1, timeoutSeconds: 0.2 });
      const approval = await approve(server, client);
      expectMasked(await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval }))));
      expectMasked(events);
      expectMasked(client);
    },
  );

  it("in a list of files", async () => {
    await using server = await ScriptedServer.start();
    const urls = { https: `https://${KEY}:@elsewhere.invalid/file` };
    server.on("batch.list_files", json([{ filename: "a", size: 1, hash: null, urls }]));
    const outputDir = temporaryFolder();
    expectMasked(await thrownBy(() => clientOf(server).batch.download({ jobId: "J", outputDir })));
  });
});

describe("what the network throws", () => {
  it.each<[string, Answer | undefined, HistoricalOptions]>([
    ["a cut connection", cut, {}],
    ["silence", silence, { timeoutSeconds: 0.1 }],
    ["nobody there", undefined, { url: "http://127.0.0.1:9" }],
    ["a broken stream", broken(Buffer.from("data"), "cut"), {}],
  ])("%s", async (_, answer, options) => {
    await using server = await ScriptedServer.start();
    if (answer !== undefined) server.on("timeseries.get_range", answer).on("metadata.list_datasets", answer);
    const { client, events } = listeningClient(server, { maxRetries: 1, ...options });
    expectMasked(await thrownBy(() => client.metadata.listDatasets()));
    if (answer !== undefined) {
      const approval = await approve(server, client);
      expectMasked(await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval }))));
    }
    expect(events.some((event: ClientEvent) => event.kind === "retry")).toBe(true);
    expectMasked(events);
  });

  it("loses its properties, which may hold raw bytes, and keeps its words", () => {
    const redact = redactorOf(new ApiKey(KEY));
    const inner = Object.assign(new Error(`sent ${KEY}`), {
      code: "ECONNRESET",
      data: Buffer.from(KEY),
      headers: { authorization: KEY },
    });
    const outer = new TypeError("fetch failed", { cause: inner });
    const copy = redactThrown(outer, redact);
    expectMasked(copy);
    expect(copy).toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      code: "ECONNRESET",
      cause: { message: "sent db-****" },
    });
    const circle = new Error("circle");
    circle.cause = circle;
    expectMasked(redactThrown(circle, redact));
    expectMasked(redactThrown(`text ${KEY}`, redact));
    const several = new AggregateError([inner], `all of ${KEY}`);
    expect(redactThrown(several, redact)).toMatchObject({ message: "all of db-****", code: "ECONNRESET" });
  });
});

it("refusals of the cost gate and of parameters have nothing of the key", async () => {
  await using server = await ScriptedServer.start();
  const client = clientOf(server);
  const approval = await approve(server, client);
  expectMasked(approval);
  const misplaced = [
    { dataset: KEY },
    { schema: KEY as "trades" },
    { stypeIn: KEY as "parent" },
    { end: KEY },
    { symbols: KEY, end: "2020" },
  ];
  for (const params of misplaced) {
    expectMasked(await thrownBy(() => client.timeseries.getRange({ ...PARAMS, ...params }, { approval })));
  }
  expectMasked(await thrownBy(() => client.timeseries.getRange({ ...PARAMS, end: "2025-01" }, { approval })));
});

it("a good stream shows nothing of a key that its headers echo", async () => {
  await using server = await ScriptedServer.start();
  const headers = { "request-id": KEY, "x-echo": KEY, "x-warning": KEY };
  server.on("timeseries.get_range", text("data", 206, headers));
  const { client, events } = listeningClient(server);
  const stream = client.timeseries.getRange(PARAMS, { approval: await approve(server, client) });
  await bytesOf(stream);
  expectMasked([stream, stream.head, events]);
});
