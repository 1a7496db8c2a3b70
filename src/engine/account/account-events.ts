import type { CorporateAction } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";
import { type BorrowRates, chargeBorrowFee } from "./borrow-fee.ts";
import { isInPrices, payDividend, splitInstrument, startOfAction } from "./corporate-actions.ts";
import type { ExchangeRates } from "./exchange-rates.ts";
import { endPosition, expireFuture } from "./expiration.ts";
import type { MarginCalls } from "./margin-calls.ts";
import { adjustOptions, expireOption, underlyingOf } from "./option-expiry.ts";
import { contractLabel, rollInstrument } from "./rolls.ts";
import { closeOfDate, nextOpening, nextTradingDay, tradeDateOfBar } from "./sessions.ts";
import { settle } from "./settlement.ts";
import { type DueKind, Timetable } from "./timetable.ts";

export interface AccountEventParts {
  readonly books: AccountBooks;
  readonly marginCalls: Pick<MarginCalls, "check">;
  readonly rates: ExchangeRates;
  readonly borrowRates: BorrowRates;
  /** All instruments of the run. */
  readonly instruments: readonly Instrument[];
  /** Epoch ms UTC; what would happen later does not. */
  readonly end: number;
}

/** What begins with a new day or contract. At the very end of a run it belongs to what comes after. */
const BEGINNINGS: ReadonlySet<DueKind> = new Set(["roll", "split", "dividend"]);

type Delisting = Extract<CorporateAction, { readonly kind: "delisting" }>;

/**
 * What happens to the account and its instruments apart from orders: rolls, settlements, expiry, what companies do, rates. The loop asks `nextTime`, and calls
 * `run` at each instant that is due, after the bars that close there and before those that open there.
 */
export class AccountEvents {
  private readonly timetable = new Timetable();
  private readonly parts: AccountEventParts;
  private readonly books: AccountBooks;
  /** By the instruments' place in the run: its next settlement is planned. */
  private readonly settling: boolean[] = [];
  /** A future was settled, and the account not judged since. */
  private toJudge = false;

  constructor(parts: AccountEventParts) {
    this.parts = parts;
    this.books = parts.books;
    parts.books.portfolio.onOpened = (instrument) => this.onOpened(instrument);
  }

  /** The earliest instant at which something is due; Infinity when nothing is. */
  get nextTime(): number {
    return this.timetable.nextTime;
  }

  /** Does everything that is due by `time`; true when the account or the value of what it holds changed. */
  run(time: number): boolean {
    this.timetable.run(time);
    // What ends with the session takes no margin any more.
    if (this.toJudge) this.parts.marginCalls.check();
    this.toJudge = false;
    return this.books.takeChanged();
  }

  /** Takes an instrument in whose cursor stands at the present instant. */
  add(instrument: Instrument): void {
    if (instrument.life.adjustmentUnknown) {
      const words = `the source tells no rolls of ${instrument.asset}: fills and money use the prices it gives as they are`;
      this.books.tell("adjustment_unknown", "warning", words, instrument.asset);
    }
    for (const clash of instrument.terms.clashes) this.tellClash(instrument, clash);
    this.convert(instrument);
    this.addRolls(instrument);
    this.addExpiration(instrument);
    this.addActions(instrument);
    this.planSeriesEnd(instrument);
  }

  /** Says that two sources give a fact about an instrument differently. */
  tellClash({ asset }: Instrument, words: string): void {
    this.books.tell("contract_terms_clash", "warning", `${asset}: ${words}`, asset);
  }

  /** Values an instrument at the rate of its currency, now and whenever that changes. */
  private convert(instrument: Instrument): void {
    const { currency, multiplier } = instrument.terms;
    const now = this.books.now();
    this.books.revalue(instrument);
    instrument.unitValue = multiplier * this.parts.rates.at(currency, now);
    this.plan(this.parts.rates.nextChange(currency, now), "rate", instrument, () => this.convert(instrument));
  }

  private addRolls(instrument: Instrument): void {
    const { rolls } = instrument.life;
    const now = this.books.now();
    const past = rolls.filter((roll) => roll.time <= now);
    const current = past.at(-1)?.to ?? rolls[0]?.from;
    if (current !== undefined) instrument.contract = contractLabel(current);
    // The last bar before the start may be one of the contract that has just been left.
    const last = past.at(-1);
    if (last !== undefined && (instrument.time[instrument.row - 1] ?? now) < last.time)
      rollInstrument(instrument, last, this.books);
    this.planRoll(instrument, past.length);
  }

  private planRoll(instrument: Instrument, number: number): void {
    const roll = instrument.life.rolls[number];
    if (roll === undefined) return;
    this.planBetweenBars(instrument, roll.time, "roll", () => {
      rollInstrument(instrument, roll, this.books);
      this.planRoll(instrument, number + 1);
    });
  }

  private addExpiration(instrument: Instrument): void {
    const { expiration, expiresAt } = instrument.life;
    if (expiration === undefined) return;
    if (expiresAt <= this.books.now()) {
      instrument.delisted = "contract_expired";
      return;
    }
    const underlying = () =>
      instrument.asset.assetType === "option" ? underlyingOf(instrument, this.parts.instruments) : undefined;
    const end = () => {
      instrument.delisted = "contract_expired";
      if (instrument.asset.isFuture) expireFuture(instrument, expiration, this.books);
      else expireOption(instrument, underlying(), this.books);
      this.books.expireOrders(instrument);
    };
    this.planBetweenBars(instrument, expiresAt, "expiration", end, underlying);
  }

