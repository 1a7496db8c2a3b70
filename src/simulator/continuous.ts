/** Which contract a continuous symbol names on each UTC day, by the vendor's three rules. */

import { DAY } from "../market/time.ts";
import { dateOfDay, dayOfDate } from "./days.ts";
import type { FutureContract } from "./instrument.ts";
import type { Market } from "./market.ts";
import { Recent } from "./recent.ts";

/** `c` nearest expiration, `n` highest open interest, `v` highest volume. */
export type RollRule = "c" | "n" | "v";

/** A continuous symbol, read. */
export interface ContinuousSymbol {
  readonly root: string;
  readonly rule: RollRule;
  /** 0 is the first by the rule. */
  readonly rank: number;
}

/** Reads `ES.v.0`; undefined for anything else. */
export function parseContinuous(symbol: string): ContinuousSymbol | undefined {
  const match = /^([A-Z0-9]{1,4})\.([cnv])\.(\d{1,2})$/.exec(symbol);
  if (match === null) return undefined;
  const [, root = "", rule, rank] = match;
  return { root, rule: rule as RollRule, rank: Number(rank) };
}

/** Rankings kept at hand: some years of a few symbols. */
const RANKINGS_AT_HAND = 4_096;

/** Ranks the contracts of a root day by day. */
export class ContractRanking {
  readonly #market: Market;
  readonly #rankings = new Recent<string, readonly FutureContract[]>(RANKINGS_AT_HAND);

  constructor(market: Market) {
    this.#market = market;
  }

  /**
   * The contract of a continuous symbol on a UTC day; undefined when the market has none. Volume and open interest are those of the
   * last session that closed before the day began. Rolls go wherever those go, back again too: the vendor has no rule against it.
   */
  contractOn({ root, rule, rank }: ContinuousSymbol, day: number): FutureContract | undefined {
    const chain = this.#market.chainOf(root);
    if (chain === undefined) return undefined;
    if (rule === "c") return this.#rankingOf(root, rule, day)[rank];
    // Whole sessions decide, so that the days of a weekend share one ranking with the Monday after it.
    const session = chain.contracts[0]?.calendar.previousSession(day * DAY);
    const tradeDay = session === undefined ? day - 1 : dayOfDate(session.tradeDate);
    return this.#rankingOf(root, rule, tradeDay).filter((contract) => contract.lastDay >= day)[rank];
  }

  #rankingOf(root: string, rule: RollRule, day: number): readonly FutureContract[] {
    return this.#rankings.get(`${root} ${rule} ${dateOfDay(day)}`, () => {
      const contracts = this.#market.chainOf(root)?.contracts ?? [];
      const listed = contracts.filter((contract) => contract.firstDay <= day && day <= contract.lastDay);
      return rule === "c" ? byExpiration(listed) : this.#byTrading(listed, rule, day);
    });
  }

  #byTrading(listed: readonly FutureContract[], rule: RollRule, tradeDay: number): FutureContract[] {
    const ranked = listed.map((contract) => {
      const shares = this.#market.sharesOf(contract.product);
      const share = rule === "v" ? shares.volumeShare(contract, tradeDay) : shares.interestShare(contract, tradeDay);
      return { contract, share };
    });
    return ranked.sort((a, b) => b.share - a.share).map(({ contract }) => contract);
  }
}

function byExpiration(contracts: readonly FutureContract[]): FutureContract[] {
  return [...contracts].sort((a, b) => a.expiration - b.expiration);
}
