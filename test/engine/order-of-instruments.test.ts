/** The order in which the assets of a run are given, or asked for at its start, changes nothing. */
import { Asset, type BacktestOptions, type BacktestResult, InMemoryBacktesting } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, run, STOCK } from "./support.ts";
import { COIN, DAY, HOUR, type Wishes, Witness, wishes, world, worldBars } from "./witness.ts";

/** Brings its assets in when it begins, in an order of its own. */
class Asker extends Witness {
  readonly #order: readonly Asset[];

  constructor(wished: Wishes, order: readonly Asset[]) {
    super(wished, [...order].sort(byKey));
    this.#order = order;
  }

  override async initialize() {
    await super.initialize();
    for (const asset of this.#order) await this.getLastPrice(asset);
  }
}

const byKey = (a: Asset, b: Asset) => (a.key < b.key ? -1 : 1);
const given: fc.Arbitrary<BacktestOptions> = fc.record(
  {
    budget: fc.constantFrom(700, 20_000, 1e9),
    fill: fc.constantFrom("next-open", "this-close"),
    marginCall: fc.constantFrom("refuse", "liquidate"),
  },
  { requiredKeys: ["budget"] },
);

/** What a run did, and how it stood, to the cent. */
function doingsOf({ orders, fills, trades, events, cashflows, equity, settings, iterations }: BacktestResult) {
  const curve = [equity.value, equity.cash].map((column) => [...column].map((value) => Math.round(value * 100)));
  return {
    orders,
    fills,
    trades,
    events,
    cashflows,
    curve,
    times: [...equity.time],
    calendar: settings.calendar,
    iterations,
  };
}

describe("for any strategy, without a market", () => {
  it.each(["data", "assets", "requests in initialize"] as const)("the order of the %s changes nothing", (what) =>
    fc.assert(
      fc.asyncProperty(world, wishes, given, fc.nat(), async (drawn, wished, options, draw) => {
        const data = worldBars(drawn, drawn.start + 500 * HOUR, "later");
        fc.pre(data.length > 1);
        const play = async (order: typeof data) => {
          const assets = order.map(({ asset }) => asset);
          const strategy =
            what === "requests in initialize"
              ? new Asker({ ...wished, asksLater: false }, assets)
              : new Witness({ ...wished, asksLater: false }, [...assets].sort(byKey));
          const result = await strategy.backtest(InMemoryBacktesting, drawn.start, drawn.start + 60 * DAY, {
            data: what === "data" ? order : data,
            // One is always there, the same: the others come in by being asked for.
            ...(what === "data"
              ? {}
              : { assets: what === "assets" ? assets : data.slice(0, 1).map(({ asset }) => asset) }),
            logLevel: "silent",
            ...options,
          });
          return { lines: strategy.lines, ...doingsOf(result) };
        };
        const turn = draw % data.length;
        const turned = [...data.slice(turn), ...data.slice(0, turn)];
        const one = await play(data);
        expect(await play(draw % 2 === 0 ? turned : turned.reverse())).toEqual(one);
      }),
      { numRuns: 60 },
    ),
  );
});

describe("the calendar of a run without a market", () => {
  const bars = (asset: Asset) => barsOf(asset, flat(100, 3));
  const free = { market: undefined as never };
  const calendarOf = async (...assets: readonly Asset[]) =>
    (await run(assets.map(bars), () => {}, free)).result.settings.calendar;
  const crude = Asset.future("CL", "2024-03-20");
  const cattle = Asset.future("LE", "2024-04-30");

  it("is that of the asset that trades longest in a week, whichever comes first", async () => {
    // Hours a week: New York 5 x 6.5 = 32.5, cattle 5 x 4 h 35 min = 22 h 55 min, Chicago's and crude oil's 5 x 23 = 115, coins 7 x 24 = 168.
    for (const [assets, calendar] of [
      [[STOCK], "XNYS"],
      [[cattle, STOCK], "XNYS"],
      [[STOCK, ES], "CME_EQUITY"],
      // Of the same length: by name.
      [[ES, crude], "CME_ENERGY"],
      [[STOCK, ES, COIN], "24/7"],
    ] as const) {
      expect(await calendarOf(...assets)).toBe(calendar);
      expect(await calendarOf(...[...assets].reverse())).toBe(calendar);
    }
  });

  it("is not changed by an asset that comes in later, at the start or in the middle", async () => {
    for (const iteration of [-1, 1]) {
      const look = async (s: { readonly iteration: number; getLastPrice(asset: Asset): Promise<unknown> }) => {
        if (s.iteration === iteration) await s.getLastPrice(COIN);
      };
      const options = { ...free, assets: [STOCK], setup: look };
      const { result } = await run([STOCK, COIN].map(bars), look, options);
      expect(Object.keys(result.instruments)).toEqual([STOCK.key, COIN.key]);
      expect(result.settings.calendar).toBe("XNYS");
    }
  });
});
