import {
  Asset,
  type BacktestOptions,
  type Bars,
  type BarsRequest,
  type DataSource,
  InMemoryBacktesting,
  Strategy,
} from "backlit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { barsOf, ES, flat, MINUTE, run, STOCK, T0 } from "./support.ts";

const iso = (time: number) => new Date(time).toISOString().slice(5, 16).replace("T", " ");

/** Writes down every hook with its instant. */
class Diary extends Strategy {
  readonly lines: string[] = [];
  readonly #sleeptime: string;
  constructor(sleeptime: string) {
    super();
    this.#sleeptime = sleeptime;
  }
  note(hook: string) {
    this.lines.push(`${iso(this.getTimestamp())} ${hook}`);
  }
  override initialize() {
    this.sleeptime = this.#sleeptime;
  }
  override beforeMarketOpens() {
    this.note("beforeMarketOpens");
  }
  override beforeStartingTrading() {
    this.note("beforeStartingTrading");
  }
  override onTradingIteration() {
    this.note("iteration");
  }
  override beforeMarketCloses() {
    this.note("beforeMarketCloses");
  }
  override afterMarketCloses() {
    this.note("afterMarketCloses");
  }
}

async function diary(bars: Bars, sleeptime: string, span: [string, string], options: BacktestOptions = {}) {
  const strategy = new Diary(sleeptime);
  await strategy.backtest(InMemoryBacktesting, ...span, { data: [bars], ...options });
  return strategy.lines;
}

