import { Asset, parseTimestep } from "backlit";
import { dataSourceContract } from "backlit/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Bench, span, startBench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ subscribed: true });
});
afterAll(() => bench.close());

const NONE = Asset.stock("NONE");

// One check looks back as far as there is anything, so the spans lie near the beginning of the contract or the dataset.
describe.each([
  ["hours of a dated future", Asset.future("ESH24"), "1h", "2024-01-08T14:00:00Z", "2024-01-09T02:00:00Z"],
  ["four hours made of hours", Asset.future("ESH24"), "4h", "2024-01-08T12:00:00Z", "2024-01-11T12:00:00Z"],
  ["days of a continuous future", Asset.continuousFuture("ES"), "1d", "2010-09-06", "2010-09-22"],
  [
    "days of an adjusted one, by the calendar",
    Asset.continuousFuture("CL", { roll: { sessionsBeforeExpiration: 3 }, adjust: "difference" }),
    "1d",
    "2010-09-06",
    "2010-09-28",
  ],
  ["hours of a stock", Asset.stock("AAPL"), "1h", "2018-06-04", "2018-06-06"],
])("Databento, %s:", (_name, asset, step, start, end) => {
  const subject = {
    create: () => bench.source(span(start, end)),
    asset,
    timestep: parseTimestep(step),
    ...span(start, end),
    unknownAsset: NONE,
  };
  for (const { name, check } of dataSourceContract(subject)) it(name, check, 120_000);
});
