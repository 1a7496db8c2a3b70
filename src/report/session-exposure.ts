/** What was at work in the market in each session, in money. */

import type { Asset } from "../market/asset.ts";
import type { RunEvent } from "../market/events.ts";
import type { MarginUse, RunOutcome, TradedBars } from "../market/run-outcome.ts";
import { multiplierOf } from "./metrics/group-excursions.ts";
import { positionSteps } from "./metrics/positions.ts";

/** Columns with a row a session; NaN where a value is not known or does not exist. */
export interface SessionExposure {
  /** Most |position| x price x multiplier, summed over instruments. */
  readonly gross: Float64Array;
  /** Mean over calendar time, since the close before, of the sum over instruments of position x price x multiplier; below 0 for short. */
  readonly net: Float64Array;
  /** Most initial margin of all futures; NaN where no future was traded. */
  readonly margin: Float64Array;
}

/** A position, at its last known price. */
interface Holding {
  readonly asset: Asset;
  quantity: number;
  price: number;
}

/**
 * Positions are valued at every fill and at the close of every session: at the last close where the bars are known, else at the last
 * fill. What is held over a session's close counts to that session and the next; a fill at the very close to the next alone.
 * @param closes closes of the sessions in order, epoch ms UTC; before them the instant at which the account was opened
 */
export function sessionExposure(outcome: RunOutcome, closes: Float64Array): SessionExposure {
  const sessions = Math.max(0, closes.length - 1);
  const column = () => new Float64Array(sessions).fill(Number.NaN);
  const exposure = { gross: column(), net: column(), margin: largestMargins(outcome.margin, closes) };
  const sizes = { outcome, options: { instruments: outcome.instruments } };
  const multipliers = new Map(outcome.fills.map(({ asset }) => [asset.key, multiplierOf(sizes, asset)]));
  if ([...multipliers.values()].includes(undefined)) return exposure;
  const account = new HeldPositions(outcome);
  for (let i = 0; i < sessions; i++) {
    const [before, close] = [closes[i] ?? 0, closes[i + 1] ?? 0];
    account.fillUntil(before, true);
    let now = account.exposure(multipliers);
    let { gross } = now;
    let since = before;
    let area = 0;
    const passTo = (instant: number) => {
      area += now.net * (instant - since);
      since = instant;
      now = account.exposure(multipliers);
      gross = Math.max(gross, now.gross);
    };
    account.fillUntil(close, false, passTo);
    account.markAt(close);
    passTo(close);
    exposure.gross[i] = gross;
    exposure.net[i] = area / (close - before);
  }
  return exposure;
}

/** Follows fills, splits and closes in order of time. */
class HeldPositions {
  readonly #held = new Map<string, Holding>();
  readonly #steps: ReturnType<typeof positionSteps>;
  readonly #splits: readonly RunEvent[];
  readonly #bars: ReadonlyMap<string, TradedBars>;
  #nextStep = 0;
  #nextSplit = 0;

  constructor(outcome: RunOutcome) {
    this.#steps = positionSteps(outcome);
    this.#splits = outcome.events.filter(({ code, ratio }) => code === "stock_split" && ratio !== undefined);
    this.#bars = new Map(outcome.tradedBars?.map((bars) => [bars.asset.key, bars]));
  }

  /** Takes in the fills before an instant, those at the instant too where it says so, and tells the instant of each. */
  fillUntil(instant: number, included: boolean, tell = (_: number) => {}): void {
    for (; this.#nextStep < this.#steps.length; this.#nextStep++) {
      const step = this.#steps[this.#nextStep];
      if (step === undefined || step.fill.time > instant || (step.fill.time === instant && !included)) return;
      this.#splitUntil(step.fill.time);
      const { asset, price } = step.fill;
      if (step.after === 0) this.#held.delete(asset.key);
      else this.#held.set(asset.key, { asset, quantity: step.after, price });
      tell(step.fill.time);
    }
  }

  /** Values what is held at the last closes. */
  markAt(instant: number): void {
    this.#splitUntil(instant);
    for (const [key, holding] of this.#held) {
      const bars = this.#bars.get(key);
      const close = bars?.close[lastBefore(bars.time, instant)];
      if (close !== undefined) holding.price = close;
    }
  }

  #splitUntil(instant: number): void {
    for (; (this.#splits[this.#nextSplit]?.time ?? Number.POSITIVE_INFINITY) <= instant; this.#nextSplit++) {
      const { asset, ratio = 1 } = this.#splits[this.#nextSplit] as RunEvent;
      const holding = this.#held.get(asset?.key ?? "");
      if (holding === undefined) continue;
      holding.quantity *= ratio;
      holding.price /= ratio;
    }
  }

  exposure(multipliers: ReadonlyMap<string, number | undefined>): { gross: number; net: number } {
    let gross = 0;
    let net = 0;
    for (const [key, { quantity, price }] of this.#held) {
      const value = quantity * Math.abs(price) * (multipliers.get(key) ?? Number.NaN);
      gross += Math.abs(value);
      net += value;
    }
    return { gross, net };
  }
}

/** Index of the last value below an instant; -1 when there is none. */
function lastBefore(time: Float64Array, instant: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function largestMargins({ time, initial }: MarginUse, closes: Float64Array): Float64Array {
  const sessions = Math.max(0, closes.length - 1);
  if (time.length === 0) return new Float64Array(sessions).fill(Number.NaN);
  let row = 0;
  let now = 0;
  return Float64Array.from({ length: sessions }, (_, i) => {
    for (; row < time.length && (time[row] ?? 0) <= (closes[i] ?? 0); row++) now = initial[row] ?? 0;
    let most = now;
    for (; row < time.length && (time[row] ?? 0) < (closes[i + 1] ?? 0); row++) {
      now = initial[row] ?? 0;
      most = Math.max(most, now);
    }
    return most;
  });
}
