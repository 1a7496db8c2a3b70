import type { BarSeries } from "../market/bar-series.ts";
import type { Fill } from "../market/fill.ts";
import type { Instrument } from "./instrument.ts";

/** The bars of every instrument that had a fill; of the first one where none had. Views, no copies. */
export function tradedBars(instruments: readonly Instrument[], fills: readonly Fill[]): readonly BarSeries[] {
  const traded = new Set(fills.map(({ asset }) => asset.key));
  const shown = instruments.filter(({ asset }) => traded.has(asset.key));
  return (shown.length > 0 ? shown : instruments.slice(0, 1)).map(
    ({ asset, timestep, time, open, high, low, close, volume }) => ({
      asset,
      timestep,
      length: time.length,
      time,
      open,
      high,
      low,
      close,
      volume,
    }),
  );
}
