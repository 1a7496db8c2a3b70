import type { Asset } from "./asset.ts";
import { InvalidInputError } from "./errors.ts";
import type { OrderSide } from "./order.ts";

/** What `new TradingFee` takes; parts that are given add up. */
export interface TradingFeeTerms {
  /** Account currency per contract of a future or option. */
  readonly perContract?: number;
  /** Account currency per unit of anything else (share, coin). */
  readonly perShare?: number;
  /** Account currency per order, paid with its first fill. */
  readonly flat?: number;
  /** Fraction of price x quantity x multiplier: 0.0001 is one basis point. */
  readonly percent?: number;
  /** Whose money it is: commission of the broker, or the exchange's own. Told apart in the statistics only. @default "broker" */
  readonly paidTo?: "broker" | "exchange";
}

/** A fee schedule. Negative parts are rebates. */
export class TradingFee {
  readonly perContract: number;
  readonly perShare: number;
  readonly flat: number;
  readonly percent: number;
  readonly paidTo: "broker" | "exchange";

  /** @throws InvalidInputError `invalid_option`: unknown part, a part that is no number, or `paidTo` somebody else */
  constructor({ paidTo = "broker", ...terms }: TradingFeeTerms = {}) {
    if (paidTo !== "broker" && paidTo !== "exchange") {
      throw new InvalidInputError("invalid_option", `Making a trading fee: 'paidTo' was ${JSON.stringify(paidTo)}`, {
        hint: "Give 'broker' or 'exchange'.",
      });
    }
    const known = ["perContract", "perShare", "flat", "percent"];
    for (const [name, value] of Object.entries(terms)) {
      if (!known.includes(name) || typeof value !== "number" || !Number.isFinite(value)) {
        throw new InvalidInputError("invalid_option", `Making a trading fee: '${name}' was ${value}`, {
          hint: `Give numbers for any of ${known.join(", ")}; percent is a fraction (0.0001 is one basis point).`,
        });
      }
    }
    this.perContract = terms.perContract ?? 0;
    this.perShare = terms.perShare ?? 0;
    this.flat = terms.flat ?? 0;
    this.percent = terms.percent ?? 0;
    this.paidTo = paidTo;
    Object.freeze(this);
  }

  /** The fee of one fill. `firstFill` says whether the order has paid its flat part yet. */
  amount(fill: {
    readonly wholeUnits: boolean;
    readonly quantity: number;
    readonly price: number;
    readonly multiplier: number;
    readonly firstFill: boolean;
  }): number {
    const perUnit = fill.wholeUnits ? this.perContract : this.perShare;
    const notional = Math.abs(fill.price) * fill.quantity * fill.multiplier;
    return perUnit * fill.quantity + this.percent * notional + (fill.firstFill ? this.flat : 0);
  }
}

/** What a slippage function is told. */
export interface SlippageContext {
  readonly asset: Asset;
  readonly side: OrderSide;
  /** Units about to fill. */
  readonly quantity: number;
  /** Price before slippage. */
  readonly price: number;
  readonly tickSize: number | undefined;
  /** Volume of the bar that fills, in units: under `this-close` the one that has just closed, at a roll the last one before it. */
  readonly volume: number;
}

export type TradingSlippageTerms = (
  | {
      /** Whole or part ticks against the order. */
      readonly ticks: number;
    }
  | {
      /** Fraction of the price against the order: 0.0001 is one basis point. */
      readonly percent: number;
    }
  | {
      /** Price units against the order; a finite number from 0. */
      readonly fn: (context: SlippageContext) => number;
    }
) & {
  /** The whole of it is paid even where the bar did not trade so far. @default false: a fill stays in the range of a bar that has one */
  readonly outsideBar?: boolean;
};

/** How much worse than the bar's price an order that takes liquidity (market, stop) fills. Orders with a limit do not slip. */
export class TradingSlippage {
  readonly terms: TradingSlippageTerms;

  /** @throws InvalidInputError `invalid_option`: not exactly one of ticks, percent, fn, or a negative amount */
  constructor(terms: TradingSlippageTerms) {
    const { outsideBar, ...amount } = terms;
    const entries = Object.entries(amount);
    const [name, value] = entries[0] ?? [];
    const sound =
      entries.length === 1 &&
      (outsideBar === undefined || typeof outsideBar === "boolean") &&
      (name === "fn"
        ? typeof value === "function"
        : (name === "ticks" || name === "percent") &&
          typeof value === "number" &&
          Number.isFinite(value) &&
          value >= 0);
    if (!sound) {
      throw new InvalidInputError("invalid_option", `Making trading slippage: found ${JSON.stringify(terms)}`, {
        hint: "Give exactly one of ticks (a number from 0), percent (a fraction from 0) and fn (a function), and maybe outsideBar.",
      });
    }
    this.terms = terms;
    Object.freeze(this);
  }

  /** True when a fill may lie outside its bar's range. */
  get outsideBar(): boolean {
    return this.terms.outsideBar ?? false;
  }

  /** Price units against the order, from 0. */
  amount(context: SlippageContext): number {
    const { terms } = this;
    if ("percent" in terms) return Math.abs(context.price) * terms.percent;
    if ("fn" in terms) return checkedSlippage(terms.fn(context), context.asset);
    if (terms.ticks === 0) return 0;
    if (context.tickSize === undefined) {
      throw new InvalidInputError(
        "invalid_option",
        `Applying slippage in ticks to ${context.asset}: its tick size is not known`,
        {
          hint: "Give the asset a tickSize, or use slippage in percent.",
        },
      );
    }
    return terms.ticks * context.tickSize;
  }
}

function checkedSlippage(amount: number, asset: Asset): number {
  if (Number.isFinite(amount) && amount >= 0) return amount;
  throw new InvalidInputError(
    "invalid_option",
    `Applying slippage to ${asset}: the function gave ${amount}, expected a number from 0`,
    { hint: "Have it return how many price units worse than `price` the fill is; 0 for none." },
  );
}
