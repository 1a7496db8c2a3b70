import { describe, expect, it } from "vitest";
import { clampRange, DatabentoError, DatabentoHttpError, type StreamParams } from "../../src/databento/index.ts";
import { isBacklitError } from "../../src/market/errors.ts";
import { json, problem, ScriptedServer, text } from "../servers/historical.ts";
import { approve, bytesOf, clientOf, PARAMS, thrownBy } from "./client.ts";

async function errorOf(answer: Parameters<ScriptedServer["on"]>[1]): Promise<DatabentoHttpError> {
  await using server = await ScriptedServer.start();
  server.on("metadata.get_cost", answer);
  const error = await thrownBy(() => clientOf(server, { maxRetries: 0 }).metadata.getCost(PARAMS));
  if (error instanceof DatabentoHttpError) return error;
  throw error;
}

describe("each documented case", () => {
  it.each([
    ["data_end_after_available_end", 422, "UnavailableRangeError"],
    ["data_start_before_available_start", 422, "UnavailableRangeError"],
    ["data_start_after_available_end", 422, "UnavailableRangeError"],
    ["dataset_unavailable_range", 422, "UnavailableRangeError"],
    ["data_schema_not_fully_available", 422, "UnavailableRangeError"],
    ["symbology_invalid_request", 422, "SymbologyError"],
    ["symbology_invalid_symbol", 400, "SymbologyError"],
    ["license_not_found_unauthorized", 403, "AccessDeniedError"],
    ["auth_authentication_failed", 401, "AuthenticationError"],
    ["auth_account_locked", 403, "AccessDeniedError"],
    ["account_insufficient_funds", 402, "InsufficientFundsError"],
    ["a_case_of_next_year", 422, "RequestRefusedError"],
  ])("%s is %i, a %s", async (word, status, name) => {
    const error = await errorOf(problem(status, word, "What the service says.", { available_end: "2024-01-01" }));
    expect(error).toMatchObject({
      name,
      code: "data_source",
      endpoint: "metadata.get_cost",
      status,
      case: word,
      detail: "What the service says.",
      docs: expect.stringContaining("databento.com/docs"),
      payload: { available_end: "2024-01-01" },
      requestId: "req-7",
      message: `Ask Databento metadata.get_cost: answered ${status} ${word}: What the service says. (request req-7)`,
    });
    expect(error).toBeInstanceOf(DatabentoError);
    expect(isBacklitError(error)).toBe(true);
    if (!word.startsWith("a_case")) expect(error.hint).toMatch(/\w{4,}/);
  });

  it.each([
    [400, "RequestRefusedError"],
    [401, "AuthenticationError"],
    [402, "InsufficientFundsError"],
    [403, "AccessDeniedError"],
    [404, "NotFoundError"],
    [408, "DatabentoHttpError"],
    [409, "RequestRefusedError"],
    [410, "FilesExpiredError"],
    [418, "DatabentoHttpError"],
    [422, "RequestRefusedError"],
    [429, "RateLimitError"],
    [500, "ServerError"],
    [503, "ServerError"],
    [504, "ServerError"],
  ])("status %i without a case is a %s", async (status, name) => {
    expect(await errorOf(json({ detail: "Not authenticated" }, status))).toMatchObject({
      name,
      status,
      case: undefined,
      detail: "Not authenticated",
    });
  });
});

describe("each form of an error body", () => {
  it("the framework's list names the fields", async () => {
    const detail = [
      { loc: ["body", "dataset"], msg: "field required", type: "value_error.missing" },
      { loc: ["body", "start"], msg: "bad date" },
    ];
    expect((await errorOf(json({ detail }, 422))).detail).toBe("body.dataset: field required; body.start: bad date");
  });

  it("a page of a gateway is said to be one", async () => {
    const error = await errorOf(
      text("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", 502),
    );
    expect(error).toMatchObject({
      name: "ServerError",
      detail: "a web page '502 Bad Gateway'",
      hint: expect.stringContaining("proxy"),
    });
  });

  it.each([
    ["plain text", "upstream gone", "'upstream gone'"],
    ["nothing", "", "an empty answer"],
    ["JSON without a detail", '{"error":1}', '{"error":1}'],
    ["JSON that is no object", "[1]", "'[1]'"],
    ["an object without a case", '{"detail":{"why":"so"}}', '{"why":"so"}'],
  ])("%s", async (_, body, detail) => {
    expect((await errorOf(text(body, 422))).detail).toBe(detail);
  });

  it("an endless one is cut", async () => {
    const error = await errorOf(text("x".repeat(5_000_000), 500));
    expect(error.message.length).toBeLessThan(500);
  });
});

it("Retry-After is read as seconds and as a date", async () => {
  expect((await errorOf(json({ detail: "" }, 429, { "retry-after": "7" }))).retryAfterSeconds).toBe(7);
  const date = new Date(Date.now() + 60_000).toUTCString();
  const { retryAfterSeconds } = await errorOf(json({ detail: "" }, 429, { "retry-after": date }));
  expect(retryAfterSeconds).toBeGreaterThan(50);
  expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  expect((await errorOf(json({ detail: "" }, 429, { "retry-after": "soon" }))).retryAfterSeconds).toBeUndefined();
});

describe("a span that is not there", () => {
  const params: StreamParams = { ...PARAMS, start: "2009-01-01", end: "2026-03-01" };
  const payload = { available_start: "2010-06-06T00:00:00.000000000Z", available_end: "2026-01-29 20:00:00+00:00" };

  async function refusal(answer: Parameters<ScriptedServer["on"]>[1]): Promise<unknown> {
    await using server = await ScriptedServer.start();
    server.on("timeseries.get_range", answer);
    const client = clientOf(server);
    const approval = await approve(server, client, params);
    return await thrownBy(() => bytesOf(client.timeseries.getRange(params, { approval })));
  }

  it("is clamped by the payload", async () => {
    const error = await refusal(
      problem(422, "data_end_after_available_end", "The dataset has data up to ...", payload),
    );
    expect(clampRange(error, params)).toEqual({ ...params, start: "2010-06-06", end: "2026-01-29T20:00:00Z" });
  });

  it("is clamped by the text where there is no payload", async () => {
    const message =
      "Part or all of your request requires a license. Try again with an end time before 2026-02-02T08:36:14.380325000Z.";
    const error = await refusal(problem(422, "dataset_unavailable_range", message));
    expect(clampRange(error, params)).toEqual({ ...params, start: "2009-01-01", end: "2026-02-02T08:36:14.380325Z" });
  });

  it("is left alone when nothing is left, nothing changes or nothing is said", async () => {
    const error = await refusal(problem(422, "data_start_after_available_end", "", payload));
    expect(clampRange(error, { ...params, start: "2026-02-01" })).toBeUndefined();
    expect(clampRange(error, { ...params, start: "2026-01-29T20:00:00.000Z" })).toBeUndefined();
    expect(clampRange(error, { ...params, start: "2020-01-01", end: "2021-01-01" })).toBeUndefined();
    expect(clampRange(await refusal(problem(422, "data_start_after_available_end", "")), params)).toBeUndefined();
    expect(clampRange(await refusal(problem(422, "symbology_invalid_request", "", payload)), params)).toBeUndefined();
    expect(clampRange(new Error("other"), params)).toBeUndefined();
  });
});
