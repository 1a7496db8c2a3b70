import { type ContractSymbol, parseContractSymbol } from "./contract-symbol.ts";
import { InvalidInputError } from "./errors.ts";
import { suggestWord } from "./nearest.ts";
import { parseDate } from "./time.ts";

export const ASSET_TYPES = ["stock", "future", "continuous_future", "option", "forex", "crypto", "index"] as const;
export type AssetType = (typeof ASSET_TYPES)[number];
export type OptionRight = "call" | "put";

/** Which contract a continuous future follows: `c` by calendar, `n` by open interest, `v` by volume (Databento's letters). */
export type RollRule = "c" | "n" | "v" | { readonly sessionsBeforeExpiration: number };
export type Adjustment = "none" | "difference" | "ratio";
/** How signals see prices of a stock from before a split or a dividend that is over; money never sees an adjusted price. */
export type StockAdjustment = "none" | "splits" | "splits-and-dividends";

/** What a continuous future is made of. */
export interface ContinuousTerms {
  /** @default "v" */
  readonly roll?: RollRule;
  /** 0 is the front contract, 1 the next. @default 0 */
  readonly rank?: number;
  /** How signals see prices across a roll; money never sees an adjusted price. @default "none" */
  readonly adjust?: Adjustment;
  /** Which end stays as it traded. @default "backward" (the newest contract keeps its prices) */
  readonly direction?: "backward" | "forward";
}

/** What `new Asset` takes. */
export interface AssetFields {
  /** As traded: `AAPL`, `ES`, `EUR`, `BTC`. A dated future may be written as its contract symbol, `ESZ13`, without `expiration`. */
  readonly symbol: string;
  /** @default "stock" */
  readonly assetType?: AssetType;
  /** Last trading day of a future or an option, ISO date. */
  readonly expiration?: string;
  /** Option strike in price units. */
  readonly strike?: number;
  readonly right?: OptionRight;
  /** Money per 1.0 of price and unit. @default 1; 100 for options; for futures from the data source or the contract table */
  readonly multiplier?: number;
  /** Smallest price step. Default: from the data source or the contract table; none when neither knows. */
  readonly tickSize?: number;
  /** Currency the price is in, or the second half of a pair. @default "USD" */
  readonly currency?: string;
  /** Exchange or venue, where it decides which data is meant: `CME`, `ICE`. */
  readonly exchange?: string;
  /** Only for a continuous future. */
  readonly continuous?: ContinuousTerms;
}

/** Something that can be priced and mostly traded. Immutable; two assets are the same when their `key` is equal. */
export class Asset {
  readonly symbol: string;
  readonly assetType: AssetType;
  readonly expiration: string | undefined;
  readonly strike: number | undefined;
  readonly right: OptionRight | undefined;
  readonly multiplier: number | undefined;
  readonly tickSize: number | undefined;
  readonly currency: string;
  readonly exchange: string | undefined;
  readonly continuous: Readonly<Required<ContinuousTerms>> | undefined;
  /** Root, month and year of a dated future that was written as a contract symbol. */
  readonly contract: ContractSymbol | undefined;
  /** Identity as text. Multiplier and tick are facts about a future and not part of it; an option's own contract size is. */
  readonly key: string;

  /** @throws InvalidInputError `invalid_asset`: a field is missing, or has no meaning for this type */
  constructor(fields: AssetFields) {
    checkFields(fields);
    this.symbol = fields.symbol;
    this.assetType = fields.assetType ?? "stock";
    this.expiration = fields.expiration;
    this.strike = fields.strike;
    this.right = fields.right;
    this.multiplier = fields.multiplier ?? defaultMultiplier(this.assetType);
    this.tickSize = fields.tickSize;
    this.currency = fields.currency ?? "USD";
    this.exchange = fields.exchange;
    this.continuous = this.assetType === "continuous_future" ? completeTerms(fields.continuous ?? {}) : undefined;
    this.contract = this.assetType === "future" ? parseContractSymbol(fields.symbol) : undefined;
    this.key = keyOf(this);
    Object.freeze(this);
  }

  static stock(symbol: string): Asset {
    return new Asset({ symbol, assetType: "stock" });
  }

  /** One dated contract: `Asset.future("ES", "2025-03-21")`, or by contract symbol, `Asset.future("ESH25")`. */
  static future(symbol: string, expiration?: string): Asset {
    return new Asset({ symbol, assetType: "future", ...(expiration === undefined ? {} : { expiration }) });
  }

  /** The series of front contracts of a root: `Asset.continuousFuture("ES", { roll: "v", adjust: "none" })`. */
  static continuousFuture(root: string, continuous: ContinuousTerms = {}): Asset {
    return new Asset({ symbol: root, assetType: "continuous_future", continuous });
  }

  static option(fields: Omit<AssetFields, "assetType" | "continuous">): Asset {
    return new Asset({ ...fields, assetType: "option" });
  }

