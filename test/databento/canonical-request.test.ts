import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BatchParams, canonicalRequest, type RangeParams, type StreamParams } from "../../src/databento/index.ts";
import { PARAMS } from "./client.ts";

const stream = (params: Partial<StreamParams> = {}) =>
  canonicalRequest({ kind: "timeseries.getRange", params: { ...PARAMS, ...params } });
const batch = (params: Partial<BatchParams> = {}) =>
  canonicalRequest({ kind: "batch.submitJob", params: { ...PARAMS, ...params } });

describe("the canonical form of a request", () => {
  it("has the vendor's names and our defaults, which are those of the official client", () => {
    expect(stream().fields).toEqual({
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
    expect(batch({ encoding: "csv", splitSize: 2e9, limit: 5 }).fields).toMatchObject({
      encoding: "csv",
      pretty_px: "false",
      pretty_ts: "false",
      map_symbols: "true",
      split_symbols: "false",
      split_duration: "day",
      split_size: "2000000000",
      delivery: "download",
      limit: "5",
    });
    expect(batch().fields).toMatchObject({ map_symbols: "false" });
  });

  it("is the same whatever the order, case, repetition and shape of the symbols", () => {
    const symbol = fc.tuple(fc.constantFrom("ES", "NQ", "CL", "6E", "GC"), fc.constantFrom("c", "n", "v"), fc.nat(9));
    const list = fc.array(
      symbol.map((parts) => parts.join(".")),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        list.chain((symbols) =>
          fc.tuple(fc.constant(symbols), fc.shuffledSubarray(symbols, { minLength: symbols.length })),
        ),
        ([symbols, shuffled]) => {
          const { key } = stream({ symbols });
          expect(stream({ symbols: shuffled }).key).toBe(key);
          expect(stream({ symbols: [...shuffled, ...symbols] }).key).toBe(key);
          expect(stream({ symbols: shuffled.join(" , ").toUpperCase() }).key).toBe(key);
          expect(stream({ symbols: shuffled.map((each) => each.toLowerCase()) }).key).toBe(key);
        },
      ),
    );
  });

  it("is the same whatever the form of the dates", () => {
    const day = fc.integer({ min: 15_000, max: 20_000 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), (first, days) => {
        const date = (at: number) => new Date(at * 86_400_000);
        const text = (at: number) => date(at).toISOString().slice(0, 10);
        const [from, to] = [first, first + days];
        const forms: Pick<RangeParams, "start" | "end">[] = [
          { start: text(from), end: text(to) },
          { start: `${text(from)}T00:00`, end: `${text(to)}T00:00:00.000000000Z` },
          { start: date(from), end: date(to) },
          { start: BigInt(from) * 86_400_000_000_000n, end: String(BigInt(to) * 86_400_000_000_000n) },
          { start: `${text(from)}T02:00:00+02:00`, end: `${text(to)} 00` },
        ];
        expect(new Set(forms.map((span) => stream(span).key)).size).toBe(1);
      }),
    );
    const { end: _, ...open } = PARAMS;
    expect(canonicalRequest({ kind: "timeseries.getRange", params: { ...open, start: "2024-03" } }).key).toBe(
      stream({ start: "2024-03-01", end: "2024-04-01" }).key,
    );
  });

  it("is another one for anything that changes what is bought", () => {
    const others = [
      stream(),
      batch(),
      stream({ schema: "trades" }),
      stream({ symbols: ["ES.v.1"] }),
      stream({ symbols: ["ES.v.0", "NQ.v.0"] }),
      stream({ start: "2024-03-03" }),
      stream({ end: "2024-03-07" }),
      stream({ limit: 10 }),
      stream({ dataset: "XNAS.ITCH" }),
      stream({ encoding: "csv" }),
      stream({ stypeIn: "raw_symbol" }),
    ];
    expect(new Set(others.map(({ key }) => key)).size).toBe(others.length);
  });

  it("keeps symbols of one venue as they are, but for case and outer blanks", () => {
    const symbols = ["BRN FMJ0024!", "ud:1v: bo 2864311", " VX/M6 "];
    expect(stream({ symbols, stypeIn: "raw_symbol" }).fields["symbols"]).toBe("BRN FMJ0024!,UD:1V: BO 2864311,VX/M6");
    expect(stream({ symbols: [206_299, 95_414], stypeIn: "instrument_id" }).fields["symbols"]).toBe("206299,95414");
    expect(stream({ symbols: "es.fut", stypeIn: "parent" }).fields["symbols"]).toBe("ES.FUT");
  });

  it.each([
    [{ schema: "ohlcv-1M" as "ohlcv-1m" }, "found 'ohlcv-1M', expected 'ohlcv-1m'"],
    [{ schema: "bars" as "trades" }, "expected one of mbo, mbp-1"],
    [{ dataset: "CME" }, "expected a code such as GLBX.MDP3"],
    [{ symbols: [] }, "expected at least one"],
    [{ symbols: "ES,,NQ" }, "expected at least one"],
    [{ symbols: Array.from({ length: 2_001 }, (_, index) => index) }, "found 2001, expected at most 2000"],
    [{ stypeIn: "futures" as "parent" }, "Check 'stypeIn': found 'futures'"],
    [{ limit: 0 }, "expected a whole number of records above 0"],
    [{ limit: 1.5 }, "expected a whole number of records above 0"],
    [{ encoding: "xml" as "csv" }, "expected one of dbn, csv, json"],
  ] satisfies [Partial<StreamParams>, string][])("refuses %o", (params, message) => {
    expect(() => stream(params)).toThrow(message);
    expect(() => stream(params)).toThrow(
      expect.objectContaining({ name: "InvalidParameterError", code: "invalid_argument" }),
    );
  });

  it("refuses files that the service would not split so", () => {
    expect(() => batch({ splitSize: 1000 })).toThrow("expected 1e9 to 10e9 bytes");
    expect(() => batch({ splitDuration: "hour" as "day" })).toThrow("Check 'splitDuration'");
  });
});
