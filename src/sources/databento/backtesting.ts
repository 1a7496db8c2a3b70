/** Databento as a data source: bars and quotes of futures, stocks and options, bought once and cached. */

import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { BarsRequest, ContractRoll, DataSource, InstrumentDetails, RunSpan } from "../../market/ports.ts";
import { parseTimestep, type Timestep } from "../../market/timestep.ts";
import type { CachedHistoryOptions } from "./cached-history.ts";
import { historyOptions } from "./history-options.ts";
import { DataNotes } from "./notes.ts";
import { DATABENTO_OPTION_NAMES, type DataBentoOptions } from "./options.ts";
import type { RunHistory } from "./run-history.ts";
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
  readonly #historyOptions: CachedHistoryOptions;
  readonly #notes = new DataNotes();
  readonly #timestep: Timestep | undefined;
  #opening: Promise<RunHistory> | undefined;
  #history: RunHistory | undefined;

  /**
   * Asks nothing and writes nothing yet.
   * @param service the way to the service, in place of the one that `apiKey`, `url` and the environment name
   * @throws {ApiKeyError} for a key of the wrong shape, InvalidInputError for another option that cannot be right
   */
  constructor(options: DataBentoOptions & RunSpan, service?: VendorService) {
    this.#options = options;
    this.#timestep = options.timestep === undefined ? undefined : parseTimestep(options.timestep);
    this.#historyOptions = historyOptions(options, (event) => this.#notes.note(event), service);
    if (this.#historyOptions.service.isSimulated) this.notice = "SIMULATED";
  }

  /** The option `timestep`; without it the run's first request decides, or minutes. */
  baseTimestep(_asset: Asset): Timestep | undefined {
    return this.#timestep;
  }

  /** Tick, point value and expiration of a future as the exchange defines them on the first day of the run. COSTS a fraction of a cent. */
  async describe(asset: Asset): Promise<InstrumentDetails | undefined> {
    return (await this.#open()).describe(asset);
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
    return (await this.#open()).getBars(request);
  }

  /** The rolls of a continuous future, each measured on the last minute in which both contracts traded before it; none for others. */
  async rolls(asset: Asset, span: RunSpan): Promise<readonly ContractRoll[]> {
    return (await this.#open()).rolls(asset, span);
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
    return this.#history?.costs.spent ?? 0;
  }

  notes(): readonly string[] {
    const { purchases = [], spent = 0 } = this.#history?.costs ?? {};
    return this.#notes.all(purchases, spent);
  }

  async close(): Promise<void> {
    await this.#historyOptions.service.close?.();
  }

  /** Loaded when something is asked for: importing the package would take half as long again with all that reads, buys and decodes. */
  #open(): Promise<RunHistory> {
    this.#opening ??= import("./run-history.ts").then(({ RunHistory }) => {
      this.#history = new RunHistory(this.#options, this.#historyOptions, this.#notes);
      return this.#history;
    });
    return this.#opening;
  }
}
