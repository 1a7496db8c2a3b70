/** The options of a run that say how its account is judged. */

import { InvalidInputError } from "../market/errors.ts";
import type { BuyingPowerModel, MarginCallPolicy, MarginTerms } from "../market/margin.ts";
import { suggestWord } from "../market/nearest.ts";

/** Options about margin; part of `BacktestOptions`. */
export interface MarginOptions {
  /**
   * Margin of one contract by root or asset key, contract's currency: `{ ES: { initial: 13200, maintenance: 12000, dayInitial: 500 } }`.
   * @default the dated table; where that knows nothing, a fraction of the contract's value, and the run says so (`margin_unknown`)
   */
  readonly margins?: Readonly<Record<string, MarginTerms>>;
  /** @default "refuse" */
  readonly marginCall?: MarginCallPolicy;
  /** @default "cash" */
  readonly buyingPower?: BuyingPowerModel;
  /** What borrowing shares to sell them short costs in a year, a fraction of their value: one rate, or by symbol. @default 0 */
  readonly borrowRate?: number | Readonly<Record<string, number>>;
}

export const MARGIN_OPTION_NAMES = ["margins", "marginCall", "buyingPower", "borrowRate"] as const;

const POLICIES = ["refuse", "liquidate", "off"] as const satisfies readonly MarginCallPolicy[];
const MODELS = ["cash", "reg-t", "portfolio"] as const satisfies readonly BuyingPowerModel[];
const PARTS = [
  "initial",
  "maintenance",
  "dayInitial",
  "dayMaintenance",
] as const satisfies readonly (keyof MarginTerms)[];

/** @throws InvalidInputError `invalid_option` */
export function checkMarginOptions(options: MarginOptions): Required<MarginOptions> {
  const margins = options.margins ?? {};
  for (const [name, terms] of Object.entries(margins)) checkTerms(name, terms);
  return {
    margins,
    marginCall: checkWord("marginCall", options.marginCall ?? "refuse", POLICIES),
    borrowRate: checkBorrowRate(options.borrowRate ?? 0),
    buyingPower: checkWord("buyingPower", options.buyingPower ?? "cash", MODELS),
  };
}

function checkBorrowRate(rate: Required<MarginOptions>["borrowRate"]): Required<MarginOptions>["borrowRate"] {
  for (const each of typeof rate === "object" && rate !== null ? Object.values(rate) : [rate]) {
    if (typeof each === "number" && Number.isFinite(each) && each >= 0) continue;
    throw new InvalidInputError("invalid_option", `Setting the options of the run: borrowRate was ${String(each)}`, {
      hint: "Give a yearly fraction such as 0.03, or fractions by symbol: { GME: 0.8 }.",
    });
  }
  return rate;
}

function checkTerms(name: string, terms: MarginTerms): void {
  const hint = `Give for example margins: { ${name}: { initial: 13200, maintenance: 12000 } }, money per contract.`;
  const fail = (found: string): never => {
    throw new InvalidInputError("invalid_option", `Setting the margin of ${name}: ${found}`, { hint });
  };
  if (typeof terms !== "object" || terms === null || terms.initial === undefined) fail("expected an initial margin");
  for (const [part, value] of Object.entries(terms)) {
    if (!(PARTS as readonly string[]).includes(part)) fail(`'${part}' is not known; known: ${PARTS.join(", ")}`);
    if (!(typeof value === "number" && Number.isFinite(value) && value >= 0))
      fail(`${part} was ${value}, expected a number from 0`);
  }
}

function checkWord<Word extends string>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  throw new InvalidInputError("invalid_option", `Setting the options of the run: ${name} was '${value}'`, {
    hint: suggestWord(String(value), words),
  });
}
