import { describe, expect, it } from "vitest";
import { run, temporaryFolder } from "./support.ts";

const folder = temporaryFolder();
const show = (...words: readonly string[]) => run(folder, ["instrument", "show", ...words]);

describe.concurrent("instrument show", () => {
  it("tells size, hours, special days, months and rolls of a root", async () => {
    const { code, stdout, stderr } = await show("ES", "--date", "2024-12-02", "--contracts", "2", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      root: "ES",
      exchange: "CME",
      dataset: "GLBX.MDP3",
      currency: "USD",
      pointValue: 50,
      tickSize: 0.25,
      // 50 x 0.25
      tickValue: 12.5,
      listedMonths: "HMUZ",
      settlement: "cash",
      firstNotice: null,
      calendar: "CME_EQUITY",
      timeZone: "America/Chicago",
      // Sunday 17:00 to Monday 16:00 in Chicago, six hours behind UTC; the day session from 08:30 to 15:00.
      session: {
        tradeDate: "2024-12-02",
        kind: "regular",
        open: "2024-12-01T23:00:00Z",
        close: "2024-12-02T22:00:00Z",
        regularOpen: "2024-12-02T14:30:00Z",
        regularClose: "2024-12-02T21:00:00Z",
      },
      continuousSymbols: ["ES.v.0", "ES.n.0", "ES.c.0"],
      // Third Fridays. Five sessions earlier is the Friday before.
      contracts: [
        { symbol: "ESZ24", rawSymbol: "ESZ4", expiration: "2024-12-20", firstNotice: null, roll: "2024-12-13" },
        { symbol: "ESH25", rawSymbol: "ESH5", expiration: "2025-03-21", firstNotice: null, roll: "2025-03-14" },
      ],
    });
    const { specialDays } = JSON.parse(stdout) as { specialDays: { date: string; kind: string; close: string }[] };
    // Christmas Eve ends at 12:15 in Chicago; then Christmas, New Year, the mourning day for President Carter, King, Presidents' Day.
    expect(specialDays.map(({ date, kind }) => `${date} ${kind}`)).toEqual([
      "2024-12-24 early-close",
      "2024-12-25 closed",
      "2025-01-01 closed",
      "2025-01-09 early-close",
      "2025-01-20 holiday",
      "2025-02-17 holiday",
    ]);
    expect(specialDays[0]?.close).toBe("2024-12-24T18:15:00Z");
  });

  it("counts rolls from first notice where that comes first, and passes over months nobody trades", async () => {
    const { stdout } = await show("GC", "--date", "2024-11-25", "--contracts", "3", "--roll", "0", "--json");
    const { contracts } = JSON.parse(stdout) as { contracts: object[] };
    expect(contracts).toMatchObject([
      // November 2024 ends with the last but two business days 25, 26, 27 (28 Thanksgiving, 29): the third last is the 26th.
      { symbol: "GCX24", expiration: "2024-11-26", roll: null },
      { symbol: "GCZ24", firstNotice: "2024-11-29", roll: "2024-11-29" },
      { symbol: "GCF25", roll: null },
    ]);
  });

  it("is read by people: wall time of the exchange, money a tick", async () => {
    const { stdout } = await show("es", "--date", "2024-12-02");
    expect(stdout).toContain("ES  E-mini S&P 500, CME");
    expect(stdout).toContain("0.25, worth 12.5 USD");
    expect(stdout).toContain("2024-12-02 (regular): Sun 17:00 to Mon 16:00");
    expect(stdout).toMatch(/ESZ24 +2024-12-20 +- +2024-12-13/);
  });

  it("tells the margin that held on the date, and that it is not known", async () => {
    // LEAN's table of ES: 13,200 and 12,000 from 2020-03-19 on, until 12,100 and 11,000 on 2020-12-11.
    const { stdout } = await show("ES", "--date", "2020-06-01");
    expect(stdout).toContain("13,200 USD initial, 12,000 USD maintenance, as of 2020-03-19");
    const json = await show("ES", "--date", "2020-06-01", "--json");
    const margin = { validFrom: "2020-03-19", initial: 13_200, maintenance: 12_000 };
    expect(JSON.parse(json.stdout)).toMatchObject({ margin });
    expect((await show("VX")).stdout).toContain("not known; a backtest takes 50 % of the contract's value");
  });

  it("begins at a contract that is named", async () => {
    const { stdout } = await show("CLF25", "--contracts", "1", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      root: "CL",
      contracts: [{ symbol: "CLF25", expiration: "2024-12-19" }],
    });
  });

  it("says where holidays are not known any more", async () => {
    const { code, stdout } = await show("ES", "--date", "2031-03-03", "--contracts", "1");
    expect(code).toBe(0);
    expect(stdout).toContain("holidays not known");
    expect(stdout).not.toContain("session  ");
  });

  it.each([
    ["a root nobody knows", ["ESS"], "Did you mean 'ES'?"],
    ["a contract of any decade", ["ESZ4"], "such as ESZ14 or ESZ24"],
    ["a contract of such a root", ["EZZ24"], "no 'EZ'"],
    ["a month that is not listed", ["ESF25"], "HMUZ"],
    ["a date that is none", ["ES", "--date", "2024-02-30"], "--date 2024-02-30"],
    ["no contracts", ["ES", "--contracts", "0"], "--contracts 0"],
  ])("refuses %s", async (_what, words, told) => {
    const { code, stdout, stderr } = await show(...words);
    expect(stderr).toContain(told);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
