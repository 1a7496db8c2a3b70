import type { EquityRecorder } from "./equity-recorder.ts";
import type { Instrument } from "./instrument.ts";
import type { Portfolio } from "./portfolio.ts";

/** Rows of equity of instants at which one instrument's bars closed and nothing else changed: recorded many at once. */
export class PassedRows {
  private readonly equity: EquityRecorder;
  private readonly portfolio: Portfolio;
  private instrument: Instrument | undefined;
  private first = 0;

  constructor(equity: EquityRecorder, portfolio: Portfolio) {
    this.equity = equity;
    this.portfolio = portfolio;
  }

  /** Notes that the instrument's bar in progress, and each that closes from now on, is to be recorded. */
  begin(instrument: Instrument): void {
    if (this.instrument !== undefined) return;
    this.instrument = instrument;
    this.first = instrument.row;
  }

  /** Records what was passed since. To be called before anything else can change the account, or bars are recorded one by one again. */
  record(): void {
    const { instrument, first } = this;
    if (instrument === undefined) return;
    this.instrument = undefined;
    this.equity.recordBars(this.portfolio, instrument, first, instrument.row);
  }
}
