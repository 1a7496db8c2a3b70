/** Margins that a run is given for the day and for the night. The sessions of ES last from 23:00 to 22:00 UTC in winter. */
import { Asset, type BacktestResult, type MarginTerms } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, run, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
const EVENING = Date.UTC(2024, 0, 2, 20);

const marginCalls = ({ events }: BacktestResult) =>
  events.filter(({ code }) => code === "margin_call").map(({ message }) => message);

/** The margin calls of an account of 12,000 that holds one ES, bought at 4,800 and some points down from the second bar on. */
async function fallen(points: number, terms: MarginTerms, start = T0) {
  const bars = barsOf(ES, [...flat(4_800, 1), ...flat(4_800 - points, 3)], "1h", start, HOUR);
  const { result, strategy } = await run(
    bars,
    once((s) => s.send(ES, 1, "buy")),
    { budget: 12_000, margins: { ES: terms }, marginCall: "liquidate" },
  );
  expect(strategy.refused).toEqual([]);
  return marginCalls(result);
}

describe("the margin to keep a position", () => {
  it("is that of the day where one is given for it, whatever opens one takes", async () => {
    // 12,000 - 50 x 180 = 3,000 is kept by just that; 181 points down 2,950 are not enough.
    const terms = { initial: 10_000, maintenance: 9_000, dayInitial: 5_000, dayMaintenance: 3_000 };
    expect(await fallen(180, terms)).toEqual([]);
    expect(await fallen(181, terms)).toHaveLength(1);
  });

  it("is that of the day where nothing but that is given for the day; opening one takes the night's", async () => {
    const terms = { initial: 12_000, maintenance: 9_000, dayMaintenance: 3_000 };
    expect(await fallen(180, terms)).toEqual([]);
    expect(await fallen(181, terms)).toHaveLength(1);
  });

  it("is that of the night as the session ends", async () => {
    // Bought at 20:00, settled at 22:00: 12,000 - 50 x 60 = 9,000 is just enough there, and 61 points down 8,950 are not.
    const terms = { initial: 10_000, maintenance: 9_000, dayInitial: 5_000, dayMaintenance: 3_000 };
    expect(await fallen(60, terms, EVENING)).toEqual([]);
    expect(await fallen(61, terms, EVENING)).toEqual([
      "Margin call: the account is worth 8950.00, its positions take 9000.00 to be kept (2024-01-02T22:00:00Z)",
    ]);
  });
});

describe("a margin that nobody knows", () => {
  it("is told with the part of the value that is taken for it", async () => {
    const own = new Asset({ symbol: "XYZ", assetType: "future", expiration: "2024-12-20", multiplier: 100 });
    const { result } = await run(
      barsOf(own, flat(50, 3)),
      once((s) => s.send(own, 1, "buy")),
    );
    const told = result.events.find(({ code }) => code === "margin_unknown");
    expect(told?.message).toContain("is not known: 10 % of its value are taken");
  });
});
