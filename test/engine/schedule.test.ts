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
import { barsOf, ES, flat, joinBars, MINUTE, run, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
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
      // Of the session that opens where the run ends: a run that begins there is too late for it.
      "03-10 23:00 beforeMarketOpens",
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
    expect(strict.result.events).toMatchObject([{ code: "no_iterations", level: "warning" }]);
    expect(strict.result.events[0]?.message).toContain("in the sessions of XNYS");
  });

  it("are missed with a word where none is due, and not by who has none", async () => {
    // The run begins at 10:00 in New York, half an hour after the day's only iteration.
    const late = await run(barsOf(STOCK, flat(10, 3)), () => {}, {
      market: "NYSE",
      setup: (s) => {
        s.sleeptime = "1d";
      },
    });
    expect(late.result.events.map(({ code }) => code)).toEqual(["no_iterations"]);
    class ByHook extends Strategy {
      override beforeMarketCloses() {}
    }
    const night = Date.UTC(2024, 0, 2, 2);
    const data = [barsOf(STOCK, flat(10, 3), "1m", night)];
    const other = await new ByHook().backtest(InMemoryBacktesting, night, night + 3 * MINUTE, { data, market: "NYSE" });
    expect(other.events).toEqual([]);
  });

  it("from a day on come at each session's open, whatever bars lie around it, and where no session is known at a day's first bar", async () => {
    // Hong Kong trades from 01:30 to 08:00 UTC; its share is taken for one of New York, whose sessions it never meets, and the run says so. From
    // Thursday to Tuesday, whose session opens when the data are over.
    const dates = [4, 5, 8, 9];
    const hours = (start: number, count: number) =>
      joinBars(dates.map((date) => barsOf(STOCK, flat(10, count), "1h", Date.UTC(2024, 0, date, start, 30), HOUR)));
    const at = async (bars: Bars, sleeptime: string) => {
      const { strategy, result } = await run(bars, (s) => void s.seen.push(iso(s.getTimestamp())), {
        setup: (s) => {
          s.sleeptime = sleeptime;
        },
        market: undefined as never,
      });
      expect(result.events.map(({ code }) => code)).toEqual(["bars_outside_sessions"]);
      return strategy.seen;
    };
    expect(await at(hours(1, 6), "1d")).toEqual(["01-04 14:30", "01-05 14:30", "01-08 14:30"]);
    expect(await at(hours(1, 6), "2d")).toEqual(["01-04 14:30", "01-08 14:30"]);
    // From 9:30 UTC, five hours before New York's open, to 01:30 of the next day, after its close: one at each open.
    expect(await at(hours(9, 16), "1d")).toEqual(["01-04 14:30", "01-05 14:30", "01-08 14:30", "01-09 14:30"]);
    // A Tuesday and a Wednesday of a year that the calendar does not know.
    const unknown = [3, 4].map((date) => barsOf(STOCK, flat(10, 6), "1h", Date.UTC(2031, 5, date, 1, 30), HOUR));
    expect(await at(joinBars(unknown), "1d")).toEqual(["06-03 01:30", "06-04 01:30"]);
  });

  it("take a new sleeptime from the next pause on", async () => {
    const { strategy } = await run(barsOf(ES, flat(100, 30)), (s) => {
      s.seen.push(iso(s.getTimestamp()).slice(6));
      s.sleeptime = s.iteration < 2 ? "5m" : "10m";
    });
    expect(strategy.seen).toEqual(["15:00", "15:05", "15:10", "15:20"]);
  });

  it("end a minute before the close, with the last bar of the run, and with the last of a day outside", async () => {
    const at = async (bars: Bars | readonly Bars[], sleeptime: string, market?: string) => {
      const { strategy } = await run(bars, (s) => void s.seen.push(iso(s.getTimestamp())), {
        setup: (s) => {
          s.sleeptime = sleeptime;
        },
        market: market as never,
      });
      return strategy.seen;
    };
    const from = (day: number, hour: number, minute: number, count: number) =>
      barsOf(STOCK, flat(10, count), "1m", Date.UTC(2024, 0, day, hour, minute));
    // New York, 14:30 to 21:00 UTC: 389 minutes on it is 20:59.
    expect(await at(from(2, 14, 30, 390), "389m", "NYSE")).toEqual(["01-02 14:30"]);
    // Bars to 16:00 on Tuesday, where nobody knows that no more will come, and from 15:00 to 15:30 on Wednesday.
    const halted = joinBars([from(2, 14, 30, 90), from(3, 15, 0, 30)]);
    const tuesday = [14, 15, 16, 17, 18, 19, 20].map((hour) => `01-02 ${hour}:30`);
    expect(await at(halted, "1h", "NYSE")).toEqual([...tuesday, "01-03 14:30"]);
    // Three minutes of one night to the last of which has closed, and two of the next, in no session; between them New York's, without a bar.
    const nights = joinBars([from(2, 2, 0, 3), from(3, 2, 0, 2)]);
    expect(await at(nights, "1m")).toEqual(
      ["02 02:00", "02 02:01", "02 02:02", "02 02:03", "02 14:30", "03 02:00", "03 02:01"].map((time) => `01-${time}`),
    );
  });

  it("go by a market from the moment on at which it is set", async () => {
    // From 14:00 UTC; New York opens at 14:30.
    const { strategy } = await run(
      barsOf(STOCK, flat(10, 45), "1m", Date.UTC(2024, 0, 2, 14)),
      (s) => {
        s.seen.push(iso(s.getTimestamp()).slice(6));
        if (s.iteration === 0) s.setMarket("NYSE");
      },
      {
        setup: (s) => {
          s.sleeptime = "5m";
        },
      },
    );
    expect(strategy.seen).toEqual(["14:00", "14:30", "14:35", "14:40"]);
  });

  it("go on past the last year a merely suggested calendar knows", async () => {
    const bars = barsOf(ES, flat(100, 3), "1m", Date.UTC(2031, 5, 3, 15));
    const { strategy } = await run(bars, () => {}, { market: undefined as never });
    expect(strategy.iteration).toBe(2);
  });
});