  /** A currency pair, `Asset.forex("EUR", "USD")`: price in `currency` per one `symbol`. */
  static forex(symbol: string, currency = "USD"): Asset {
    return new Asset({ symbol, assetType: "forex", currency });
  }

  /** A coin priced in a currency, `Asset.crypto("BTC", "USD")`. */
  static crypto(symbol: string, currency = "USD"): Asset {
    return new Asset({ symbol, assetType: "crypto", currency });
  }

  static index(symbol: string): Asset {
    return new Asset({ symbol, assetType: "index" });
  }

  /** Root of a future (`ES` of `ESZ13`); the symbol of anything else. */
  get root(): string {
    return this.contract?.root ?? this.symbol;
  }

  /** True for dated and continuous futures: money moves by price changes, not by the price itself. */
  get isFuture(): boolean {
    return this.assetType === "future" || this.assetType === "continuous_future";
  }

  /** True when only whole units trade. */
  get wholeUnits(): boolean {
    return this.isFuture || this.assetType === "option";
  }

  /** The same continuous future with its rolls shown another way; anything else is its own. */
  withAdjustment(adjust: Adjustment): Asset {
    if (this.continuous === undefined || this.continuous.adjust === adjust) return this;
    return new Asset({ ...fieldsOf(this), continuous: { ...this.continuous, adjust } });
  }

  /** The same asset with the tick and the currency of another one and, of a future, its multiplier, as far as that has them. */
  withTermsOf(other: Asset): Asset {
    const multiplier = this.isFuture ? (other.multiplier ?? this.multiplier) : this.multiplier;
    const tickSize = other.tickSize ?? this.tickSize;
    // One that was not asked says USD.
    const currency = other.currency === "USD" ? this.currency : other.currency;
    if (multiplier === this.multiplier && tickSize === this.tickSize && currency === this.currency) return this;
    return new Asset({
      ...fieldsOf(this),
      currency,
      ...(multiplier === undefined ? {} : { multiplier }),
      ...(tickSize === undefined ? {} : { tickSize }),
    });
  }

  equals(other: Asset): boolean {
    return this.key === other.key;
  }

  toString(): string {
    return this.key;
  }

  /** The identity, so that results stay small and comparable as text. */
  toJSON(): string {
    return this.key;
  }

