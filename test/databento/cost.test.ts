import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charge, mintApproval } from "../../src/databento/cost-approval.ts";
import { createQuote } from "../../src/databento/cost-quote.ts";
import {
  type BilledRequest,
  type CostApproval,
  canonicalRequest,
  decideCost,
  dollars,
  totalCost,
} from "../../src/databento/index.ts";
import { json, ScriptedServer, text } from "../servers/historical.ts";
import { approve, bytesOf, clientOf, PARAMS, thrownBy } from "./client.ts";

const request = (symbols: string): BilledRequest => ({ kind: "timeseries.getRange", params: { ...PARAMS, symbols } });

describe("the decision about a price", () => {
  it.each([
    { total: 0, maxCost: undefined, canAsk: false, expected: "pass" },
    { total: 0, maxCost: 0, canAsk: true, expected: "pass" },
    { total: 4.99, maxCost: 5, canAsk: false, expected: "pass" },
    { total: 5, maxCost: 5, canAsk: false, expected: "pass" },
    { total: 5, maxCost: 5, canAsk: true, expected: "ask" },
    { total: 5.000001, maxCost: 5, canAsk: true, expected: "over_limit" },
    { total: 0.000001, maxCost: 0, canAsk: true, expected: "over_limit" },
    { total: 1, maxCost: undefined, canAsk: true, expected: "ask" },
    { total: 1, maxCost: undefined, canAsk: false, expected: "refuse" },
    { total: Number.NaN, maxCost: 5, canAsk: false, expected: "refuse" },
  ])("$total with limit $maxCost, somebody to ask $canAsk: $expected", ({ expected, ...question }) => {
    expect(decideCost(question)).toBe(expected);
  });

  it("refuses a limit that is none", () => {
    for (const maxCost of [-1, Number.NaN])
      expect(() => decideCost({ total: 1, maxCost, canAsk: true })).toThrow("'maxCost'");
  });

  it("never lets more than nothing pass without a limit or a question", () => {
    const cost = fc.double({ min: 0, max: 1e6, noNaN: true });
    const limit = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(cost, limit, fc.boolean(), (total, maxCost, canAsk) => {
        if (decideCost({ total, maxCost, canAsk }) !== "pass" || total === 0) return;
        expect(maxCost).toBeGreaterThanOrEqual(total);
        expect(canAsk).toBe(false);
      }),
    );
  });

  it("sums to the same whatever the order, and never rounds a price away", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 30 }), (costs) => {
        expect(totalCost([...costs].reverse())).toBe(totalCost(costs));
        expect(totalCost(costs) > 0).toBe(costs.some((cost) => cost > 0));
      }),
    );
    expect(totalCost([0.1, 0.2])).toBe(0.3);
    expect(dollars(0.1)).toBe("$0.10");
    expect(dollars(12.345678)).toBe("$12.345678");
  });

  it("a price as it is told is a limit that lets it pass, and is never told as nothing", () => {
    // 0.2520504 told as $0.25205 would be above a limit of 0.25205.
    expect(dollars(0.2520504)).toBe("$0.2520504");
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 9 }), (costs) => {
        const total = totalCost(costs);
        const told = dollars(total);
        expect(decideCost({ total, maxCost: Number(told.slice(1)), canAsk: false })).toBe("pass");
        expect(told === "$0.00").toBe(total === 0);
      }),
    );
    expect(dollars(1e-12)).toBe("$0.000000001");
  });
});

describe("an approval", () => {
  const owner = {};
  const [first, second] = [canonicalRequest(request("ES.v.0")), canonicalRequest(request("NQ.v.0"))];
  const items = [
    { request: first, cost: 1 },
    { request: second, cost: 2 },
  ];

  it("pays each request of its quote once when the limit is the price", () => {
    const approval = mintApproval(owner, items, 3);
    charge(owner, second, approval);
    charge(owner, first, approval);
    expect(() => charge(owner, first, approval)).toThrow(expect.objectContaining({ reason: "spent" }));
  });

  it("pays repetitions as far as the limit goes, and takes refunds once", () => {
    const approval = mintApproval(owner, items, 4.5);
    charge(owner, first, approval);
    charge(owner, first, approval);
    const refund = charge(owner, second, approval);
    expect(() => charge(owner, first, approval)).toThrow(expect.objectContaining({ reason: "spent" }));
    refund();
    refund();
    charge(owner, second, approval);
    expect(() => charge(owner, first, approval)).toThrow(expect.objectContaining({ reason: "spent" }));
  });

  it("pays free data as often as one likes", () => {
    const approval = mintApproval(owner, [{ request: first, cost: 0 }], 0);
    for (let times = 0; times < 5; times++) charge(owner, first, approval);
  });

  it("is good for its requests and its client alone, and cannot be made by hand", () => {
    const approval = mintApproval(owner, [{ request: first, cost: 1 }], 100);
    expect(() => charge(owner, second, approval)).toThrow(expect.objectContaining({ reason: "other_request" }));
    expect(() => charge({}, first, approval)).toThrow(expect.objectContaining({ reason: "forged" }));
    for (const forged of [{ ...approval }, structuredClone(approval), Object.create(approval), undefined]) {
      expect(() => charge(owner, first, forged as CostApproval)).toThrow(expect.objectContaining({ reason: "forged" }));
    }
    expect(Object.isFrozen(approval)).toBe(true);
  });
});

