import { Asset, type BacklitError, type SeriesOf, Sma, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { ES, MINUTE, minutes, run, T0 } from "./support.ts";

type Asking = (strategy: Asker) => unknown;

/** Asks once, in the first iteration. */
class Asker extends Strategy {
  sma: SeriesOf<Sma> | undefined;
  found: unknown;
  readonly #ask: Asking;

  constructor(ask: Asking) {
    super();
    this.#ask = ask;
  }

  override initialize() {
    this.sma = this.indicator(Sma, { period: 2 }, { timestep: "5m" });
  }

  override async onTradingIteration() {
    if (this.firstIteration) this.found = await this.#ask(this);
  }
}

const data = minutes(Array.from({ length: 60 }, (_, minute) => minute));

async function failureOf(ask: Asking): Promise<BacklitError> {
  return run(new Asker(ask), data, { start: T0 + 40 * MINUTE }).then(
    () => expect.fail("the run took it"),
    (error: BacklitError) => error,
  );
}

describe("what is no whole number of bars is refused, wherever bars are asked for", () => {
  const LENGTHS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3", null] as never[];

  it.each(LENGTHS)("%j", async (length) => {
    const text = typeof length === "string" ? `'${length}'` : String(length);
    for (const [verb, ask] of [
      ["bars", (asker: Asker) => asker.bars(ES, "5m", length)],
      ["getHistoricalPrices", (asker: Asker) => asker.getHistoricalPrices(ES, length, "5m")],
    ] as const) {
      const error = await failureOf(ask);
      expect(error).toMatchObject({ code: "invalid_argument" });
      expect(error.message).toContain(`${verb}: length was ${text}, expected a whole number from 1`);
    }
  });
});

describe("what is no asset is refused, with the way to make one", () => {
  it.each(["ES", undefined, null, {}] as never[])("%j", async (asset) => {
    const asked: readonly Asking[] = [
      (asker) => asker.bars(asset, "5m"),
      (asker) => asker.getHistoricalPrices(asset, 2, "5m"),
      (asker) => asker.subscribe(asset, "5m"),
      (asker) => asker.getLastPrice(asset),
      (asker) => asker.getQuote(asset),
      (asker) => asker.getPosition(asset),
      (asker) => asker.baseTimestep(asset),
      (asker) => asker.indicator(Sma, {}, { asset }),
    ];
    // Without an asset an indicator is of the first of the run.
    for (const ask of asset === undefined ? asked.slice(0, -1) : asked) {
      const error = await failureOf(ask);
      expect(error).toMatchObject({ code: "invalid_asset" });
      expect(error.message).toContain(`the asset was ${asset === "ES" ? "'ES'" : asset}, expected an Asset`);
      expect(error.hint).toContain("Asset.stock('AAPL')");
    }
  });
});

describe("options of history", () => {
  it.each([
    [(asker: Asker) => asker.getHistoricalPrices(ES, 2, "5m", { timeshft: 1 } as never), "'timeshft'", "timeshift"],
    [(asker: Asker) => asker.subscribe(ES, "5m", { loockback: 1 } as never), "'loockback'", "lookback"],
    [(asker: Asker) => asker.getHistoricalPrices(ES, 2, "5m", null as never), "null", "timeshift"],
    [(asker: Asker) => asker.subscribe(ES, "5m", 30 as never), "30", "lookback"],
  ])("are known by name: %s", async (ask, found, known) => {
    const error = await failureOf(ask);
    expect(error).toMatchObject({ code: "invalid_option" });
    expect(error.message).toContain(found);
    expect(error.hint).toContain(known);
  });
});

it("a place between two values of a series holds none", async () => {
  const asker = new Asker(({ sma }) => [sma?.at(-1.5), sma?.at(Number.NaN), sma?.at(-1)]);
  await run(asker, data, { start: T0 + 40 * MINUTE });
  // Five minutes close at 34 and 39.
  expect(asker.found).toEqual([Number.NaN, Number.NaN, 36.5]);
});

it("an asset that is made elsewhere is the same one", async () => {
  const asker = new Asker((it) => it.bars(Asset.continuousFuture("ES"), "5m", 1)?.close[0]);
  await run(asker, data, { start: T0 + 40 * MINUTE });
  expect(asker.found).toBe(39);
});
