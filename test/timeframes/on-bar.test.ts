import { Asset, type Order, type Position, Rsi, Sma, Strategy, type Timestep } from "backlit";
import { describe, expect, it } from "vitest";
import { barsAt, ES, MINUTE, minutes, run, T0, walk } from "./support.ts";

const clock = (time: number) => new Date(time).toISOString().slice(11, 16);

/** Takes down each call: instant, asset, step and the newest close of that series. */
class Listener extends Strategy {
  readonly heard: string[] = [];
  readonly #setup: (strategy: Listener) => void | Promise<void>;

  constructor(setup: (strategy: Listener) => void | Promise<void>) {
    super();
    this.#setup = setup;
  }

  override initialize() {
    return this.#setup(this);
  }

  override onBar(asset: Asset, timestep: Timestep) {
    const close = this.bars(asset, timestep)?.close.at(-1);
    this.heard.push(`${clock(this.getTimestamp())} ${asset.symbol} ${timestep.name} ${close}`);
  }
}

describe("onBar", () => {
  it("is called when a bar closes, the finer step first, before the iteration of that instant", async () => {
    class Both extends Listener {
      override onTradingIteration() {
        this.heard.push(`${clock(this.getTimestamp())} iteration`);
      }
    }
    const strategy = new Both((self) => {
      self.indicator(Sma, { period: 1 }, { timestep: "5m" });
      self.indicator(Sma, { period: 1 });
    });
    await run(strategy, minutes([1, 2, 3, 4, 5, 6]));
    expect(strategy.heard).toEqual([
      "15:00 iteration",
      "15:01 ES 1m 1",
      "15:01 iteration",
      "15:02 ES 1m 2",
      "15:02 iteration",
      "15:03 ES 1m 3",
      "15:03 iteration",
      "15:04 ES 1m 4",
      "15:04 iteration",
      "15:05 ES 1m 5",
      "15:05 ES 5m 5",
      "15:05 iteration",
    ]);
  });

  it("comes by the clock where minutes are missing, and between bars of the run", async () => {
    // 15:00, then nothing until 15:13: the bar from 15:00 closes at 15:05 all the same.
    const strategy = new Listener((self) => self.subscribe(ES, "5m"));
    await run(strategy, barsAt([T0, T0 + 13 * MINUTE], [1, 2]), { end: T0 + 30 * MINUTE });
    expect(strategy.heard).toEqual(["15:05 ES 5m 1", "15:15 ES 5m 2"]);
  });

  it("closes day bars with their session and four-hour bars at its end", async () => {
    // Session of 2024-01-04: 23:00 to 22:00 UTC. Two minutes of it, far apart.
    const open = Date.UTC(2024, 0, 3, 23);
    const strategy = new Listener((self) => {
      self.indicator(Sma, { period: 1 }, { timestep: "1d" });
      self.indicator(Sma, { period: 1 }, { timestep: "4h" });
    });
    const data = barsAt([open, open + 21 * 60 * MINUTE], [1, 2]);
    await run(strategy, data, { end: open + 48 * 60 * MINUTE });
    // 23:00 to 03:00, and 19:00 cut off at 22:00, where the day ends as well.
    expect(strategy.heard).toEqual(["03:00 ES 4h 1", "22:00 ES 4h 2", "22:00 ES 1d 2"]);
  });

  it("has all series of an instant in place before the first call", async () => {
    const seen: (number | undefined)[][] = [];
    const spy = Asset.stock("SPY");
    class Pair extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "5m");
        await this.subscribe(spy, "5m");
      }
      override onBar() {
        seen.push([ES, spy].map((asset) => this.bars(asset, "5m")?.close.at(-1)));
      }
    }
    await run(new Pair(), [minutes([1, 2, 3, 4, 5]), minutes([6, 7, 8, 9, 10], spy)], { end: T0 + 6 * MINUTE });
    expect(seen).toEqual([
      [5, 10],
      [5, 10],
    ]);
  });

  it("trades: an order sent in it fills at the open of the next bar", async () => {
    class Trader extends Strategy {
      override initialize() {
        this.sleeptime = "1h";
        this.indicator(Sma, { period: 1 }, { timestep: "5m" });
      }
      override onBar() {
        if (this.getPosition(ES) === undefined) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    }
    const { fills } = await run(new Trader(), minutes([1, 2, 3, 4, 5, 6, 7]));
    // Sent at 15:05; the bar that opens then opens at the close before, 5.
    expect(fills.map(({ time, price }) => [clock(time), price])).toEqual([["15:05", 5]]);
  });

  it("may be asynchronous; what it awaits comes before the next call", async () => {
    const order: string[] = [];
    class Slow extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "1m");
      }
      override async onBar() {
        order.push(`bar ${clock(this.getTimestamp())}`);
        const bars = await this.getHistoricalPrices(ES, 1, "1m");
        order.push(`close ${bars?.close[0]}`);
      }
      override onFilledOrder(_position: Position | undefined, _order: Order) {}
    }
    await run(new Slow(), minutes([1, 2]), { end: T0 + 2 * MINUTE + 1 });
    expect(order).toEqual(["bar 15:01", "close 1", "bar 15:02", "close 2"]);
  });

  it("an indicator that is made later catches up with its history", async () => {
    const values: number[] = [];
    class Late extends Strategy {
      #late: ReturnType<typeof this.make> | undefined;
      make() {
        return this.indicator(Rsi, { period: 5 }, { timestep: "5m", lookback: 12 });
      }
      override onTradingIteration() {
        if (this.getTimestamp() === T0 + 62 * MINUTE) this.#late = this.make();
        else if (this.#late !== undefined) values.push(this.#late.value);
      }
    }
    const data = minutes(walk(100));
    class FromStart extends Late {
      override onTradingIteration() {
        this.early.push(this.rsi?.value ?? Number.NaN);
      }
      readonly early: number[] = [];
      rsi: ReturnType<Late["make"]> | undefined;
      override initialize() {
        this.rsi = this.make();
      }
    }
    const whole = new FromStart();
    await run(whole, data);
    await run(new Late(), data);
    expect(values.length).toBeGreaterThan(30);
    expect(values).toEqual(whole.early.slice(63));
  });
});
