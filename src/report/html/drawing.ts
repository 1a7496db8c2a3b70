/** What the page draws and no file of a run holds: the bars, and what the strategy drew on them. Packed to text. */

import type { ChartLine, ChartOhlc } from "../../market/chart.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import type { PageBars } from "./coarsen.ts";
import { type PackedBars, type PackedCurve, packBars, packCurve } from "./pack.ts";
import { thinLines } from "./thin-lines.ts";

/** Bytes to compressed text: base64 of a raw deflate stream. */
export type Pack = (bytes: Uint8Array) => string;

/** Packed columns as they stand in the page. */
export type Block<Packed> = Omit<Packed, "bytes"> & { readonly packed: string };

/** What a drawn series is called and where it stands; `asset` is a key, null in a run without assets. */
interface ChartThing {
  readonly name: string;
  readonly plot: string;
  readonly asset: string | null;
}

/** A line of the strategy. `whole`: it holds every point, to the last digit; absent in pages of a version that did not say. */
type DrawnLine = Block<PackedCurve> &
  ChartThing &
  Pick<ChartLine, "color" | "style" | "width"> & { readonly whole?: boolean };

/** See above; plain JSON, and the page holds it as such, so that it can be taken over from an older page of the same run. */
export interface Drawing {
  readonly bars: readonly (Block<PackedBars> & Pick<PageBars, "asset" | "step" | "rolls">)[];
  readonly benchmark: (Block<PackedCurve> & { readonly name: string }) | null;
  readonly lines: readonly DrawnLine[];
  readonly ohlc: readonly (Block<PackedBars> & ChartThing)[];
  /** A packed JSON list. */
  readonly markers: string;
}

/** Nothing to draw. */
export const NO_DRAWING: Drawing = { bars: [], benchmark: null, lines: [], ohlc: [], markers: "" };

export function packDrawing(
  bars: readonly PageBars[],
  { benchmark, chart }: Pick<RunOutcome, "benchmark" | "chart">,
  pack: Pack,
): Drawing {
  return {
    bars: bars.map(({ asset, step, rolls = [], ...columns }) => ({
      asset,
      step,
      rolls,
      ...block(packBars(columns), pack),
    })),
    benchmark:
      benchmark === null ? null : { name: benchmark.name, ...block(packCurve(benchmark.time, benchmark.price), pack) },
    lines: thinLines(chart.lines).map((line, i) =>
      packLine(line, line.time.length === chart.lines[i]?.time.length, pack),
    ),
    ohlc: chart.ohlc.map((candles) => ({
      ...thing(candles),
      ...block(packBars({ ...candles, volume: new Float64Array(candles.time.length) }), pack),
    })),
    markers: pack(
      new TextEncoder().encode(
        JSON.stringify(chart.markers.map((marker) => ({ ...marker, asset: marker.asset?.key ?? null }))),
      ),
    ),
  };
}

function packLine(line: ChartLine, complete: boolean, pack: Pack): DrawnLine {
  const curve = packCurve(line.time, line.value);
  return {
    ...thing(line),
    color: line.color,
    style: line.style,
    width: line.width,
    whole: complete && curve.value.exact && line.time.every(Number.isInteger),
    ...block(curve, pack),
  };
}

function thing({ name, plot, asset }: ChartLine | ChartOhlc): ChartThing {
  return { name, plot, asset: asset?.key ?? null };
}

/** Replaces the bytes of packed columns by their text. */
export function block<Packed extends { readonly bytes: Uint8Array }>(packed: Packed, pack: Pack): Block<Packed> {
  const { bytes, ...rest } = packed;
  return { ...rest, packed: pack(bytes) };
}
