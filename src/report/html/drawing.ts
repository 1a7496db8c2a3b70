/** What the page draws and no file of a run holds: the bars, and what the strategy drew on them. Packed to text. */

import type { BenchmarkSeries } from "../../market/run-outcome.ts";
import type { PageBars } from "./coarsen.ts";
import { type PackedBars, type PackedCurve, packBars, packCurve } from "./pack.ts";

/** Bytes to compressed text: base64 of a raw deflate stream. */
export type Pack = (bytes: Uint8Array) => string;

/** Packed columns as they stand in the page. */
export type Block<Packed> = Omit<Packed, "bytes"> & { readonly packed: string };

/** See above; plain JSON, and the page holds it as such, so that it can be taken over from an older page of the same run. */
export interface Drawing {
  readonly bars: readonly (Block<PackedBars> & { readonly asset: string; readonly step: number })[];
  readonly benchmark: (Block<PackedCurve> & { readonly name: string }) | null;
  readonly lines: readonly Block<PackedCurve>[];
  readonly ohlc: readonly Block<PackedBars>[];
  /** A packed JSON list. */
  readonly markers: string;
}

export function packDrawing(bars: readonly PageBars[], benchmark: BenchmarkSeries | null, pack: Pack): Drawing {
  return {
    bars: bars.map((series) => ({ asset: series.asset, step: series.step, ...block(packBars(series), pack) })),
    benchmark:
      benchmark === null ? null : { name: benchmark.name, ...block(packCurve(benchmark.time, benchmark.price), pack) },
    lines: [],
    ohlc: [],
    markers: pack(new TextEncoder().encode("[]")),
  };
}

/** Replaces the bytes of packed columns by their text. */
export function block<Packed extends { readonly bytes: Uint8Array }>(packed: Packed, pack: Pack): Block<Packed> {
  const { bytes, ...rest } = packed;
  return { ...rest, packed: pack(bytes) };
}