describe("the hooks of a session", () => {
  it("come once, also where the hook before the next open is due in the last minute of trading", async () => {
    // CME: the session of the 2nd ends at 22:00 UTC, the next one opens at 23:00: 60 minutes and a half before that is 21:59:30.
    class Early extends Diary {
      override initialize() {
        super.initialize();
        this.minutesBeforeOpening = 60.5;
      }
    }
    const strategy = new Early("30m");
    const bars = joinBars([
      barsOf(ES, flat(100, 60), "1m", Date.UTC(2024, 0, 2, 21)),
      barsOf(ES, flat(100, 60), "1m", Date.UTC(2024, 0, 2, 23)),
    ]);
    await strategy.backtest(InMemoryBacktesting, Date.UTC(2024, 0, 2, 21), Date.UTC(2024, 0, 3), {
      data: [bars],
      market: "CME_Equity",
    });
    expect(strategy.lines).toEqual([
      "01-02 21:00 iteration",
      "01-02 21:30 iteration",
      "01-02 21:59 beforeMarketCloses",
      "01-02 21:59 beforeMarketOpens",
      "01-02 22:00 afterMarketCloses",
      "01-02 23:00 beforeStartingTrading",
      "01-02 23:00 iteration",
      "01-02 23:30 iteration",
    ]);
  });

  const at = (day: number, hour: number, minute: number) => Date.UTC(2024, 0, day, hour, minute);

  it("come in a session without bars as well, for nobody knows that none will come", async () => {
    // Bars at night, before a session of New York that has none; the next one has them, from half an hour after its open on.
    const bars = joinBars([
      barsOf(STOCK, flat(10, 2), "1m", at(2, 10, 0)),
      barsOf(STOCK, flat(10, 2), "1m", at(3, 15, 0)),
    ]);
    const lines = await diary(bars, "1m", ["2024-01-02", "2024-01-04"]);
    expect(lines).toEqual([
      "01-02 10:00 iteration",
      "01-02 10:01 iteration",
      "01-02 10:02 iteration",
      "01-02 13:30 beforeMarketOpens",
      "01-02 14:30 beforeStartingTrading",
      "01-02 14:30 iteration",
      "01-02 20:59 beforeMarketCloses",
      "01-02 21:00 afterMarketCloses",
      "01-03 13:30 beforeMarketOpens",
      "01-03 14:30 beforeStartingTrading",
      "01-03 14:30 iteration",
      "01-03 15:00 iteration",
      "01-03 15:01 iteration",
      "01-03 20:59 beforeMarketCloses",
      "01-03 21:00 afterMarketCloses",
    ]);
  });

  it("come neither before the session of the first bar nor after that of the last, however long the span", async () => {
    const bars = barsOf(STOCK, flat(10, 2), "1m", at(3, 15, 0));
    expect(await diary(bars, "1d", ["2004-01-02", "2027-01-04"])).toEqual([
      "01-03 13:30 beforeMarketOpens",
      "01-03 14:30 beforeStartingTrading",
      "01-03 14:30 iteration",
      "01-03 20:59 beforeMarketCloses",
      "01-03 21:00 afterMarketCloses",
    ]);
  });

  it("at a bar's close come before the next bar's open, also where the clock is set forward or a month is short", async () => {
    const hooks = async (opens: readonly number[], step: string, until: number) => {
      const bars = barsOf(STOCK, flat(10, opens.length), step, 0, 31 * 24 * HOUR);
      bars.time.set(opens);
      const lines = await diary(bars, "1d", [new Date(opens[0] ?? 0).toISOString(), new Date(until).toISOString()]);
      return lines.filter((line) => !line.endsWith("iteration"));
    };
    const aDay = (open: string, close: string) => [
      `${open} beforeMarketOpens`,
      `${open} beforeStartingTrading`,
      `${close} beforeMarketCloses`,
      `${close} afterMarketCloses`,
    ];
    // Days of Berlin; the last day of March has 23 hours.
    const berlin = [Date.UTC(2024, 2, 29, 23), Date.UTC(2024, 2, 30, 23), Date.UTC(2024, 2, 31, 22)];
    expect(await hooks(berlin, "1d", Date.UTC(2024, 3, 1, 22))).toEqual([
      ...aDay("03-29 23:00", "03-30 23:00"),
      ...aDay("03-30 23:00", "03-31 22:00"),
      ...aDay("03-31 22:00", "04-01 22:00"),
    ]);
    const months = [Date.UTC(2024, 1, 1), Date.UTC(2024, 2, 1)];
    expect((await hooks(months, "1mo", Date.UTC(2024, 3, 2))).slice(0, 4)).toEqual(aDay("02-01 00:00", "03-01 00:00"));
  });

  it("come every session, also where the strategy iterates once a week", async () => {
    // Monday the 8th to Wednesday.
    const bars = barsOf(STOCK, flat(10, 54), "1h", at(8, 14, 30), HOUR);
    const opens = (lines: readonly string[]) => lines.filter((line) => line.endsWith("beforeMarketOpens"));
    expect(opens(await diary(bars, "1w", ["2024-01-08", "2024-01-11"]))).toEqual(
      ["08", "09", "10"].map((day) => `01-${day} 13:30 beforeMarketOpens`),
    );
    const days = barsOf(STOCK, flat(10, 3), "1d", at(8, 0, 0), 24 * HOUR);
    expect(opens(await diary(days, "1w", ["2024-01-08", "2024-01-11"]))).toEqual(
      ["08", "09", "10"].map((day) => `01-${day} 00:00 beforeMarketOpens`),
    );
  });

  it("are those of the market that is set, from then on", async () => {
    class Moving extends Diary {
      override onTradingIteration() {
        super.onTradingIteration();
        this.setMarket("CME_Equity");
      }
    }
    const strategy = new Moving("1d");
    const bars = barsOf(STOCK, flat(10, 24), "1h", at(2, 14, 30), HOUR);
    await strategy.backtest(InMemoryBacktesting, at(2, 14, 30), at(3, 14, 30), { data: [bars], market: "NYSE" });
    // Chicago closes at 22:00 UTC and opens at 23:00, the hook before that is due at its close.
    expect(strategy.lines).toEqual([
      "01-02 14:30 beforeStartingTrading",
      "01-02 14:30 iteration",
      "01-02 21:59 beforeMarketCloses",
      "01-02 22:00 afterMarketCloses",
      "01-02 22:00 beforeMarketOpens",
      "01-02 23:00 beforeStartingTrading",
      "01-02 23:00 iteration",
    ]);
  });

  it("are not called twice at the instant at which one of them sets the market", async () => {
    // Chicago's hour before its open at 23:00 UTC begins at 22:00. The stocks' calendar is set at that hook, Chicago's again at it.
    const heard: string[] = [];
    class Setting extends Strategy {
      override initialize() {
        this.sleeptime = "1h";
      }
      override beforeMarketOpens() {
        heard.push(iso(this.getTimestamp()));
        this.setMarket("NYSE");
        this.setMarket("CME_Equity");
      }
      override onTradingIteration() {}
    }
    const bars = barsOf(ES, flat(10, 24), "1h", at(2, 14, 0), HOUR);
    await new Setting().backtest(InMemoryBacktesting, at(2, 14, 0), at(3, 14, 0), {
      data: [bars],
      market: "CME_Equity",
    });
    expect(heard).toEqual(["01-02 22:00"]);
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

  it.each([
    ["389m", ["01-02 14:30", "01-03 14:30"]],
    ["1d", ["01-02 14:30", "01-03 14:30"]],
    ["4h", ["01-02 14:30", "01-02 18:30", "01-03 14:30", "01-03 18:30"]],
  ])("is called by the calendar alone while it never asks, every %s of a session", async (sleeptime, expected) => {
    const times: string[] = [];
    class Waits extends Strategy {
      override initialize() {
        this.sleeptime = sleeptime;
        this.setMarket("NYSE");
      }
      override onTradingIteration() {
        times.push(iso(this.getTimestamp()));
      }
    }
    await new Waits().backtest(Anything, "2024-01-02", "2024-01-04");
    expect(times).toEqual(expected);
  });

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
