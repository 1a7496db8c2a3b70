/** The ports: what the engine asks of the outside world, and all it knows of it. */
import type { Asset } from "./asset.ts";
import type { BarSeries } from "./bar-series.ts";
import type { BarStream, StreamedBar } from "./bar-stream.ts";
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
  /** Smallest step of its price, price units. */
  readonly tickSize?: number;
  /** Name of the calendar it trades by, as `calendarFor` reads it. */
  readonly calendar?: string;
  /** Currency its price is in, where the asset does not say. */
  readonly currency?: string;
  /** Last trading day, ISO date, of a contract that expires. */
  readonly expiration?: string;
}

/** One change of the contract that a continuous future follows. The gap is `toPrice - fromPrice`. */
export interface ContractRoll {
  /** From this instant on the bars are those of `to`; a session boundary, epoch ms UTC. */
  readonly time: number;
  readonly from: Asset;
  readonly to: Asset;
  /** Open time of the bar whose close gives both prices. */
  readonly measuredAt: number;
  /** Close of that bar on the contract that is left, as traded ... */
  readonly fromPrice: number;
  /** ... and on the one that follows. */
  readonly toPrice: number;
}

/**
 * Something a company did that changes what a share is worth. Dates are ISO days of the exchange; prices before it are as traded. It takes
 * effect as its date begins there, over bars of a day or longer at midnight UTC.
 */
export type CorporateAction =
  /** `amount` per share, in the share's currency, to who holds it as `date`, the ex-date, begins. */
  | { readonly kind: "dividend"; readonly date: string; readonly amount: number }
  /** `ratio` new shares for one old one, as `date` begins: 2 for 2-for-1, 0.1 for 1-for-10. */
  | { readonly kind: "split"; readonly date: string; readonly ratio: number }
  /** `date` is the last day of trading; what is held is closed at `price`, else at the last price. */
  | { readonly kind: "delisting"; readonly date: string; readonly price?: number };

/** The exchange's settlement price of one trade date. */
export interface SettlementPrice {
  /** ISO date. */
  readonly tradeDate: string;
  /** In the contract's own currency. */
  readonly price: number;
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
  /** What the source knows of an instrument; asked as the asset comes into a run. */
  describe?(asset: Asset): InstrumentDetails | undefined | Promise<InstrumentDetails | undefined>;
  /**
   * Bars in exactly the asked step, ascending, closed or not yet closed at `end` alike; an empty series when the span holds none.
   * @throws DataMissingError when the source does not have the asset or cannot give this step
   */
  getBars(request: BarsRequest): Promise<BarSeries>;
  /**
   * The rolls of a continuous future within a span, ascending. `getBars` gives its bars adjusted as the asset asks; the engine asks for
   * the unadjusted ones and adjusts by this table as time passes.
   */
  rolls?(asset: Asset, span: RunSpan): readonly ContractRoll[] | Promise<readonly ContractRoll[]>;
  /** Dividends, splits and the delisting of a stock within a span, ascending; bars are as traded. */
  corporateActions?(asset: Asset, span: RunSpan): readonly CorporateAction[] | Promise<readonly CorporateAction[]>;
  /** Settlement prices of a future within a span, ascending, where the source has them. */
  settlements?(asset: Asset, span: RunSpan): readonly SettlementPrice[] | Promise<readonly SettlementPrice[]>;
  /**
   * Told what a run is going to ask for at its beginning, so that a source that has to fetch, or to pay, can do it in one go. The same
   * requests follow.
   */
  prepare?(requests: readonly BarsRequest[]): Promise<void>;
  /** Bars as they come in from now on, of a source that is live. Without it a live run replays `getBars`. */
  streamBars?(options: { readonly signal?: AbortSignal }): BarStream;
  /** What this source has paid its vendor for data so far, US$, of a source that buys. */
  dataCost?(): number;
  /** Notes on the data that a reader of the result should see: rows dropped, spans clamped. */
  notes?(): readonly string[];
  /** Called once the run is over, however it ended, of a source that the run made of its class. */
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

/**
 * What a broker tells, in one ordered stream. Of each order: `accepted` before anything else but a refusal, then changes and fills, and one
 * end: a fill that completes it, or canceled, expired or refused. A refused command, a change or a cancel too, is told once.
 */
export type BrokerEvent =
  | { readonly kind: "accepted" | "canceled" | "expired"; readonly time: number; readonly order: Order }
  /** `command` is that of the change; without one the first that is out is meant, and with none out the venue changed it by itself. */
  | { readonly kind: "modified"; readonly time: number; readonly order: Order; readonly command?: string }
  /** `command` is that of the refused change or cancel, or the order's own id; without one it follows from the order's state. */
  | {
      readonly kind: "refused";
      readonly time: number;
      readonly order: Order;
      readonly command?: string;
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

/**
 * Where orders go. A command may be answered at once or by a promise, which is always kept; what it leads to is told in the stream, before
 * or after the answer. A broker writes into no order: the engine does, by what the stream tells.
 */
export interface Broker {
  readonly name: string;
  readonly capabilities: BrokerCapabilities;
  submit(order: Order): CommandOutcome | Promise<CommandOutcome>;
  /** @param command names this change in the stream, once in a run: what a venue's own id of a replacement is made of */
  modify(order: Order, changes: OrderChanges, command: string): CommandOutcome | Promise<CommandOutcome>;
  /** @param command as for `modify`; `submit` needs none, for the order's id is handed in once */
  cancel(order: Order, command: string): CommandOutcome | Promise<CommandOutcome>;
  /** Calls `listener` for every event, in order. Returns the way to stop. */
  subscribe(listener: (event: BrokerEvent) => void): () => void;
  /** Shows each bar that came in to a broker that simulates; a venue has its own market. */
  onBar?(bar: StreamedBar): void;
}