describe("iterations", () => {
  it("stand on the grid from the open to a minute before the close of a set market", async () => {
    // New York, winter: 14:30 to 21:00 UTC. Bars from an hour before to an hour after.
    const bars = barsOf(STOCK, flat(10, 510), "1m", Date.UTC(2024, 0, 2, 13, 30));
    const lines = await diary(bars, "1h", ["2024-01-02", "2024-01-03"], { market: "NYSE" });
    expect(lines.filter((line) => line.endsWith("iteration"))).toEqual(
      ["14:30", "15:30", "16:30", "17:30", "18:30", "19:30", "20:30"].map((time) => `01-02 ${time} iteration`),
    );
  });

  it("follow the wall clock of the exchange over both changes of the hour", async () => {
    for (const [date, open] of [
      ["2024-03-08", "14:30"],
      ["2024-03-11", "13:30"],
      ["2024-11-01", "13:30"],
      ["2024-11-04", "14:30"],
    ] as const) {
      const bars = barsOf(STOCK, flat(10, 24 * 60), "1m", Date.parse(`${date}T00:00Z`));
      const lines = await diary(bars, "1d", [date, new Date(Date.parse(date) + 86_400_000).toISOString()], {
        market: "NYSE",
      });
      expect(lines).toContain(`${date.slice(5)} ${open} iteration`);
    }
  });

  it("call the session hooks in their order, on a half day too", async () => {
    // 2024-07-03: New York closes at 13:00, 17:00 UTC.
    const bars = barsOf(STOCK, flat(10, 24 * 60), "1m", Date.UTC(2024, 6, 3));
    const lines = await diary(bars, "2h", ["2024-07-03", "2024-07-04"], { market: "NYSE" });
    expect(lines).toEqual([
      "07-03 12:30 beforeMarketOpens",
      "07-03 13:30 beforeStartingTrading",
      "07-03 13:30 iteration",
      "07-03 15:30 iteration",
      "07-03 16:59 beforeMarketCloses",
      "07-03 17:00 afterMarketCloses",
    ]);
  });

  it("open Monday's futures session on Sunday evening", async () => {
    const bars = barsOf(ES, flat(100, 24 * 60), "1m", Date.UTC(2024, 0, 7, 20));
    const lines = await diary(bars, "12h", ["2024-01-07", "2024-01-09"]);
    expect(lines.slice(0, 4)).toEqual([
      "01-07 22:00 beforeMarketOpens",
      "01-07 23:00 beforeStartingTrading",
      "01-07 23:00 iteration",
      "01-08 11:00 iteration",
    ]);
  });

  it("call the opening hook in time even where it is due in the session before", async () => {
    class Early extends Diary {
      override minutesBeforeOpening = 90;
    }
    // The session ends at 22:00 UTC and the next one begins at 23:00: 90 minutes before that the old one is still trading.
    const bars = barsOf(ES, flat(100, 24 * 60), "1m", Date.UTC(2024, 0, 8, 20));
    const strategy = new Early("1h");
    await strategy.backtest(InMemoryBacktesting, "2024-01-08", "2024-01-09", { data: [bars], market: "CME_Equity" });
    expect(strategy.lines).toEqual([
      "01-08 20:00 iteration",
      "01-08 21:00 iteration",
      "01-08 21:30 beforeMarketOpens",
      "01-08 21:59 beforeMarketCloses",
      "01-08 22:00 afterMarketCloses",
      "01-08 23:00 beforeStartingTrading",
      "01-08 23:00 iteration",
    ]);
  });

  it("take a market that never closes by UTC days", async () => {
    const coin = Asset.crypto("BTC", "USD");
    const bars = barsOf(coin, flat(100, 48 * 60), "1m", Date.UTC(2024, 2, 9));
    const lines = await diary(bars, "12h", ["2024-03-09", "2024-03-11"]);
    expect(lines).toEqual([
      "03-09 00:00 beforeStartingTrading",
      "03-09 00:00 iteration",
      "03-09 12:00 iteration",
      "03-09 23:00 beforeMarketOpens",
      "03-09 23:59 beforeMarketCloses",
      "03-10 00:00 afterMarketCloses",
      "03-10 00:00 beforeStartingTrading",
      "03-10 00:00 iteration",
      "03-10 12:00 iteration",
      "03-10 23:59 beforeMarketCloses",
      "03-11 00:00 afterMarketCloses",
    ]);
  });

  it("keep the exchange's clock over both weekends on which it is set, and leave out holidays", async () => {
    // Chicago opens at 17:00: 23:00 UTC in winter, 22:00 in summer; Good Friday 2024-03-29 has no session of equity futures.
    for (const [from, to, opens] of [
      ["2024-03-08", "2024-03-12", ["03-08 08:00", "03-10 22:00", "03-11 22:00"]],
      ["2024-11-01", "2024-11-05", ["11-01 08:00", "11-03 23:00", "11-04 23:00"]],
      ["2024-03-28", "2024-04-02", ["03-28 08:00", "03-31 22:00", "04-01 22:00"]],
    ] as const) {
      const start = Date.parse(`${from}T08:00Z`);
      const minutes = (Date.parse(`${to}T00:00Z`) - start) / MINUTE;
      const lines = await diary(barsOf(ES, flat(100, minutes), "1m", start), "1d", [`${from}T08:00`, to], {
        market: "CME_Equity",
      });
      const started = lines.filter((line) => line.endsWith("beforeStartingTrading")).map((line) => line.slice(0, 11));
      expect(started).toEqual(opens.slice(1));
    }
  });

  it("keep the closing hook inside a session that is shorter than the time before its close", async () => {
    // The half day of 2024-07-03 lasts from 13:30 to 17:00: five hours before its close is its open.
    const strategy = new Diary("1h");
    strategy.minutesBeforeClosing = 300;
    const bars = barsOf(STOCK, flat(100, 210), "1m", Date.UTC(2024, 6, 3, 13, 30));
    await strategy.backtest(InMemoryBacktesting, "2024-07-03", "2024-07-04", { data: [bars] });
    expect(strategy.lines).toEqual([
      "07-03 12:30 beforeMarketOpens",
      "07-03 13:30 beforeStartingTrading",
      "07-03 13:30 beforeMarketCloses",
      "07-03 17:00 afterMarketCloses",
    ]);
  });

  it.each([
    ["minutesBeforeOpening", Number.NaN],
    ["minutesBeforeClosing", -5],
    ["minutesAfterClosing", Number.POSITIVE_INFINITY],
  ] as const)("take no %s of %s", async (name, minutes) => {
    const strategy = new Diary("1h");
    strategy[name] = minutes;
    const bars = barsOf(STOCK, flat(100, 10));
    await expect(strategy.backtest(InMemoryBacktesting, "2024-01-02", "2024-01-03", { data: [bars] })).rejects.toThrow(
      `the strategy's ${name} was ${minutes}, expected minutes from 0`,
    );
  });

  it("run once a bar over daily bars, before the bar they may trade in", async () => {
    const days = barsOf(STOCK, flat(10, 3), "1d", Date.UTC(2024, 0, 2), 86_400_000);
    const lines = await diary(days, "1m", ["2024-01-01", "2024-02-01"]);
    expect(lines.filter((line) => line.endsWith("iteration"))).toEqual([
      "01-02 00:00 iteration",
      "01-03 00:00 iteration",
      "01-04 00:00 iteration",
    ]);
  });

  it("close the last session too, where it ends with the run: a run in pieces calls what one run calls", async () => {
    const bars = barsOf(STOCK, flat(100, 4), "1d", Date.UTC(2024, 0, 2), 86_400_000);
    const whole = await diary(bars, "1d", ["2024-01-02", "2024-01-06"]);
    const aDay = (date: string, next: string) => [
      `${date} 00:00 beforeMarketOpens`,
      `${date} 00:00 beforeStartingTrading`,
      `${date} 00:00 iteration`,
      `${next} 00:00 beforeMarketCloses`,
      `${next} 00:00 afterMarketCloses`,
    ];
    expect(whole).toEqual([
      ...aDay("01-02", "01-03"),
      ...aDay("01-03", "01-04"),
      ...aDay("01-04", "01-05"),
      ...aDay("01-05", "01-06"),
    ]);
    const pieces = [
      ...(await diary(bars, "1d", ["2024-01-02", "2024-01-04"])),
      ...(await diary(bars, "1d", ["2024-01-04", "2024-01-06"])),
    ];
    expect(pieces).toEqual(whole);
  });

  it("run on bars outside every session as well, and the run says so, unless a market was set", async () => {
    const night = barsOf(STOCK, flat(10, 3), "1m", Date.UTC(2024, 0, 2, 2));
    const free = await run(night, () => {}, { market: undefined as never });
    expect(free.strategy.iteration).toBe(2);
    expect(free.result.events.map((event) => event.code)).toContain("bars_outside_sessions");
    const strict = await run(night, () => {}, { market: "NYSE" });
    expect(strict.strategy.iteration).toBe(-1);
  });

  it("take a new sleeptime from the next pause on", async () => {
    const { strategy } = await run(barsOf(ES, flat(100, 30)), (s) => {
      s.seen.push(iso(s.getTimestamp()).slice(6));
      s.sleeptime = s.iteration < 2 ? "5m" : "10m";
    });
    expect(strategy.seen).toEqual(["15:00", "15:05", "15:10", "15:20"]);
  });

  it("go on past the last year a merely suggested calendar knows", async () => {
    const bars = barsOf(ES, flat(100, 3), "1m", Date.UTC(2031, 5, 3, 15));
    const { strategy } = await run(bars, () => {}, { market: undefined as never });
    expect(strategy.iteration).toBe(2);
  });
});

