import type { Fill } from "../market/fill.ts";
import { directionOf } from "../market/order.ts";
import type { MarginUse } from "../market/run-outcome.ts";
import type { ExchangeRates } from "./account/exchange-rates.ts";
import { type MarginSettings, Requirements } from "./account/requirements.ts";
import type { Instrument } from "./instrument.ts";

/**
 * The initial margin that futures took after each of their fills, at the rates of then. Worked out after the run: the loop pays nothing for it.
 */
export function marginUse(
  fills: readonly Fill[],
  instruments: readonly Instrument[],
  settings: MarginSettings,
  rates: ExchangeRates,
): MarginUse {
  const ofFutures = fills.filter(({ asset }) => asset.isFuture);
  let now = 0;
  // What is not known was told during the run.
  const requirements = new Requirements(
    settings,
    () => now,
    () => {},
  );
  const byKey = new Map(instruments.map((instrument) => [instrument.asset.key, instrument]));
  const held = new Map<Instrument, { readonly quantity: number; readonly margin: number }>();
  let total = 0;
  const initial = ofFutures.map(({ time, asset, side, quantity, price }) => {
    const instrument = byKey.get(asset.key);
    if (instrument === undefined) return total;
    now = time;
    const before = held.get(instrument) ?? { quantity: 0, margin: 0 };
    const after = before.quantity + directionOf(side) * quantity;
    const { terms, unitValue } = instrument;
    // Instruments are left at the rates of the run's end.
    const change = (terms.multiplier * rates.at(terms.currency, time)) / unitValue;
    const margin = requirements.of(instrument, after, price, "initial") * change;
    held.set(instrument, { quantity: after, margin });
    total += margin - before.margin;
    return total;
  });
  return { time: Float64Array.from(ofFutures, ({ time }) => time), initial: Float64Array.from(initial) };
}