  /** How `console.log` shows it in Node: fills and trades stay readable. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Asset(${this.key})`;
  }
}

/** What an asset was made of: for another one that differs in some of it. */
export function fieldsOf(asset: Asset): AssetFields {
  const { symbol, assetType, currency, expiration, strike, right, multiplier, tickSize, exchange, continuous } = asset;
  return {
    symbol,
    assetType,
    currency,
    ...(expiration === undefined ? {} : { expiration }),
    ...(strike === undefined ? {} : { strike }),
    ...(right === undefined ? {} : { right }),
    ...(multiplier === undefined ? {} : { multiplier }),
    ...(tickSize === undefined ? {} : { tickSize }),
    ...(exchange === undefined ? {} : { exchange }),
    ...(continuous === undefined ? {} : { continuous }),
  };
}

function defaultMultiplier(assetType: AssetType): number | undefined {
  if (assetType === "option") return 100;
  return assetType === "future" || assetType === "continuous_future" ? undefined : 1;
}

function completeTerms(terms: ContinuousTerms): Readonly<Required<ContinuousTerms>> {
  return Object.freeze({
    roll: terms.roll ?? "v",
    rank: terms.rank ?? 0,
    adjust: terms.adjust ?? "none",
    direction: terms.direction ?? "backward",
  });
}

function keyOf(asset: Asset): string {
  switch (asset.assetType) {
    case "future":
      return asset.expiration === undefined ? `future:${asset.symbol}` : `future:${asset.symbol}:${asset.expiration}`;
    case "continuous_future":
      return continuousKey(asset);
    case "option": {
      const size = asset.multiplier === 100 ? "" : `:x${asset.multiplier}`;
      return `option:${asset.symbol}:${asset.expiration}:${asset.strike}:${asset.right}${size}`;
    }
    case "forex":
    case "crypto":
      return `${asset.assetType}:${asset.symbol}/${asset.currency}`;
    default:
      return `${asset.assetType}:${asset.symbol}`;
  }
}

function continuousKey(asset: Asset): string {
  const { roll, rank, adjust, direction } = completeTerms(asset.continuous ?? {});
  const rule = typeof roll === "string" ? roll : `${roll.sessionsBeforeExpiration}d`;
  const adjusted = adjust === "none" ? "" : `.${adjust}${direction === "forward" ? ".forward" : ""}`;
  return rule === "v" && rank === 0 && adjusted === ""
    ? `future:${asset.symbol}`
    : `future:${asset.symbol}.${rule}.${rank}${adjusted}`;
}

/** The checks of `new Asset`, one after the other: what was given, what this type needs. */
function checkFields(fields: AssetFields): void {
  const assetType = fields.assetType ?? "stock";
  const fail = (found: string, hint?: string): never => {
    const details = hint === undefined ? {} : { hint };
    throw new InvalidInputError("invalid_asset", `Making the asset '${fields.symbol}': ${found}`, details);
  };
  if (!ASSET_TYPES.includes(assetType))
    fail(`assetType was '${assetType}'`, suggestWord(String(assetType), ASSET_TYPES));
  if (typeof fields.symbol !== "string" || fields.symbol.trim() === "") fail("the symbol was empty");
  if (fields.symbol !== fields.symbol.trim()) fail("the symbol has white space around it");
  if (assetType === "forex" || assetType === "crypto") checkPair(fields.symbol, assetType, fail);
  checkExpiration(fields, assetType, fail);
  checkOptionTerms(fields, assetType, fail);
  for (const name of ["multiplier", "tickSize"] as const) {
    const value = fields[name];
    if (value !== undefined && !(Number.isFinite(value) && value > 0))
      fail(`${name} was ${value}, expected a number above 0`);
  }
  if (fields.continuous !== undefined && assetType !== "continuous_future") {
    fail(`a ${assetType} has no roll`, "Use Asset.continuousFuture for a series over several contracts.");
  }
  const rank = fields.continuous?.rank ?? 0;
  if (!Number.isInteger(rank) || rank < 0) fail(`rank was ${rank}, expected a whole number from 0`);
}

type Fail = (found: string, hint?: string) => never;

function checkPair(symbol: string, assetType: "forex" | "crypto", fail: Fail): void {
  const [base, currency, ...more] = symbol.split("/");
  if (currency === undefined) return;
  const pair = base !== "" && currency !== "" && more.length === 0 ? `'${base}', '${currency}'` : "'BTC', 'USD'";
  fail(`a ${assetType} symbol is one side of a pair`, `Write Asset.${assetType}(${pair}): the currency stands apart.`);
}

function checkExpiration(fields: AssetFields, assetType: AssetType, fail: Fail): void {
  const { expiration } = fields;
  const expires = assetType === "future" || assetType === "option";
  if (expiration !== undefined) {
    if (!expires) fail(`a ${assetType} has no expiration`);
    if (parseDate(expiration) === undefined)
      fail(`expiration was '${expiration}', expected a date such as '2025-03-21'`);
    return;
  }
  if (assetType === "option") fail("an option needs an expiration");
  if (assetType === "future" && parseContractSymbol(fields.symbol) === undefined) {
    fail(
      "a dated future needs an expiration or a contract symbol",
      `Write Asset.future('${fields.symbol}', '2025-03-21'), a contract symbol such as '${fields.symbol}H25', or Asset.continuousFuture('${fields.symbol}').`,
    );
  }
}

function checkOptionTerms(fields: AssetFields, assetType: AssetType, fail: Fail): void {
  if (assetType !== "option") {
    if (fields.strike !== undefined || fields.right !== undefined) fail(`a ${assetType} has no strike or right`);
    return;
  }
  if (fields.strike === undefined || !Number.isFinite(fields.strike))
    fail(`strike was ${fields.strike}, expected a price`);
  if (fields.right !== "call" && fields.right !== "put") fail(`right was '${fields.right}', expected 'call' or 'put'`);
}

/**
 * Reads an asset from text, the form `--asset` takes and `asset.key` gives: `stock:AAPL`, `future:ES` (continuous),
 * `future:ESZ13`, `future:ES:2025-03-21`, `option:AAPL:2025-01-17:150:call` (`:x10` after it: 10 units a contract), `forex:EUR/USD`, `crypto:BTC/USD`, `index:SPX`.
 * @throws InvalidInputError `invalid_asset`
 */
export function parseAsset(text: string): Asset {
  const [type = "", symbol = "", expiration, strike, right, size] = text.split(":");
  const types = ["stock", "future", "option", "forex", "crypto", "index"];
  if (!types.includes(type) || symbol === "") {
    const hint = type !== "" && !types.includes(type) ? suggestWord(type, types) : "";
    throw new InvalidInputError("invalid_asset", `Reading the asset '${text}': expected type and symbol`, {
      hint: `${hint} Write for example 'future:ES', 'future:ESZ13', 'future:ES:2025-03-21', 'stock:AAPL' or 'crypto:BTC/USD'.`.trim(),
    });
  }
  if (type === "option") {
    return Asset.option({
      symbol,
      ...(expiration === undefined ? {} : { expiration }),
      ...(strike === undefined ? {} : { strike: Number(strike) }),
      ...(right === "call" || right === "put" ? { right } : {}),
      ...(size === undefined ? {} : { multiplier: Number(size.replace(/^x/, "")) }),
    });
  }
  if (type === "forex" || type === "crypto") {
    const [base = "", currency = "USD"] = symbol.split("/");
    return new Asset({ symbol: base, assetType: type, currency });
  }
  if (type === "future") {
    if (expiration !== undefined) return Asset.future(symbol, expiration);
    return parseContractSymbol(symbol) === undefined ? Asset.continuousFuture(symbol) : Asset.future(symbol);
  }
  return new Asset({ symbol, assetType: type as AssetType });
}
