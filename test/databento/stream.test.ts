import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { decodeBars, decodeRecords, type Historical, type HistoricalOptions } from "../../src/databento/index.ts";
import { type Answer, broken, ScriptedServer, silence, text } from "../servers/historical.ts";
import { BAR_COUNT, barsFile } from "./bars-file.ts";
import { approve, bytesOf, listeningClient, PARAMS, thrownBy } from "./client.ts";

const RANGE = "timeseries.get_range";
const bytes = Buffer.from("some bytes of market data");

async function streaming(answer: Answer, options: HistoricalOptions = {}) {
  const server = await ScriptedServer.start();
  server.on(RANGE, answer);
  const { client, events } = listeningClient(server, options);
  const approval = await approve(server, client);
  return { server, client, events, approval, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe("a stream", () => {
  it("gives the bytes as they come, and the head with the first of them", async () => {
    await using setup = await streaming(text(bytes, 200, { "request-id": "r1" }));
    const { server, client, approval } = setup;
    const stream = client.timeseries.getRange(PARAMS, { approval });
    expect([stream.head, stream.partial, stream.bytesReceived]).toEqual([undefined, undefined, 0]);
    expect(server.requestsTo(RANGE)).toEqual([]);
    expect(await bytesOf(stream)).toEqual(bytes);
    expect(stream).toMatchObject({ partial: false, bytesReceived: bytes.length, head: { status: 200, warnings: [] } });
    expect(stream.head?.requestId).toBe("r1");
    expect(Object.fromEntries(server.requestsTo(RANGE)[0]?.form ?? [])).toEqual({
      dataset: "GLBX.MDP3",
      schema: "ohlcv-1m",
      symbols: "ES.v.0",
      stype_in: "continuous",
      stype_out: "instrument_id",
      start: "2024-03-04",
      end: "2024-03-06",
      encoding: "dbn",
      compression: "zstd",
    });
  });

  it("is read once", async () => {
    await using setup = await streaming(text(bytes));
    const { client, approval } = setup;
    const stream = client.timeseries.getRange(PARAMS, { approval });
    await bytesOf(stream);
    expect(await thrownBy(() => bytesOf(stream))).toMatchObject({ message: expect.stringContaining("billed again") });
  });

  it("says that it is partial", async () => {
    const header = JSON.stringify(["The symbol XX did not resolve"]);
    await using setup = await streaming(text(bytes, 206, { "x-warning": header }));
    const { client, events, approval } = setup;
    const stream = client.timeseries.getRange(PARAMS, { approval });
    await bytesOf(stream);
    expect(stream.partial).toBe(true);
    expect(stream.head?.warnings).toMatchObject([{ message: "The symbol XX did not resolve" }]);
    expect(events).toMatchObject([{ kind: "warning" }, { kind: "partial", endpoint: RANGE }]);
  });

  it("of a page of a proxy is refused", async () => {
    await using setup = await streaming(text("<html><title>Log in</title></html>"));
    const { client, server, approval } = setup;
    const error = await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval })));
    expect(error).toMatchObject({
      name: "UnexpectedAnswerError",
      message: expect.stringContaining("web page 'Log in', expected market data"),
    });
    expect(server.requestsTo(RANGE)).toHaveLength(1);
  });

  it.each(["cut", "silence"] as const)("that broke by %s is never begun again", async (then) => {
    const options = { timeoutSeconds: 0.3 };
    await using setup = await streaming(broken(bytes, then), options);
    const { client, server, approval } = setup;
    const got: Uint8Array[] = [];
    const error = await thrownBy(async () => {
      for await (const piece of client.timeseries.getRange(PARAMS, { approval })) got.push(piece);
    });
    expect(error).toMatchObject({
      name: "StreamBrokenError",
      endpoint: RANGE,
      bytesReceived: bytes.length,
      cause: { name: then === "cut" ? "NetworkError" : "IdleTimeoutError" },
    });
    expect(Buffer.concat(got)).toEqual(bytes);
    expect(server.requestsTo(RANGE)).toHaveLength(1);
  });

  it("that ends before its stated length is broken", async () => {
    const short: Answer = (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(bytes, () => setTimeout(() => response.socket?.end(), 20));
    };
    await using setup = await streaming(short);
    const { client, approval } = setup;
    const error = await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval })));
    expect(error).toMatchObject({ name: "StreamBrokenError", bytesReceived: bytes.length });
  });

  it("does not time out while the reader is slow, nor while bytes trickle", async () => {
    const trickle: Answer = async (response) => {
      for (const byte of bytes.subarray(0, 6)) {
        response.write(Uint8Array.of(byte));
        await sleep(60);
      }
      response.end();
    };
    await using setup = await streaming(trickle, { timeoutSeconds: 0.2 });
    const { client, approval } = setup;
    let size = 0;
    for await (const piece of client.timeseries.getRange(PARAMS, { approval })) {
      if (size === 0) await sleep(400);
      size += piece.length;
    }
    expect(size).toBe(6);
  });
});

