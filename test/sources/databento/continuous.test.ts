import { Asset, type BarSeries, type ContinuousTerms, DataBentoBacktesting, Strategy } from "backlit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, getBars, span, startBench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ subscribed: true });
});
afterAll(() => bench.close());

const SPAN = span("2024-02-26", "2024-04-01");
/** The session of trade date 2024-03-12 opens at 17:00 in Chicago, since 2024-03-10 on summer time: 22:00 UTC of the day before. */
const ROLL = Date.parse("2024-03-11T22:00:00Z");

const es = (terms: ContinuousTerms = {}) => Asset.continuousFuture("ES", terms);
const closeAt = (bars: BarSeries, time: number) => {
  const row = bars.time.indexOf(time);
  if (row < 0) throw new Error(`No bar at ${new Date(time).toISOString()}`);
  return bars.close[row] as number;
};
const lastBefore = (bars: BarSeries, time: number) => bars.time.filter((each) => each < time).at(-1) ?? Number.NaN;

describe("a continuous future", () => {
  it("changes at the open of the session of the vendor's date, not at 00:00 UTC", async () => {
    const source = bench.source(SPAN);
    const [roll, ...more] = await source.rolls(es(), SPAN);
    expect(more).toEqual([]);
    expect(roll?.time).toBe(ROLL);
    expect([roll?.from.key, roll?.to.key]).toEqual(["future:ESH24", "future:ESM24"]);
    const joined = await getBars(source, es(), "1m", SPAN);
    const old = await getBars(source, Asset.future("ESH24"), "1m", SPAN);
    const next = await getBars(source, Asset.future("ESM24"), "1m", SPAN);
    const before = lastBefore(joined, ROLL);
    expect(closeAt(joined, before)).toBe(closeAt(old, before));
    // Between the session's open and midnight UTC the vendor's own series still has the old contract.
    for (const minute of [0, 60, 119]) {
      expect(closeAt(joined, ROLL + minute * 60_000)).toBe(closeAt(next, ROLL + minute * 60_000));
    }
    const counted = old.time.filter((time) => time < ROLL).length + next.time.filter((time) => time >= ROLL).length;
    expect(joined.length).toBe(counted);
  });

  it("measures the gap on the last minute that both contracts traded in", async () => {
    const source = bench.source(SPAN);
    const [roll] = await source.rolls(es(), SPAN);
    const old = await getBars(source, Asset.future("ESH24"), "1m", SPAN);
    const next = await getBars(source, Asset.future("ESM24"), "1m", SPAN);
    const common = old.time.filter((time) => time < ROLL && next.time.includes(time)).at(-1) ?? Number.NaN;
    expect(roll?.measuredAt).toBe(common);
    expect(roll?.fromPrice).toBe(closeAt(old, common));
    expect(roll?.toPrice).toBe(closeAt(next, common));
  });

  it("has the new contract's own change across a roll, whatever the raw prices jump", async () => {
    const source = bench.source(SPAN);
    const next = await getBars(source, Asset.future("ESM24"), "1m", SPAN);
    const difference = await getBars(source, es({ adjust: "difference" }), "1m", SPAN);
    const ratio = await getBars(source, es({ adjust: "ratio" }), "1m", SPAN);
    const raw = await getBars(source, es(), "1m", SPAN);
    const [roll] = await source.rolls(es(), SPAN);
    const before = roll?.measuredAt ?? Number.NaN;
    const change = closeAt(next, ROLL) - closeAt(next, before);
    expect(closeAt(difference, ROLL) - closeAt(difference, before)).toBe(change);
    expect(closeAt(ratio, ROLL) / closeAt(ratio, before)).toBeCloseTo(closeAt(next, ROLL) / closeAt(next, before), 12);
    const gap = (roll?.toPrice ?? 0) - (roll?.fromPrice ?? 0);
    expect(gap).not.toBe(0);
    expect(closeAt(raw, ROLL) - closeAt(raw, before)).toBe(change + gap);
  });

  it("keeps the newest contract's prices backward, the oldest one's forward", async () => {
    const source = bench.source(SPAN);
    const raw = await getBars(source, es(), "1h", SPAN);
    const backward = await getBars(source, es({ adjust: "difference" }), "1h", SPAN);
    const forward = await getBars(source, es({ adjust: "difference", direction: "forward" }), "1h", SPAN);
    expect(backward.close.at(-1)).toBe(raw.close.at(-1));
    expect(forward.close[0]).toBe(raw.close[0]);
    const gap = (backward.close[0] as number) - (raw.close[0] as number);
    expect((forward.close.at(-1) as number) - (raw.close.at(-1) as number)).toBe(-gap);
  });

  it("rolls by its own rule so many sessions before the end, in liquid months only", async () => {
    const rule = { roll: { sessionsBeforeExpiration: 5 } };
    const quarter = span("2024-01-15", "2024-07-15");
    const gold = await bench.source(quarter).rolls(Asset.continuousFuture("GC", rule), quarter);
    // First notice is the last business day of the month before: 31 Jan, 28 Mar (29 is Good Friday), 31 May, 28 Jun. Gold trades in
    // February, April, June and August; five sessions before each notice: 24 Jan, 21 Mar, 24 May (27 is Memorial Day, which has a session).
    expect(gold.map(({ from, to }) => `${from.symbol} ${to.symbol}`)).toEqual([
      "GCG24 GCJ24",
      "GCJ24 GCM24",
      "GCM24 GCQ24",
    ]);
    expect(new Date(gold[0]?.time ?? 0).toISOString()).toBe("2024-01-23T23:00:00.000Z");
    expect(new Date(gold[1]?.time ?? 0).toISOString()).toBe("2024-03-20T22:00:00.000Z");
    const crude = await bench.source(quarter).rolls(Asset.continuousFuture("CL", rule), quarter);
    // Crude oil trades every month: August ends on 22 July, five sessions before is trade date 15 July, which opens on the 14th.
    expect(crude.map(({ to }) => to.symbol)).toEqual(["CLJ24", "CLK24", "CLM24", "CLN24", "CLQ24", "CLU24"]);
  });

  it("takes the contract of a rank, and the vendor's calendar rule the day after an expiry", async () => {
    const source = bench.source(SPAN);
    const second = await getBars(source, es({ rank: 1 }), "1h", span("2024-03-04", "2024-03-06"));
    const june = await getBars(source, Asset.future("ESM24"), "1h", span("2024-03-04", "2024-03-06"));
    expect(second.close).toEqual(june.close);
    const [roll] = await source.rolls(es({ roll: "c" }), SPAN);
    // ESH24 ends on Friday 2024-03-15; the next session opens on Sunday evening.
    expect(new Date(roll?.time ?? 0).toISOString()).toBe("2024-03-17T22:00:00.000Z");
  });

  it("keeps raw bars in the cache: another adjustment buys nothing", async () => {
    await getBars(bench.source(SPAN), es(), "1m", SPAN);
    bench.forget();
    await getBars(bench.source(SPAN), es({ adjust: "ratio", direction: "forward" }), "1m", SPAN);
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
  });

  it("names the nearest root for one it does not know", async () => {
    const wrong = getBars(bench.source(SPAN), Asset.continuousFuture("EX"), "1m", SPAN);
    await expect(wrong).rejects.toMatchObject({ name: "DataMissingError", hint: expect.stringContaining("'ES'") });
  });
});

/** Holds one contract over a roll. */
class Hold extends Strategy {
  static override readonly assets = [es({ adjust: "difference" })];
  override initialize() {
    this.sleeptime = "1d";
  }

  override async onTradingIteration() {
    await this.getHistoricalPrices(this.asset, 5, "1h");
    if (this.getPosition(this.asset) === undefined) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
  }
}

describe("a run over a roll", () => {
  it("fills at the contracts' own prices and rolls as two fills", async () => {
    const result = await new Hold().backtest(DataBentoBacktesting, "2024-03-08", "2024-03-15", {
      apiKey: bench.simulator.key,
      url: bench.simulator.url,
      cacheDir: bench.cacheDir,
      maxCost: 1,
    });
    const source = bench.source(SPAN);
    const old = await getBars(source, Asset.future("ESH24"), "1m", SPAN);
    const [first] = result.fills;
    expect(first?.price).toBe(old.open[old.time.indexOf(first?.time ?? 0)]);
    const [roll] = await source.rolls(es(), SPAN);
    expect(result.fills.slice(1).map(({ side, price }) => [side, price])).toEqual([
      ["sell", roll?.fromPrice],
      ["buy", roll?.toPrice],
    ]);
  });
});
