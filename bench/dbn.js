// DBN decoding beside its bare-metal floor, in one process and one run: node bench/dbn.js [--rows N] [--dist DIR]
// Floors: a typed-array loop that fills the same columns without looking at anything, and fzstd without anything around it.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Decompress } from "fzstd";

const argument = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const rows = Number(argument("--rows", "2000000"));
const repeats = Number(argument("--repeats", "7"));
const dist = resolve(argument("--dist", new URL("../dist", import.meta.url).pathname));
const { decodeDbn, decodeOhlcv, decodeTrades, encodeDbn, OhlcvDecoder, RType, storeZstd } = await import(
  pathToFileURL(`${dist}/dbn/index.js`).href
);

const START = 1_700_000_000_000_000_000n;

function metadata(schema) {
  const empty = { symbols: [], partial: [], notFound: [], mappings: [], tsOut: false, symbolCstrLen: 71 };
  const request = { dataset: "GLBX.MDP3", schema, start: START, end: undefined, limit: undefined };
  return { version: 3, ...request, stypeIn: "raw_symbol", stypeOut: "instrument_id", ...empty };
}

/** A file of a header from the encoder and generated records: a seeded walk, so every run sees the same bytes. */
function file(schema, size, rtype, fill) {
  const header = encodeDbn({ metadata: metadata(schema), records: [] });
  const bytes = new Uint8Array(header.length + rows * size);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  let state = 42;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  let ticks = 20_000;
  for (let i = 0; i < rows; i++) {
    const at = i * size;
    view.setUint8(at, size / 4);
    view.setUint8(at + 1, rtype);
    view.setUint16(at + 2, 1, true);
    view.setUint32(at + 4, 5482, true);
    ticks += random(7) - 3;
    fill(view, at, i, ticks, random);
  }
  return { bytes, offset: header.length };
}

const price = (ticks) => BigInt(ticks) * 250_000_000n;
const bars = file("ohlcv-1m", 56, RType.ohlcv1m, (view, at, i, ticks, random) => {
  view.setBigUint64(at + 8, START + BigInt(i) * 60_000_000_000n, true);
  view.setBigInt64(at + 16, price(ticks), true);
  view.setBigInt64(at + 24, price(ticks + random(9)), true);
  view.setBigInt64(at + 32, price(ticks - random(9)), true);
  view.setBigInt64(at + 40, price(ticks + random(5) - 2), true);
  view.setBigUint64(at + 48, BigInt(random(3000)), true);
});
const trades = file("trades", 48, RType.mbp0, (view, at, i, ticks, random) => {
  view.setBigUint64(at + 8, START + BigInt(i) * 1_000_003n + BigInt(random(1000)), true);
  view.setBigInt64(at + 16, price(ticks), true);
  view.setUint32(at + 24, 1 + random(20), true);
  view.setUint32(at + 28, 0x0082_4154, true);
  view.setBigUint64(at + 32, START + BigInt(i) * 1_000_003n + 20_000n + BigInt(random(1000)), true);
  view.setInt32(at + 40, 17_000 + random(3000), true);
  view.setUint32(at + 44, i, true);
});

function bareBars({ bytes, offset }) {
  const words = new Int32Array(bytes.buffer, offset);
  const unsigned = new Uint32Array(bytes.buffer, offset);
  const id = new Uint32Array(rows);
  const publisher = new Uint16Array(rows);
  const ns = new BigInt64Array(rows);
  const halves = new Int32Array(ns.buffer);
  const [time, open, high, low, close, volume] = Array.from({ length: 6 }, () => new Float64Array(rows));
  for (let i = 0, at = 0; i < rows; i++, at += 14) {
    publisher[i] = words[at] >>> 16;
    id[i] = words[at + 1];
    halves[i * 2] = words[at + 2];
    halves[i * 2 + 1] = words[at + 3];
    time[i] = unsigned[at + 3] * 4294 + (unsigned[at + 3] * 967296 + unsigned[at + 2]) / 1e6;
    open[i] = (words[at + 5] * 4294967296 + unsigned[at + 4]) / 1e9;
    high[i] = (words[at + 7] * 4294967296 + unsigned[at + 6]) / 1e9;
    low[i] = (words[at + 9] * 4294967296 + unsigned[at + 8]) / 1e9;
    close[i] = (words[at + 11] * 4294967296 + unsigned[at + 10]) / 1e9;
    volume[i] = unsigned[at + 13] * 4294967296 + unsigned[at + 12];
  }
  return { id, publisher, ns, time, open, high, low, close, volume };
}