describe("sleep", () => {
  it("lets the market run on, so that orders fill before the hook goes on", async () => {
    const { strategy } = await run(barsOf(ES, [...flat(100, 3), ...flat(107, 10)]), async (s) => {
      if (s.iteration !== 0) return;
      const order = s.send(ES, 1, "buy");
      await s.sleep(180);
      s.seen.push(
        order.status,
        String(order.averageFillPrice),
        iso(s.getTimestamp()),
        String(await s.getLastPrice(ES)),
      );
    });
    expect(strategy.seen).toEqual(["filled", "100", "01-02 15:03", "100"]);
    expect(strategy.iteration).toBeGreaterThan(5);
  });
});

describe("what the strategy sees", () => {
  it("is closed bars only, in every step", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, i + 0.5, i - 0.5, i + 0.25] as const);
    const { strategy } = await run(barsOf(ES, rows, "1m", Date.UTC(2024, 0, 2, 9, 30)), async (s) => {
      if (s.iteration !== 12) return;
      const minute = await s.getHistoricalPrices(ES, 3, "minute");
      const five = await s.getHistoricalPrices(ES, 2, "5 minutes");
      s.seen.push([...(minute?.time ?? [])].map(iso).join(), [...(five?.time ?? [])].map(iso).join());
      s.seen.push(String(await s.getLastPrice(ES)));
    });
    // At 09:42: minutes to 09:41, five-minute bars 09:30 and 09:35; the bucket of 09:40 is in progress.
    expect(strategy.seen).toEqual(["01-02 09:39,01-02 09:40,01-02 09:41", "01-02 09:30,01-02 09:35", "11.25"]);
  });

  it("is undefined while there is too little, and reaches back before the start", async () => {
    const bars = barsOf(ES, flat(100, 20));
    const strategy = new (class extends Strategy {
      readonly lengths: (number | undefined)[] = [];
      override async onTradingIteration() {
        for (const length of [5, 15]) this.lengths.push((await this.getHistoricalPrices(ES, length, "1m"))?.length);
      }
    })();
    await strategy.backtest(InMemoryBacktesting, T0 + 10 * MINUTE, T0 + 12 * MINUTE, { data: [bars], market: "24/7" });
    expect(strategy.lengths).toEqual([5, undefined, 5, undefined]);
  });

  it("of a daily bar is yesterday's at most", async () => {
    const day = 86_400_000;
    const days = barsOf(
      STOCK,
      [
        [1, 1, 1, 1],
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ],
      "1d",
      Date.UTC(2024, 0, 2),
      day,
    );
    const minutes = barsOf(STOCK, flat(50, 180), "1m", Date.UTC(2024, 0, 3, 14, 30));
    const { strategy } = await run(
      [minutes, days],
      async (s) => {
        const bars = await s.getHistoricalPrices(STOCK, 1, "1d");
        s.seen.push(String(bars?.close.at(-1)));
      },
      {
        setup: (s) => {
          s.sleeptime = "1h";
        },
        market: "NYSE",
      },
    );
    expect(strategy.seen).toEqual(["1", "1", "1"]);
  });

  it("of a series nobody subscribed to is an error that says what to do", async () => {
    await expect(run(barsOf(ES, flat(100, 3)), (s) => void s.bars(ES, "1m", 1))).rejects.toMatchObject({
      code: "invalid_argument",
      hint: expect.stringContaining("subscribe"),
    });
  });
});

