/** Bars that are already in memory as a data source. */

import { Bars } from "../bars/bars.ts";
import { contractKey } from "../futures/index.ts";
import { Asset } from "../market/asset.ts";
import type { BarColumns, QuoteColumns } from "../market/bar-series.ts";
import { InvalidInputError, shown } from "../market/errors.ts";
import type {
  BarsRequest,
  ContractRoll,
  CorporateAction,
  DataSource,
  RunSpan,
  SettlementPrice,
} from "../market/ports.ts";
import { parseDate } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import { adjustedBars, checkRolls, rollsWithin } from "./contract-rolls.ts";
import { SeriesCatalog } from "./series-catalog.ts";

export interface InMemoryOptions {
  /** Series of bars, in any order. One asset may be there in several steps, once each. */
  readonly data: readonly Bars[];
  /**
   * Where the contract behind a continuous future changes, ascending for each root. The bars in `data` are then as they traded, and are
   * found by the same future with its rolls shown any other way.
   */
  readonly rolls?: readonly ContractRoll[];
  /** Settlement prices of futures; on other dates the last price of the session is taken. */
  readonly settlements?: readonly AssetSettlement[];
  /** Dividends, splits and delistings of stocks, in any order; the bars in `data` are as they traded. */
  readonly corporateActions?: readonly AssetAction[];
}

/** Something a company did, and which one. */
export type AssetAction = CorporateAction & { readonly asset: Asset };

/** The settlement price of a future on a trade date. */
export interface AssetSettlement extends SettlementPrice {
  readonly asset: Asset;
}

/**
 * A source over `Bars`, for tests, generated markets and data that is read elsewhere. Serves the very series it is given, and
 * coarser steps made from the finest one of the asset. Its assets all take part in a run.
 * @throws InvalidInputError `invalid_option` when `data` is no list of bars, or has an asset and step twice
 */
export class InMemoryBacktesting implements DataSource {
  /** The options of a run that this source reads. */
  static readonly optionNames: readonly string[] = ["data", "rolls", "settlements", "corporateActions"];
  readonly name = "memory";
  readonly #catalog: SeriesCatalog;
  readonly #settlements: readonly AssetSettlement[];
  readonly #actions: readonly AssetAction[];
  /** Only there when rolls were given. */
  readonly rolls?: (asset: Asset, span: RunSpan) => readonly ContractRoll[];

  constructor(options: InMemoryOptions) {
    checkData(options.data);
    for (const name of ["rolls", "settlements", "corporateActions"] as const) checkList(name, options[name]);
    this.#settlements = checkSettlements(options.settlements ?? []);
    this.#actions = checkActions(options.corporateActions ?? []);
    if (options.rolls !== undefined) {
      const rolls = checkRolls(options.rolls);
      this.rolls = (asset, span) => rollsWithin(rolls, asset, span);
    }
    const series = options.data.map((bars) => ({
      symbol: undefined,
      asset: bars.asset,
      timestep: bars.timestep,
      columns: columnsOf(bars),
    }));
    this.#catalog = new SeriesCatalog("Looking into the data in memory", series);
  }

  assets(): readonly Asset[] {
    return this.#catalog.assets();
  }

  baseTimestep(asset: Asset): Timestep | undefined {
    return this.#catalog.baseTimestep(asset);
  }

  /** A view, unless rolls are to be worked in; see the port. @throws DataMissingError */
  async getBars(request: BarsRequest): Promise<Bars> {
    const bars = this.#catalog.getBars(request);
    const span = { start: bars.time[0] ?? request.start, end: request.end };
    return adjustedBars(bars, request.asset, this.rolls?.(request.asset, span) ?? []);
  }

  settlements(asset: Asset): readonly SettlementPrice[] {
    return this.#settlements.filter((settlement) => contractKey(settlement.asset) === contractKey(asset));
  }

  corporateActions(asset: Asset): readonly CorporateAction[] {
    return this.#actions
      .filter((action) => action.asset.equals(asset))
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }

  notes(): readonly string[] {
    return [...this.#catalog.notes];
  }
}

/** The columns themselves: the getters of a slice make a new view each time. */
function columnsOf({ time, open, high, low, close, volume, bid, ask }: Bars): BarColumns & QuoteColumns {
  return { time, open, high, low, close, volume, bid, ask };
}

function checkData(data: unknown): asserts data is readonly Bars[] {
  const fail = (found: string): never => {
    throw new InvalidInputError("invalid_option", `Making a data source from memory: ${found}`, {
      hint: "Pass data: [Bars.from({ asset, timestep, time, open, high, low, close, volume }), ...].",
    });
  };
  if (!Array.isArray(data)) fail(`the option data was ${data === undefined ? "not given" : "no array"}`);
  const seen = new Set<string>();
  for (const [index, bars] of (data as readonly unknown[]).entries()) {
    if (!(bars instanceof Bars)) fail(`data[${index}] is no Bars`);
    else {
      const key = `${bars.timestep.name} bars of ${bars.asset}`;
      if (seen.has(key)) fail(`data holds ${key} twice`);
      seen.add(key);
      checkAscending(bars, index, fail);
    }
  }
}

/** Each part of an object in words: `kind 'split', ratio 0`. */
function partsOf(object: object): string {
  const parts = Object.entries(object).map(([name, value]) => `${name} ${shown(value)}`);
  return parts.join(", ");
}

function checkList(name: string, list: unknown): void {
  if (list === undefined || Array.isArray(list)) return;
  throw new InvalidInputError(
    "invalid_option",
    `Making a data source from memory: ${name} was ${shown(list)}, expected a list`,
  );
}

function checkActions(actions: readonly AssetAction[]): readonly AssetAction[] {
  for (const [index, action] of actions.entries()) {
    const isPrice = (value: number | undefined) => value === undefined || Number.isFinite(value);
    const sound =
      action.asset instanceof Asset &&
      action.asset.assetType === "stock" &&
      parseDate(action.date) !== undefined &&
      ((action.kind === "dividend" && Number.isFinite(action.amount)) ||
        (action.kind === "split" && Number.isFinite(action.ratio) && action.ratio > 0) ||
        (action.kind === "delisting" && isPrice(action.price)));
    if (sound) continue;
    throw new InvalidInputError(
      "invalid_option",
      `Making a data source from memory: corporateActions[${index}] was ${partsOf(action)}, which is no dividend, split or delisting of a stock`,
      {
        hint: "Give { asset, date, kind: 'dividend', amount } or { asset, date, kind: 'split', ratio } or { asset, date, kind: 'delisting', price }.",
      },
    );
  }
  return actions;
}

function checkSettlements(settlements: readonly AssetSettlement[]): readonly AssetSettlement[] {
  for (const [index, { asset, tradeDate, price }] of settlements.entries()) {
    if (asset instanceof Asset && Number.isFinite(price) && parseDate(tradeDate) !== undefined) continue;
    throw new InvalidInputError(
      "invalid_option",
      `Making a data source from memory: settlements[${index}] was ${partsOf({ asset, tradeDate, price })}, which is no settlement price`,
      { hint: "A settlement price is { asset, tradeDate: '2024-03-15', price }." },
    );
  }
  return settlements;
}

/** Bars made with `onInvalid: "keep"` may hold times out of order, where nothing could be found again. */
function checkAscending(bars: Bars, index: number, fail: (found: string) => never): void {
  const time = bars.time;
  for (let row = 1; row < time.length; row++) {
    if (!((time[row] as number) > (time[row - 1] as number)))
      fail(`data[${index}] does not ascend in time at row ${row}`);
  }
}
