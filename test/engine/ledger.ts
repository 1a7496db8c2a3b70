import type { Asset, BacktestResult, Fill } from "backlit";

/** What a ledger is told of the market; instants are epoch ms UTC. */
export interface LedgerMarket {
  readonly budget: number;
  /** Price of an asset as the bars that open at an instant are still to come. */
  readonly priceAt: (asset: Asset, time: number) => number;
  /** Account money per 1.0 of price and unit. */
  readonly unitValueAt: (asset: Asset, time: number) => number;
  /** Splits by the key of their asset. */
  readonly splits?: Readonly<Record<string, { readonly time: number; readonly ratio: number }>>;
}

interface Holding {
  readonly asset: Asset;
  units: number;
  /** Of a future: the mean of its entries, or the price of its last settlement. */
  entry: number;
}

/** Something that changes the account; what happens between bars comes before the row of its instant, fills at an open after it. */
interface Entry {
  readonly time: number;
  readonly place: number;
  readonly post: (ledger: Ledger) => void;
}

/** Between bars, in the order in which it happens at one instant. */
const BETWEEN = ["settlement", "borrow_fee", "expiration", "delisting", "roll", "split", "dividend"];

/** An account kept by hand from what a run says of its fills and of cash that moved without them. */
class Ledger {
  cash: number;
  private readonly held = new Map<string, Holding>();
  private readonly market: LedgerMarket;
  private leaving = Number.NaN;

  constructor(market: LedgerMarket) {
    this.market = market;
    this.cash = market.budget;
  }

  worth(time: number): number {
    const { priceAt, unitValueAt } = this.market;
    let worth = this.cash;
    for (const { asset, units, entry } of this.held.values()) {
      if (units !== 0)
        worth += units * (priceAt(asset, time) - (asset.isFuture ? entry : 0)) * unitValueAt(asset, time);
    }
    return worth;
  }

  fill({ asset, side, quantity, price, fee, time, reason }: Fill): void {
    const value = this.market.unitValueAt(asset, time);
    const units = side === "buy" ? quantity : -quantity;
    const holding = this.holding(asset);
    this.cash -= fee;
    if (reason === "roll") this.roll(holding, price);
    else if (asset.isFuture) this.cash += value * blend(holding, units, price);
    else {
      this.cash -= units * price * value;
      holding.units += units;
    }
  }

  /** The first of a pair leaves a contract, the second enters the next: the entry moves by the difference. */
  private roll(holding: Holding, price: number): void {
    if (Number.isNaN(this.leaving)) this.leaving = price;
    else {
      holding.entry += price - this.leaving;
      this.leaving = Number.NaN;
    }
  }

  /** Cash that was received; a settlement is worked out here once more. */
  flow({ kind, asset, amount, price, time }: BacktestResult["cashflows"][number]): void {
    const holding = this.holding(asset);
    if (kind !== "settlement") this.cash += amount;
    else {
      this.cash += holding.units * (price - holding.entry) * this.market.unitValueAt(asset, time);
      holding.entry = price;
    }
  }

  split(key: string, ratio: number): void {
    const holding = this.held.get(key);
    if (holding !== undefined) holding.units *= ratio;
  }

  private holding(asset: Asset): Holding {
    const known = this.held.get(asset.key) ?? { asset, units: 0, entry: 0 };
    this.held.set(asset.key, known);
    return known;
  }
}

/** Adds units of a future at a price; answers what those that it closes have won, in price units. */
function blend(holding: Holding, units: number, price: number): number {
  const { units: before, entry } = holding;
  holding.units = before + units;
  if (before * units >= 0) {
    holding.entry = (entry * Math.abs(before) + price * Math.abs(units)) / Math.abs(holding.units);
    return 0;
  }
  if (before * holding.units < 0) holding.entry = price;
  return Math.sign(before) * Math.min(Math.abs(before), Math.abs(units)) * (price - entry);
}

/** The first row of the account, in words, that is not what fills, flows and prices make of it to the cent; undefined when there is none. */
export function wrongRow(result: BacktestResult, market: LedgerMarket): string | undefined {
  const entries = entriesOf(result, market);
  const ledger = new Ledger(market);
  const { time, value, cash } = result.equity;
  for (const [row, now] of time.entries()) {
    const isLast = row === time.length - 1;
    for (let [next] = entries; next !== undefined; [next] = entries) {
      if (next.time > now || (!isLast && next.time === now && next.place === BETWEEN.length)) break;
      next.post(ledger);
      entries.shift();
    }
    const expected = { value: ledger.worth(now), cash: ledger.cash };
    const found = { value: value[row] as number, cash: cash[row] as number };
    for (const name of ["value", "cash"] as const) {
      if (Math.abs(found[name] - expected[name]) > 0.005)
        return `row ${row} (${new Date(now).toISOString()}): ${name} ${found[name]}, expected ${expected[name]}`;
    }
  }
  return undefined;
}

function entriesOf({ fills, cashflows }: BacktestResult, { splits = {} }: LedgerMarket): Entry[] {
  const between = (kind: string | undefined) => (kind === undefined ? BETWEEN.length : BETWEEN.indexOf(kind));
  const entries: Entry[] = [
    ...fills.map((fill) => ({ time: fill.time, place: between(fill.reason), post: (to: Ledger) => to.fill(fill) })),
    ...cashflows.map((flow) => ({ time: flow.time, place: between(flow.kind), post: (to: Ledger) => to.flow(flow) })),
    ...Object.entries(splits).map(([key, { time, ratio }]) => ({
      time,
      place: between("split"),
      post: (to: Ledger) => to.split(key, ratio),
    })),
  ];
  return entries.sort((a, b) => a.time - b.time || a.place - b.place);
}
