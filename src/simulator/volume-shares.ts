/** How the trading of a root moves from contract to contract before each roll. */

import { shareFrom } from "./chance.ts";
import type { ContractChain } from "./contract-chain.ts";
import type { FutureContract } from "./instrument.ts";
import type { FuturesProduct } from "./products.ts";

/** Days around the crossing within which most of the volume moves. */
const CROSSING_WIDTH = 1.5;
/** Days by which a crossing may come earlier or later than usual: no two rolls of a root are alike. */
const CROSSING_SHIFT = 1;
/** Open interest follows the volume this many days later. */
const INTEREST_LAG = 1.5;
/** Share of a listed month that nobody rolls into. */
const IDLE_SHARE = 0.0004;
/** Largest deviation of a day's share from the smooth curve. */
const UNREST = 0.15;
/** One roll in so many turns back for a day: the second after the crossing sees most of the trading in the old month again. */
const ROLLS_PER_RELAPSE = 8;
const RELAPSE_PART = 0.64;

/** What part of a root's volume and open interest each contract has in the session of a trade date (as a UTC day number). */
export class VolumeShares {
  readonly #product: FuturesProduct;
  readonly #seed: number;
  /** Contract -> the one rolled out of before it. */
  readonly #before: ReadonlyMap<FutureContract, FutureContract | undefined>;

  constructor(product: FuturesProduct, chain: ContractChain, seed: number) {
    this.#product = product;
    this.#seed = seed;
    this.#before = new Map(chain.liquid.map((contract, index) => [contract, chain.liquid[index - 1]]));
  }

  /** Share of the volume, from 0 to about 1.1. */
  volumeShare(contract: FutureContract, tradeDay: number): number {
    return this.#share(contract, tradeDay, 0, "volume");
  }

  /** Share of the open interest, from 0 to about 1.1. */
  interestShare(contract: FutureContract, tradeDay: number): number {
    return this.#share(contract, tradeDay, INTEREST_LAG, "interest");
  }

  #share(contract: FutureContract, tradeDay: number, lag: number, what: string): number {
    if (tradeDay > contract.lastDay || tradeDay < contract.firstDay) return 0;
    // Drawn from the month, not from the root's seed, so that a micro rolls on its own.
    const noise = 1 + UNREST * (2 * shareFrom(this.#seed, what, contract.idOn(tradeDay), tradeDay) - 1);
    if (!contract.liquid) return IDLE_SHARE * noise;
    const before = this.#before.get(contract);
    const upToThis = this.#partUpTo(contract, tradeDay, lag);
    const upToBefore = before === undefined ? 0 : this.#partUpTo(before, tradeDay, lag);
    return Math.max(IDLE_SHARE, upToThis - upToBefore) * noise;
  }

  /** The part of the trading in this contract and all before it. */
  #partUpTo(contract: FutureContract, tradeDay: number, lag: number): number {
    const shift = CROSSING_SHIFT * (2 * shareFrom(this.#seed, "roll", contract.idOn(tradeDay)) - 1);
    const daysLeft = contract.leaveDay - this.#product.rollDays + shift + lag - tradeDay;
    const relapses = shareFrom(this.#seed, "relapse", contract.idOn(tradeDay)) * ROLLS_PER_RELAPSE < 1;
    if (relapses && daysLeft > -2 && daysLeft <= -1) return RELAPSE_PART;
    return 0.5 + (0.5 * daysLeft) / (Math.abs(daysLeft) + CROSSING_WIDTH);
  }
}
