import type { Asset } from "./asset.ts";

/** How fills make trades; `Trade` tells what each makes. */
export type TradeMatching = "fifo" | "flat-to-flat";

/**
 * A round trip. By `fifo` every entry fill is a lot and an exit fill closes the oldest lots first: each lot, or part of one, that a fill
 * closes is a trade, and several may share an entry or an exit. By `flat-to-flat` a trade goes from flat (or from the flip that opened it)
 * back to flat (or to the next flip), with all adds and part closes. A flip ends trades and starts the next at the same fill.
 */
export interface Trade {
  readonly asset: Asset;
  readonly direction: "long" | "short";
  /** What was matched; of flat-to-flat trades the largest quantity held at once. */
  readonly quantity: number;
  /** Epoch ms UTC of the first entry fill. */
  readonly entryTime: number;
  /** Mean price of all entry fills. */
  readonly entryPrice: number;
  /** Epoch ms UTC of the last exit fill; of the last valuation while the trade is open. */
  readonly exitTime: number;
  /** Mean price of all exit fills; for an open trade the last valuation price stands in for the part still held. */
  readonly exitPrice: number;
  /** Profit in account currency, fees already taken off. */
  readonly pnl: number;
  /** Fees of all its fills, or its share of them. */
  readonly fees: number;
  /** Bars of the asset's finest step over which it was held, the entry's bar included. */
  readonly bars: number;
  /**
   * Maximum adverse excursion: the worst open profit seen at bar lows and highs, in account currency, 0 or below. The bar of an entry counts
   * with its whole range, also where the entry was inside it: four prices do not tell what came before. One at its close has no part in it.
   */
  readonly mae: number;
  /** Maximum favourable excursion, by the same bars, 0 or above. */
  readonly mfe: number;
  /** True when the run ended before the trade did; such trades stand apart in statistics. */
  readonly open: boolean;
  /** How often it was rolled into the next contract; absent when never. Adds and exits after a roll are priced on the new contract. */
  readonly rolls?: number;
  /** With `rolls`: by how much they moved the entry, price units, so that exit - entry - rollGap is what was earned. */
  readonly rollGap?: number;
}
