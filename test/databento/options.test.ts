import { describe, expect, it } from "vitest";
import {
  ApiKey,
  DEFAULT_LIMITS,
  Historical,
  type HistoricalOptions,
  historicalFromEnvironment,
} from "../../src/databento/index.ts";
import { fillOptions } from "../../src/databento/options.ts";
import { json, ScriptedServer, silence } from "../servers/historical.ts";
import { clientOf, KEY, thrownBy } from "./client.ts";

describe("a key", () => {
  it.each([undefined, ""])("that is %o is missing", (key) => {
    const options = (key === undefined ? {} : { key }) as HistoricalOptions;
    expect(() => new Historical(options)).toThrow(expect.objectContaining({ name: "ApiKeyError", reason: "missing" }));
  });

  it.each([
    "YOUR_API_KEY",
    "$YOUR_API_KEY",
    KEY.slice(0, -1),
    `${KEY}a`,
    ` ${KEY}`,
    KEY.replace("db-", "DB-"),
    KEY.replace(/.$/, "é"),
    `${KEY}\n`,
  ])("of another shape is refused without being repeated (%#)", async (key) => {
    const error = await thrownBy(() => new Historical({ key }));
    expect(error).toMatchObject({
      name: "ApiKeyError",
      reason: "malformed",
      hint: expect.stringContaining("DATABENTO_API_KEY"),
    });
    expect(String((error as Error).stack)).not.toContain(key);
  });

  it("may be given as a type of its own", () => {
    expect(fillOptions({ key: new ApiKey(KEY) }).key.reveal()).toBe(KEY);
    expect(new ApiKey(KEY).bucketId).toBe(KEY.slice(-5));
    expect(() => new ApiKey(5 as unknown as string)).toThrow("the key is a number");
  });
});

describe("options", () => {
  it.each([
    [{ timeoutSeconds: 0 }, "timeoutSeconds"],
    [{ timeoutSeconds: Number.NaN }, "timeoutSeconds"],
    [{ timeoutSeconds: Number.POSITIVE_INFINITY }, "timeoutSeconds"],
    [{ maxRetries: -1 }, "maxRetries"],
    [{ maxRetries: 1.5 }, "maxRetries"],
    [{ url: "hist.databento.com" }, "url"],
    [{ url: "ftp://hist.databento.com" }, "url"],
    [{ url: "https://hist.databento.com?x=1" }, "url"],
    [{ url: "https://user@hist.databento.com" }, "url"],
    [{ url: "http://hist.databento.com" }, "url"],
  ])("%o", async (options, parameter) => {
    const error = await thrownBy(() => new Historical({ key: KEY, ...options }));
    expect(error).toMatchObject({ name: "InvalidParameterError", parameter });
  });

  it.each(["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://proxy.example"])("take %s", (url) => {
    expect(new Historical({ key: KEY, url }).url).toBe(`${url}/`);
  });

  it("take plain http to elsewhere when told to", () => {
    expect(new Historical({ key: KEY, url: "http://simulator:80", allowInsecureHttp: true }).url).toBe(
      "http://simulator/",
    );
  });

  it("have the vendor's address and the official client's idle time", () => {
    expect(fillOptions({ key: KEY })).toMatchObject({ timeoutSeconds: 100, maxRetries: 5, limits: DEFAULT_LIMITS });
    expect(new Historical({ key: KEY }).url).toBe("https://hist.databento.com/");
  });
});

describe("the environment", () => {
  it("sets up a client, and code wins over it", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.list_datasets", silence);
    const environment = {
      DATABENTO_API_KEY: KEY,
      DATABENTO_HISTORICAL_URL: server.url,
      DATABENTO_TIMEOUT: "0.1",
      DATABENTO_MAX_RETRIES: "0",
    };
    const client = historicalFromEnvironment({}, environment);
    expect(await thrownBy(() => client.metadata.listDatasets())).toMatchObject({
      name: "IdleTimeoutError",
      timeoutSeconds: 0.1,
    });
    expect(server.seen).toHaveLength(1);
    expect(historicalFromEnvironment({ url: "https://other.example" }, environment).url).toBe("https://other.example/");
  });

  it("may have lines without values", () => {
    const environment = {
      DATABENTO_API_KEY: KEY,
      DATABENTO_HISTORICAL_URL: "",
      DATABENTO_TIMEOUT: " ",
      DATABENTO_MAX_RETRIES: "",
    };
    expect(historicalFromEnvironment({}, environment).url).toBe("https://hist.databento.com/");
    expect(() => historicalFromEnvironment({}, {})).toThrow(expect.objectContaining({ reason: "missing" }));
  });

  it("is refused when a number is none, without repeating what may be the key", async () => {
    const environment = { DATABENTO_API_KEY: KEY, DATABENTO_TIMEOUT: KEY };
    const error = await thrownBy(() => historicalFromEnvironment({}, environment));
    expect(error).toMatchObject({ parameter: "DATABENTO_TIMEOUT" });
    expect(String(error)).not.toContain(KEY);
  });
});

describe("the limits", () => {
  it("hold a family to its rate", async () => {
    await using server = await ScriptedServer.start();
    const at: number[] = [];
    server.on("metadata.list_datasets", (response, request) => {
      at.push(performance.now());
      return json([])(response, request);
    });
    const client = clientOf(server, { limits: { metadata: { requests: 3, perMs: 500 } } });
    const start = performance.now();
    await Promise.all(Array.from({ length: 7 }, () => client.metadata.listDatasets()));
    const times = at.map((time) => time - start).sort((a, b) => a - b);
    expect(times).toHaveLength(7);
    expect(times[2]).toBeLessThan(450);
    expect(times[3]).toBeGreaterThan(400);
    expect(times[6]).toBeGreaterThan(800);
  });

  it("hold back connections, and let waiting ones go with their signal", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.list_datasets", silence);
    const client = clientOf(server, { limits: { connections: 2 }, timeoutSeconds: 0.4, maxRetries: 0 });
    const running = [1, 2].map(() => thrownBy(() => client.metadata.listDatasets()));
    await expect.poll(() => server.seen.length).toBe(2);
    const waiting = thrownBy(() => client.metadata.listDatasets({}, { signal: AbortSignal.timeout(20) }));
    const last = client.metadata.listSchemas({ dataset: "GLBX.MDP3" });
    server.on("metadata.list_schemas", json(["mbo"]));
    expect(await waiting).toMatchObject({ name: "TimeoutError" });
    expect(server.seen).toHaveLength(2);
    expect(await Promise.all(running)).toMatchObject([{ name: "IdleTimeoutError" }, { name: "IdleTimeoutError" }]);
    expect(await last).toEqual(["mbo"]);
    expect(server.seen).toHaveLength(3);
  });
});