describe("a strategy that fails", () => {
  it("ends the run with its own stack, the instant, and the result up to then", async () => {
    const { partialResultOf } = await import("backlit");
    const failing = run(barsOf(ES, flat(100, 9)), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy");
      if (s.iteration === 4) throw new RangeError("too far");
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "StrategyError", time: T0 + 4 * MINUTE, cause: expect.any(RangeError) });
    expect(partialResultOf(error)).toMatchObject({ status: "PARTIAL", iterations: 4 });
    expect(partialResultOf(error)?.fills).toHaveLength(1);
  });

  it("is stopped by a signal, and the result says PARTIAL", async () => {
    const stop = new AbortController();
    const { result } = await run(barsOf(ES, flat(100, 30_000)), (s) => void (s.iteration === 100 && stop.abort()), {
      signal: stop.signal,
    });
    expect(result.status).toBe("PARTIAL");
    expect(result.iterations).toBeLessThan(30_000);
  });

  it("may be run again as the same object", async () => {
    const strategy = new (class extends Strategy {
      override onTradingIteration() {
        this.vars["count"] = Number(this.vars["count"] ?? 0) + 1;
        if (this.vars["count"] === 1) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    })();
    const go = () =>
      strategy.backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, { data: [barsOf(ES, flat(100, 3))], market: "24/7" });
    const [first, second] = [await go(), await go()];
    expect(second.fills).toEqual(first.fills);
    expect(first.fills).toHaveLength(1);
  });
});

