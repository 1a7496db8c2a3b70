import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeDbn } from "../../src/dbn/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { ask, authorization, data, json, type Parameters, send } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const DAY = { dataset: "GLBX.MDP3", start: "2024-03-12", end: "2024-03-13", symbols: "ESM4" };

async function refusal(endpoint: string, parameters: Parameters) {
  const response = await send(simulator, endpoint, parameters);
  return { status: response.status, body: (await response.json()) as { detail: unknown } };
}

describe("Access", () => {
  it("takes one key, of the real shape, that says what it is", async () => {
    expect(simulator.key).toMatch(/^db-SIMULATED[A-Za-z0-9]{20}$/);
    const headers = [undefined, authorization("db-000000000000000000000000000ab"), { Authorization: "Bearer x" }];
    for (const header of headers) {
      const response = await fetch(`${simulator.url}/v0/metadata.list_datasets`, header && { headers: header });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Basic");
      await response.body?.cancel();
    }
    const bare = await fetch(`${simulator.url}/v0/metadata.list_datasets`);
    expect(await bare.json()).toEqual({ detail: "Not authenticated" });
  });

  it("marks every answer as SIMULATED and logs requests without the key", async () => {
    const response = await send(simulator, "metadata.list_publishers", {});
    expect(response.headers.get("x-backlit")).toBe("SIMULATED");
    expect(await response.text()).toContain("SIMULATED");
    expect(simulator.requests.at(-1)).toMatchObject({
      method: "GET",
      endpoint: "metadata.list_publishers",
      status: 200,
    });
    expect(JSON.stringify(simulator.requests)).not.toContain(simulator.key);
  });

  it("knows its endpoints and their verbs", async () => {
    const get = async (path: string) =>
      (await fetch(`${simulator.url}${path}`, { headers: authorization(simulator.key) })).status;
    expect(
      // backlit-guard: allow the simulator
      await Promise.all([get("/v0/"), get("/v0/nothing"), get("/elsewhere"), get("/v0/batch.submit_job")]),
    ).toEqual([200, 404, 404, 405]);
    const query = new URLSearchParams({ ...DAY, schema: "ohlcv-1h" });
    // backlit-guard: allow the simulator
    expect(await get(`/v0/timeseries.get_range?${query}`)).toBe(200);
  });
});

describe("Prices", () => {
  it.each([
    ["ohlcv-1m", 56],
    ["ohlcv-1h", 56],
    ["ohlcv-1d", 56],
    ["ohlcv-1s", 56],
    ["trades", 48],
    ["bbo-1m", 80],
    ["definition", 520],
    ["statistics", 80],
  ])("%s is counted, measured and priced as it is sent", async (schema, size) => {
    for (const span of [{}, { start: "2024-03-11T13:37:11", end: "2024-03-13T09:00" }, { limit: "7" }]) {
      const request = { ...DAY, symbols: "ES.FUT", stype_in: "parent", schema, ...span };
      const { records } = await data(simulator, request);
      expect(await json(simulator, "metadata.get_record_count", request)).toBe(records.length);
      expect(await json(simulator, "metadata.get_billable_size", request)).toBe(records.length * size);
      const prices = (await json(simulator, "metadata.list_unit_prices", { dataset: "GLBX.MDP3" })) as {
        unit_prices: Record<string, number>;
      }[];
      const cost = (records.length * size * (prices[1]?.unit_prices[schema] ?? 0)) / 1e9;
      expect(await json(simulator, "metadata.get_cost", request)).toBeCloseTo(cost, 12);
    }
  });

  it("costs a subscriber nothing, and ends with the credit", async () => {
    const request = { ...DAY, schema: "trades" };
    const [subscriber, poor] = [await startSimulator({ subscribed: true }), await startSimulator({ credit: 0.05 })];
    expect(await json(subscriber, "metadata.get_cost", request)).toBe(0);
    await ask(poor, "timeseries.get_range", request);
    expect(poor.spent).toBeCloseTo((await json(poor, "metadata.get_cost", request)) as number, 12);
    const refused = await send(poor, "timeseries.get_range", { ...request, start: "2024-03-04" });
    expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
      402,
      expect.stringContaining("account_insufficient_funds"),
    ]);
    await Promise.all([subscriber.close(), poor.close()]);
  });
});

