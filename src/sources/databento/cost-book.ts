/** What was paid, in `costs.jsonl`, and how much may still be spent. */

import { decideCost, totalCost } from "../../databento/cost-decision.ts";
import { CostLimitError, CostNotApprovedError, dollars } from "../../databento/cost-errors.ts";
import { onCache } from "../../store/cache-errors.ts";
import { appendJsonLine, readJsonLines } from "../../store/json-lines.ts";
import { MonthlyCeilingError } from "./errors.ts";

/** One purchase, a line of `costs.jsonl`. Holds no key. */
export interface Purchase {
  /** When the first bytes came, ISO 8601 UTC. */
  readonly time: string;
  readonly dataset: string;
  readonly schema: string;
  readonly symbol: string;
  readonly stypeIn: string;
  /** Inclusive and exclusive, ISO 8601 UTC. */
  readonly start: string;
  readonly end: string;
  /** US$, as quoted. */
  readonly cost: number;
  /** Uncompressed size, which is what is billed. */
  readonly bytes: number;
  readonly requestId: string | null;
  /** True for made-up data of a simulated service. */
  readonly simulated: boolean;
}

/** How much may be spent, US$. */
export interface CostLimits {
  /** For all purchases of one source together. Undefined: somebody has to be asked. */
  readonly maxCost: number | undefined;
  /** For all purchases of a calendar month, UTC, through this cache. */
  readonly monthlyCeiling: number | undefined;
}

/** Keeps the purchases of one source and asks before each batch. */
export class CostBook {
  readonly #path: string;
  readonly #limits: CostLimits;
  readonly #now: () => number;
  readonly #own: Purchase[] = [];

  constructor(path: string, limits: CostLimits, now: () => number) {
    this.#path = path;
    this.#limits = limits;
    this.#now = now;
  }

  /** What this source has bought. */
  get purchases(): readonly Purchase[] {
    return this.#own;
  }

  /** What this source has paid, US$. */
  get spent(): number {
    return totalCost(this.#own.map(({ cost }) => cost));
  }

  /**
   * Decides on the price of a whole batch. Free data passes.
   * @param what what is dearest in it, for who reads the refusal
   * @param ask undefined where there is nobody to ask; only `true` is a yes
   * @throws {CostLimitError} with both figures, {MonthlyCeilingError}, {CostNotApprovedError}
   */
  async approve(total: number, what: string, ask: (() => boolean | Promise<boolean>) | undefined): Promise<void> {
    if (total === 0) return;
    const { maxCost, monthlyCeiling } = this.#limits;
    const whole = totalCost([this.spent, total]);
    if (monthlyCeiling !== undefined) await this.#checkMonth(total, what, monthlyCeiling);
    const decision = decideCost({ total: whole, maxCost, canAsk: ask !== undefined });
    if (decision === "over_limit") throw new CostLimitError(whole, maxCost ?? 0, what);
    if (decision === "refuse") throw refused("nobody_to_ask", total, what, "no limit and nobody to ask");
    if (decision === "ask" && (await ask?.()) !== true) throw refused("declined", total, what, "no yes");
  }

  /** True when so much more may be spent without asking anybody. @param cost of all that is still to be paid, US$ */
  async hasRoomFor(cost: number): Promise<boolean> {
    const { maxCost, monthlyCeiling } = this.#limits;
    if (maxCost === undefined || totalCost([this.spent, cost]) > maxCost) return false;
    return monthlyCeiling === undefined || totalCost([await this.#spentInMonth(), cost]) <= monthlyCeiling;
  }

  /** Notes a purchase. @throws CacheFullError, CacheReadOnlyError */
  async note(purchase: Purchase): Promise<void> {
    this.#own.push(purchase);
    await onCache(this.#path, () => appendJsonLine(this.#path, purchase));
  }

  async #checkMonth(total: number, what: string, ceiling: number): Promise<void> {
    const spent = await this.#spentInMonth();
    if (totalCost([spent, total]) > ceiling) throw new MonthlyCeilingError(total, what, spent, ceiling);
  }

  /** By the book of the cache, which all runs keep, US$. */
  async #spentInMonth(): Promise<number> {
    const month = new Date(this.#now()).toISOString().slice(0, 7);
    const lines = (await onCache(this.#path, () => readJsonLines(this.#path))) as readonly Partial<Purchase>[];
    return totalCost(lines.filter(({ time }) => time?.startsWith(month) === true).map(({ cost }) => cost ?? 0));
  }
}

function refused(
  reason: "nobody_to_ask" | "declined",
  total: number,
  what: string,
  found: string,
): CostNotApprovedError {
  return new CostNotApprovedError(
    reason,
    `Approve the cost of ${dollars(total)} (${what}): found ${found}, nothing was downloaded`,
  );
}