describe("parameters", () => {
  class Typed extends Strategy<{ fast: number; label: string }> {
    static override readonly parameters = { fast: 10, label: "x" };
    override onTradingIteration() {}
  }
  it("are defaults with the given laid over them", () => {
    expect(new Typed({ parameters: { fast: 5 } }).parameters).toEqual({ fast: 5, label: "x" });
  });
  it("refuse a misspelt name with the nearest right one, and a wrong type", () => {
    expect(() => new Typed({ parameters: { fsat: 5 } as never })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'fast'") }),
    );
    expect(() => new Typed({ parameters: { fast: "5" as never } })).toThrow(/expected a number/);
  });
});

describe("the options of a run", () => {
  const bars = barsOf(ES, flat(100, 3));
  it("refuse a misspelt name, a start behind the end, and words nobody knows", async () => {
    await expect(run(bars, () => {}, { bugdet: 5 } as never)).rejects.toMatchObject({
      hint: expect.stringContaining("'budget'"),
    });
    await expect(run(bars, () => {}, { fill: "yesterday" } as never)).rejects.toMatchObject({ code: "invalid_option" });
    await expect(run(bars, () => {}, { budget: "1000" } as never)).rejects.toThrow(
      "budget was '1000', expected a number",
    );
    await expect(run(bars, () => {}, { fillWithoutVolume: "yes" } as never)).rejects.toThrow("expected true or false");
    await expect(run(bars, () => {}, { market: 5 } as never)).rejects.toThrow("Market '5' has no calendar");
    await expect(
      new Diary("1m").backtest(InMemoryBacktesting, "2024-02-01", "2024-01-01", { data: [bars] }),
    ).rejects.toMatchObject({ code: "invalid_time" });
    await expect(
      new Diary("1m").backtest(InMemoryBacktesting, "2020-01-01", "2020-01-02", { data: [bars] }),
    ).rejects.toMatchObject({ code: "data_missing" });
  });
});

it("keeps the two continuous futures of different rolls apart", () => {
  expect(Asset.continuousFuture("ES").equals(Asset.continuousFuture("ES", { roll: "c" }))).toBe(false);
  expect(Asset.continuousFuture("ES").key).toBe("future:ES");
});

describe("traceStats", () => {
  it("that gives a promise is an error that says so: its values would be lost", async () => {
    class Later extends Strategy {
      override onTradingIteration() {}
    }
    Object.defineProperty(Later.prototype, "traceStats", { value: async () => ({ fast: 1 }) });
    await expect(
      new Later().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, { data: [barsOf(STOCK, flat(100, 3))] }),
    ).rejects.toThrow("Later.traceStats gave a promise at 2024-01-02T15:00:00Z, expected values by name");
  });

  it("notes a row after each iteration, and the rows are saved", async () => {
    const { readFile } = await import("node:fs/promises");
    const { join } = await import("node:path");
    const strategy = new (class extends Strategy {
      override onTradingIteration() {}
      override traceStats() {
        return { minute: this.getDatetime().minute, note: "a,b" };
      }
    })();
    const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 2 * MINUTE, {
      data: [barsOf(ES, flat(100, 2))],
      market: "24/7",
    });
    expect(result.traces).toEqual([
      { time: T0, values: { minute: 0, note: "a,b" } },
      { time: T0 + MINUTE, values: { minute: 1, note: "a,b" } },
    ]);
    const folder = temporaryFolder();
    await result.save(folder);
    expect(await readFile(join(folder, "traces.csv"), "utf8")).toBe(
      'time,minute,note\n2024-01-02T15:00:00Z,0,"a,b"\n2024-01-02T15:01:00Z,1,"a,b"\n',
    );
  });
});