describe("Encodings", () => {
  const request = { ...DAY, schema: "ohlcv-1h", limit: "3" };
  const text = async (parameters: Parameters) =>
    new TextDecoder().decode(await ask(simulator, "timeseries.get_range", { ...request, ...parameters }));

  it("are csv without compression when nothing is said", async () => {
    const [head, first] = (await text({})).split("\n");
    const { records } = await data(simulator, request);
    expect(head).toBe("ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume");
    expect(first?.split(",")[0]).toBe(String(records[0]?.tsEvent));
  });

  it("are pretty and carry symbols when asked, in any client's spelling of true", async () => {
    const [, first] = (await text({ pretty_px: "True", pretty_ts: "1", map_symbols: "true" })).split("\n");
    expect(first).toMatch(/^2024-03-12T00:00:00\.000000000Z,34,1,10414,\d+\.\d{9},.*,ESM4$/);
    const [line] = (await text({ encoding: "json", map_symbols: "true" })).split("\n");
    expect(JSON.parse(line ?? "")).toMatchObject({
      hd: { ts_event: "1710201600000000000", rtype: 34 },
      symbol: "ESM4",
    });
  });

  it("put the head and each UTC day into zstd frames of their own", async () => {
    const span = { ...request, start: "2024-03-11", limit: "1000", encoding: "dbn" };
    const bytes = Buffer.from(await ask(simulator, "timeseries.get_range", { ...span, compression: "zstd" }));
    const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
    let frames = 0;
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) frames += 1;
    expect(frames).toBe(3);
    expect(decodeDbn(bytes)).toEqual(await data(simulator, span));
  });

  it("fill a missing end to the end of what start names", async () => {
    const { metadata } = await data(simulator, {
      dataset: DAY.dataset,
      symbols: "ESM4",
      schema: "ohlcv-1d",
      start: "2024-02",
    });
    expect(metadata.end).toBe(BigInt(Date.parse("2024-03-01")) * 1_000_000n);
  });
});

describe("Symbols", () => {
  it("that mean nothing in a part of the span make the answer 206", async () => {
    const response = await send(simulator, "timeseries.get_range", {
      ...DAY,
      symbols: "ESM4,NOPE",
      schema: "ohlcv-1d",
      encoding: "dbn",
    });
    const { metadata } = decodeDbn(new Uint8Array(await response.arrayBuffer()));
    expect([response.status, metadata.notFound]).toEqual([206, ["NOPE"]]);
    const late = await data(simulator, { ...DAY, symbols: "ESH4", schema: "ohlcv-1d", end: "2024-03-20" });
    expect(late.metadata.partial).toEqual(["ESH4"]);
  });

  it("of a whole dataset come without mappings", async () => {
    const { metadata, records } = await data(simulator, {
      dataset: DAY.dataset,
      start: DAY.start,
      end: DAY.end,
      schema: "definition",
    });
    expect([metadata.symbols, metadata.mappings]).toEqual([["ALL_SYMBOLS"], []]);
    const definitions = records.flatMap((record) => (record.kind === "definition" ? [record] : []));
    const outrights = definitions.filter(({ instrumentClass }) => instrumentClass === "F");
    expect(new Set(outrights.map(({ asset }) => asset)).size).toBeGreaterThan(20);
    expect(new Set(definitions.map(({ instrumentId }) => instrumentId)).size).toBe(definitions.length);
    for (const { minPriceIncrementAmount, displayFactor, minPriceIncrement, asset } of outrights) {
      if (asset === "ZC")
        expect(Number(minPriceIncrementAmount) / Number(displayFactor) / (Number(minPriceIncrement) / 1e9)).toBeCloseTo(
          50,
          9,
        );
    }
  });

  it("of stocks have another number every day, and back", async () => {
    const span = { dataset: "XNAS.ITCH", start_date: "2024-03-11", end_date: "2024-03-16" };
    const { result } = (await json(simulator, "symbology.resolve", { ...span, symbols: "AAPL" })) as {
      result: Record<string, { d0: string; s: string }[]>;
    };
    const days = result["AAPL"] ?? [];
    expect(new Set(days.map(({ s }) => s)).size).toBe(5);
    const id = days[0]?.s ?? "";
    const back = (await json(simulator, "symbology.resolve", {
      ...span,
      symbols: id,
      stype_in: "instrument_id",
      stype_out: "raw_symbol",
    })) as { result: Record<string, { d0: string; s: string }[]> };
    expect(back.result[id]?.[0]).toMatchObject({ d0: "2024-03-11", s: "AAPL" });
    expect(new Set(back.result[id]?.map(({ s }) => s)).size).toBeGreaterThan(1);
  });
});

