import { type DatedMargin, marginFraction, marginOn } from "../../futures/margins.ts";
import type { BuyingPowerModel, MarginCallPolicy, MarginTerms } from "../../market/margin.ts";
import { DAY, formatDate, MINUTE } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import { isCovered } from "./sessions.ts";

/** When positions are judged: as they are opened, or as they are kept. */
export type MarginKind = "initial" | "maintenance";

/** How the account is judged. */
export interface MarginSettings {
  /** By asset key or root. */
  readonly margins: Readonly<Record<string, MarginTerms>>;
  readonly marginCall: MarginCallPolicy;
  readonly buyingPower: BuyingPowerModel;
}

/** What is known of a future's margin on one UTC day. */
interface Figures {
  readonly instrument: Instrument;
  /** Midnight, epoch ms UTC. */
  readonly from: number;
  readonly given: MarginTerms | undefined;
  readonly dated: DatedMargin | undefined;
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
  private readonly settings: MarginSettings;
  private readonly now: () => number;
  private readonly onUnknown: (instrument: Instrument) => void;
  private readonly figures = new Map<Instrument, Figures>();
  /** What was last looked up: most often it is asked for again. */
  private latest: Figures | undefined;
  /** Instruments of which it was told that their margin is not known. */
  private readonly told = new Set<Instrument>();

  /** @param onUnknown told once of each instrument whose margin is not known */
  constructor(settings: MarginSettings, now: () => number, onUnknown: (instrument: Instrument) => void) {
    this.settings = settings;
    this.now = now;
    this.onUnknown = onUnknown;
  }

  /** What `quantity` (signed) units at a price take. */
  of(instrument: Instrument, quantity: number, price: number, kind: MarginKind): number {
    const { asset, unitValue } = instrument;
    if (quantity === 0) return 0;
    if (asset.isFuture) return Math.abs(quantity) * this.perContract(instrument, price, kind);
    const value = Math.abs(quantity * price * unitValue);
    if (asset.assetType === "option") return quantity > 0 ? value : this.security(instrument, quantity);
    if (asset.assetType !== "stock") return value;
    const fractions = STOCK_FRACTIONS[this.settings.buyingPower];
    if (kind === "initial") return value * fractions.initial;
    return value * (quantity > 0 ? fractions.maintenance : fractions.shortMaintenance);
  }

  /** A written option is secured by what exercising it would move, in a margin account by a fifth of that; its price is owed anyhow. */
  private security({ asset, unitValue }: Instrument, quantity: number): number {
    const exercised = Math.abs(quantity * (asset.strike ?? 0) * unitValue);
    return this.settings.buyingPower === "cash" ? exercised : exercised * 0.2;
  }

  private perContract(instrument: Instrument, price: number, kind: MarginKind): number {
    if (this.settings.marginCall === "off") return 0;
    const { terms, unitValue } = instrument;
    const { given, dated } = this.figuresOf(instrument);
    const inCurrency = unitValue / terms.multiplier;
    if (given !== undefined) return this.given(instrument, given, kind) * inCurrency;
    const value = Math.abs(price * unitValue);
    if (dated !== undefined) return Math.min(value * MOST_OF_VALUE, dated[kind] * inCurrency);
    this.tellUnknown(instrument);
    return value * marginFraction(instrument.calendar.name);
  }

  /** The figures of today, looked up once a day. */
  private figuresOf(instrument: Instrument): Figures {
    const now = this.now();
    const known = this.latest?.instrument === instrument ? this.latest : this.figures.get(instrument);
    const isOfToday = known !== undefined && now >= known.from && now < known.from + DAY;
    this.latest = isOfToday ? known : this.lookUp(instrument, now);
    return this.latest;
  }

  private lookUp(instrument: Instrument, now: number): Figures {
    const { margins } = this.settings;
    const { asset } = instrument;
    const figures = {
      instrument,
      from: Math.floor(now / DAY) * DAY,
      given: margins[asset.key] ?? margins[asset.symbol] ?? margins[asset.root],
      dated: marginOn(asset.root, formatDate(now)),
    };
    this.figures.set(instrument, figures);
    return figures;
  }

  private tellUnknown(instrument: Instrument): void {
    if (this.told.has(instrument)) return;
    this.told.add(instrument);
    this.onUnknown(instrument);
  }

  private given(instrument: Instrument, terms: MarginTerms, kind: MarginKind): number {
    const day = this.isDay(instrument, terms);
    const initial = (day ? terms.dayInitial : undefined) ?? terms.initial;
    if (kind === "initial") return initial;
    return (day ? (terms.dayMaintenance ?? terms.dayInitial) : undefined) ?? terms.maintenance ?? initial;
  }

  /** Over bars of a day or longer, whose last price is a close, and where the calendar has ended, everything is held overnight. */
  private isDay({ calendar, timestep }: Instrument, terms: MarginTerms): boolean {
    if (terms.dayInitial === undefined && terms.dayMaintenance === undefined) return false;
    if (timestep.milliseconds >= DAY) return false;
    const now = this.now();
    const session = isCovered(calendar, now) ? calendar.sessionAt(now) : undefined;
    return session !== undefined && now < session.close - BEFORE_CLOSE;
  }
}
