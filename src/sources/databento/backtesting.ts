/** Databento as a data source: bars and quotes of futures, stocks and options, bought once and cached. */

import { Bars } from "../../bars/bars.ts";
import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { BarsRequest, ContractRoll, DataSource, InstrumentDetails, RunSpan } from "../../market/ports.ts";
import { parseTimestep, type Timestep } from "../../market/timestep.ts";
import { BarLoader } from "./bar-loader.ts";
import type { CachedHistory } from "./cached-history.ts";
import { type VendorInstrument, vendorInstrument } from "./instrument.ts";
import { loadWithLookback } from "./lookback.ts";
import { DataNotes } from "./notes.ts";
import { openHistory } from "./open-history.ts";
import { DATABENTO_OPTION_NAMES, type DataBentoOptions } from "./options.ts";
import { withQuotes } from "./quotes.ts";
import { contractRoll } from "./rolls.ts";
import type { VendorService } from "./service.ts";

/**
 * Historical data of Databento for a backtest. What a run asks for is looked up in the cache; what is missing is priced as one batch,
 * let through or not, bought and kept. A second run of the same makes no request of any kind.
 *
 * Futures by root (`Asset.continuousFuture("ES")`) or contract, stocks, options of stocks. Steps of `1s` `1m` `1h` `1d` are the vendor's
 * own bars (a day is a UTC day), others are made of them. See `docs/databento-source.md`.
 *
 * COSTS MONEY where the account's plan does not cover the data: see `maxCost` and `confirmCost`.
 */
export class DataBentoBacktesting implements DataSource {
  /** The options of a run that this source reads. */
  static readonly optionNames = DATABENTO_OPTION_NAMES;

  readonly name: string = "databento";
  /** `SIMULATED` for made-up data. */
  readonly notice?: string;
  readonly #options: DataBentoOptions & RunSpan;
  readonly #history: CachedHistory;
  readonly #loader: BarLoader;
  readonly #notes = new DataNotes();
  readonly #timestep: Timestep | undefined;

  /**
   * Asks nothing and writes nothing yet.
   * @param service the way to the service, in place of the one that `apiKey`, `url` and the environment name
   * @throws {ApiKeyError} for a key of the wrong shape, InvalidInputError for another option that cannot be right
   */
  constructor(options: DataBentoOptions & RunSpan, service?: VendorService) {
    this.#options = options;
    this.#timestep = options.timestep === undefined ? undefined : parseTimestep(options.timestep);
    this.#history = openHistory(options, (event) => this.#notes.note(event), service);
    if (this.#history.isSimulated) this.notice = "SIMULATED";
    this.#loader = new BarLoader(this.#history, options.start, options.quotes ?? false);
  }

  /** The option `timestep`; without it the run's first request decides, or minutes. */
  baseTimestep(_asset: Asset): Timestep | undefined {
    return this.#timestep;
  }

  /** Tick, point value and expiration of a future as the exchange defines them on the first day of the run. COSTS a fraction of a cent. */
  async describe(asset: Asset): Promise<InstrumentDetails | undefined> {
    const { start, end } = this.#options;
    return this.#history.task(() => this.#loader.describe(this.#instrumentOf(asset), { start, end }));
  }

  /**
   * Bars as the vendor has them, those of a continuous future joined and adjusted as the asset asks. What the cache lacks is bought, and
   * so are the bars of the lookback.
   * @throws DataMissingError for an asset or a step the vendor does not have
   * @throws {CostLimitError} {CostNotApprovedError} {MonthlyCeilingError} when the price was not let through: nothing was bought
   * @throws {DatabentoError} of the service; CacheFullError, CacheReadOnlyError, CacheLockedError
   */
  async getBars(request: BarsRequest): Promise<BarSeries> {
    request.signal?.throwIfAborted();
    return this.#history.task(() => this.#load(this.#instrumentOf(request.asset), request));
  }

  /** The rolls of a continuous future, each measured on the last minute in which both contracts traded before it; none for others. */
  async rolls(asset: Asset, span: RunSpan): Promise<readonly ContractRoll[]> {
    const instrument = this.#instrumentOf(asset);
    if (instrument.kind === "single") return [];
    return this.#history.task(async () => (await this.#loader.rolls(instrument, span)).map(contractRoll));
  }

  /**
   * Fetches what a run begins with as one batch: one price, one question, nothing bought when it is too much.
   * @throws as `getBars`
   */
  async prepare(requests: readonly BarsRequest[]): Promise<void> {
    await Promise.all(requests.map((request) => this.getBars(request)));
  }

  /** US$ paid in the life of this source; 0 when the cache had everything. */
  dataCost(): number {
    return this.#history.costs.spent;
  }

  notes(): readonly string[] {
    const { purchases, spent } = this.#history.costs;
    return this.#notes.all(purchases, spent);
  }

  async close(): Promise<void> {
    await this.#history.close();
  }

  #instrumentOf(asset: Asset): VendorInstrument {
    return vendorInstrument(asset, this.#options.dataset);
  }

  async #load(instrument: VendorInstrument, request: BarsRequest): Promise<BarSeries> {
    const { timestep: step, start, end, lookback } = request;
    if (end <= start && lookback === 0) return Bars.empty(instrument.asset, step);
    const bars = await loadWithLookback(
      { start, end, step, lookback, calendar: instrument.calendar },
      {
        load: (span) => this.#loader.load(instrument, step, span),
        holds: (span) => this.#loader.holds(instrument, step, span),
        firstInstant: () => this.#loader.firstInstant(instrument, step, start),
      },
    );
    for (const [symbol, days] of await this.#loader.remarkableDays(instrument, step, { start, end })) {
      this.#notes.noteDays(symbol, days);
    }
    return this.#options.quotes === true ? this.#withQuotes(instrument, bars) : bars;
  }

  /** Adjusted bars get no quotes: those are prices as they were. */
  async #withQuotes(instrument: VendorInstrument, bars: Bars): Promise<BarSeries> {
    const first = bars.time[0];
    if (first === undefined || (instrument.kind === "continuous" && instrument.terms.adjust !== "none")) return bars;
    const end = (bars.time.at(-1) ?? first) + bars.timestep.milliseconds + 1;
    return withQuotes(bars, await this.#loader.quotes(instrument, bars.timestep, { start: first, end }));
  }
}
