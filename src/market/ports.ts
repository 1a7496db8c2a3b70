/** The ports: what the engine asks of the outside world, and all it knows of it. */
import type { Asset } from "./asset.ts";
import type { BarSeries } from "./bar-series.ts";
import type { RefusalCode } from "./events.ts";
import type { Fill } from "./fill.ts";
import type { Order, OrderChanges } from "./order.ts";
import type { Timestep } from "./timestep.ts";

/** A request for bars. */
export interface BarsRequest {
  readonly asset: Asset;
  readonly timestep: Timestep;
  /** Bars whose open time is at or after this instant, epoch ms UTC ... */
  readonly start: number;
  /** ... and before this one. */
  readonly end: number;
  /** How many bars before `start` are wanted as well, as far as there are any. */
  readonly lookback: number;
  readonly signal?: AbortSignal;
}

/** Facts about an instrument that a source may know better than the user or the contract table. */
export interface InstrumentDetails {
  /** Money per 1.0 of price and unit. */
  readonly multiplier?: number;
  readonly tickSize?: number;
  /** Name of the calendar it trades by, as `calendarFor` reads it. */
  readonly calendar?: string;
}

/** Where bars come from. A plug-in implements `name` and `getBars`; the rest is for sources that know more. */
export interface DataSource {
  /** Short name for messages and results. */
  readonly name: string;
  /** A word to print wherever numbers from this source appear, such as `SYNTHETIC`. */
  readonly notice?: string;
  /** What the source holds, when that is a list one can give. Those assets take part in a run even if the strategy never asks. */
  assets?(): readonly Asset[] | Promise<readonly Asset[]>;
  /** The finest step held for an asset: orders are examined on these bars. */
  baseTimestep?(asset: Asset): Timestep | undefined | Promise<Timestep | undefined>;
  describe?(asset: Asset): InstrumentDetails | undefined | Promise<InstrumentDetails | undefined>;
  /**
   * Bars in exactly the asked step, ascending, closed or not yet closed at `end` alike; an empty series when the span holds none.
   * @throws DataMissingError when the source does not have the asset or cannot give this step
   */
  getBars(request: BarsRequest): Promise<BarSeries>;
  /** Notes on the data that a reader of the result should see: rows dropped, spans clamped. */
  notes?(): readonly string[];
  close?(): Promise<void>;
}

/** A class whose instances are data sources. It is handed the options of the run. */
export type DataSourceClass<Options = never> = new (options: Options & RunSpan) => DataSource;

/** The span of a run, part of what a data source class is handed. */
export interface RunSpan {
  /** Inclusive, epoch ms UTC. */
  readonly start: number;
  /** Exclusive, epoch ms UTC. */
  readonly end: number;
}

/** Tells the time. A backtest's clock is the data; a live run's is the wall. */
export interface Clock {
  /** Epoch ms UTC; never goes back. */
  now(): number;
}

/**
 * What came of a command. `refused`: the venue said no. `denied`: it never left here. `unresolved`: it left and nobody knows yet;
 * never to be read as a no.
 */
export type CommandOutcome =
  | { readonly status: "accepted" }
  | { readonly status: "refused" | "denied"; readonly reason: RefusalCode; readonly message: string }
  | { readonly status: "unresolved"; readonly message: string };

/** What a broker can do; anything else is refused before it is sent. */
export interface BrokerCapabilities {
  readonly orderKinds: readonly Order["kind"][];
  readonly timesInForce: readonly Order["timeInForce"][];
  readonly modify: boolean;
}

/** What a broker tells, in one ordered stream. */
export type BrokerEvent =
  | { readonly kind: "accepted" | "canceled" | "expired" | "modified"; readonly time: number; readonly order: Order }
  | {
      readonly kind: "refused";
      readonly time: number;
      readonly order: Order;
      readonly reason: RefusalCode;
      readonly message: string;
    }
  /** `complete` says whether this fill was the order's last. */
  | {
      readonly kind: "filled";
      readonly time: number;
      readonly order: Order;
      readonly fill: Fill;
      readonly complete: boolean;
    };

/** Where orders go. */
export interface Broker {
  readonly name: string;
  readonly capabilities: BrokerCapabilities;
  submit(order: Order): CommandOutcome | Promise<CommandOutcome>;
  modify(order: Order, changes: OrderChanges): CommandOutcome | Promise<CommandOutcome>;
  cancel(order: Order): CommandOutcome | Promise<CommandOutcome>;
  /** Calls `listener` for every event, in order. Returns the way to stop. */
  subscribe(listener: (event: BrokerEvent) => void): () => void;
}
