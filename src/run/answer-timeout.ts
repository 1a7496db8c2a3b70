import type { AnswerWatch } from "../engine/venue-desk.ts";

/** The longest time a timer takes, ms; beyond it a timer would ring at once. */
const LONGEST_TIMER = 2_147_483_647;

/** Gives up on an answer after `timeout` ms of the wall's clock. */
export function answerTimeout(timeout: number): AnswerWatch {
  if (timeout > LONGEST_TIMER) return () => () => {};
  return (giveUp) => {
    const timer = setTimeout(() => giveUp(`has not answered within ${timeout} ms`), timeout);
    return () => clearTimeout(timer);
  };
}
