/** A generated market to try strategies on before there is data. Its prices are no market's; it says so wherever they appear. */

import { Bars } from "../bars/bars.ts";
import { expirationOf } from "../futures/expiration.ts";
import { Asset } from "../market/asset.ts";
import { DataMissingError, InvalidInputError } from "../market/errors.ts";
import type { BarsRequest, DataSource, InstrumentDetails, RunSpan } from "../market/ports.ts";
import { DAY, MINUTE, parseDate } from "../market/time.ts";
import { type Timestep, timestep } from "../market/timestep.ts";
import { marketOf, type SyntheticMarket } from "./synthetic-market.ts";
import { barsOfSpan, type Life } from "./synthetic-span.ts";

/** What `SyntheticBacktesting` takes beside the span of the run. */
export interface SyntheticOptions {
  /** A whole number; another seed is another market. @default 1 */
  readonly seed?: number;
  /** Assets that take part from the beginning: stocks and futures. @default the continuous future of ES */
  readonly assets?: readonly Asset[];
}

const ONE_MINUTE = timestep(1, "minute");
/** The calendars begin in 1970; a few days later it is 1970 in every zone. */
const FIRST_INSTANT = 4 * DAY;
/** How long before its last trading day a dated contract begins to trade. */
const LISTING_SPAN = 2 * 366 * DAY;

/**
 * A seeded market of stocks and of every futures root in the contract table: minute bars on the sessions of the asset's exchange,
 * prices in whole ticks. The same seed gives the same bars on every machine, and a part of a span has the same bars as the whole.
 *
 * It is a market without carry: all contracts of a root have one price, so a continuous future has no gaps to adjust, and their
 * last trading days are the only thing that tells contracts apart. Dividends, splits and news do not happen in it.
 */
export class SyntheticBacktesting implements DataSource {
  /** The options it reads beside `start` and `end` of the run. */
  static readonly optionNames: readonly string[] = ["seed", "assets"];

  readonly name = "synthetic";
  readonly notice = "SYNTHETIC";
  readonly #seed: number;
  readonly #assets: readonly Asset[];
  readonly #markets = new Map<string, SyntheticMarket>();

  /**
   * The span of the run does not limit what can be asked for: a day has the same bars in every run.
   * @throws InvalidInputError `invalid_option` when the seed is no whole number
   */
  constructor(options: SyntheticOptions & Partial<RunSpan> = {}) {
    const { seed = 1, assets = [] } = options;
    if (!Number.isSafeInteger(seed)) {
      throw new InvalidInputError(
        "invalid_option",
        `Making the synthetic market: seed was ${seed}, expected a whole number`,
      );
    }
    this.#seed = seed;
    this.#assets = assets.length > 0 ? [...assets] : [Asset.continuousFuture("ES")];
  }

  assets(): readonly Asset[] {
    return this.#assets;
  }

  baseTimestep(_asset: Asset): Timestep {
    return ONE_MINUTE;
  }

  /** @throws DataMissingError for an asset it cannot generate */
  describe(asset: Asset): InstrumentDetails {
    const { multiplier, tickSize, calendar } = this.#marketOf(asset);
    return { multiplier, tickSize, calendar: calendar.name };
  }

  notes(): readonly string[] {
    return [`All prices are generated from seed ${this.#seed}; no market ever had them.`];
  }

  /**
   * Bars of whole minutes or hours, counted from each session's open, of one session (`1d`), week or month. Each is stamped with
   * the instant its bucket or session begins; one that begins before `end` and closes after it is given whole.
   * @throws DataMissingError for an asset or a step it cannot generate
   * @throws InvalidInputError `calendar_range` when the span reaches past the last date of the exchange's calendar
   */
  async getBars(request: BarsRequest): Promise<Bars> {
    const { asset, timestep: step, start, end, lookback } = request;
    checkStep(asset, step);
    const market = this.#marketOf(asset);
    const columns = barsOfSpan(market, lifeOf(asset, market), { asset, step, start, end, lookback });
    return Bars.from({ asset, timestep: step, ...columns });
  }

  #marketOf(asset: Asset): SyntheticMarket {
    const known = this.#markets.get(asset.key);
    if (known !== undefined) return known;
    const market = marketOf(asset, this.#seed);
    this.#markets.set(asset.key, market);
    return market;
  }
}

function checkStep(asset: Asset, step: Timestep): void {
  const isIntraday = step.milliseconds < DAY && step.milliseconds % MINUTE === 0;
  const isOne = (step.unit === "day" || step.unit === "week" || step.unit === "month") && step.count === 1;
  if (isIntraday || isOne) return;
  throw new DataMissingError(
    `Generating ${asset}: the synthetic market has no bars of ${step.name}, only of whole minutes and hours below a day, 1d, 1w and 1mo`,
    { hint: "Ask for '1m' and resample, or for '1d'." },
  );
}

/** A dated contract trades for two years up to its last trading day; everything else as long as there are calendars. */
function lifeOf(asset: Asset, market: SyntheticMarket): Life {
  const { calendar } = market;
  const expiration = asset.expiration ?? (asset.contract === undefined ? undefined : expirationOf(asset.contract));
  const expirationDay = expiration === undefined ? undefined : parseDate(expiration);
  const listed = expirationDay === undefined ? FIRST_INSTANT : Math.max(FIRST_INSTANT, expirationDay - LISTING_SPAN);
  const start = calendar.nextSession(listed)?.open ?? listed;
  if (expiration === undefined || expirationDay === undefined || expiration > calendar.lastDate) {
    return { start, end: Number.POSITIVE_INFINITY };
  }
  const last = calendar.session(expiration) ?? calendar.previousSession(expirationDay + DAY);
  return { start, end: last?.close ?? expirationDay + DAY };
}
