import { Asset, type BarSeries } from "backlit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Adjustment } from "../../src/market/asset.ts";
import type { Simulator } from "../../src/simulator/index.ts";
import { type Bench, getBars, span, startBench } from "../sources/databento/support.ts";
import { prepareDatabentoClient, runDatabentoClient, startSecureSimulator } from "./databento-client.ts";

/** Time, open, high, low, close, volume. */
type Row = readonly number[];

interface Reference extends Readonly<Record<Adjustment | "vendor", readonly Row[]>> {
  readonly rolls: number;
  readonly roll: number;
  readonly measured_at: number;
  readonly from_price: number;
  readonly to_price: number;
}

const reason = prepareDatabentoClient();
if (reason !== undefined) console.log(`Conformance of continuous futures is skipped: ${reason}`);

const SPAN = span("2024-03-04", "2024-03-20");
const rowsOf = ({ time, open, high, low, close, volume }: BarSeries): Row[] =>
  Array.from(time, (at, row) => [at, open[row], high[row], low[row], close[row], volume[row]] as Row);

describe.skipIf(reason !== undefined)("A continuous future against the vendor's own client and pandas", () => {
  let secure: Simulator;
  let bench: Bench;
  let reference: Reference;

  beforeAll(async () => {
    secure = await startSecureSimulator();
    bench = await startBench({ subscribed: true });
    reference = JSON.parse(await runDatabentoClient("continuous-client.py", secure)) as Reference;
  }, 400_000);

  afterAll(async () => {
    await secure?.close();
    await bench?.close();
  });

  const ours = async (adjust: Adjustment) =>
    rowsOf(await getBars(bench.source(SPAN), Asset.continuousFuture("ES", { adjust }), "1m", SPAN));

  it("rolls where the session of the vendor's date opens, and measures the same gap", async () => {
    const rolls = await bench.source(SPAN).rolls(Asset.continuousFuture("ES"), SPAN);
    expect(reference.rolls).toBe(1);
    expect(rolls).toHaveLength(1);
    expect(rolls[0]).toMatchObject({
      time: reference.roll,
      measuredAt: reference.measured_at,
      fromPrice: reference.from_price,
      toPrice: reference.to_price,
    });
  });

  it("has the bars of the vendor's own series but between the session's open and midnight UTC", async () => {
    const between = (time: number) => time >= reference.roll && time < reference.roll + 2 * 3_600_000;
    const outside = (rows: readonly Row[]) => rows.filter(([time = 0]) => !between(time));
    const found = await ours("none");
    expect(outside(found)).toEqual(outside(reference.vendor));
    expect(found.filter(([time = 0]) => between(time))).not.toEqual(
      reference.vendor.filter(([time = 0]) => between(time)),
    );
  });

  it("joins and adjusts by difference as pandas does, to the last digit", async () => {
    expect(reference.none.length).toBeGreaterThan(15_000);
    expect(await ours("none")).toEqual(reference.none);
    expect(await ours("difference")).toEqual(reference.difference);
  });

  it("adjusts by ratio as pandas does", async () => {
    const found = await ours("ratio");
    expect(found.length).toBe(reference.ratio.length);
    let worst = 0;
    found.forEach((row, i) => {
      row.forEach((value, column) => {
        const expected = reference.ratio[i]?.[column] ?? Number.NaN;
        worst = Math.max(worst, Math.abs(value - expected) / Math.abs(expected));
      });
    });
    expect(worst).toBeLessThan(1e-15 * 4);
  });
});