describe("a quote", () => {
  it("is the newest at its instant, and never shows a bid the source does not have", async () => {
    const { strategy } = await run(
      barsOf(ES, [
        [1, 1, 1, 1],
        [2, 2, 2, 2],
        [3, 3, 3, 3],
      ]),
      async (s) => {
        const quote = await s.getQuote(ES);
        s.seen.push(`${quote?.last} ${quote?.bid}`);
      },
    );
    expect(strategy.seen).toEqual(["undefined undefined", "1 undefined", "2 undefined"]);
  });
});

describe("an asset that comes in from a fill hook", () => {
  it("neither adds an iteration nor drops one", async () => {
    const other = Asset.stock("LATE");
    const strategy = new (class extends Strategy {
      readonly times: number[] = [];
      override onTradingIteration() {
        this.times.push((this.getTimestamp() - T0) / MINUTE);
        if (this.times.length === 3) this.submitOrder(this.createOrder(ES, 1, "buy"));
        if (this.times.length === 5) this.submitOrder(this.createOrder(ES, 1, "sell", { limitPrice: 101 }));
      }
      override async onFilledOrder() {
        await this.getHistoricalPrices(this.getPosition(ES) === undefined ? Asset.stock("LATER") : other, 1, "1m");
      }
    })();
    const rows = [...flat(100, 6), [100, 102, 100, 101] as const, ...flat(101, 3)];
    const data = [barsOf(ES, rows), barsOf(other, flat(5, 10)), barsOf(Asset.stock("LATER"), flat(6, 10))];
    await strategy.backtest(InMemoryBacktesting, T0, T0 + 10 * MINUTE, { data, assets: [ES], market: "24/7" });
    expect(strategy.times).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("a source that lists nothing, and a strategy that names its asset only when it asks", () => {
  /** Answers with a flat line for whatever it is asked. */
  class Anything implements DataSource {
    readonly name = "anything";
    getBars({ asset, start, end }: BarsRequest) {
      return Promise.resolve(barsOf(asset, flat(7, (end - start) / MINUTE), "1m", start));
    }
  }
  class Asks extends Strategy {
    readonly times: string[] = [];
    override initialize() {
      this.sleeptime = "3h";
      this.setMarket("NYSE");
    }
    override async onTradingIteration() {
      this.times.push(iso(this.getTimestamp()));
      const bars = await this.getHistoricalPrices(STOCK, 1, "minute");
      if (bars !== undefined && this.getPosition(STOCK) === undefined)
        this.submitOrder(this.createOrder(STOCK, 1, "buy"));
    }
  }

  it("that never asks is told that no bar passed", async () => {
    class Idle extends Strategy {
      override onTradingIteration() {}
    }
    const result = await new Idle().backtest(Anything, "2024-01-02", "2024-01-03");
    expect(result.events).toMatchObject([{ code: "data_missing", level: "warning" }]);
  });

  it("is called by the calendar until there are bars, and then by both", async () => {
    const strategy = new Asks();
    const result = await strategy.backtest(Anything, "2024-01-02", "2024-01-04");
    expect(strategy.times).toEqual([
      "01-02 14:30",
      "01-02 17:30",
      "01-02 20:30",
      "01-03 14:30",
      "01-03 17:30",
      "01-03 20:30",
    ]);
    expect(result.fills).toMatchObject([{ time: Date.UTC(2024, 0, 2, 14, 30), price: 7 }]);
  });
});
