/** What the page draws and no file of a run holds: the bars, and what the strategy drew on them. Packed to text. */

import type { ChartLine, ChartOhlc } from "../../market/chart.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { maskKeys } from "../plain.ts";
import type { PageBars } from "./coarsen.ts";
import type { Grid } from "./grid.ts";
import { PACKING, type PackedBars, type PackedCurve, packBars, packCurve } from "./pack.ts";
import { halved, paired, thinSeries } from "./thin-series.ts";

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

/** Whether a drawn series holds every point, to the last digit. */
interface Wholeness {
  readonly whole: boolean;
}

/** See above; plain JSON, and the page holds it as such, so that it can be taken over from an older page of the same run. */
export interface Drawing {
  /** Version of the packing. */
  readonly packing: number;
  readonly bars: readonly (Block<PackedBars> & Pick<PageBars, "asset" | "step" | "rolls">)[];
  readonly benchmark: (Block<PackedCurve> & { readonly name: string }) | null;
  readonly lines: readonly (Block<PackedCurve> &
    ChartThing &
    Wholeness &
    Pick<ChartLine, "color" | "style" | "width">)[];
  readonly ohlc: readonly (Block<PackedBars> & ChartThing & Wholeness)[];
}

/** Nothing to draw. */
export const NO_DRAWING: Drawing = { packing: PACKING, bars: [], benchmark: null, lines: [], ohlc: [] };

/** Drawn points and candles together up to which values that lie on no grid are kept to the last digit. */
const FEW_POINTS = 50_000;

export function packDrawing(
  bars: readonly PageBars[],
  { benchmark, chart }: Pick<RunOutcome, "benchmark" | "chart">,
  pack: Pack,
): Drawing {
  const points = [...chart.lines, ...chart.ohlc].reduce((sum, { time }) => sum + time.length, 0);
  const toTheDigit = points <= FEW_POINTS;
  return {
    packing: PACKING,
    bars: bars.map(({ asset, step, rolls = [], ...columns }) => ({
      asset,
      step,
      rolls,
      ...block(packBars(columns), pack),
    })),
    benchmark:
      benchmark === null ? null : { name: benchmark.name, ...block(packCurve(benchmark.time, benchmark.price), pack) },
    lines: thinSeries(chart.lines, halved).map((line, i) => {
      const packed = packCurve(line.time, line.value, toTheDigit);
      const whole = isWhole(line, chart.lines[i], packed.value);
      const { color, style, width } = line;
      return { ...thing(line), color, style, width, whole, ...block(packed, pack) };
    }),
    ohlc: thinSeries(chart.ohlc, paired).map((candles, i) => {
      const packed = packBars({ ...candles, volume: new Float64Array(candles.time.length) }, toTheDigit);
      return { ...thing(candles), whole: isWhole(candles, chart.ohlc[i], packed.price), ...block(packed, pack) };
    }),
  };
}

function isWhole(shown: ChartLine | ChartOhlc, given: ChartLine | ChartOhlc | undefined, grid: Grid | null): boolean {
  return (
    shown.time.length === given?.time.length && (grid === null || grid.exact) && shown.time.every(Number.isInteger)
  );
}

function thing({ name, plot, asset }: ChartLine | ChartOhlc): ChartThing {
  return { name: maskKeys(name), plot: maskKeys(plot), asset: asset?.key ?? null };
}

/** Replaces the bytes of packed columns by their text. */
export function block<Packed extends { readonly bytes: Uint8Array }>(packed: Packed, pack: Pack): Block<Packed> {
  const { bytes, ...rest } = packed;
  return { ...rest, packed: pack(bytes) };
}
