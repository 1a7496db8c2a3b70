/** Files of bars as a data source. */

import { basename } from "node:path";
import type { TableBars } from "../bars/assemble.ts";
import type { Bars } from "../bars/bars.ts";
import { timeZone } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { BarsRequest, CorporateAction, DataSource, RunSpan } from "../market/ports.ts";
import { DAY, formatDate, formatInstant } from "../market/time.ts";
import { parseTimestep, type Timestep } from "../market/timestep.ts";
import { joinSeries, type NamedSeries } from "./join-series.ts";
import { formatOf, type ReadBarsOptions, readBarsFile } from "./read-bars-file.ts";
import { SeriesCatalog } from "./series-catalog.ts";

/** As long as a market may be closed over holidays: a span that begins or ends this much outside the data is not remarkable. */
const CLOSED_DAYS = 5 * DAY;

export interface FileOptions extends ReadBarsOptions, Partial<RunSpan> {
  /**
   * Path of a file, or of several: `.csv`, `.txt`, `.parquet`, `.feather`, `.arrow`, `.dbn`, `.dbn.zst`. Parts of one series, by month
   * say, are joined.
   */
  readonly file: string | readonly string[];
  /** What the run trades. A file without symbols serves it; otherwise it must be among what the file holds. */
  readonly asset?: Asset | readonly Asset[];
}

/**
 * A source over files. They are read once, whole, when first asked for. A symbol in a file serves the asset of that symbol; for
 * dated futures in any spelling (`ESZ3` `ESZ13`), for pairs by both halves (`BTCUSD`); a file without symbols serves the one asset
 * that is asked for. Without the option `asset`, `assets()` lists the futures a file holds by names that can be nothing else,
 * `ESZ13` and `ES.v.0`; whether `SPY` is a stock or `ES` a future, the file does not say, and the strategy's asking decides.
 *
 * Coarser steps are made from the step of the file: by the sessions of the asset's calendar, or UTC days (see `resampleBars`).
 */
export class FileBacktesting implements DataSource {
  /** The options of a run that this source reads. */
  static readonly optionNames: readonly string[] = [
    "file",
    "asset",
    "timestep",
    "timezone",
    "stamp",
    "onInvalid",
    "columns",
  ];
  readonly name = "file";
  readonly #options: FileOptions;
  readonly #files: readonly string[];
  readonly #assets: readonly Asset[];
  readonly #notes: string[] = [];
  /** By symbol; "" where the file has none. */
  readonly #actions = new Map<string, readonly CorporateAction[]>();
  readonly #covered = new Set<string>();
  #catalog: SeriesCatalog | undefined;
  #loading: Promise<SeriesCatalog> | undefined;

  /** Reads no file yet. @throws InvalidInputError when an option is unacceptable by itself */
  constructor(options: FileOptions) {
    this.#options = options;
    this.#files = checkFiles(options.file);
    this.#assets = options.asset === undefined ? [] : [options.asset].flat();
    if (options.timestep !== undefined) parseTimestep(options.timestep);
    if (options.timezone !== undefined) timeZone(options.timezone);
    checkWords(options);
  }

  /** The option `asset`, else the dated futures held. Reads the files. */
  async assets(): Promise<readonly Asset[]> {
    const catalog = await this.#load();
    return this.#assets.length > 0 ? this.#assets : catalog.assets();
  }

  /** The finest step held. Reads the files. */
  async baseTimestep(asset: Asset): Promise<Timestep | undefined> {
    const catalog = await this.#load();
    return catalog.baseTimestep(asset);
  }

  /** A view; see the port. @throws DataMissingError, and whatever reading the files throws */
  async getBars(request: BarsRequest): Promise<Bars> {
    const catalog = await this.#load();
    const bars = catalog.getBars(request);
    this.#noteCoverage(request.asset, catalog);
    return bars;
  }

  /** Dividends and splits from the columns a CSV file has for them, else worked out from its adjusted close. Reads the files. */
  async corporateActions(asset: Asset, span: RunSpan): Promise<readonly CorporateAction[]> {
    await this.#load();
    const actions = this.#actions.get(asset.symbol) ?? this.#actions.get("") ?? [];
    const [first, last] = [formatDate(span.start), formatDate(span.end)];
    return actions.filter(({ date }) => date >= first && date <= last).sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  notes(): readonly string[] {
    return [...this.#notes, ...(this.#catalog?.notes ?? [])];
  }

  /** A run that asks for more than the file holds is told so, once an asset. */
  #noteCoverage(asset: Asset, catalog: SeriesCatalog): void {
    if (this.#covered.has(asset.key)) return;
    this.#covered.add(asset.key);
    const held = catalog.spanOf(asset);
    const { start, end } = this.#options;
    if (held === undefined || start === undefined || end === undefined) return;
    if (start >= held.first - CLOSED_DAYS && end <= held.last + CLOSED_DAYS) return;
    const [first, last, from, to] = [held.first, held.last, start, end].map(formatInstant);
    this.#notes.push(`${asset}: the file holds bars from ${first} to ${last}, the run asks for ${from} to ${to}`);
  }

  /** One reading, shared by all who ask; one that failed fails for all of them. */
  #load(): Promise<SeriesCatalog> {
    this.#loading ??= this.#read();
    return this.#loading;
  }

  async #read(): Promise<SeriesCatalog> {
    const parts: NamedSeries[] = [];
    for (const file of this.#files) {
      const table = await readBarsFile(file, this.#options);
      this.#notes.push(...table.notes, ...(table.companies?.notes ?? []));
      for (const [symbol, actions] of table.companies?.actions ?? [])
        this.#actions.set(symbol, [...(this.#actions.get(symbol) ?? []), ...actions]);
      parts.push(...namedSeries(table, basename(file)));
    }
    const what = `Looking into ${this.#files.map((file) => basename(file)).join(", ")}`;
    const catalog = new SeriesCatalog(what, joinSeries(parts));
    for (const asset of this.#assets) catalog.bind(asset);
    this.#catalog = catalog;
    return catalog;
  }
}

function namedSeries(table: TableBars, file: string): NamedSeries[] {
  return [...table.series].map(([symbol, columns]) => ({
    symbol: symbol === "" ? undefined : symbol,
    asset: undefined,
    timestep: table.timestep,
    columns,
    file,
  }));
}

function checkFiles(file: unknown): readonly string[] {
  const files: readonly unknown[] = Array.isArray(file) ? file : [file];
  const texts = files.filter((path): path is string => typeof path === "string" && path !== "");
  if (texts.length !== files.length || texts.length === 0) {
    throw new InvalidInputError(
      "invalid_option",
      `Making a data source from files: the option file was ${file === undefined ? "not given" : JSON.stringify(file)}`,
      { hint: "Pass file: 'bars.csv' or a list of paths." },
    );
  }
  for (const path of texts) formatOf(path);
  return texts;
}

const WORDS = { stamp: ["open", "close"], onInvalid: ["reject", "drop", "keep"] } as const;

function checkWords(options: FileOptions): void {
  for (const name of ["stamp", "onInvalid"] as const) {
    const value = options[name];
    const known: readonly string[] = WORDS[name];
    if (value === undefined || known.includes(value)) continue;
    throw new InvalidInputError(
      "invalid_option",
      `Making a data source from files: the option ${name} was '${value}', expected ${known.join(" or ")}`,
    );
  }
}
