import type { Asset } from "./asset.ts";

/** The plot that lies on the asset's candles. Any other name is a pane of its own below. */
export const MAIN_PLOT = "main";

export const MARKER_SYMBOLS = [
  "circle",
  "square",
  "diamond",
  "cross",
  "star",
  "triangle-up",
  "triangle-down",
  "arrow-up",
  "arrow-down",
] as const;
export type MarkerSymbol = (typeof MARKER_SYMBOLS)[number];

export const LINE_STYLES = ["solid", "dashed", "dotted"] as const;
export type LineStyle = (typeof LINE_STYLES)[number];

/** Where something is drawn. */
export interface ChartPlace {
  /** Name of the pane. @default "main", on the asset's candles */
  readonly plot?: string;
  /** Whose candles, or whose pane. @default the first asset of the run */
  readonly asset?: Asset;
  /** Instant: epoch ms UTC, `Date` or luxon `DateTime`. @default now */
  readonly time?: { valueOf(): number };
}

export interface MarkerOptions extends ChartPlace {
  /** Height, in the unit of the pane. NaN is not drawn and is told once as an event. @default at the candle, whatever its price */
  readonly value?: number;
  /** A CSS colour: a word, `#rgb`, `#rrggbb`, `rgb(...)`, `hsl(...)`. @default the picture chooses */
  readonly color?: string;
  /** @default "circle" */
  readonly symbol?: MarkerSymbol;
  /** Multiple of the usual size, above 0. @default 1 */
  readonly size?: number;
  /** Shown beside the marker. */
  readonly text?: string;
}

/** The look belongs to the whole line: what a call gives replaces what an earlier one gave. */
export interface LineOptions extends ChartPlace {
  /** As in `MarkerOptions`. */
  readonly color?: string;
  /** @default "solid" */
  readonly style?: LineStyle;
  /** Pixels, above 0. @default 1 */
  readonly width?: number;
}

/** A mark at one instant. */
export interface ChartMarker {
  readonly name: string;
  readonly plot: string;
  /** Null in a run without assets. */
  readonly asset: Asset | null;
  /** Epoch ms UTC. */
  readonly time: number;
  /** Null: at the candle. */
  readonly value: number | null;
  readonly color: string | null;
  readonly symbol: MarkerSymbol;
  readonly size: number;
  readonly text: string | null;
}

/** A line in columns of equal length. */
export interface ChartLine {
  readonly name: string;
  readonly plot: string;
  readonly asset: Asset | null;
  readonly color: string | null;
  readonly style: LineStyle;
  readonly width: number;
  /** Epoch ms UTC, strictly ascending: of two points at one instant the later call stands. */
  readonly time: Float64Array;
  /** NaN is a gap. */
  readonly value: Float64Array;
}

/** Candles of the strategy's own, in columns of equal length. */
export interface ChartOhlc {
  readonly name: string;
  readonly plot: string;
  readonly asset: Asset | null;
  /** Epoch ms UTC, strictly ascending: of two candles at one instant the later call stands. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** What a strategy drew: lines and candles in order of first appearance. */
export interface RunChart {
  /** By time; of equal times in the order of the calls. */
  readonly markers: readonly ChartMarker[];
  readonly lines: readonly ChartLine[];
  readonly ohlc: readonly ChartOhlc[];
}

/** The chart as a strategy writes and reads it. */
export interface StrategyChart {
  addMarker(name: string, options: MarkerOptions): void;
  addLine(name: string, value: number, options: LineOptions): void;
  addOhlc(
    name: string,
    prices: readonly [open: number, high: number, low: number, close: number],
    place: ChartPlace,
  ): void;
  /** What was drawn so far; costs a copy of the columns. */
  drawn(): RunChart;
}
