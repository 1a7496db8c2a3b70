import type { TradingFee, TradingSlippage } from "../market/fees.ts";
import type { OrderSide } from "../market/order.ts";
import type { Instrument } from "./instrument.ts";

/** What trading costs in a run. */
export interface TradingCosts {
  readonly buyTradingFees: readonly TradingFee[];
  readonly sellTradingFees: readonly TradingFee[];
  readonly slippage: TradingSlippage | undefined;
}

/** The fee of a fill, account currency. `firstFill`: the order has not paid its flat part yet. */
export function tradingFee(
  costs: TradingCosts,
  side: OrderSide,
  { asset, unitValue }: Instrument,
  price: number,
  quantity: number,
  firstFill = true,
): number {
  const fees = side === "buy" ? costs.buyTradingFees : costs.sellTradingFees;
  const terms = { wholeUnits: asset.wholeUnits, quantity, price, multiplier: unitValue, firstFill };
  let total = 0;
  for (const fee of fees) total += fee.amount(terms);
  return total;
}

/** How much worse than `price` a fill in the bar of `row` is when it takes liquidity, price units. */
export function tradingSlippage(
  { slippage }: TradingCosts,
  side: OrderSide,
  instrument: Instrument,
  price: number,
  quantity: number,
  row: number,
): number {
  if (slippage === undefined) return 0;
  const { asset, terms, volume } = instrument;
  return slippage.amount({ asset, side, quantity, price, tickSize: terms.tickSize, volume: volume[row] ?? 0 });
}
