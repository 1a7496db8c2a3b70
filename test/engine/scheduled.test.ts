import { type BacktestOptions, type Bars, InMemoryBacktesting, type ScheduleRule, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { bothWays, firstDifference, logOf } from "../live/support.ts";
import { barsOf, ES, flat, MINUTE, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
const iso = (time: number) => new Date(time).toISOString().slice(5, 16).replace("T", " ");

/** Schedules one rule and writes down when it was called. */
class Scheduled extends Strategy {
  readonly seen: string[] = [];
  readonly #rule: ScheduleRule;
  readonly #timezone: string | undefined;
  constructor(rule: ScheduleRule, timezone?: string) {
    super();
    this.#rule = rule;
    this.#timezone = timezone;
  }
  override initialize() {
    this.sleeptime = "1d";
    const options = this.#timezone === undefined ? {} : { timezone: this.#timezone };
    this.schedule(this.#rule, () => void this.seen.push(iso(this.getTimestamp())), options);
  }
}

async function calls(
  rule: ScheduleRule,
  bars: Bars,
  span: readonly [string, string],
  { timezone, ...options }: BacktestOptions = {},
): Promise<readonly string[]> {
  const strategy = new Scheduled(rule, timezone);
  await strategy.backtest(InMemoryBacktesting, ...span, { data: [bars], market: "NYSE", ...options });
  return strategy.seen;
}

const hours = (date: string, count: number) => barsOf(STOCK, flat(10, count), "1h", Date.parse(`${date}T00:00Z`), HOUR);

describe("a cron expression", () => {
  it("is read on the wall clock of the market, over both changes of the hour", async () => {
    // New York: 9:45 is 14:45 UTC in winter, 13:45 in summer; the clocks change on Sunday 2024-03-10 and 2024-11-03.
    expect(await calls("45 9 * * 1-5", hours("2024-03-07", 150), ["2024-03-07", "2024-03-13"])).toEqual([
      "03-07 14:45",
      "03-08 14:45",
      "03-11 13:45",
      "03-12 13:45",
    ]);
    expect(await calls("45 9 * * 1-5", hours("2024-10-31", 150), ["2024-10-31", "2024-11-06"])).toEqual([
      "10-31 13:45",
      "11-01 13:45",
      "11-04 14:45",
      "11-05 14:45",
    ]);
  });

  it("in the hour that is skipped comes at its end, once; every half hour goes on every half hour", async () => {
    const night = hours("2024-03-09", 48);
    expect(await calls("30 2 * * *", night, ["2024-03-09", "2024-03-11"])).toEqual(["03-09 07:30", "03-10 07:00"]);
    expect(await calls("*/30 1-3 10 3 *", night, ["2024-03-10", "2024-03-11"])).toEqual([
      "03-10 06:00",
      "03-10 06:30",
      "03-10 07:00",
      "03-10 07:30",
    ]);
  });

  it("in the hour that comes twice counts the first time; what repeats within the hour both times", async () => {
    const night = hours("2024-11-02", 72);
    expect(await calls("30 1 * * *", night, ["2024-11-02", "2024-11-05"])).toEqual([
      "11-02 05:30",
      "11-03 05:30",
      "11-04 06:30",
    ]);
    expect(await calls("*/30 1 3 11 *", night, ["2024-11-03", "2024-11-04"])).toEqual([
      "11-03 05:00",
      "11-03 05:30",
      "11-03 06:00",
      "11-03 06:30",
    ]);
  });

  it("takes a zone of its own, and seconds", async () => {
    const day = hours("2024-01-02", 24);
    expect(await calls("0 12 * * *", day, ["2024-01-02", "2024-01-03"], { timezone: "Europe/Berlin" })).toEqual([
      "01-02 11:00",
    ]);
    expect(await calls("30 0 12 * * *", day, ["2024-01-02", "2024-01-03"])).toEqual(["01-02 17:00"]);
  });
});

describe("a rule of sessions", () => {
  it("counts from the open and from the close, on a half day too", async () => {
    // New York closes at 13:00 on 2024-07-03, and does not open on the 4th.
    const days = hours("2024-07-02", 96);
    const span = ["2024-07-02", "2024-07-06"] as const;
    expect(await calls({ minutesAfterOpen: 30 }, days, span)).toEqual(["07-02 14:00", "07-03 14:00", "07-05 14:00"]);
    expect(await calls({ minutesBeforeClose: 15 }, days, span)).toEqual(["07-02 19:45", "07-03 16:45", "07-05 19:45"]);
    // Five hours after the open the half day has closed: its close is the instant.
    expect(await calls({ minutesAfterOpen: 300 }, days, span)).toEqual(["07-02 18:30", "07-03 17:00", "07-05 18:30"]);
  });

  it("means the first or the last session of a week or a month", async () => {
    // Good Friday is 2024-03-29: the last session of that week and of March is Thursday the 28th.
    const days = hours("2024-03-18", 24 * 21);
    const span = ["2024-03-18", "2024-04-08"] as const;
    const on = (sessions: "week-start" | "week-end" | "month-start" | "month-end") =>
      calls({ minutesAfterOpen: 0, on: sessions }, days, span);
    expect(await on("week-start")).toEqual(["03-18 13:30", "03-25 13:30", "04-01 13:30"]);
    expect(await on("week-end")).toEqual(["03-22 13:30", "03-28 13:30", "04-05 13:30"]);
    expect(await on("month-start")).toEqual(["04-01 13:30"]);
    expect(await on("month-end")).toEqual(["03-28 13:30"]);
  });

  it("never leaves its session, and knows the last one of the last year", async () => {
    // Ten hours before the close of New York, which trades for six and a half, is its open. The calendar ends with Friday 2027-12-31.
    const at = (date: string, hour: number) =>
      barsOf(STOCK, flat(10, 8), "1h", Date.parse(`${date}T00:00Z`) + hour * HOUR, HOUR);
    expect(await calls({ minutesBeforeClose: 600 }, at("2024-01-02", 13), ["2024-01-02", "2024-01-03"])).toEqual([
      "01-02 14:30",
    ]);
    const last = at("2027-12-31", 14);
    expect(await calls({ minutesBeforeClose: 15, on: "month-end" }, last, ["2027-12-31", "2028-01-01"])).toEqual([
      "12-31 20:45",
    ]);
  });

  it("is due at the instant at which it is scheduled, where that is the one it means", async () => {
    // The hook after the close comes at the close itself. So does what an iteration schedules at 10:30 for 10:30, after something else was called.
    const seen: string[] = [];
    class AtOnce extends Strategy {
      override initialize() {
        this.sleeptime = "1h";
        this.minutesAfterClosing = 0;
        this.schedule("30 10 * * *", () => void seen.push(`${iso(this.getTimestamp())} other`));
      }
      override onTradingIteration() {
        if (this.getTimestamp() !== Date.UTC(2024, 0, 2, 15, 30)) return;
        this.schedule("30 10 2 1 *", () => void seen.push(`${iso(this.getTimestamp())} cron`));
      }
      override afterMarketCloses() {
        if (seen.length > 2) return;
        this.schedule({ minutesBeforeClose: 0 }, () => void seen.push(`${iso(this.getTimestamp())} rule`));
      }
    }
    const bars = barsOf(STOCK, flat(10, 10), "1h", Date.UTC(2024, 0, 2, 13), HOUR);
    await new AtOnce().backtest(InMemoryBacktesting, Date.UTC(2024, 0, 2, 15), Date.UTC(2024, 0, 2, 23), {
      data: [bars],
      market: "NYSE",
    });
    expect(seen).toEqual(["01-02 15:30 other", "01-02 15:30 cron", "01-02 21:00 rule"]);
  });

  it("goes by the market that is set, whenever it is set", async () => {
    class Moving extends Scheduled {
      override initialize() {
        super.initialize();
        this.setMarket("CME_Equity");
      }
    }
    const moving = new Moving({ minutesAfterOpen: 60 });
    await moving.backtest(InMemoryBacktesting, "2024-01-02", "2024-01-04", { data: [hours("2024-01-02", 48)] });
    // Chicago opens the trade dates of the 2nd and the 3rd at 17:00 the evening before, 23:00 UTC.
    expect(moving.seen).toEqual(["01-02 00:00", "01-03 00:00"]);
  });
});

describe("a scheduled function", () => {
  it("comes after the session hooks and before the iteration of its instant, in the order of scheduling, and all of it settles there", async () => {
    const lines: string[] = [];
    class Ordered extends Strategy {
      #note(what: string) {
        lines.push(`${iso(this.getTimestamp())} ${what}`);
      }
      override initialize() {
        this.sleeptime = "1h";
        this.schedule({ minutesAfterOpen: 0 }, async () => {
          this.#note("first");
          this.submitOrder(this.createOrder(STOCK, 1, "buy", { limitPrice: 5 }));
        });
        this.schedule("30 9 * * *", () => this.#note("second"));
      }
      override beforeStartingTrading() {
        this.#note("hook");
      }
      override onNewOrder() {
        this.#note("accepted");
      }
      override onTradingIteration() {
        this.#note("iteration");
      }
    }
    await new Ordered().backtest(InMemoryBacktesting, "2024-01-02", "2024-01-03", {
      data: [hours("2024-01-02", 24)],
      market: "NYSE",
    });
    const open = "01-02 14:30";
    expect(lines.slice(0, 6)).toEqual([
      `${open} hook`,
      `${open} first`,
      `${open} accepted`,
      `${open} second`,
      `${open} iteration`,
      "01-02 15:30 iteration",
    ]);
  });

  it("may trade, end itself, and be missed once while a hook sleeps", async () => {
    const seen: string[] = [];
    class Sleeping extends Strategy {
      override initialize() {
        this.sleeptime = "10m";
        const stop = this.schedule("* * * * *", () => {
          seen.push(iso(this.getTimestamp()).slice(6));
          if (seen.length === 3) this.submitOrder(this.createOrder(ES, 1, "buy"));
          if (seen.length === 5) stop();
        });
      }
      override async onTradingIteration() {
        if (this.firstIteration) await this.sleep(150);
      }
    }
    const result = await new Sleeping().backtest(InMemoryBacktesting, T0, T0 + 20 * MINUTE, {
      data: [barsOf(ES, flat(100, 20))],
      market: "24/7",
    });
    // Due at 15:01 and 15:02 while the hook slept from 15:00 to 15:02:30: called once then.
    expect(seen).toEqual(["15:00", "15:02", "15:03", "15:04", "15:05"]);
    expect(result.fills.map((fill) => iso(fill.time))).toEqual(["01-02 15:03"]);
  });

  it("ends alone, however often it is ended", async () => {
    const seen: string[] = [];
    class Stops extends Strategy {
      override initialize() {
        this.sleeptime = "1h";
        const stop = this.schedule("0 * * * *", () => {
          seen.push(`first ${iso(this.getTimestamp())}`);
          stop();
          stop();
        });
        this.schedule("0 * * * *", () => void seen.push(`second ${iso(this.getTimestamp())}`));
      }
    }
    const bars = barsOf(STOCK, flat(10, 3), "1h", T0, HOUR);
    await new Stops().backtest(InMemoryBacktesting, T0, T0 + 2 * HOUR, { data: [bars], market: "24/7" });
    expect(seen).toEqual(["first 01-02 15:00", "second 01-02 15:00", "second 01-02 16:00"]);
  });

  it("comes once an instant, even where it schedules itself anew or sets the market", async () => {
    const once = (seen: readonly string[]) => {
      if (seen.length > 50) throw new Error("called again and again");
    };
    class Again extends Strategy {
      readonly seen: string[] = [];
      override initialize() {
        this.sleeptime = "1d";
        const again = () => {
          once(this.seen);
          this.seen.push(iso(this.getTimestamp()).slice(6));
          stop();
          stop = this.schedule("*/10 * * * *", again);
        };
        let stop = this.schedule("*/10 * * * *", again);
      }
    }
    class Moving extends Strategy {
      readonly seen: string[] = [];
      override initialize() {
        this.sleeptime = "1d";
        this.schedule("*/10 * * * *", () => {
          once(this.seen);
          this.seen.push(iso(this.getTimestamp()).slice(6));
          this.setMarket("24/7");
        });
      }
    }
    for (const strategy of [new Again(), new Moving()]) {
      await strategy.backtest(InMemoryBacktesting, T0, T0 + 31 * MINUTE, {
        data: [barsOf(ES, flat(100, 31))],
        market: "24/7",
      });
      expect(strategy.seen).toEqual(["15:00", "15:10", "15:20", "15:30"]);
    }
  });

  it("does the same on paper", async () => {
    class Trader extends Strategy {
      override initialize() {
        this.sleeptime = "30m";
        this.schedule("*/7 * * * *", () => {
          this.submitOrder(this.createOrder(ES, 1, this.getPosition(ES) === undefined ? "buy" : "sell"));
        });
        this.schedule({ minutesBeforeClose: 30 }, () => void this.sellAll());
      }
    }
    const bars = barsOf(
      ES,
      Array.from({ length: 500 }, (_, i) => [100 + (i % 9), 112, 90, 100 + (i % 7)] as const),
      "1m",
      T0,
    );
    const { backtest, live } = await bothWays(() => new Trader(), [bars]);
    expect(backtest.fills.length).toBeGreaterThan(30);
    expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  });

  it("that throws, or never resolves, is named by its rule", async () => {
    class Stuck extends Strategy {
      override initialize() {
        this.schedule("* * * * *", () => new Promise<void>(() => {}));
      }
    }
    const run = new Stuck().backtest(InMemoryBacktesting, T0, T0 + 5 * MINUTE, {
      data: [barsOf(ES, flat(100, 5))],
      market: "24/7",
      hookTimeout: 20,
    });
    await expect(run).rejects.toThrow("Stuck.schedule(* * * * *) at 2024-01-02T15:00:00Z gave a promise");
  });

  it("by a rule of sessions is refused a time zone: it goes by those of the market", async () => {
    const options = { timezone: "America/New_York" };
    const failure = await calls(
      { minutesAfterOpen: 5 },
      hours("2024-01-02", 24),
      ["2024-01-02", "2024-01-03"],
      options,
    ).catch((error) => error);
    expect(failure).toMatchObject({ code: "invalid_argument" });
  });

  it.each([
    ["61 * * * *", "61"],
    ["0 0 31 2 *", "never comes"],
    ["every minute", "every minute"],
    [{ minutesAfterOpen: -1 }, "minutes were -1"],
    [{ minutesAfterOpen: 1, minutesBeforeClose: 1 } as unknown as ScheduleRule, "one of"],
    [{ minutesAfterOpen: 1, on: "year-start" } as unknown as ScheduleRule, "year-start"],
    [{ minutesafterOpen: 3 } as unknown as ScheduleRule, "'minutesafterOpen' is no part of a rule"],
    [{ minutesAfterOpen: 5, onn: "week-end" } as unknown as ScheduleRule, "'onn' is no part of a rule"],
    ["* * * *", "'* * * *' has 4 fields, expected 5, or 6 with seconds first"],
    [undefined as unknown as ScheduleRule, "undefined"],
  ])("by the rule %j is refused", async (rule, words) => {
    const failure = await calls(rule, hours("2024-01-02", 24), ["2024-01-02", "2024-01-03"]).catch((error) => error);
    expect(failure).toMatchObject({ code: "invalid_argument" });
    expect(failure.message).toContain(words);
  });
});

describe("what a scheduled function is given beside its rule", () => {
  it.each([
    [{ tz: "UTC" }, "schedule: 'tz' is not one of its options"],
    [{ timezone: "Mars" }, "Time zone 'Mars' is not known"],
    [null, "schedule: the options were null, expected an object"],
  ])("is refused where it is %j", async (options, words) => {
    class Odd extends Strategy {
      override initialize() {
        this.schedule("0 12 * * *", () => {}, options as never);
      }
    }
    const running = new Odd().backtest(InMemoryBacktesting, "2024-01-02", "2024-01-03", {
      data: [hours("2024-01-02", 24)],
    });
    await expect(running).rejects.toThrow(words);
  });
});

describe("a session hook that comes due while another hook sleeps", () => {
  it("is called when that one is through; time never goes back", async () => {
    const lines: string[] = [];
    class Sleeper extends Strategy {
      override initialize() {
        this.sleeptime = "1d";
      }
      override async onTradingIteration() {
        await this.sleep(7 * 3_600);
        lines.push(`${iso(this.getTimestamp())} woke`);
      }
      override beforeMarketCloses() {
        lines.push(`${iso(this.getTimestamp())} beforeMarketCloses`);
      }
    }
    await new Sleeper().backtest(InMemoryBacktesting, "2024-01-02", "2024-01-03", {
      data: [hours("2024-01-02", 24)],
      market: "NYSE",
    });
    // From 14:30 past the close at 21:00.
    expect(lines).toEqual(["01-02 21:30 woke", "01-02 21:30 beforeMarketCloses"]);
  });
});

describe("a pause of more than a day", () => {
  it("over intraday bars leaves sessions out", async () => {
    class Weekly extends Scheduled {
      readonly iterations: string[] = [];
      override initialize() {
        this.sleeptime = "1w";
      }
      override onTradingIteration() {
        this.iterations.push(iso(this.getTimestamp()));
      }
    }
    const weekly = new Weekly("* * * * *");
    await weekly.backtest(InMemoryBacktesting, "2024-02-26", "2024-03-20", {
      data: [hours("2024-02-26", 24 * 23)],
      market: "NYSE",
    });
    // Mondays, over the change of the hour on the 10th.
    expect(weekly.iterations).toEqual(["02-26 14:30", "03-04 14:30", "03-11 13:30", "03-18 13:30"]);
  });
});
