/** Series of bars by asset and step: what the sources that hold all their data in memory have in common. */

import { Bars } from "../bars/bars.ts";
import { canResample, resampleBars } from "../bars/resample.ts";
import { contractKey } from "../futures/index.ts";
import { Asset } from "../market/asset.ts";
import type { BarColumns, QuoteColumns } from "../market/bar-series.ts";
import { type ContractSymbol, formatContractSymbol } from "../market/contract-symbol.ts";
import { DataMissingError, InvalidInputError } from "../market/errors.ts";
import type { BarsRequest } from "../market/ports.ts";
import { formatDate } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import { contractOfAsset } from "./contract-of-asset.ts";
import { readContractSymbol, symbolMeans } from "./match-symbol.ts";
import { sessionCutFor } from "./session-grid.ts";

/** One series held. */
export interface HeldSeries {
  /** As it stands in the file; undefined when the file has no symbols. */
  readonly symbol: string | undefined;
  /** Undefined when only the symbol is known. */
  readonly asset: Asset | undefined;
  readonly timestep: Timestep;
  readonly columns: BarColumns & QuoteColumns;
}

/** Finds, views and coarsens series. `what` begins its messages: `Looking into es.csv`. */
export class SeriesCatalog {
  /** Sentences on what was done with the data. */
  readonly notes: string[] = [];
  readonly #what: string;
  readonly #series: readonly HeldSeries[];
  /** Bars by asset and step, made once. */
  readonly #made = new Map<string, Bars>();
  #unnamedServes: Asset | undefined;

  constructor(what: string, series: readonly HeldSeries[]) {
    this.#what = what;
    this.#series = series;
  }

  /** Assets that are known without being told: given ones, and futures whose symbols cannot mean anything else. */
  assets(): readonly Asset[] {
    const byKey = new Map<string, Asset>();
    for (const series of this.#series) {
      const asset = series.asset ?? datedFuture(series) ?? continuousFuture(series.symbol);
      if (asset !== undefined) byKey.set(asset.key, asset);
    }
    return [...byKey.values()];
  }

