import { describe, expect, it } from "vitest";
import {
  type DbnRecord,
  decodeDbn,
  decodeOhlcv,
  Flags,
  priceToNumber,
  UNDEF_PRICE,
  UNDEF_STAT_QUANTITY,
} from "../../src/dbn/index.ts";
import { haveSharedFiles, sharedFile, sharedFilesNote } from "./shared-files.ts";

const VERSIONS = ["v1", "v2", "v3"] as const;
const T0 = 1_609_160_400_000_000_000n;

function records(path: string): DbnRecord[] {
  return decodeDbn(sharedFile(path)).records;
}

/** Values the vendor's own tests assert, and values two independent decoders agreed on (see the data folder's README). */
describe.skipIf(!haveSharedFiles)(`anchors${sharedFilesNote}`, () => {
  it.each(VERSIONS)("metadata, %s, given as v3", (version) => {
    const { metadata } = decodeDbn(sharedFile(`dbn/test_data.mbo.${version}.dbn.zst`));
    expect(metadata).toEqual({
      version: 3,
      dataset: "GLBX.MDP3",
      schema: "mbo",
      start: T0,
      end: 1_609_200_000_000_000_000n,
      limit: 2n,
      stypeIn: "raw_symbol",
      stypeOut: "instrument_id",
      tsOut: false,
      symbolCstrLen: 71,
      symbols: ["ESH1"],
      partial: [],
      notFound: [],
      mappings: [
        { rawSymbol: "ESH1", intervals: [{ startDate: "2020-12-28", endDate: "2020-12-29", symbol: "5482" }] },
      ],
    });
  });

  it.each(VERSIONS)("mbo, %s", (version) => {
    const [first, second] = records(`dbn/test_data.mbo.${version}.dbn.zst`);
    expect(first).toEqual({
      kind: "mbo",
      rtype: 160,
      publisherId: 1,
      instrumentId: 5482,
      tsEvent: 1_609_160_400_000_429_831n,
      orderId: 647_784_973_705n,
      price: 3_722_750_000_000n,
      size: 1,
      flags: Flags.last,
      channelId: 0,
      action: "C",
      side: "A",
      tsRecv: 1_609_160_400_000_704_060n,
      tsInDelta: 22_993,
      sequence: 1_170_352,
    });
    expect(second).toMatchObject({
      orderId: 647_784_973_631n,
      price: 3_723_000_000_000n,
      tsInDelta: 19_621,
      sequence: 1_170_353,
    });
  });

  it.each(VERSIONS)("mbp-1 and tbbo, %s", (version) => {
    const [first, second] = records(`dbn/test_data.mbp-1.${version}.dbn.zst`);
    expect(first).toMatchObject({
      kind: "mbp1",
      tsEvent: 1_609_160_400_006_001_487n,
      price: 3_720_500_000_000n,
      action: "A",
      side: "A",
      depth: 0,
      tsInDelta: 17_214,
      sequence: 1_170_362,
      levels: [{ bidPx: 3_720_250_000_000n, askPx: 3_720_500_000_000n, bidSz: 24, askSz: 11, bidCt: 15, askCt: 9 }],
    });
    expect(second).toMatchObject({ tsInDelta: 18_858, sequence: 1_170_364, levels: [{ askSz: 12, askCt: 10 }] });
    const tbbo = records(`dbn/test_data.tbbo.${version}.dbn.zst`);
    expect(tbbo[0]).toMatchObject({ kind: "mbp1", size: 5, levels: [{ bidSz: 26, bidCt: 16, askSz: 7, askCt: 6 }] });
    expect(tbbo[1]).toMatchObject({ size: 21, levels: [{ bidSz: 21, bidCt: 13, askSz: 22, askCt: 15 }] });
  });

  it.each(VERSIONS)("mbp-10, %s", (version) => {
    const [first, second] = records(`dbn/test_data.mbp-10.${version}.dbn.zst`);
    expect(first).toMatchObject({ kind: "mbp10", depth: 9, sequence: 1_170_352, action: "C" });
    if (first?.kind !== "mbp10" || second?.kind !== "mbp10") throw new Error("not mbp-10");
    expect(first.levels).toHaveLength(10);
    expect(first.levels.slice(0, 3)).toEqual([
      { bidPx: 3_720_250_000_000n, askPx: 3_720_500_000_000n, bidSz: 24, askSz: 10, bidCt: 15, askCt: 8 },
      { bidPx: 3_720_000_000_000n, askPx: 3_720_750_000_000n, bidSz: 31, askSz: 34, bidCt: 18, askCt: 24 },
      { bidPx: 3_719_750_000_000n, askPx: 3_721_000_000_000n, bidSz: 32, askSz: 39, bidCt: 23, askCt: 25 },
    ]);
    expect(second).toMatchObject({ price: 3_720_000_000_000n, side: "B", depth: 1 });
    expect(second.levels[1]).toMatchObject({ bidSz: 30, bidCt: 17 });
  });

  it.each(VERSIONS)("trades, %s", (version) => {
    const [first, second] = records(`dbn/test_data.trades.${version}.dbn.zst`);
    expect(first).toMatchObject({
      kind: "trade",
      tsEvent: 1_609_160_400_098_821_953n,
      price: 3_720_250_000_000n,
      size: 5,
      action: "T",
      side: "A",
      flags: 129,
      tsRecv: 1_609_160_400_099_150_057n,
      tsInDelta: 19_251,
      sequence: 1_170_380,
    });
    expect(second).toMatchObject({ size: 21, tsInDelta: 20_728, sequence: 1_170_414 });
  });

  it.each(["v2", "v3"])("cmbp-1 and cbbo-1s, %s", (version) => {
    const [cmbp] = records(`dbn/test_data.cmbp-1.${version}.dbn.zst`);
    expect(cmbp).toMatchObject({
      kind: "cmbp1",
      tsInDelta: 17_214,
      levels: [{ bidSz: 24, askSz: 11, bidPb: 1, askPb: 1 }],
    });
    const [, cbbo] = records(`dbn/test_data.cbbo-1s.${version}.dbn.zst`);
    expect(cbbo).toMatchObject({ kind: "cbbo", levels: [{ askSz: 12, bidPb: 1, askPb: 1 }] });
  });

  it.each([
    [
      "1h",
      3_600_000_000_000n,
      [372_025, 372_350, 372_025, 372_225, 9385],
      [372_225, 372_450, 371_600, 371_950, 112_698],
    ],
    ["1m", 60_000_000_000n, [372_025, 372_150, 372_025, 372_100, 353], [372_100, 372_150, 372_100, 372_150, 152]],
    ["1s", 1_000_000_000n, [372_025, 372_050, 372_025, 372_050, 57], [372_050, 372_050, 372_050, 372_050, 13]],
  ] as const)("ohlcv-%s, which are 100 times too large in these files", (interval, step, ...bars) => {
    for (const version of VERSIONS) {
      const columns = decodeOhlcv(sharedFile(`dbn/test_data.ohlcv-${interval}.${version}.dbn.zst`));
      expect(Array.from(columns.timeEvent)).toEqual([T0, T0 + step]);
      bars.forEach((bar, i) => {
        expect([columns.open[i], columns.high[i], columns.low[i], columns.close[i], columns.volume[i]]).toEqual(bar);
      });
    }
  });

  it.each(VERSIONS)("definition, imbalance and statistics, %s", (version) => {
    for (const definition of records(`dbn/test_data.definition.${version}.dbn.zst`)) {
      expect(definition).toMatchObject({
        kind: "definition",
        exchange: "XNAS",
        securityUpdateAction: "A",
        minLotSizeRoundLot: 100,
        instrumentClass: "K",
        strikePrice: UNDEF_PRICE,
        legCount: 0,
      });
    }
    const imbalances = records(`dbn/test_data.imbalance.${version}.dbn.zst`);
    expect(imbalances).toMatchObject([{ refPrice: 229_430_000_000n }, { refPrice: 229_990_000_000n }]);
    const stats = records(`dbn/test_data.statistics.${version}.dbn.zst`);
    expect(stats).toMatchObject([
      { kind: "statistics", statType: 7, price: 100_000_000_000n, quantity: UNDEF_STAT_QUANTITY },
      { kind: "statistics", statType: 5, price: 100_000_000_000n, quantity: UNDEF_STAT_QUANTITY },
    ]);
  });

  it.each([
    ["GLBX.MDP3", 1, 5482, 1_609_113_600, [3702.75, 3735, 3697.25, 3735, 718_174]],
    ["IFEU.IMPACT", 57, 5_617_221, 1_705_536_000, [77.61, 78.86, 76.91, 78.49, 254_382]],
    ["NDEX.IMPACT", 58, 5_733_529, 1_705_536_000, [27.965, 28.73, 27.545, 28.15, 28_917]],
    ["EQUS.MINI", 95, 13_340, 1_679_961_600, [307.83, 308.6, 304.78, 307.5, 3_309_022]],
    ["XNAS.ITCH", 2, 6155, 1_609_113_600, [521, 522.86, 510.54, 515.6, 1_424_253]],
    ["OPRA.PILLAR", 20, 16_783_963, 1_740_009_600, [0.33, 0.49, 0.1, 0.11, 3474]],
  ] as const)("the daily bar of %s", (dataset, publisher, instrument, seconds, bar) => {
    const columns = decodeOhlcv(sharedFile(`dbn-python/${dataset}/test_data.ohlcv-1d.dbn.zst`));
    expect([columns.publisherId[0], columns.instrumentId[0], columns.time[0]]).toEqual([
      publisher,
      instrument,
      seconds * 1000,
    ]);
    expect([columns.open[0], columns.high[0], columns.low[0], columns.close[0], columns.volume[0]]).toEqual(bar);
  });

  it("the definition of ES, and the snapshot rows of mbo", () => {
    const [es] = records("dbn-python/GLBX.MDP3/test_data.definition.dbn.zst");
    if (es?.kind !== "definition") throw new Error("not a definition");
    expect(priceToNumber(es.minPriceIncrement)).toBe(0.25);
    expect(priceToNumber(es.displayFactor)).toBe(0.01);
    expect([es.expiration, es.activation]).toEqual([1_616_160_600_000_000_000n, 1_576_852_200_000_000_000n]);
    const [row] = records("dbn-python/GLBX.MDP3/test_data.mbo.dbn.zst");
    expect(row).toMatchObject({
      tsRecv: 1_609_113_600_000_000_000n,
      price: 3_675_750_000_000n,
      size: 2,
      flags: Flags.snapshot | Flags.badTsRecv,
    });
  });

  it("the recorded live session", () => {
    const { metadata, records: all } = decodeDbn(sharedFile("dbn-python/LIVE/test_data.live.dbn.zst"));
    expect(metadata).toMatchObject({
      schema: undefined,
      stypeIn: undefined,
      stypeOut: "instrument_id",
      end: undefined,
      limit: undefined,
    });
    const counts = new Map<string, number>();
    for (const { kind } of all) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      symbolMapping: 20,
      statistics: 9,
      mbo: 5,
      ohlcv: 4,
      definition: 2,
      mbp1: 2,
      trade: 2,
      mbp10: 2,
    });
  });
});
