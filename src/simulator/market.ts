/** The simulated market: everything that trades in it and the bars of any session, made when asked for and soon forgotten. */

import { type Calendar, calendarFor, type Session } from "../calendar/index.ts";
import { DAY } from "../market/time.ts";
import { seedFrom, shareFrom } from "./chance.ts";
import { ContractChain } from "./contract-chain.ts";
import { dateOfDay, weekdayOfDay } from "./days.ts";
import type { FutureContract, Instrument, Stock } from "./instrument.ts";
import { drawBars, drawVolumes, type MinuteBars, type TickScale } from "./minute-bars.ts";
import { PricePath } from "./price-path.ts";
import { FUTURES_PRODUCTS, type FuturesProduct, STOCK_PRODUCTS, type StockProduct } from "./products.ts";
import { Recent } from "./recent.ts";
import { type SessionMinutes, type SessionWalk, sessionMinutes, walkSession } from "./session-walk.ts";
import { VolumeShares } from "./volume-shares.ts";

/** Sessions kept at hand: two days of some fifty instruments, about 30 kB each. */
const SESSIONS_AT_HAND = 128;
/** Part of the outright volume that trades as calendar spreads. */
const SPREAD_PART = 0.012;
const STOCK_TICK = 0.01;
const LAST_STOCK_DAY = 100_000;
const DAYS_PER_YEAR = 365.25;

/** A market of one seed. Two of the same seed are the same market. */
export class Market {
  readonly stocks: readonly Stock[];
  readonly roots: readonly string[] = FUTURES_PRODUCTS.map(({ spec }) => spec.root);
  readonly #seed: number;
  readonly #products: ReadonlyMap<string, FuturesProduct>;
  readonly #chains = new Map<string, ContractChain>();
  readonly #shares = new Map<string, VolumeShares>();
  readonly #paths = new Map<string, PricePath>();
  readonly #minutes = new Recent<string, SessionMinutes>(SESSIONS_AT_HAND);
  readonly #walks = new Recent<string, SessionWalk>(SESSIONS_AT_HAND);
  readonly #volumes = new Recent<string, Int32Array>(SESSIONS_AT_HAND);
  readonly #bars = new Recent<string, MinuteBars>(SESSIONS_AT_HAND);

  constructor(seed: number) {
    this.#seed = seed;
    this.#products = new Map(FUTURES_PRODUCTS.map((product) => [product.spec.root, product]));
    this.stocks = STOCK_PRODUCTS.map(stockOf);
  }

