import { StrategyError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";

const MOST_ANSWERS = 10_000;

/**
 * Ends a run whose order hooks answer what they are told with orders that are told at once, without end: an `onErrorOrder` that sends the
 * refused order again would do so for ever, and hear of no Ctrl-C.
 * @throws StrategyError after the 10,000th answer to an answer
 */
export function refuseEndlessAnswers(
  strategy: { readonly name: string },
  hook: string,
  answers: number,
  now: number,
): void {
  if (answers <= MOST_ANSWERS) return;
  throw new StrategyError(
    `${strategy.name}.${hook} came of orders that order hooks sent, ${MOST_ANSWERS} times at ${formatInstant(now)} without any time passing`,
    {
      time: now,
      hint: "Send no order from an order hook that leads to the same again: look at the order's `refusal`, and give up after some.",
    },
  );
}
