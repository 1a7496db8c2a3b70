import type { Fill } from "../market/fill.ts";
import type { TradedBars } from "../market/run-outcome.ts";
import { contractLabel } from "./account/rolls.ts";
import type { Instrument } from "./instrument.ts";

/** The bars of every instrument that had a fill; of the first one where none had. Views, no copies. */
export function tradedBars(instruments: readonly Instrument[], fills: readonly Fill[]): readonly TradedBars[] {
  const traded = new Set(fills.map(({ asset }) => asset.key));
  const shown = instruments.filter(({ asset }) => traded.has(asset.key));
  return (shown.length > 0 ? shown : instruments.slice(0, 1)).map(
    ({ asset, timestep, calendar, time, open, high, low, close, volume, life }) => ({
      asset,
      timestep,
      calendar: calendar.name,
      length: time.length,
      time,
      open,
      high,
      low,
      close,
      volume,
      rolls: life.rolls.map((roll) => ({
        time: roll.time,
        from: contractLabel(roll.from),
        to: contractLabel(roll.to),
      })),
    }),
  );
}
