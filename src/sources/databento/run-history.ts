/** What a run asks of the vendor's history: bars, quotes, rolls and descriptions of its assets, through the cache. */

import { Bars } from "../../bars/bars.ts";
import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import type { BarsRequest, ContractRoll, InstrumentDetails, RunSpan } from "../../market/ports.ts";
import { BarLoader } from "./bar-loader.ts";
import { CachedHistory, type CachedHistoryOptions } from "./cached-history.ts";
import { type VendorInstrument, vendorInstrument } from "./instrument.ts";
import { loadWithLookback } from "./lookback.ts";
import type { DataNotes } from "./notes.ts";
import type { DataBentoOptions } from "./options.ts";
import { withQuotes } from "./quotes.ts";
import { contractRoll } from "./rolls.ts";

/** The vendor's history over the span of a run. What its methods throw is told where the source is. */
export class RunHistory {
  readonly #options: DataBentoOptions & RunSpan;
  readonly #notes: DataNotes;
  readonly #history: CachedHistory;
  readonly #loader: BarLoader;

  constructor(options: DataBentoOptions & RunSpan, historyOptions: CachedHistoryOptions, notes: DataNotes) {
    this.#options = options;
    this.#notes = notes;
    this.#history = new CachedHistory(historyOptions);
    this.#loader = new BarLoader(this.#history, options.start, options.quotes ?? false);
  }

  get costs(): CachedHistory["costs"] {
    return this.#history.costs;
  }

  describe(asset: Asset): Promise<InstrumentDetails | undefined> {
    const { start, end } = this.#options;
    return this.#history.task(async () => this.#loader.describe(this.#instrumentOf(asset), { start, end }));
  }

  getBars(request: BarsRequest): Promise<BarSeries> {
    return this.#history.task(async () => this.#load(this.#instrumentOf(request.asset), request));
  }

  async rolls(asset: Asset, span: RunSpan): Promise<readonly ContractRoll[]> {
    const instrument = this.#instrumentOf(asset);
    if (instrument.kind === "single") return [];
    return this.#history.task(async () => (await this.#loader.rolls(instrument, span)).map(contractRoll));
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