function bareTrades({ bytes, offset }) {
  const words = new Int32Array(bytes.buffer, offset);
  const unsigned = new Uint32Array(bytes.buffer, offset);
  const id = new Uint32Array(rows);
  const publisher = new Uint16Array(rows);
  const event = new BigInt64Array(rows);
  const receive = new BigInt64Array(rows);
  const eventHalves = new Int32Array(event.buffer);
  const receiveHalves = new Int32Array(receive.buffer);
  const time = new Float64Array(rows);
  const px = new Float64Array(rows);
  const [size, sequence] = [new Uint32Array(rows), new Uint32Array(rows)];
  const delta = new Int32Array(rows);
  const [action, side, flags] = [new Uint8Array(rows), new Uint8Array(rows), new Uint8Array(rows)];
  for (let i = 0, at = 0; i < rows; i++, at += 12) {
    publisher[i] = words[at] >>> 16;
    id[i] = words[at + 1];
    eventHalves[i * 2] = words[at + 2];
    eventHalves[i * 2 + 1] = words[at + 3];
    time[i] = unsigned[at + 3] * 4294 + (unsigned[at + 3] * 967296 + unsigned[at + 2]) / 1e6;
    px[i] = (words[at + 5] * 4294967296 + unsigned[at + 4]) / 1e9;
    size[i] = words[at + 6];
    action[i] = words[at + 7];
    side[i] = words[at + 7] >>> 8;
    flags[i] = words[at + 7] >>> 16;
    receiveHalves[i * 2] = words[at + 8];
    receiveHalves[i * 2 + 1] = words[at + 9];
    delta[i] = words[at + 10];
    sequence[i] = words[at + 11];
  }
  return { id, publisher, event, receive, time, px, size, action, side, flags, delta, sequence };
}

function bareZstd(compressed) {
  let size = 0;
  const stream = new Decompress((block) => {
    size += block.length;
  });
  stream.push(compressed, true);
  return size;
}

/** Pieces, as a download gives them; rows are taken after each, as a program of bounded memory would. */
function streamed(compressed, options) {
  const decoder = new OhlcvDecoder(options);
  let count = 0;
  for (let at = 0; at < compressed.length; at += 65_536) {
    decoder.push(compressed.subarray(at, at + 65_536));
    count += decoder.take().time.length;
  }
  decoder.finish();
  return count;
}

/** Median milliseconds of the contenders, taken in turns so that a slow moment of the machine hits all of them. */
function race(title, bytes, contenders) {
  const samples = contenders.map(() => []);
  for (let round = 0; round <= repeats; round++) {
    contenders.forEach(([, run], index) => {
      globalThis.gc?.();
      const start = performance.now();
      run();
      if (round > 0) samples[index].push(performance.now() - start);
    });
  }
  const medians = samples.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
  console.log(title);
  contenders.forEach(([name], index) => {
    const ms = medians[index];
    const rate = `${(rows / ms / 1000).toFixed(1)} M rows/s ${(bytes / ms / 1e6).toFixed(2)} GB/s`;
    const share = `${Math.round((medians[0] / ms) * 100)} % of the floor`;
    console.log(`  ${name.padEnd(44)} ${ms.toFixed(1).padStart(8)} ms  ${rate.padEnd(28)} ${share}`);
  });
}

function compressed(bytes) {
  const { status, stdout } = spawnSync("zstd", ["-q", "-3", "-c"], { input: bytes, maxBuffer: 2 ** 31 });
  return status === 0 ? new Uint8Array(stdout) : undefined;
}

