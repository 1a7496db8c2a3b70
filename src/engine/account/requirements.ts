import { marginFraction, marginOn } from "../../futures/margins.ts";
import type { BuyingPowerModel, MarginCallPolicy, MarginTerms } from "../../market/margin.ts";
import { formatDate, MINUTE } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";

/** When positions are judged: as they are opened, or as they are kept. */
export type MarginKind = "initial" | "maintenance";

/** How the account is judged. */
export interface MarginSettings {
  /** By asset key or root. */
  readonly margins: Readonly<Record<string, MarginTerms>>;
  readonly marginCall: MarginCallPolicy;
  readonly buyingPower: BuyingPowerModel;
}

/** Overnight margins hold from so long before the close. */
const BEFORE_CLOSE = 15 * MINUTE;

/** A figure of the table that is more than this part of a contract's value is meant for other prices. */
const MOST_OF_VALUE = 0.25;

/** Fractions of the value of stocks (Regulation T of the Federal Reserve and FINRA rule 4210; portfolio margin: a move of 15 %). */
const STOCK_FRACTIONS = {
  cash: { initial: 1, maintenance: 1, shortMaintenance: 1 },
  "reg-t": { initial: 0.5, maintenance: 0.25, shortMaintenance: 0.3 },
  portfolio: { initial: 0.15, maintenance: 0.15, shortMaintenance: 0.15 },
} as const;

/** What positions take out of the account's equity, account currency. */
export class Requirements {
  readonly #settings: MarginSettings;
  readonly #now: () => number;
  readonly #onUnknown: (instrument: Instrument) => void;
  /** Instruments of which it was told that their margin is not known. */
  readonly #told = new Set<Instrument>();

  /** @param onUnknown told once of each instrument whose margin is not known */
  constructor(settings: MarginSettings, now: () => number, onUnknown: (instrument: Instrument) => void) {
    this.#settings = settings;
    this.#now = now;
    this.#onUnknown = onUnknown;
  }

  /** What `quantity` (signed) units at a price take. */
  of(instrument: Instrument, quantity: number, price: number, kind: MarginKind): number {
    const { asset, unitValue } = instrument;
    if (quantity === 0) return 0;
    if (asset.isFuture) return Math.abs(quantity) * this.#perContract(instrument, price, kind);
    const value = Math.abs(quantity * price * unitValue);
    if (asset.assetType === "option") return quantity > 0 ? value : this.#security(instrument, quantity);
    if (asset.assetType !== "stock") return value;
    const fractions = STOCK_FRACTIONS[this.#settings.buyingPower];
    if (kind === "initial") return value * fractions.initial;
    return value * (quantity > 0 ? fractions.maintenance : fractions.shortMaintenance);
  }

  /** A written option is secured by what exercising it would move, in a margin account by a fifth of that; its price is owed anyhow. */
  #security({ asset, unitValue }: Instrument, quantity: number): number {
    const exercised = Math.abs(quantity * (asset.strike ?? 0) * unitValue);
    return this.#settings.buyingPower === "cash" ? exercised : exercised * 0.2;
  }

  #perContract(instrument: Instrument, price: number, kind: MarginKind): number {
    const { marginCall, margins } = this.#settings;
    if (marginCall === "off") return 0;
    const { asset, terms, unitValue } = instrument;
    const given = margins[asset.key] ?? margins[asset.symbol] ?? margins[asset.root];
    const inCurrency = unitValue / terms.multiplier;
    if (given !== undefined) return this.#given(instrument, given, kind) * inCurrency;
    const value = Math.abs(price * unitValue);
    const dated = marginOn(asset.root, formatDate(this.#now()));
    if (dated !== undefined) return Math.min(value * MOST_OF_VALUE, dated[kind] * inCurrency);
    this.#tellUnknown(instrument);
    return value * marginFraction(instrument.calendar.name);
  }

  #tellUnknown(instrument: Instrument): void {
    if (this.#told.has(instrument)) return;
    this.#told.add(instrument);
    this.#onUnknown(instrument);
  }

  #given(instrument: Instrument, terms: MarginTerms, kind: MarginKind): number {
    const day = this.#isDay(instrument, terms);
    const initial = (day ? terms.dayInitial : undefined) ?? terms.initial;
    if (kind === "initial") return initial;
    return (day ? (terms.dayMaintenance ?? terms.dayInitial) : undefined) ?? terms.maintenance ?? initial;
  }

  #isDay({ calendar }: Instrument, terms: MarginTerms): boolean {
    if (terms.dayInitial === undefined && terms.dayMaintenance === undefined) return false;
    const now = this.#now();
    const session = calendar.sessionAt(now);
    return session !== undefined && now < session.close - BEFORE_CLOSE;
  }
}