  /** The contracts of a root; undefined when the market has none. */
  chainOf(root: string): ContractChain | undefined {
    const product = this.#products.get(root);
    return product && atHand(this.#chains, root, () => new ContractChain(product));
  }

  /** How the trading of a root is spread over its contracts. */
  sharesOf(product: FuturesProduct): VolumeShares {
    const { root } = product.spec;
    const chain = atHand(this.#chains, root, () => new ContractChain(product));
    return atHand(this.#shares, root, () => new VolumeShares(product, chain, this.#seed));
  }

  /** The minutes of a session. */
  minutesOf(calendar: Calendar, session: Session): SessionMinutes {
    return this.#minutes.get(`${calendar.name} ${session.tradeDate}`, () => sessionMinutes(session));
  }

  /** Units of an instrument traded in each minute of a session: much cheaper than its bars. */
  volumesOf(instrument: Instrument, session: Session): Int32Array {
    const key = keyOf(instrument);
    return this.#volumes.get(`${key} ${session.tradeDate}`, () => {
      const minutes = this.minutesOf(instrument.calendar, session);
      const seed = seedFrom(this.#seed, "volume", key, minutes.tradeDay);
      return drawVolumes(minutes, seed, this.#usualVolume(instrument, minutes.tradeDay));
    });
  }

  /** The minute bars of an instrument in a session. */
  barsOf(instrument: Instrument, session: Session): MinuteBars {
    const key = keyOf(instrument);
    return this.#bars.get(`${key} ${session.tradeDate}`, () => {
      const minutes = this.minutesOf(instrument.calendar, session);
      const walk = this.#walkOf(instrument, session, minutes);
      const scale = tickScale(instrument, minutes.tradeDay);
      const seed = seedFrom(this.#seed, "bars", key, minutes.tradeDay);
      return drawBars(minutes, walk, this.volumesOf(instrument, session), scale, seed);
    });
  }

  /** Contracts open at the end of a trade date. */
  openInterest(contract: FutureContract, tradeDay: number): number {
    const { product } = contract;
    const share = this.sharesOf(product).interestShare(contract, tradeDay);
    return Math.round(product.minuteVolume * 800 * share * this.#busyness(product.spec.root, tradeDay));
  }

  #usualVolume(instrument: Instrument, tradeDay: number): number {
    if (instrument.kind === "stock") {
      const { symbol, minuteVolume } = instrument.product;
      return minuteVolume * this.#busyness(symbol, tradeDay);
    }
    const { product } = instrument;
    const shares = this.sharesOf(product);
    const share =
      instrument.kind === "future"
        ? shares.volumeShare(instrument, tradeDay)
        : SPREAD_PART * shares.volumeShare(instrument.near, tradeDay) * shares.volumeShare(instrument.far, tradeDay);
    return product.minuteVolume * share * this.#busyness(product.spec.root, tradeDay);
  }

  /** How busy a day is: the same for all contracts of a root, so that it never changes which one trades most. */
  #busyness(name: string, tradeDay: number): number {
    return 0.65 + 0.7 * shareFrom(this.#seed, "busy", name, tradeDay);
  }

  #walkOf(instrument: Instrument, session: Session, minutes: SessionMinutes): SessionWalk {
    const { product } = instrument;
    const name = "spec" in product ? product.pathRoot : product.symbol;
    const { volatility } = "spec" in product ? (this.#products.get(name) ?? product) : product;
    return this.#walks.get(`${name} ${session.tradeDate}`, () => {
      const seed = seedFrom(this.#seed, "path", name);
      const path = atHand(this.#paths, name, () => new PricePath(seed, volatility));
      return walkSession(minutes, path, seed, volatility);
    });
  }
}

/** How a level becomes ticks for an instrument: a contract further out costs more, or less, by the carry of its root. */
function tickScale(instrument: Instrument, tradeDay: number): TickScale {
  const reference = instrument.product.price / (instrument.tickRaw / 1e9);
  if (instrument.kind !== "spread") {
    const scale = instrument.kind === "future" ? reference * carryFactor(instrument, tradeDay) : reference;
    return { ticksAt: (level) => Math.round(level * scale), least: 1, ticksPerLevel: scale };
  }
  const near = reference * carryFactor(instrument.near, tradeDay);
  const far = reference * carryFactor(instrument.far, tradeDay);
  return {
    ticksAt: (level) => Math.round(level * near) - Math.round(level * far),
    least: Number.NEGATIVE_INFINITY,
    ticksPerLevel: Math.abs(near - far),
  };
}

function carryFactor(contract: FutureContract, tradeDay: number): number {
  return 1 + (contract.product.carry * (contract.lastDay - tradeDay)) / DAYS_PER_YEAR;
}

/** Names an instrument once and for all, other than its symbol and, for a stock, its number. */
function keyOf(instrument: Instrument): string {
  return instrument.kind === "stock" ? instrument.rawSymbol : `${instrument.rawSymbol}/${instrument.idOn(0)}`;
}

/** A share's number of a day: all numbers go round among the shares. */
function stockOf(product: StockProduct): Stock {
  const { symbol, index } = product;
  return {
    kind: "stock",
    dataset: "XNAS.ITCH",
    publisherId: 2,
    rawSymbol: symbol,
    calendar: calendarFor("XNYS"),
    firstDay: 0,
    lastDay: LAST_STOCK_DAY,
    activation: 0,
    expiration: LAST_STOCK_DAY * DAY,
    tickRaw: Math.round(STOCK_TICK * 1e9),
    idOn: (day) => 101 + 7 * ((index + day) % STOCK_PRODUCTS.length),
    product,
  };
}

/** Whether a stock has data, and so a number, on a UTC day. */
export function stockTrades(stock: Stock, day: number): boolean {
  const weekday = weekdayOfDay(day);
  if (weekday === 0 || weekday === 6) return false;
  return stock.calendar.session(dateOfDay(day)) !== undefined;
}

function atHand<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make();
  values.set(key, value);
  return value;
}
