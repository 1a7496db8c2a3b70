import { StrategyError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";

const MOST_SLEEPS_AN_INSTANT = 1000;

/** Ends a run whose strategy sleeps again and again without any time passing. */
export class IdleSleeps {
  private readonly strategy: { readonly name: string };
  private instant = Number.NaN;
  private sleeps = 0;

  constructor(strategy: { readonly name: string }) {
    this.strategy = strategy;
  }

  /** @throws StrategyError when it was too often at this instant */
  count(now: number): void {
    this.sleeps = this.instant === now ? this.sleeps + 1 : 1;
    this.instant = now;
    if (this.sleeps <= MOST_SLEEPS_AN_INSTANT) return;
    throw new StrategyError(
      `${this.strategy.name} slept ${MOST_SLEEPS_AN_INSTANT} times at ${formatInstant(now)} without any time passing`,
      { time: now, hint: "Sleep for more than 0 seconds, or leave the loop." },
    );
  }
}
