import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { berlin, chicago, london, newYork, wall } from "./wall-clock.ts";

/** Open and close of a trade date as wall times. */
function hours(market: string, tradeDate: string, zone: string) {
  const session = calendarFor(market).session(tradeDate);
  return session && [wall(zone, session.open), wall(zone, session.close)];
}

describe("energy and metals", () => {
  it("gold closed at 17:15 New York time in 2013, 17:00 since September 2015", () => {
    expect(calendarFor("COMEX").session("2013-10-08")?.close).toBe(newYork("2013-10-08 17:15"));
    expect(calendarFor("CME_METALS").session("2015-09-21")?.close).toBe(newYork("2015-09-21 17:00"));
  });

  it.each([
    ["2013-01-21", "12:15"],
    ["2018-01-15", "12:00"],
    ["2024-01-15", "13:30"],
    ["2025-07-04", "12:00"],
    ["2024-11-29", "12:45"],
    ["2025-11-28", "13:45"],
  ])("CL on %s closes at %s Chicago", (tradeDate, time) => {
    expect(calendarFor("CME_ENERGY").session(tradeDate)?.close).toBe(chicago(`${tradeDate} ${time}`));
  });

  it("is closed on a Good Friday on which equities trade", () => {
    expect(calendarFor("CME_ENERGY").session("2023-04-07")).toBeUndefined();
    expect(calendarFor("CME_EQUITY").session("2023-04-07")?.kind).toBe("holiday");
  });
});

describe("rates and currencies", () => {
  it("rates stop at noon on a bank holiday, currencies trade all day since 2022", () => {
    expect(calendarFor("CME_Rate").session("2024-01-15")?.close).toBe(chicago("2024-01-15 12:00"));
    expect(calendarFor("CME_FX").session("2024-01-15")?.close).toBe(chicago("2024-01-15 16:00"));
    expect(calendarFor("CME_FX").session("2024-01-15")?.kind).toBe("holiday");
    expect(calendarFor("CME_FX").session("2021-01-18")?.close).toBe(chicago("2021-01-18 12:00"));
  });
});

describe("agriculture", () => {
  const grains = calendarFor("CME_GRAINS");

  it.each([
    ["2011-06-01", "18:00", "13:15", "07:15", "09:30"],
    ["2014-06-04", "19:00", "13:15", "07:45", "08:30"],
    ["2024-06-05", "19:00", "13:20", "07:45", "08:30"],
  ])("grains on %s: %s to %s with a pause from %s to %s", (date, open, close, pause, resume) => {
    const session = grains.session(date);
    expect(session && wall("America/Chicago", session.open).slice(11)).toBe(open);
    expect(session?.close).toBe(chicago(`${date} ${close}`));
    expect(session?.halts).toEqual([{ start: chicago(`${date} ${pause}`), end: chicago(`${date} ${resume}`) }]);
  });

  it("the last year before April 2013 has no pause", () => {
    expect(hours("CME_GRAINS", "2012-09-12", "America/Chicago")).toEqual(["2012-09-11 17:00", "2012-09-12 14:00"]);
    expect(grains.session("2012-09-12")?.halts).toEqual([]);
  });

  it("the close of 13:20 begins with trade date 2015-07-06", () => {
    expect(hours("CME_GRAINS", "2015-07-01", "America/Chicago")?.[1]).toBe("2015-07-01 13:15");
    expect(hours("CME_GRAINS", "2015-07-06", "America/Chicago")?.[1]).toBe("2015-07-06 13:20");
  });

  it("is closed on a bank holiday and has no evening before it", () => {
    expect(grains.session("2025-06-19")).toBeUndefined();
    expect(grains.sessionAt(chicago("2025-06-18 20:00"))).toBeUndefined();
    expect(grains.sessionAt(chicago("2025-06-19 19:30"))?.tradeDate).toBe("2025-06-20");
  });

  it("livestock trades by day", () => {
    expect(hours("CME_LIVESTOCK", "2024-06-05", "America/Chicago")).toEqual(["2024-06-05 08:30", "2024-06-05 13:05"]);
    expect(hours("CME_LIVESTOCK", "2014-06-02", "America/Chicago")).toEqual(["2014-06-01 17:00", "2014-06-02 16:00"]);
    expect(hours("CME_LIVESTOCK", "2014-06-03", "America/Chicago")).toEqual(["2014-06-03 08:00", "2014-06-03 16:00"]);
  });
});

