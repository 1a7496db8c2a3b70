import type { DataType, Decimal, Table, Timestamp, TimeUnit } from "apache-arrow";
import { type Asset, parseAsset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { TimestepLike } from "../market/timestep.ts";
import { arrowLibrary } from "./arrow-library.ts";
import type { BarsInput } from "./bars.ts";

/** What a table may not know of itself. */
export interface ArrowNames {
  readonly asset?: Asset;
  readonly timestep?: TimestepLike;
}

const VALUE_COLUMNS = ["open", "high", "low", "close", "volume"] as const;
const ASSET_KEY = "backlit.asset";
const TIMESTEP_KEY = "backlit.timestep";

/** One record batch over the columns' own memory; only `time` is copied, into 64-bit integers. */
export function columnsToArrow(bars: BarSeries): Table {
  const { Field, Float64, makeData, RecordBatch, Schema, Struct, Table, TimestampMillisecond } = arrowLibrary();
  const fields = [
    new Field("time", new TimestampMillisecond("UTC"), false),
    ...VALUE_COLUMNS.map((name) => new Field(name, new Float64(), false)),
  ];
  const metadata = new Map([
    [ASSET_KEY, bars.asset.key],
    [TIMESTEP_KEY, bars.timestep.name],
  ]);
  const schema = new Schema(fields, metadata);
  const length = bars.length;
  const children = [
    makeData({ type: new TimestampMillisecond("UTC"), length, nullCount: 0, data: toInt64(bars.time) }),
    ...VALUE_COLUMNS.map((name) => makeData({ type: new Float64(), length, nullCount: 0, data: bars[name] })),
  ];
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, struct)]);
}

/** Columns of a table as doubles; views where the table holds one batch of doubles. */
export function columnsFromArrow(table: Table, names: ArrowNames): BarsInput {
  const metadata = table.schema.metadata;
  const key = metadata.get(ASSET_KEY);
  const asset = names.asset ?? (key === undefined ? undefined : parseAsset(key));
  const timestep = names.timestep ?? metadata.get(TIMESTEP_KEY);
  if (asset === undefined || timestep === undefined) {
    throw new InvalidInputError(
      "invalid_bars",
      "Reading bars from an Arrow table: it does not say which asset and timestep it holds",
      {
        hint: "Pass { asset, timestep }.",
      },
    );
  }
  const value = (name: string) => doubles(table, name, asset);
  return {
    asset,
    timestep,
    time: value("time"),
    open: value("open"),
    high: value("high"),
    low: value("low"),
    close: value("close"),
    volume: value("volume"),
  };
}

function doubles(table: Table, name: string, asset: Asset): Float64Array {
  const vector = table.getChild(name);
  if (vector === null) {
    const found = table.schema.fields.map((field) => field.name).join(", ");
    throw new InvalidInputError(
      "invalid_bars",
      `Reading bars of ${asset} from an Arrow table: no column '${name}', found ${found}`,
    );
  }
  const values: unknown = vector.toArray();
  const nulls = vector.nullCount > 0 ? vector : undefined;
  if (values instanceof Float64Array && nulls === undefined) return values;
  const scale = millisecondsPer(vector.type);
  // Decimals are whole numbers of units; other types have no scale.
  const units = 10 ** ((vector.type as Partial<Decimal>).scale ?? 0);
  const out = new Float64Array(vector.length);
  if (values instanceof BigInt64Array && nulls === undefined) return fromInt64(values, scale, out);
  for (let row = 0; row < out.length; row++) {
    const cell: unknown = vector.get(row);
    out[row] = cell === null ? Number.NaN : Number(cell) / units;
  }
  return out;
}

/** Number of the timestamp type in the library's `Type`, which is the format's own (Arrow Schema.fbs, union Type). */
const TIMESTAMP_TYPE = 10;
/** By number of the unit, as the format counts them: second, millisecond, microsecond, nanosecond (Schema.fbs, enum TimeUnit). */
const MILLISECONDS_OF_UNIT: Record<TimeUnit, number> = { 0: 1_000, 1: 1, 2: 1e-3, 3: 1e-6 };

/** How many milliseconds one unit of a timestamp column is; 1 for plain numbers. */
function millisecondsPer(type: DataType): number {
  if (type.typeId !== TIMESTAMP_TYPE) return 1;
  return MILLISECONDS_OF_UNIT[(type as Timestamp).unit];
}

const WORD = 4_294_967_296;

/** Doubles to 64-bit integers by halves: no BigInt is made, which is ten times as fast. Exact below 2^53. */
function toInt64(values: Float64Array): BigInt64Array {
  const halves = new Int32Array(values.length * 2);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const high = Math.floor(value / WORD);
    halves[2 * row] = value - high * WORD;
    halves[2 * row + 1] = high;
  }
  return new BigInt64Array(halves.buffer);
}

/**
 * The way back, dividing where a unit is shorter than a millisecond. Nanoseconds are beyond 2^53, so a word is taken apart into
 * what divides and the rest: whole milliseconds come out exact.
 */
function fromInt64(values: BigInt64Array, scale: number, out: Float64Array): Float64Array {
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const divisor = scale < 1 ? Math.round(1 / scale) : 1;
  const factor = Math.max(scale, 1);
  const quotient = Math.floor(WORD / divisor);
  const rest = WORD - quotient * divisor;
  for (let row = 0; row < values.length; row++) {
    const upper = high[2 * row + 1] as number;
    out[row] = (upper * quotient + (upper * rest + (low[2 * row] as number)) / divisor) * factor;
  }
  return out;
}
