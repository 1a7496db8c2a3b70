import type { Instrument } from "./instrument.ts";
import type { Portfolio } from "./portfolio.ts";

/**
 * Why an order for `units` (signed) at `price` cannot be afforded, or undefined when it can. Reducing a position is always allowed.
 * Stocks and coins are bought with free cash; a short sale needs its value in free cash as security, beside its proceeds; a future
 * needs an account above zero.
 */
export function affordability(
  portfolio: Portfolio,
  instrument: Instrument,
  units: number,
  price: number,
  fee: number,
): string | undefined {
  const held = portfolio.quantityOf(instrument);
  const after = held + units;
  if (held * units < 0 && Math.abs(after) <= Math.abs(held) && held * after >= 0) return undefined;
  if (instrument.asset.isFuture) {
    const equity = portfolio.equity - fee;
    return equity > 0 ? undefined : `the account stands at ${money(equity)}`;
  }
  const value = (quantity: number) => Math.abs(quantity * price * instrument.terms.multiplier);
  // What closing the opposite side sets free is there for the new side: proceeds of a long, proceeds and security of a short.
  const released = held * units < 0 ? value(held) : 0;
  const opened = held * units < 0 ? after : units;
  const needed = value(opened) + fee;
  const free = portfolio.freeCash + released;
  return needed <= free ? undefined : `it needs ${money(needed)} and ${money(free)} is free`;
}

function money(value: number): string {
  return value.toFixed(2);
}
