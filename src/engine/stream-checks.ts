import type { StreamEvent, StreamedBar } from "../market/bar-stream.ts";
import { BacklitError } from "../market/errors.ts";

/** @throws BacklitError `data_source` for what does not say when it came in */
export function checkEvent(event: StreamEvent | undefined): void {
  if (Number.isFinite(event?.arrival)) return;
  const found = event === undefined ? "nothing" : `an event with the arrival ${event.arrival}`;
  throw new BacklitError(
    "data_source",
    `Reading the stream of bars: it gave ${found}, expected epoch milliseconds UTC`,
  );
}

/** What is asked of bars from everywhere (`checkBars`), of one bar: prices may be zero or negative. */
export function isSoundBar({ time, end, open, high, low, close, volume }: StreamedBar): boolean {
  return (
    time > Number.NEGATIVE_INFINITY &&
    end > time &&
    end < Number.POSITIVE_INFINITY &&
    low <= open &&
    low <= close &&
    open <= high &&
    close <= high &&
    low > Number.NEGATIVE_INFINITY &&
    high < Number.POSITIVE_INFINITY &&
    volume >= 0 &&
    volume < Number.POSITIVE_INFINITY
  );
}