console.log(`DBN, ${rows} rows, Node ${process.version}, medians of ${repeats}`);
race("ohlcv, plain bytes to columns", bars.bytes.length, [
  ["floor: bare typed-array loop", () => bareBars(bars)],
  ["decodeOhlcv", () => decodeOhlcv(bars.bytes)],
  ["OhlcvDecoder, 64 KiB pieces", () => streamed(bars.bytes)],
]);
race("trades, plain bytes to columns", trades.bytes.length, [
  ["floor: bare typed-array loop", () => bareTrades(trades)],
  ["decodeTrades", () => decodeTrades(trades.bytes)],
]);
const barsZst = compressed(bars.bytes);
const tradesZst = compressed(trades.bytes);
if (barsZst === undefined || tradesZst === undefined) {
  console.log("zstd: skipped, the zstd command is not on this machine");
} else {
  const ratio = (bars.bytes.length / barsZst.length).toFixed(1);
  race(`ohlcv, zstd level 3 (${ratio}:1) to columns`, bars.bytes.length, [
    ["floor: bare fzstd, output dropped", () => bareZstd(barsZst)],
    ["decodeOhlcv", () => decodeOhlcv(barsZst)],
    ["decodeOhlcv, verifyChecksum: false", () => decodeOhlcv(barsZst, { verifyChecksum: false })],
    ["OhlcvDecoder, 64 KiB pieces", () => streamed(barsZst)],
  ]);
  race("trades, zstd level 3 to columns", trades.bytes.length, [
    ["floor: bare fzstd, output dropped", () => bareZstd(tradesZst)],
    ["decodeTrades", () => decodeTrades(tradesZst)],
    ["decodeTrades, verifyChecksum: false", () => decodeTrades(tradesZst, { verifyChecksum: false })],
  ]);
}
const some = bars.bytes.subarray(0, bars.offset + 56 * Math.min(rows, 200_000));
const start = performance.now();
const { records } = decodeDbn(some);
const rate = records.length / (performance.now() - start) / 1000;
console.log(`records as objects: decodeDbn ${rate.toFixed(2)} M rows/s; ${pythonRate(some)}`);
console.log(memoryOfStream("zstd", barsZst ?? storeZstd(bars.bytes)));
console.log(memoryOfStream("plain", bars.bytes));

/** The vendor's package on the same bytes, where the conformance test has installed it. */
function pythonRate(bytes) {
  const python = join(tmpdir(), "backlit-conformance", "dbn", "venv", "bin", "python");
  const script = [
    "import sys, time, databento_dbn as dbn",
    "data = sys.stdin.buffer.read()",
    "decoder = dbn.DBNDecoder()",
    "start = time.perf_counter()",
    "decoder.write(data)",
    "count = len(decoder.decode())",
    "print(f'{count / (time.perf_counter() - start) / 1e6:.2f}')",
  ].join("\n");
  const { status, stdout } = spawnSync(python, ["-c", script], { input: bytes, encoding: "utf8" });
  return status === 0
    ? `databento-dbn for Python ${stdout.trim()} M rows/s`
    : "databento-dbn for Python is not installed";
}

/** Two gigabytes of one file over and over, in a process of its own, in 64 KiB pieces that are taken as they come. */
function memoryOfStream(name, bytes) {
  const script = `
    import { OhlcvDecoder } from ${JSON.stringify(pathToFileURL(`${dist}/dbn/index.js`).href)};
    import { readSync } from "node:fs";
    const piece = Buffer.alloc(65536);
    const decoder = new OhlcvDecoder();
    let rows = 0, peak = 0, pieces = 0;
    for (let n; (n = readSync(0, piece)) > 0; ) {
      decoder.push(piece.subarray(0, n));
      rows += decoder.take().time.length;
      if (pieces++ % 50 === 0) peak = Math.max(peak, process.memoryUsage.rss());
    }
    decoder.finish();
    console.log(JSON.stringify({ rows, mb: Math.round(peak / 1e6) }));
  `;
  const folder = mkdtempSync(join(tmpdir(), "backlit-bench-"));
  const input = join(folder, "bars.dbn");
  const copies = Math.ceil(2e9 / (56 * rows));
  const output = openSync(input, "w");
  // The header once, then the records again and again: as frames of their own where the input is zstd.
  const body = bars.bytes.subarray(bars.offset);
  const again = name === "zstd" ? (compressed(body) ?? storeZstd(body)) : body;
  for (let i = 0; i < copies; i++) writeSync(output, i === 0 ? bytes : again);
  closeSync(output);
  const source = openSync(input, "r");
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    stdio: [source, "pipe", "inherit"],
  });
  closeSync(source);
  rmSync(folder, { recursive: true });
  const { rows: count, mb } = JSON.parse(String(stdout));
  return `${name}: ${((count * 56) / 1e9).toFixed(2)} GB of records streamed, ${mb} MB resident at most`;
}