  /** Plans what companies do from now on; what is past is in the prices. */
  private addActions(instrument: Instrument): void {
    const now = this.books.now();
    for (const action of instrument.life.actions) {
      if (action.kind === "delisting") this.planDelisting(instrument, action);
      else {
        if (isInPrices(action, instrument)) continue;
        this.planBetweenBars(instrument, Math.max(startOfAction(action, instrument), now), action.kind, () => {
          if (action.kind === "dividend") payDividend(instrument, action, this.books);
          else {
            splitInstrument(instrument, action, this.books);
            adjustOptions(instrument, action.ratio, this.parts.instruments, this.books);
          }
        });
      }
    }
  }

  private planDelisting(instrument: Instrument, { date, price }: Delisting): void {
    const time = closeOfDate(instrument.calendar, date);
    if (time <= this.books.now()) {
      instrument.delisted = "delisted";
      return;
    }
    this.planBetweenBars(instrument, time, "delisting", () => {
      instrument.delisted = "delisted";
      const words = price === undefined ? "the last price" : "the price of its last day";
      endPosition(instrument, { price: price ?? instrument.lastPrice, words, reason: "delisting" }, this.books);
      this.books.expireOrders(instrument);
    });
  }

  private onOpened(instrument: Instrument): void {
    const { asset, index } = instrument;
    instrument.sharesAdjusted = 1;
    if (this.settling[index] === true) return;
    if (asset.isFuture) this.planSettlement(instrument);
    else if (asset.assetType === "stock" && this.parts.borrowRates.of(asset) !== 0) this.planBorrowFee(instrument);
  }

  private planSettlement(instrument: Instrument): void {
    this.planDayEnd(instrument, "settlement", (tradeDate) => {
      settle(instrument, tradeDate, this.books);
      this.toJudge = true;
    });
  }

  private planBorrowFee(instrument: Instrument): void {
    this.planDayEnd(instrument, "financing", (tradeDate) => {
      if (this.books.portfolio.quantityOf(instrument) >= 0) return;
      const { borrowRates } = this.parts;
      const rate = borrowRates.of(instrument.asset);
      if (rate === undefined) borrowRates.tellMissing(instrument.asset, this.books);
      else chargeBorrowFee(instrument, tradeDate, rate, this.books);
    });
  }

  /** Plans what happens at the end of every trading day at which something is held, or was since the day before. */
  private planDayEnd(instrument: Instrument, kind: DueKind, action: (tradeDate: string) => void): void {
    const { index } = instrument;
    const act = (tradeDate: string) => {
      this.settling[index] = false;
      action(tradeDate);
      if (this.books.portfolio.quantityOf(instrument) !== 0) this.planDayEnd(instrument, kind, action);
    };
    // What has no bars to come has nothing to settle; what was borrowed is borrowed all the same.
    this.settling[index] = !instrument.ended || kind === "financing";
    if (!this.settling[index]) return;
    if (instrument.timestep.milliseconds >= DAY && !instrument.ended) {
      // A bar of a day is a trading day; it may not be known before it closes.
      instrument.onClose = () => {
        instrument.onClose = undefined;
        const tradeDate = tradeDateOfBar(instrument, instrument.row - 1);
        this.timetable.add(this.books.now(), kind, instrument, () => act(tradeDate));
      };
    } else {
      const { tradeDate, close } = nextTradingDay(instrument.calendar, lastInstantIn(instrument, this.books.now()));
      this.plan(close, kind, instrument, () => act(tradeDate));
    }
  }

  /** What is held when the bars have ended and the market goes on is valued at the last price from there on. */
  private planSeriesEnd(instrument: Instrument): void {
    const end = instrument.seriesEnd;
    if (end === undefined) return;
    const reopens = nextOpening(instrument.calendar, end - 1);
    // A contract that is over by then has not ended early.
    if (instrument.life.expiresAt <= reopens) return;
    this.plan(reopens, "settlement", instrument, () => {
      const held = this.books.portfolio.quantityOf(instrument);
      if (held === 0 || !instrument.ended) return;
      const words = `The bars of ${instrument.asset} have ended; ${held} are held, and valued at the last price, ${instrument.lastPrice}`;
      this.books.tell("price_series_ended", "warning", words, instrument.asset);
    });
  }

  private plan(time: number, kind: DueKind, instrument: Instrument, action: () => void): void {
    if (this.isInRun(time, kind)) this.timetable.add(time, kind, instrument, action);
  }

  private isInRun(time: number, kind: DueKind): boolean {
    const { end } = this.parts;
    return time < end || (time === end && !BEGINNINGS.has(kind));
  }

  /**
   * Plans an action for an instant, or for the end of the bar that is in progress then: no bar belongs to two contracts. `other` is
   * another instrument whose bar must be over too.
   */
  private planBetweenBars(
    instrument: Instrument,
    time: number,
    kind: DueKind,
    action: () => void,
    other: () => Instrument | undefined = () => undefined,
  ): void {
    this.plan(time, kind, instrument, () => {
      const now = this.books.now();
      const busyUntil = instrument.busyUntil(now) ?? other()?.busyUntil(now);
      if (busyUntil === undefined) action();
      else if (!BEGINNINGS.has(kind) || busyUntil < this.parts.end)
        this.timetable.add(busyUntil, kind, instrument, action);
    });
  }
}

/** The instant a fill belongs to: one inside a bar that ends now belongs to the session that may end now too. */
function lastInstantIn(instrument: Instrument, now: number): number {
  return instrument.inBar && instrument.barClose <= now ? now - 1 : now;
}