describe("crypto futures", () => {
  const crypto = calendarFor("CME_CRYPTO");

  it("keep futures hours until the announced change, and then say so", () => {
    expect(hours("CME_CRYPTO", "2026-05-29", "America/Chicago")).toEqual(["2026-05-28 17:00", "2026-05-29 16:00"]);
    expect(crypto.nextSession(chicago("2026-05-29 12:00"))).toBeUndefined();
    expect(() => crypto.session("2026-06-01")).toThrow(
      expect.objectContaining({ code: "calendar_range", hint: expect.stringContaining("24/7") }),
    );
  });

  it("are not listed before December 2017", () => {
    expect(crypto.session("2017-12-15")?.kind).toBe("unlisted");
    expect(crypto.session("2017-12-18")?.kind).toBe("regular");
    expect(crypto.session("2017-12-25")).toBeUndefined();
  });
});

describe("ICE", () => {
  it("the dollar index opens on Sunday at 18:00 New York time, at 20:00 otherwise", () => {
    expect(hours("ICE_US_FINANCIAL", "2024-06-03", "America/New_York")).toEqual([
      "2024-06-02 18:00",
      "2024-06-03 17:00",
    ]);
    expect(hours("ICE_US_FINANCIAL", "2024-06-04", "America/New_York")?.[0]).toBe("2024-06-03 20:00");
  });

  it.each([
    ["both on winter time", "2025-02-12", "01:00", "23:00"],
    ["New York alone on summer time", "2025-03-12", "00:00", "22:00"],
    ["both on summer time", "2025-04-02", "01:00", "23:00"],
    ["London alone back on winter time", "2025-10-29", "00:00", "22:00"],
  ])("Brent follows New York's clock: %s", (_name, date, open, close) => {
    const brent = calendarFor("ICE_EU_ENERGY").session(date);
    expect(brent?.open).toBe(london(`${date} ${open}`));
    expect(brent?.close).toBe(london(`${date} ${close}`));
  });

  it("Brent opens on Sunday at 23:00 in London", () => {
    expect(calendarFor("ICE").session("2025-06-02")?.open).toBe(london("2025-06-01 23:00"));
  });

  it("every soft has hours of its own, inside those of the group", () => {
    expect(hours("ICE_US_SOFTS_KC", "2025-06-04", "America/New_York")).toEqual([
      "2025-06-04 04:15",
      "2025-06-04 13:30",
    ]);
    expect(hours("ICE_US_SOFTS", "2025-06-04", "America/New_York")).toEqual(["2025-06-03 21:00", "2025-06-04 14:20"]);
    expect(calendarFor("ICE_US_SOFTS_SB").session("2016-11-25")?.kind).toBe("regular"); // closes at 13:00 anyway
    expect(calendarFor("ICE_US_SOFTS_CT").session("2016-11-25")?.kind).toBe("early-close");
  });
});

describe("Europe and the volatility index", () => {
  it("Eurex and London keep their own summer time", () => {
    for (const date of ["2025-03-12", "2025-03-31", "2025-10-29", "2025-11-03"]) {
      expect(calendarFor("EUREX").session(date)?.open).toBe(berlin(`${date} 08:00`));
      expect(calendarFor("LSE").session(date)?.close).toBe(london(`${date} 16:30`));
    }
    expect(calendarFor("LSE").session("2022-09-19")).toBeUndefined();
    expect(calendarFor("LSE").session("2024-12-24")?.close).toBe(london("2024-12-24 12:30"));
  });

  it("New York and London are four hours apart in the gap weeks, five otherwise", () => {
    const between = (date: string) =>
      (calendarFor("NYSE").session(date)?.open ?? 0) - (calendarFor("LSE").session(date)?.open ?? 0);
    const inHours = (date: string) => between(date) / 3_600_000;
    expect(["2025-03-07", "2025-03-10", "2025-03-28", "2025-03-31"].map(inHours)).toEqual([6.5, 5.5, 5.5, 6.5]);
    expect(["2025-10-24", "2025-10-27", "2025-10-31", "2025-11-03"].map(inHours)).toEqual([6.5, 5.5, 5.5, 6.5]);
  });

  it("VX trades by day until June 2014 and nearly round the clock since", () => {
    expect(hours("CFE", "2014-06-20", "America/Chicago")).toEqual(["2014-06-20 07:00", "2014-06-20 15:15"]);
    expect(hours("CFE", "2014-06-23", "America/Chicago")).toEqual(["2014-06-22 17:00", "2014-06-23 16:00"]);
    expect(calendarFor("CFE").isOpen(chicago("2014-06-23 15:20"))).toBe(false);
  });
});