  /** The finest step held for an asset; undefined when it is not held. */
  baseTimestep(asset: Asset): Timestep | undefined {
    return finest(this.#find(asset))?.timestep;
  }

  /** Open times of the first and the last bar of an asset in its finest step; undefined when there are none. */
  spanOf(asset: Asset): { readonly first: number; readonly last: number } | undefined {
    const time = finest(this.#find(asset))?.columns.time;
    const [first, last] = [time?.[0], time?.at(-1)];
    return first === undefined || last === undefined ? undefined : { first, last };
  }

  /** @throws DataMissingError when there is no such asset, or its bars are coarser than the step */
  getBars(request: BarsRequest): Bars {
    const bars = this.#barsOf(request.asset, request.timestep);
    const start = firstAtOrAfter(bars.time, request.start);
    const end = Math.max(start, firstAtOrAfter(bars.time, request.end));
    return bars.slice(Math.max(0, start - request.lookback), end);
  }

  /** Makes an asset the one that a series without a symbol stands for; refuses one that is not held. */
  bind(asset: Asset): void {
    this.#require(asset);
  }

  #barsOf(asset: Asset, step: Timestep): Bars {
    const key = `${asset.key} ${step.name}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const bars = this.#make(asset, step);
    this.#made.set(key, bars);
    return bars;
  }

  #make(asset: Asset, step: Timestep): Bars {
    const found = this.#require(asset);
    const exact = found.find((series) => series.timestep === step);
    if (exact !== undefined) return new Bars(termed(asset, exact), step, exact.columns);
    const base = finest(found.filter((series) => canResample(series.timestep, step)));
    if (base === undefined) throw this.#stepMissing(asset, step, found);
    const { grid, name } = sessionCutFor(asset, base.timestep, step, base.columns.time);
    const { bars, leftOut } = resampleBars(new Bars(termed(asset, base), base.timestep, base.columns), grid);
    const left = leftOut === 0 ? "" : `; ${leftOut} bars of extended hours are left out`;
    this.notes.push(`${asset}: ${step.name} bars are made from ${base.timestep.name} bars, ${name}${left}`);
    return bars;
  }

  #find(asset: Asset): readonly HeldSeries[] {
    const contract = contractOfAsset(asset);
    const found = this.#series.filter((series) => this.#serves(series, asset, contract));
    // Bars are as they traded, whichever way their rolls are to be shown.
    return found.length > 0 || asset.continuous === undefined
      ? found
      : this.#series.filter((series) => series.asset?.withAdjustment("none").equals(asset.withAdjustment("none")));
  }

  #serves(series: HeldSeries, asset: Asset, contract: ContractSymbol | undefined): boolean {
    if (series.asset !== undefined) return contractKey(series.asset) === contractKey(asset);
    if (series.symbol === undefined) return this.#unnamedServes === undefined || this.#unnamedServes.equals(asset);
    return symbolMeans(series.symbol, asset, contract, yearOf(series));
  }

  #require(asset: Asset): readonly HeldSeries[] {
    const found = this.#find(asset);
    if (found.length === 0) throw this.#assetMissing(asset);
    const doubled = found.find((series, index) =>
      found.some((other, at) => at < index && other.timestep === series.timestep),
    );
    if (doubled !== undefined) throw this.#doubled(asset, found);
    if (found.some((series) => series.asset === undefined && series.symbol === undefined))
      this.#unnamedServes ??= asset;
    return found;
  }

  #assetMissing(asset: Asset): DataMissingError {
    const attempted = `${this.#what} for ${asset}`;
    if (this.#unnamedServes !== undefined) {
      return new DataMissingError(
        `${attempted}: it holds one series without a symbol, which already serves ${this.#unnamedServes}`,
        { hint: "Give the file a column 'symbol' when it is to serve several assets." },
      );
    }
    const contracts = this.#series.map(datedFuture).filter((found) => found?.root === asset.symbol);
    if (asset.assetType === "continuous_future" && contracts.length > 0) {
      const names = contracts.map((contract) => contract?.symbol ?? "");
      return new DataMissingError(`${attempted}: it holds dated contracts only: ${names.join(", ")}`, {
        hint: `Ask for one of them by name, for example 'future:${names[0]}'; a file with the symbol '${asset.symbol}' serves the continuous future.`,
      });
    }
    const held = this.#series.map((series) => series.asset?.key ?? series.symbol ?? "one series without a symbol");
    const shown = [...new Set(held)];
    const more = shown.length > 20 ? ` and ${shown.length - 20} more` : "";
    return new DataMissingError(`${attempted}: it holds ${shown.slice(0, 20).join(", ") || "nothing"}${more}`, {
      hint: "Ask for an asset it holds, or give another file.",
    });
  }

  #stepMissing(asset: Asset, step: Timestep, found: readonly HeldSeries[]): DataMissingError {
    const steps = found.map((series) => series.timestep.name).join(", ");
    return new DataMissingError(`${this.#what} for ${step.name} bars of ${asset}: it holds ${steps} bars`, {
      hint: `Ask for a multiple of ${steps}; finer bars cannot be made from coarser ones.`,
    });
  }

  #doubled(asset: Asset, found: readonly HeldSeries[]): InvalidInputError {
    const names = found.map((series) => `${series.symbol ?? series.asset?.key ?? "unnamed"} (${series.timestep.name})`);
    return new InvalidInputError(
      "invalid_option",
      `${this.#what} for ${asset}: several series of one step would serve it: ${names.join(", ")}`,
      { hint: "Give each asset and step once." },
    );
  }
}

/** The asset that is asked for, with the size, the tick and the currency that were given with its bars. */
function termed(asset: Asset, series: HeldSeries): Asset {
  return series.asset === undefined ? asset : asset.withTermsOf(series.asset);
}

function finest(series: readonly HeldSeries[]): HeldSeries | undefined {
  return series.reduce<HeldSeries | undefined>(
    (best, next) => (best === undefined || next.timestep.milliseconds < best.timestep.milliseconds ? next : best),
    undefined,
  );
}

function yearOf(series: HeldSeries): number {
  return Number(formatDate(series.columns.time[0] ?? 0).slice(0, 4));
}

function datedFuture(series: HeldSeries): Asset | undefined {
  const contract = series.symbol === undefined ? undefined : readContractSymbol(series.symbol, yearOf(series));
  return contract === undefined ? undefined : Asset.future(formatContractSymbol(contract, 2));
}

/** Databento's name for a continuous future: `ES.v.0`. */
function continuousFuture(symbol = ""): Asset | undefined {
  const [, root, roll, rank] = /^([A-Z0-9]+)\.([cnv])\.(\d+)$/.exec(symbol) ?? [];
  return root === undefined
    ? undefined
    : Asset.continuousFuture(root, { roll: roll as "c" | "n" | "v", rank: Number(rank) });
}

/** Index of the first time at or after `instant`; the length when there is none. */
function firstAtOrAfter(time: Float64Array, instant: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] as number) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
