import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { chicago, wall } from "./wall-clock.ts";

const es = calendarFor("CME_EQUITY");
const inChicago = (time: number | undefined) => (time === undefined ? undefined : wall("America/Chicago", time));

/** Open, close and halts of a trade date as wall times of Chicago. */
function hours(tradeDate: string) {
  const session = es.session(tradeDate);
  if (session === undefined) return undefined;
  const halts = session.halts.map((halt) => `${inChicago(halt.start)}..${inChicago(halt.end)?.slice(11)}`);
  return [inChicago(session.open), inChicago(session.close), ...halts];
}

describe("ES hours through the years", () => {
  it("January 2011: the trade date rolls at 15:30, with a pause at 16:30", () => {
    expect(hours("2011-01-05")).toEqual(["2011-01-04 15:30", "2011-01-05 15:15", "2011-01-04 16:30..17:00"]);
    expect(hours("2011-01-03")).toEqual(["2011-01-02 17:00", "2011-01-03 15:15"]);
    expect(es.tradeDateOf(chicago("2011-01-04 15:29"))).toBe("2011-01-05");
    expect(es.isOpen(chicago("2011-01-04 15:14"))).toBe(true);
    expect(es.isOpen(chicago("2011-01-04 15:15"))).toBe(false);
    expect(es.isOpen(chicago("2011-01-04 15:30"))).toBe(true);
    expect(es.isOpen(chicago("2011-01-04 16:30"))).toBe(false);
    expect(es.isOpen(chicago("2011-01-04 17:00"))).toBe(true);
    expect(es.isOpen(chicago("2011-01-07 15:30"))).toBe(false); // Friday ends the week
  });

  it("autumn 2013: 17:00 to 16:15 with a halt at 15:15", () => {
    expect(hours("2013-10-07")).toEqual(["2013-10-06 17:00", "2013-10-07 16:15", "2013-10-07 15:15..15:30"]);
  });

  it("January 2020: the close has come to 16:00, the halt is still there", () => {
    expect(hours("2020-01-07")).toEqual(["2020-01-06 17:00", "2020-01-07 16:00", "2020-01-07 15:15..15:30"]);
  });

  it("2026: 17:00 to 16:00 without a halt", () => {
    expect(hours("2026-03-10")).toEqual(["2026-03-09 17:00", "2026-03-10 16:00"]);
  });

  it.each([
    ["2012-11-16", "2012-11-15 15:30", "2012-11-16 15:15"],
    ["2012-11-19", "2012-11-18 17:00", "2012-11-19 16:15"],
    ["2015-09-18", "2015-09-17 17:00", "2015-09-18 16:15"],
    ["2015-09-21", "2015-09-20 17:00", "2015-09-21 16:00"],
  ])("changes on trade date %s", (tradeDate, open, close) => {
    expect(hours(tradeDate)?.slice(0, 2)).toEqual([open, close]);
  });

  it("has the stock market's hours as its regular ones", () => {
    const session = es.session("2026-03-10");
    expect(inChicago(session?.regularOpen)).toBe("2026-03-10 08:30");
    expect(inChicago(session?.regularClose)).toBe("2026-03-10 15:00");
  });
});

