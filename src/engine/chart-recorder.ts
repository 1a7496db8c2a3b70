import type { Asset } from "../market/asset.ts";
import {
  type ChartLine,
  type ChartMarker,
  type ChartOhlc,
  type ChartPlace,
  type LineOptions,
  type LineStyle,
  MAIN_PLOT,
  type MarkerOptions,
  type RunChart,
  type StrategyChart,
} from "../market/chart.ts";
import type { RunEvent } from "../market/events.ts";
import { formatInstant } from "../market/time.ts";
import { checkLook, checkName, checkNumber, checkPrices, checkSymbol, checkText, checkTime } from "./chart-checks.ts";
import { ChartColumns } from "./chart-columns.ts";

/** A line or candles while they grow. */
interface Series {
  readonly name: string;
  readonly plot: string;
  readonly asset: Asset | null;
  readonly columns: ChartColumns;
  color: string | null;
  style: LineStyle;
  width: number;
}

/** Series by name, plot and asset, in order of first appearance; found without making text. */
class SeriesIndex {
  readonly all: Series[] = [];
  private readonly columnCount: number;
  private readonly byName = new Map<string, Map<string, Map<string, Series>>>();

  constructor(columnCount: number) {
    this.columnCount = columnCount;
  }

  of(name: string, plot: string, asset: Asset | null): Series {
    const assetKey = asset?.key ?? "";
    const known = this.byName.get(name)?.get(plot)?.get(assetKey);
    if (known !== undefined) return known;
    const columns = new ChartColumns(this.columnCount);
    const series: Series = { name, plot, asset, columns, color: null, style: "solid", width: 1 };
    const byPlot = getOrMake(this.byName, name, () => new Map<string, Map<string, Series>>());
    getOrMake(byPlot, plot, () => new Map<string, Series>()).set(assetKey, series);
    this.all.push(series);
    return series;
  }
}

export interface ChartParts {
  readonly now: () => number;
  /** Where what names no asset is drawn. */
  readonly asset: Asset | undefined;
  readonly events: RunEvent[];
}

/** Takes down what a strategy draws: a marker is an object, a point of a line two numbers in columns. */
export class ChartRecorder implements StrategyChart {
  private readonly parts: ChartParts;
  private readonly markers: ChartMarker[] = [];
  private readonly lines = new SeriesIndex(2);
  private readonly ohlc = new SeriesIndex(5);
  private readonly toldMarkers = new Set<string>();

  constructor(parts: ChartParts) {
    this.parts = parts;
  }

  addMarker(name: string, options: MarkerOptions): void {
    const { value, color, symbol = "circle", size = 1, text } = options;
    const place = this.placeOf("addMarker", name, options);
    checkLook("addMarker", name, options);
    checkSymbol(name, symbol);
    checkText(name, text);
    if (value !== undefined) checkNumber("addMarker", name, "value", value);
    if (Number.isNaN(value)) {
      this.tellSkipped(name);
      return;
    }
    this.markers.push(
      Object.freeze({
        name,
        ...place,
        value: value ?? null,
        color: color ?? null,
        symbol,
        size,
        text: text ?? null,
      }),
    );
  }

  addLine(name: string, value: number, options: LineOptions): void {
    const { plot, asset, time } = this.placeOf("addLine", name, options);
    checkNumber("addLine", name, "value", value);
    checkLook("addLine", name, options);
    const line = this.lines.of(name, plot, asset);
    if (options.color !== undefined) line.color = options.color;
    if (options.style !== undefined) line.style = options.style;
    if (options.width !== undefined) line.width = options.width;
    line.columns.append(time);
    line.columns.set(1, value);
  }

  addOhlc(name: string, prices: readonly [number, number, number, number], options: ChartPlace): void {
    const { plot, asset, time } = this.placeOf("addOhlc", name, options);
    checkPrices(name, prices);
    // A candle without one of its prices cannot be drawn; the instant stays empty.
    if (prices.some(Number.isNaN)) return;
    const { columns } = this.ohlc.of(name, plot, asset);
    columns.append(time);
    for (const [i, price] of prices.entries()) columns.set(i + 1, price);
  }

  drawn(): RunChart {
    return {
      markers: this.markers.toSorted((a, b) => a.time - b.time),
      lines: this.lines.all.map(lineOf),
      ohlc: this.ohlc.all.map(ohlcOf),
    };
  }

  private placeOf(verb: string, name: string, options: ChartPlace) {
    const { plot = MAIN_PLOT, asset = this.parts.asset ?? null } = options;
    checkName(verb, name, plot, asset);
    const time = options.time === undefined ? this.parts.now() : checkTime(verb, name, options.time);
    return { plot, asset, time };
  }

  private tellSkipped(name: string): void {
    if (this.toldMarkers.has(name)) return;
    this.toldMarkers.add(name);
    const time = this.parts.now();
    this.parts.events.push({
      time,
      code: "marker_skipped",
      level: "info",
      message: `Marker '${name}' has NaN for a value and is not drawn, the first time at ${formatInstant(time)}`,
    });
  }
}

function lineOf({ columns, ...look }: Series): ChartLine {
  const [time, value] = columns.sorted() as [Float64Array, Float64Array];
  return { ...look, time, value };
}

function ohlcOf({ columns, name, plot, asset }: Series): ChartOhlc {
  const [time, open, high, low, close] = columns.sorted() as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { name, plot, asset, time, open, high, low, close };
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
