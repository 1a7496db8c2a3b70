import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { findSessionGaps } from "../../src/cli/vendor/session-gaps.ts";

const ES = calendarFor("CME_EQUITY");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);
const every = (from: string, count: number, step: number) =>
  Float64Array.from({ length: count }, (_, i) => at(from) + i * step);

describe("gaps against the calendar", () => {
  it("are sessions without a bar, and steps without one", () => {
    // Monday 2024-03-04 has all of its 1,380 minutes from Sunday 17:00 (23:00Z) to 16:00 in Chicago, Tuesday none, Wednesday ten.
    const time = Float64Array.from([
      ...every("2024-03-03T23:00Z", 1_380, MINUTE),
      ...every("2024-03-05T23:00Z", 10, MINUTE),
    ]);
    const span = { start: at("2024-03-03T00:00Z"), end: at("2024-03-06T22:00Z") };
    expect(findSessionGaps(time, MINUTE, ES, span)).toEqual({
      sessions: 3,
      withoutBars: ["2024-03-05"],
      bars: 1_390,
      expectedBars: 3 * 1_380,
      outside: 0,
    });
  });

  it("know half days and holidays: Christmas 2024 has no session, its eve ends at 12:15", () => {
    // 19 h 15 min from 17:00 are 1,155 minutes.
    const time = every("2024-12-23T23:00Z", 1_155, MINUTE);
    const span = { start: at("2024-12-23T23:00Z"), end: at("2024-12-25T23:00Z") };
    expect(findSessionGaps(time, MINUTE, ES, span)).toEqual({
      sessions: 1,
      withoutBars: [],
      bars: 1_155,
      expectedBars: 1_155,
      outside: 0,
    });
  });

  it("count bars while the exchange is closed", () => {
    // Saturday noon.
    const span = { start: at("2024-03-08T00:00Z"), end: at("2024-03-10T00:00Z") };
    expect(findSessionGaps(every("2024-03-09T12:00Z", 3, MINUTE), MINUTE, ES, span)).toMatchObject({
      sessions: 1,
      withoutBars: ["2024-03-08"],
      bars: 0,
      outside: 3,
    });
  });

  it("take days of the vendor, which begin at midnight UTC, for the sessions they overlap", () => {
    // Sunday's bar holds the first hour of Monday's session.
    const span = { start: at("2024-03-03T00:00Z"), end: at("2024-03-06T00:00Z") };
    expect(findSessionGaps(every("2024-03-03T00:00Z", 3, DAY), DAY, ES, span)).toMatchObject({
      sessions: 3,
      withoutBars: [],
      outside: 0,
    });
  });

  it("count the part of a session that lies in the span, and stop where the calendar does", () => {
    // From 12:00Z to 22:00Z: 600 of the 1,380 minutes.
    const span = { start: at("2024-03-04T12:00Z"), end: at("2024-03-04T22:00Z") };
    expect(findSessionGaps(new Float64Array(0), MINUTE, ES, span)).toMatchObject({ sessions: 1, expectedBars: 600 });
    const beyond = { start: at("2027-12-30T00:00Z"), end: at("2029-01-01T00:00Z") };
    // The 30th and the 31st.
    expect(findSessionGaps(new Float64Array(0), MINUTE, ES, beyond).withoutBars).toEqual(["2027-12-30", "2027-12-31"]);
  });
});