describe("Refusals", () => {
  it.each([
    ["data_end_after_available_end", { end: "2030-01-01" }],
    ["data_start_after_available_end", { start: "2030-01-01", end: "2030-01-02" }],
    ["data_start_before_available_start", { start: "2009-01-01" }],
    ["data_time_range_start_on_or_after_end", { start: "2024-03-13" }],
    ["data_schema_not_fully_available", { start: "2012-03-12", schema: "bbo-1m" }],
    ["symbology_invalid_request", { symbols: "NOPE" }],
    ["symbology_invalid_request", { dataset: "XNAS.ITCH", stype_in: "continuous" }],
    ["symbology_invalid_symbol", { symbols: "ES", stype_in: "continuous" }],
  ])("%s has its case, status 422 and payload", async (name, change) => {
    const { status, body } = await refusal("timeseries.get_range", { ...DAY, schema: "ohlcv-1d", ...change });
    expect(status).toBe(422);
    expect(body.detail).toMatchObject({ case: name, status_code: 422 });
    if (name.startsWith("data_end"))
      expect(body.detail).toMatchObject({ payload: { available_end: "2027-01-01T00:00:00.000000000Z" } });
  });

  it.each([
    [{ schema: "ohlcv-1M" }, "schema"],
    [{ start: "yesterday" }, "start"],
    [{ start: "2024-02-30" }, "start"],
    [{ limit: "0" }, "limit"],
    [{ encoding: "xml" }, "encoding"],
    [{ dataset: "NOPE" }, "dataset"],
    [{ dataset: "" }, "dataset"],
    [{ symbols: Array.from({ length: 2_001 }, (_, i) => `S${i}`).join(",") }, "symbols"],
  ])("%o is refused by its field", async (change, field) => {
    const { status, body } = await refusal("timeseries.get_range", { ...DAY, ...(change as Parameters) });
    expect([status, body.detail]).toEqual([422, [expect.objectContaining({ loc: ["body", field] })]]);
  });

  it("403 for a dataset of the vendor that is not simulated", async () => {
    expect(await refusal("metadata.get_dataset_range", { dataset: "OPRA.PILLAR" })).toMatchObject({
      status: 403,
      body: { detail: { case: "license_not_found_unauthorized" } },
    });
  });
});

it("warns of degraded days as get_dataset_condition names them", async () => {
  const span = { dataset: "GLBX.MDP3", start_date: "2024-01-01", end_date: "2024-12-31" };
  const days = (await json(simulator, "metadata.get_dataset_condition", span)) as { date: string; condition: string }[];
  const degraded = days.filter(({ condition }) => condition === "degraded").map(({ date }) => date);
  expect(degraded.length).toBeGreaterThan(0);
  const response = await send(simulator, "timeseries.get_range", {
    ...DAY,
    start: degraded[0] ?? "",
    end: "2025-01-01",
    schema: "ohlcv-1d",
  });
  expect(response.headers.get("x-warning")).toContain(`${degraded[0]} (degraded)`);
  await response.body?.cancel();
});

it("never lets go of an idle connection: a program in the same process may reckon for longer than any pause", async () => {
  const response = await send(simulator, "metadata.list_datasets", {});
  await response.arrayBuffer();
  // What a server that closes idle connections announces: `timeout=5`.
  expect(response.headers.get("keep-alive")).toBeNull();
});

it("refuses options that make no sense", async () => {
  const port = Number(new URL(simulator.url).port);
  for (const options of [
    { port },
    { seed: 1.5 },
    { availableEnd: "2099-01-01" },
    { availableEnd: "2024-13-01" },
    { port: 70_000 },
  ]) {
    await expect(startSimulator(options)).rejects.toMatchObject({ code: "invalid_option" });
  }
});
