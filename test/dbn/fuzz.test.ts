import { expect, it } from "vitest";
import { fuzz } from "./fuzz.ts";

/** More for a long run: DBN_FUZZ_RUNS=1000000 npx vitest run test/dbn/fuzz.test.ts */
const runs = Number(process.env["DBN_FUZZ_RUNS"] ?? "4000");
const seed = Number(process.env["DBN_FUZZ_SEED"] ?? "1");

it(`${runs} mutated inputs neither crash nor hang nor fill the memory`, { timeout: 60_000 + runs * 5 }, () => {
  const report = fuzz(runs, seed, () => performance.now());
  if (runs > 4000) console.log(report);
  expect(report.accepted).toBeGreaterThan(0);
  expect(Object.keys(report.refused)).toEqual(
    expect.arrayContaining(["bad_record", "truncated", "bad_metadata", "not_dbn"]),
  );
  expect(report.slowestMs).toBeLessThan(5000);
  expect(report.peakMb).toBeLessThan(1000);
});
