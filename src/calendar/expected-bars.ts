/** Counting the bars a session should have, to find gaps in data. */

import { InvalidInputError } from "../market/errors.ts";
import type { Session } from "./session.ts";

/** The open stretches of a session: between open, halts and close. */
function openStretches(session: Session): { readonly start: number; readonly end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  let start = session.open;
  for (const halt of session.halts) {
    stretches.push({ start, end: halt.start });
    start = halt.end;
  }
  stretches.push({ start, end: session.close });
  return stretches.filter((stretch) => stretch.start < stretch.end);
}

/** See `Calendar.expectedBars`. Throws `InvalidInputError` when the step is not a positive number. */
export function expectedBars(session: Session, stepMilliseconds: number): number {
  if (!(stepMilliseconds > 0)) {
    throw new InvalidInputError(
      "invalid_timestep",
      `Step must be a positive number of milliseconds, was ${stepMilliseconds}`,
    );
  }
  let count = 0;
  let counted = -1;
  for (const { start, end } of openStretches(session)) {
    const first = Math.max(Math.floor((start - session.open) / stepMilliseconds), counted + 1);
    const last = Math.ceil((end - session.open) / stepMilliseconds) - 1;
    count += Math.max(0, last - first + 1);
    counted = Math.max(counted, last);
  }
  return count;
}
