import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeBars, Historical } from "../../src/databento/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";

const WEEK = {
  dataset: "GLBX.MDP3",
  schema: "ohlcv-1m",
  stypeIn: "continuous",
  symbols: ["ES.v.0"],
  start: "2024-01-02",
  end: "2024-01-06",
} as const;

describe("the client against the simulated service", () => {
  let simulator: Simulator;
  let client: Historical;
  beforeAll(async () => {
    simulator = await startSimulator();
    client = new Historical({
      url: simulator.url,
      key: simulator.key,
      maxRetries: 3,
      backoff: { first: 1, longest: 2 },
    } as never);
  });
  afterAll(() => simulator.close());

  const buy = async (maxCost: number) => {
    const quote = await client.quote([{ kind: "timeseries.getRange", params: WEEK }]);
    const approval = await quote.approve({ maxCost });
    return client.timeseries.getRange(WEEK, { approval });
  };

  it("buys what was quoted, and gets as many bars as were counted", async () => {
    const count = await client.metadata.getRecordCount(WEEK);
    let rows = 0;
    let last = Number.NEGATIVE_INFINITY;
    for await (const bars of decodeBars(await buy(10))) {
      rows += bars.time.length;
      for (let row = 0; row < bars.time.length; row++) {
        expect(bars.time[row]).toBeGreaterThan(last);
        last = bars.time[row] ?? Number.NaN;
        expect(bars.high[row]).toBeGreaterThanOrEqual(Math.max(bars.open[row] ?? 0, bars.close[row] ?? 0));
      }
    }
    expect(rows).toBe(count);
    expect(count).toBeGreaterThan(4_000);
  });

  it("buys nothing above the limit", async () => {
    const before = simulator.requests.filter((request) => request.endpoint === "timeseries.get_range").length;
    await expect(buy(0.0000001)).rejects.toMatchObject({ name: expect.stringContaining("Cost") });
    expect(simulator.requests.filter((request) => request.endpoint === "timeseries.get_range")).toHaveLength(before);
  });

  it("waits out a 429 and a 503", async () => {
    simulator.fail({ kind: "status", status: 503, times: 1, endpoint: "metadata.get_record_count" });
    expect(await client.metadata.getRecordCount(WEEK)).toBeGreaterThan(0);
  });
});
