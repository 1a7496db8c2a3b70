import {
  DbnDecoder,
  type DbnDecoderOptions,
  DbnError,
  encodeDbn,
  OhlcvDecoder,
  SymbolMap,
  storeZstd,
  TradeDecoder,
} from "../../src/dbn/index.ts";
import { barFile, concat, filledRecord, layoutsOfVersion, sampleMetadata, sampleTrade } from "./samples.ts";
import { fileTable, sharedFile } from "./shared-files.ts";

/** What a run of the fuzz target saw. */
export interface FuzzReport {
  runs: number;
  /** Inputs that decoded in spite of their mutation. */
  accepted: number;
  /** Refusals by code of the error. */
  refused: Record<string, number>;
  /** The slowest single input, milliseconds and the input itself in hex. */
  slowestMs: number;
  slowest: string;
  /** Largest heap and array buffers seen after a collection of garbage was possible. */
  peakMb: number;
}

/** Small bounds: the target looks for crashes and hangs, not for how much memory a permitted input may take. */
const LIMITS = { maxWindowBytes: 8 << 20, maxOutputBytes: 1 << 20, maxMetadataBytes: 1 << 20 };

const LARGEST_SEED_INPUT = 4096;

type Random = (below: number) => number;

/** Mulberry32: small, seeded, good enough to pick mutations. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Sound inputs to start from: every kind of every version, plain and zstd, and the real files where they are at hand. */
function corpus(): Uint8Array[] {
  const own = ([1, 2, 3] as const).flatMap((version) => {
    const records = layoutsOfVersion(version).map(filledRecord);
    const metadata = sampleMetadata({ version, schema: undefined });
    const sent = records.map((record) => ({ ...record, tsOut: 1n }));
    return [encodeDbn({ metadata, records }), encodeDbn({ metadata: { ...metadata, tsOut: true }, records: sent })];
  });
  const trades = encodeDbn({
    metadata: sampleMetadata({ schema: "trades" }),
    records: [sampleTrade(0), sampleTrade(1)],
  });
  const bars = barFile(5);
  const framed = concat(
    storeZstd(bars.subarray(0, 100)),
    Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7),
    storeZstd(bars.subarray(100)),
  );
  const real = fileTable().map((row) => sharedFile(row.path));
  return [...own, trades, bars, framed, storeZstd(bars), ...real.filter((bytes) => bytes.length <= LARGEST_SEED_INPUT)];
}

const EXTREMES = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 120, 14];

/** One to four changes: bits, bytes, words, a cut, a piece repeated, a piece removed. */
function mutate(input: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = input.slice();
  for (let i = 1 + random(4); i > 0 && bytes.length > 8; i--) {
    const at = random(bytes.length);
    const length = 1 + random(Math.min(64, bytes.length - at));
    const kind = random(7);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind === 1) bytes[at] = random(256);
    else if (kind === 2 && at + 4 <= bytes.length)
      new DataView(bytes.buffer).setUint32(at, EXTREMES[random(EXTREMES.length)] ?? 0, true);
    else if (kind === 3) bytes = bytes.slice(0, at);
    else if (kind === 4) bytes = concat(bytes.subarray(0, at + length), bytes.subarray(at));
    else if (kind === 5) bytes = concat(bytes.subarray(0, at), bytes.subarray(at + length));
    else bytes.fill(random(256), at, at + length);
  }
  return bytes;
}

function decodeOnce(bytes: Uint8Array, random: Random): void {
  const options: DbnDecoderOptions = {
    ...LIMITS,
    fragment: random(8) === 0,
    upgradePolicy: random(2) === 0 ? "asIs" : "upgradeToV3",
    verifyChecksum: random(2) === 0,
  };
  const which = random(4);
  const decoder =
    which === 0 ? new OhlcvDecoder(options) : which === 1 ? new TradeDecoder(options) : new DbnDecoder(options);
  const piece = random(3) === 0 ? 1 + random(300) : bytes.length;
  for (let at = 0; at < bytes.length; at += piece) decoder.push(bytes.subarray(at, at + piece));
  decoder.finish();
  if (decoder.metadata !== undefined) SymbolMap.fromMetadata(decoder.metadata).symbolAt(17_077, 1_704_153_600_000);
}

/**
 * Decodes mutated inputs. Any error but a DbnError is thrown on, with the input that caused it.
 * @param now a clock in milliseconds, for the slowest input
 */
export function fuzz(runs: number, seed: number, now: () => number): FuzzReport {
  const random = randomFrom(seed);
  const inputs = corpus();
  const report: FuzzReport = { runs, accepted: 0, refused: {}, slowestMs: 0, slowest: "", peakMb: 0 };
  for (let run = 0; run < runs; run++) {
    const bytes = mutate(inputs[random(inputs.length)] ?? new Uint8Array(0), random);
    const start = now();
    try {
      decodeOnce(bytes, random);
      report.accepted++;
    } catch (error) {
      if (!(error instanceof DbnError))
        throw new Error(`run ${run} of seed ${seed}: ${Buffer.from(bytes).toString("hex")}`, { cause: error });
      report.refused[error.code] = (report.refused[error.code] ?? 0) + 1;
    }
    const ms = now() - start;
    if (ms > report.slowestMs) Object.assign(report, { slowestMs: ms, slowest: Buffer.from(bytes).toString("hex") });
    if (run % 5000 === 0) {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      report.peakMb = Math.max(report.peakMb, (heapUsed + arrayBuffers) / 1e6);
    }
  }
  return report;
}