describe("ES on holidays and half days", () => {
  it("Martin Luther King Day 2011 stops at 10:30 and reopens at 17:00", () => {
    expect(hours("2011-01-17")).toEqual(["2011-01-16 17:00", "2011-01-17 10:30"]);
    expect(es.session("2011-01-17")?.kind).toBe("holiday");
    expect(es.isOpen(chicago("2011-01-17 10:29"))).toBe(true);
    expect(es.isOpen(chicago("2011-01-17 10:30"))).toBe(false);
    expect(es.isOpen(chicago("2011-01-17 16:59"))).toBe(false);
    expect(es.isOpen(chicago("2011-01-17 17:00"))).toBe(true);
    expect(hours("2011-01-18")).toEqual(["2011-01-17 17:00", "2011-01-18 15:15"]);
  });

  it("books the half day's own bars under its own date and the pause after it under the next", () => {
    expect(es.tradeDateOf(chicago("2011-01-17 09:00"))).toBe("2011-01-17");
    expect(es.tradeDateOf(chicago("2011-01-17 12:00"))).toBe("2011-01-18");
  });

  it("the Friday after Thanksgiving closes at 12:15 and clears as a day of its own", () => {
    expect(hours("2024-11-29")).toEqual(["2024-11-28 17:00", "2024-11-29 12:15"]);
    expect(es.session("2024-11-29")?.kind).toBe("early-close");
  });

  it("Good Friday: closed in 2024, open until 08:15 in 2026 with the employment report", () => {
    expect(es.session("2024-03-29")).toBeUndefined();
    expect(hours("2026-04-03")).toEqual(["2026-04-02 17:00", "2026-04-03 08:15"]);
  });

  it("has no regular hours when it closes before they begin", () => {
    const session = es.session("2026-04-03");
    expect(session?.regularOpen).toBe(session?.close);
    expect(session?.regularClose).toBe(session?.close);
  });

  it("the day of mourning in 2025 closes at 08:30 and is still a trade date of its own", () => {
    expect(hours("2025-01-09")?.[1]).toBe("2025-01-09 08:30");
    expect(es.session("2025-01-09")?.kind).toBe("early-close");
  });

  it("Christmas and New Year: no session on the day, the evening opens the next", () => {
    expect(es.session("2024-12-25")).toBeUndefined();
    expect(hours("2024-12-24")?.[1]).toBe("2024-12-24 12:15");
    expect(hours("2024-12-26")?.[0]).toBe("2024-12-25 17:00");
    expect(es.session("2025-01-01")).toBeUndefined();
    expect(hours("2024-12-31")).toEqual(["2024-12-30 17:00", "2024-12-31 16:00"]);
    expect(hours("2025-01-02")).toEqual(["2025-01-01 17:00", "2025-01-02 16:00"]);
    expect(es.tradeDateOf(chicago("2025-01-01 12:00"))).toBe("2025-01-02");
    expect(es.nextSession(chicago("2024-12-31 16:00"))?.tradeDate).toBe("2025-01-02");
    expect(es.previousSession(chicago("2025-01-01 12:00"))?.tradeDate).toBe("2024-12-31");
  });

  it("New Year on a Saturday closes no Friday", () => {
    expect(es.session("2021-12-31")?.kind).toBe("regular");
    expect(es.session("2022-01-03")?.kind).toBe("regular");
  });
});

describe("ES trade dates and DST", () => {
  it("Sunday evening belongs to Monday, the weekend before it as well", () => {
    expect(es.tradeDateOf(chicago("2025-03-09 17:05"))).toBe("2025-03-10");
    expect(es.sessionAt(chicago("2025-03-09 17:05"))?.tradeDate).toBe("2025-03-10");
    expect(es.tradeDateOf(chicago("2025-03-07 15:59"))).toBe("2025-03-07");
    expect(es.tradeDateOf(chicago("2025-03-07 16:00"))).toBe("2025-03-10");
    expect(es.sessionAt(chicago("2025-03-07 16:00"))).toBeUndefined();
    expect(es.sessionAt(chicago("2025-03-09 16:59"))).toBeUndefined();
  });

  it.each([
    ["spring forward", "2025-03-07", "2025-03-06T23:00Z", "2025-03-10", "2025-03-09T22:00Z"],
    ["fall back", "2025-10-31", "2025-10-30T22:00Z", "2025-11-03", "2025-11-02T23:00Z"],
  ])("opens at 17:00 Chicago on both sides of the weekend: %s", (_name, friday, fridayOpen, monday, mondayOpen) => {
    expect(es.session(friday)?.open).toBe(Date.parse(fridayOpen));
    expect(es.session(monday)?.open).toBe(Date.parse(mondayOpen));
  });

  it("expects every minute once on the days around both changes", () => {
    for (const tradeDate of ["2025-03-10", "2025-11-03", "2026-03-09"]) {
      const session = es.session(tradeDate);
      expect(session && es.expectedBars(session, 60_000)).toBe(23 * 60);
    }
  });
});

describe("bars a session should have", () => {
  const minutes = (tradeDate: string, step = 60_000) => {
    const session = es.session(tradeDate);
    return session && es.expectedBars(session, step);
  };

  it("counts minutes without the halts", () => {
    expect(minutes("2011-01-05")).toBe(23 * 60 + 45 - 30);
    expect(minutes("2013-10-07")).toBe(23 * 60 + 15 - 15);
    expect(minutes("2011-01-17")).toBe(17 * 60 + 30);
  });

  it("counts a broken step at the end, and none for a step wholly in the halt", () => {
    expect(minutes("2013-10-07", 3_600_000)).toBe(24); // 23 whole hours and 15 minutes
    expect(minutes("2013-10-07", 15 * 60_000)).toBe(92);
    expect(minutes("2013-10-07", 86_400_000)).toBe(1);
  });

  it("refuses a step that is none", () => {
    expect(() => minutes("2013-10-07", 0)).toThrow(expect.objectContaining({ code: "invalid_timestep" }));
    expect(() => minutes("2013-10-07", Number.NaN)).toThrow(expect.objectContaining({ code: "invalid_timestep" }));
  });
});
