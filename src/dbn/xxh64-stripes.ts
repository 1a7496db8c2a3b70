/**
 * The inner loop of XXH64. JavaScript has no 64-bit multiplication that is fast, WebAssembly has: this loop is nine times faster in it
 * than with pairs of 32-bit integers, and becomes a few per cent of decompressing. It is short enough to be assembled here from
 * its instructions, so that nothing is built, loaded or fetched.
 */

export const PRIME_1 = 0x9e3779b185ebca87n;
export const PRIME_2 = 0xc2b2ae3d27d4eb4fn;

/** Bytes that feed all four lanes once; also the bytes of the four lanes themselves. */
export const STRIPE = 32;

/** Lanes of 64 bits. */
const LANES = [0, 1, 2, 3];

/** Takes whole stripes into the four lanes, which are 32 bytes, little endian. */
export type RunStripes = (lanes: Uint8Array, stripes: Uint8Array) => void;

let chosen: RunStripes | undefined;

/** The fastest loop there is here; made when first asked for. Without WebAssembly (`node --jitless`) BigInt does it, very slowly. */
export function stripeRunner(): RunStripes {
  chosen ??= webAssembly() === undefined ? runByBigInt : assembledRunner();
  return chosen;
}

/** One step of a lane. */
export function round(lane: bigint, input: bigint): bigint {
  return wrap(rotate(wrap(lane + input * PRIME_2), 31n) * PRIME_1);
}

export function rotate(value: bigint, bits: bigint): bigint {
  return wrap((value << bits) | (value >> (64n - bits)));
}

export function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** The same as the assembled loop, where that cannot run. */
export function runByBigInt(lanes: Uint8Array, stripes: Uint8Array): void {
  const state = new DataView(lanes.buffer, lanes.byteOffset, STRIPE);
  const input = new DataView(stripes.buffer, stripes.byteOffset, stripes.byteLength);
  for (let at = 0; at < stripes.length; at += STRIPE) {
    for (let lane = 0; lane < STRIPE; lane += 8) {
      const next = round(state.getBigUint64(lane, true), input.getBigUint64(at + lane, true));
      state.setBigUint64(lane, next, true);
    }
  }
}

/** What this file needs of WebAssembly; the types of browsers are not among those of this package. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly run: (from: number, to: number) => void;
    };
  };
}

function webAssembly(): Engine | undefined {
  return (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
}

/** Pages of 64 KiB: a block of zstd has at most 128 KiB, and the lanes stand in front of it. */
const PAGES = 3;
const ROOM = PAGES * 65_536 - STRIPE;

function assembledRunner(): RunStripes {
  const engine = webAssembly() as Engine;
  const { memory, run } = new engine.Instance(new engine.Module(assemble())).exports;
  const bytes = new Uint8Array(memory.buffer);
  return (lanes, stripes) => {
    bytes.set(lanes);
    for (let at = 0; at < stripes.length; at += ROOM) {
      const piece = stripes.subarray(at, at + ROOM);
      bytes.set(piece, STRIPE);
      run(STRIPE, STRIPE + piece.length);
    }
    lanes.set(bytes.subarray(0, STRIPE));
  };
}

// Instructions and types by their numbers in the WebAssembly 1.0 binary format.
const I32 = 0x7f;
const I64 = 0x7e;
const EMPTY = 0x40;
const localGet = (index: number) => [0x20, index];
const localSet = (index: number) => [0x21, index];
const localTee = (index: number) => [0x22, index];
const i32Const = (value: number) => [0x41, ...signed(BigInt(value))];
const i64Const = (value: bigint) => [0x42, ...signed(BigInt.asIntN(64, value))];
const i64Load = (offset: number) => [0x29, 3, offset];
const i64Store = (offset: number) => [0x37, 3, offset];
const [LOOP, BRANCH_IF, END, LESS_UNSIGNED, I32_ADD] = [0x03, 0x0d, 0x0b, 0x49, 0x6a] as const;
const [I64_ADD, I64_MULTIPLY, I64_ROTATE_LEFT] = [0x7c, 0x7e, 0x89] as const;

/** `run(from, to)`: lanes from address 0, stripes from `from` to `to`, lanes back to address 0. At least one stripe. */
function assemble(): Uint8Array {
  const [from, to] = [0, 1];
  const local = (lane: number) => 2 + lane;
  const code = [
    ...LANES.flatMap((lane) => [...i32Const(0), ...i64Load(lane * 8), ...localSet(local(lane))]),
    ...[LOOP, EMPTY],
    ...LANES.flatMap((lane) => [
      ...[...localGet(local(lane)), ...localGet(from), ...i64Load(lane * 8)],
      ...[...i64Const(PRIME_2), I64_MULTIPLY, I64_ADD],
      ...[...i64Const(31n), I64_ROTATE_LEFT, ...i64Const(PRIME_1), I64_MULTIPLY],
      ...localSet(local(lane)),
    ]),
    ...[...localGet(from), ...i32Const(STRIPE), I32_ADD, ...localTee(from)],
    ...[...localGet(to), LESS_UNSIGNED, BRANCH_IF, 0, END],
    ...LANES.flatMap((lane) => [...i32Const(0), ...localGet(local(lane)), ...i64Store(lane * 8)]),
    END,
  ];
  const body = [1, LANES.length, I64, ...code];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, PAGES]),
    ...section(7, [2, ...exported("memory", 2), ...exported("run", 0)]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function exported(name: string, kind: number): number[] {
  return [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0)), kind, 0];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(BigInt.asUintN(7, value));
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