describe("silence", () => {
  it("before the answer is an idle timeout", async () => {
    await using setup = await streaming(silence, { timeoutSeconds: 0.1, maxRetries: 0 });
    const { client, approval } = setup;
    const error = await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval })));
    expect(error).toMatchObject({
      name: "IdleTimeoutError",
      timeoutSeconds: 0.1,
      hint: expect.stringContaining("DATABENTO_TIMEOUT"),
    });
  });

  it("is repeated like a broken connection", async () => {
    await using setup = await streaming(silence, { timeoutSeconds: 0.1, maxRetries: 2 });
    const { client, server, approval } = setup;
    server.on(RANGE, silence, silence, text(bytes));
    expect(await bytesOf(client.timeseries.getRange(PARAMS, { approval }))).toEqual(bytes);
  });
});

describe("a signal", () => {
  const reasons: readonly unknown[] = [new Error("enough"), "a text", new DOMException("stop", "AbortError")];

  it.each(reasons)("of a call ends it, its reason is thrown as it is: %s", async (reason) => {
    await using setup = await streaming(silence);
    const { client, approval } = setup;
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const stream = client.timeseries.getRange(PARAMS, { approval, signal: controller.signal });
    expect(await thrownBy(() => bytesOf(stream))).toBe(reason);
    expect(await thrownBy(() => client.metadata.listDatasets({}, { signal: controller.signal }))).toBe(reason);
  });

  it("of the client ends everything, also in the middle of a stream", async () => {
    const controller = new AbortController();
    await using setup = await streaming(broken(bytes, "silence"), { signal: controller.signal });
    const { client, server, approval } = setup;
    server.on("metadata.list_datasets", silence);
    const question = thrownBy(() => client.metadata.listDatasets());
    const stream = thrownBy(async () => {
      for await (const _ of client.timeseries.getRange(PARAMS, { approval })) controller.abort(new Error("shutdown"));
    });
    expect(await question).toMatchObject({ message: "shutdown" });
    expect(await stream).toMatchObject({ message: "shutdown" });
  });

  it("that was given before anything is sent stops it", async () => {
    await using setup = await streaming(text(bytes));
    const { client, server, approval } = setup;
    const stream = client.timeseries.getRange(PARAMS, { approval, signal: AbortSignal.abort(new Error("no")) });
    expect(await thrownBy(() => bytesOf(stream))).toMatchObject({ message: "no" });
    expect(server.requestsTo(RANGE)).toEqual([]);
  });
});

it("leaving the loop closes the connection", async () => {
  let closed = false;
  const endless: Answer = (response) => {
    response.on("close", () => {
      closed = true;
    });
    response.write(bytes);
  };
  await using setup = await streaming(endless);
  const { client, approval } = setup;
  for await (const _ of client.timeseries.getRange(PARAMS, { approval })) break;
  await expect.poll(() => closed).toBe(true);
});

describe("decoding", () => {
  async function decoded(client: Historical, approval: Awaited<ReturnType<typeof approve>>) {
    const told: string[] = [];
    const onMetadata = (metadata: { readonly dataset: string }) => told.push(metadata.dataset);
    let bars = 0;
    for await (const { close } of decodeBars(client.timeseries.getRange(PARAMS, { approval }), { onMetadata }))
      bars += close.length;
    let records = 0;
    for await (const { hd } of withHeader(decodeRecords(client.timeseries.getRange(PARAMS, { approval }))))
      records += hd;
    return { told, bars, records };
  }
  async function* withHeader(records: AsyncIterable<unknown>) {
    for await (const _ of records) yield { hd: 1 };
  }

  it.each(["whole", "byte by byte"])("gives records and columns, %s", async (how) => {
    const file = barsFile();
    const answer: Answer = (response) => {
      if (how === "whole") return void response.end(file);
      for (const byte of file) response.write(Uint8Array.of(byte));
      response.end();
    };
    await using setup = await streaming(answer);
    const { client, approval } = setup;
    expect(await decoded(client, approval)).toEqual({ told: ["GLBX.MDP3"], bars: BAR_COUNT, records: BAR_COUNT });
  });

  it("notices a file that ends too early, and what is no DBN", async () => {
    const file = barsFile();
    for (const [input, code] of [
      [file.subarray(0, -10), "truncated"],
      [Buffer.from("ts_event,open\n1,2\n"), "not_dbn"],
    ] as const) {
      await using setup = await streaming(text(input));
      const { client, approval } = setup;
      const read = async () => {
        for await (const _ of decodeRecords(client.timeseries.getRange(PARAMS, { approval })));
      };
      expect(await thrownBy(read)).toMatchObject({ name: "DbnError", code });
    }
  });
});