describe("a quote", () => {
  const priced = [{ request: canonicalRequest(request("ES.v.0")), cost: 7.25, billableSize: undefined }];
  const quote = createQuote({}, priced);

  it("names both figures when the limit is passed", async () => {
    const error = await thrownBy(() => quote.approve({ maxCost: 5, confirm: () => true }));
    expect(error).toMatchObject({ name: "CostLimitError", cost: 7.25, maxCost: 5 });
    expect(String(error)).toContain("$7.25 exceeds the limit of $5.00");
  });

  it("takes nothing but true for a yes", async () => {
    const refusals = [false, "yes", 1, {}, undefined] as unknown as boolean[];
    for (const answer of refusals) {
      expect(await thrownBy(() => quote.approve({ confirm: () => answer }))).toMatchObject({ reason: "declined" });
    }
    expect(await quote.approve({ confirm: async (shown) => shown.total === 7.25 })).toEqual({
      total: 7.25,
      limit: 7.25,
    });
    expect(await thrownBy(() => quote.approve())).toMatchObject({ reason: "nobody_to_ask" });
  });

  it("cannot be talked down", async () => {
    const cheap = { ...quote, total: 0, items: [] };
    expect(await thrownBy(() => cheap.approve())).toMatchObject({ reason: "nobody_to_ask" });
    expect(() => Object.assign(quote, { total: 0 })).toThrow(TypeError);
  });
});

describe("the door", () => {
  it("asks the price of the whole batch, and only of what decides it", async () => {
    await using server = await ScriptedServer.start();
    server.on("metadata.get_cost", json(1.25), json(2.5)).on("metadata.get_billable_size", json(560));
    const quote = await clientOf(server).quote([request("ES.v.0"), { kind: "batch.submitJob", params: PARAMS }], {
      withSizes: true,
    });
    expect(quote.total).toBe(3.75);
    expect(quote.items.map(({ billableSize }) => billableSize)).toEqual([560, 560]);
    for (const { form } of server.requestsTo("metadata.get_cost")) {
      expect(Object.fromEntries(form)).toEqual({
        dataset: "GLBX.MDP3",
        schema: "ohlcv-1m",
        symbols: "ES.v.0",
        stype_in: "continuous",
        stype_out: "instrument_id",
        start: "2024-03-04",
        end: "2024-03-06",
      });
    }
  });

  it("sends nothing that was not approved", async () => {
    await using server = await ScriptedServer.start();
    server.on("timeseries.get_range", text("data")).on("batch.submit_job", json({ id: "A", state: "queued" }));
    const client = clientOf(server);
    const approval = await approve(server, client);
    const other = await approve(server, clientOf(server));
    const forged = { total: 0, limit: 1e9 };
    const tries = [
      () => client.timeseries.getRange(PARAMS, { approval: forged }),
      () => client.timeseries.getRange(PARAMS, { approval: other }),
      () => client.timeseries.getRange({ ...PARAMS, end: "2024-03-07" }, { approval }),
      () => client.timeseries.getRange(PARAMS, {} as { approval: CostApproval }),
      () => client.batch.submitJob(PARAMS, { approval }),
      () => client.batch.submitJob(PARAMS, { approval: forged }),
    ];
    for (const attempt of tries) expect(await thrownBy(attempt)).toMatchObject({ name: "CostNotApprovedError" });
    expect(server.seen.filter(({ path }) => !path.endsWith("get_cost"))).toEqual([]);
    const spelt = { ...PARAMS, symbols: "es.V.0", start: new Date("2024-03-04") };
    expect((await bytesOf(client.timeseries.getRange(spelt, { approval }))).toString()).toBe("data");
  });

  it("gives the money back when nothing came, and not when something did", async () => {
    await using server = await ScriptedServer.start();
    server.on("timeseries.get_range", json({ detail: "no" }, 422), text("data"));
    const client = clientOf(server);
    server.on("metadata.get_cost", json(1.5));
    const approval = await (await client.quote([request("ES.v.0")])).approve({ confirm: () => true });
    await thrownBy(() => bytesOf(client.timeseries.getRange(PARAMS, { approval })));
    await bytesOf(client.timeseries.getRange(PARAMS, { approval }));
    expect(await thrownBy(() => client.timeseries.getRange(PARAMS, { approval }))).toMatchObject({ reason: "spent" });
  });

  it("refuses a price that is none", async () => {
    await using server = await ScriptedServer.start();
    for (const price of [-1, "free", null]) {
      server.on("metadata.get_cost", json(price));
      expect(await thrownBy(() => clientOf(server).quote([request("ES.v.0")]))).toMatchObject({
        name: "UnexpectedAnswerError",
      });
    }
  });
});
