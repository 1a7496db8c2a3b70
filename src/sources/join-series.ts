import type { BarColumns } from "../market/bar-series.ts";
import { InvalidDataError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import type { HeldSeries } from "./series-catalog.ts";

/** A series and the file it came from. */
export interface NamedSeries extends HeldSeries {
  readonly file: string;
}

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

/**
 * Puts the parts of one series, the same symbol and step in several files, one behind the other by time.
 * @throws InvalidDataError `invalid_file` when two parts overlap
 */
export function joinSeries(parts: readonly NamedSeries[]): readonly HeldSeries[] {
  const groups = new Map<string, NamedSeries[]>();
  for (const part of parts) {
    if (part.columns.time.length === 0 && parts.length > 1) continue;
    const key = `${part.symbol ?? ""} ${part.timestep.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [part]);
    else group.push(part);
  }
  return [...groups.values()].flatMap((group) => (group.length > 1 ? [joinGroup(group)] : group));
}

function joinGroup(group: readonly NamedSeries[]): HeldSeries {
  const sorted = group.toSorted((left, right) => firstTime(left) - firstTime(right));
  const [first, ...rest] = sorted as [NamedSeries, ...NamedSeries[]];
  let previous = first;
  for (const part of rest) {
    if (firstTime(part) <= (previous.columns.time.at(-1) ?? Number.NEGATIVE_INFINITY)) throw overlap(previous, part);
    previous = part;
  }
  const joined = Object.fromEntries(
    COLUMNS.map((name) => [name, concatenate(sorted.map((part) => part.columns[name]))]),
  ) as unknown as BarColumns;
  return { symbol: first.symbol, asset: first.asset, timestep: first.timestep, columns: joined };
}

function firstTime(series: HeldSeries): number {
  return series.columns.time[0] ?? Number.POSITIVE_INFINITY;
}

function concatenate(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((rows, column) => rows + column.length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}

function overlap(earlier: NamedSeries, later: NamedSeries): InvalidDataError {
  const last = formatInstant(earlier.columns.time.at(-1) ?? Number.NaN);
  const first = formatInstant(firstTime(later));
  return new InvalidDataError(
    "invalid_file",
    `Joining ${earlier.symbol ?? "the series"} of ${earlier.file} and ${later.file}: ${later.file} begins at ${first}, before ${earlier.file} ends at ${last}`,
    [],
    { hint: "Give files whose spans do not overlap, or a column 'symbol' when they are different series." },
  );
}
