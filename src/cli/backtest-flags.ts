/** The options of `backlit backtest` as commander hands them over; an option that was not given is not there. */
export interface BacktestFlags {
  readonly strategy?: string;
  readonly param?: readonly string[];

  readonly source?: string;
  readonly file?: readonly string[];
  readonly asset?: readonly string[];
  readonly multiplier?: number;
  readonly tickSize?: number;
  readonly start?: string;
  readonly end?: string;
  readonly timestep?: string;
  readonly timezone?: string;
  readonly stamp?: "open" | "close";
  readonly column?: readonly string[];
  readonly onInvalid?: "reject" | "drop" | "keep";
  readonly maxCost?: number;
  readonly seed?: number;

  readonly budget?: number;
  readonly market?: string;
  readonly feePerContract?: number;
  readonly feePerShare?: number;
  readonly feePerOrder?: number;
  readonly feePercent?: number;
  readonly exchangeFee?: number;
  readonly slippageTicks?: number;
  readonly slippagePercent?: number;
  readonly fill?: "next-open" | "this-close";
  readonly intrabar?: "worst" | "ohlc" | "olhc" | "finer";
  readonly limitFill?: "touch" | "through";
  readonly stockAdjustment?: "none" | "splits" | "splits-and-dividends";
  readonly tradeMatching?: "fifo" | "flat-to-flat";
  readonly benchmark?: string;
  readonly riskFreeRate?: number;

  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly logLevel?: "debug" | "info" | "warn" | "error" | "silent";
}
