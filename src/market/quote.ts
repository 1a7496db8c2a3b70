import type { Asset } from "./asset.ts";

/** What is known of a price at an instant. */
export interface Quote {
  readonly asset: Asset;
  /** Instant of the newest part, epoch ms UTC. */
  readonly time: number;
  /** Last traded price. */
  readonly last: number;
  /** Best bid and ask; undefined when the source has trades only. Never derived from `last`. */
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}
