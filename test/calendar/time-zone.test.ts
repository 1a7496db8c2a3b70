import fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { timeZone } from "../../src/calendar/index.ts";
import { utc, wall } from "./wall-clock.ts";

const HOUR = 3_600_000;
const ZONES = [
  "America/Chicago",
  "America/New_York",
  "Europe/London",
  "Europe/Berlin",
  "Australia/Lord_Howe", // half an hour of summer time
  "Asia/Kathmandu", // 5:45 ahead
  "Asia/Tokyo", // no summer time
  "Africa/Casablanca", // two changes around Ramadan
  "America/Sao_Paulo",
  "UTC",
];

describe("a time zone", () => {
  it.each(ZONES)("tells luxon's offset at any instant in %s", (name) => {
    const zone = timeZone(name);
    const reference = IANAZone.create(name);
    fc.assert(
      fc.property(fc.integer({ min: utc("1970-01-01 00:00"), max: utc("2100-12-31 00:00") }), (time) => {
        expect(zone.offsetAt(time)).toBe(reference.offset(time) * 60_000);
      }),
      { numRuns: 300 },
    );
  });

  it("changes at the very millisecond of both DST switches", () => {
    const chicago = timeZone("America/Chicago");
    const spring = utc("2025-03-09 08:00");
    const autumn = utc("2025-11-02 07:00");
    expect(chicago.offsetAt(spring - 1)).toBe(-6 * HOUR);
    expect(chicago.offsetAt(spring)).toBe(-5 * HOUR);
    expect(chicago.offsetAt(autumn - 1)).toBe(-5 * HOUR);
    expect(chicago.offsetAt(autumn)).toBe(-6 * HOUR);
  });

  it("tells date and minute of the wall clock, before 1970 too", () => {
    const newYork = timeZone("America/New_York");
    expect(newYork.toLocalDate(utc("2025-03-10 03:59"))).toBe("2025-03-09");
    expect(newYork.minuteOfDay(utc("2025-03-10 03:59"))).toBe(23 * 60 + 59);
    expect(newYork.toLocalDate(utc("2025-03-10 04:00"))).toBe("2025-03-10");
    expect(newYork.minuteOfDay(utc("2025-03-10 04:00") + 59_999)).toBe(0);
    expect(newYork.toLocalDate(utc("1969-07-20 20:17"))).toBe("1969-07-20");
    expect(newYork.minuteOfDay(utc("1969-07-20 20:17"))).toBe(16 * 60 + 17);
  });

  it("moves a wall time that DST skips by the length of the gap", () => {
    const newYork = timeZone("America/New_York");
    expect(newYork.toEpoch("2025-03-09", 2 * 60 + 30)).toBe(utc("2025-03-09 07:30"));
    expect(wall("America/New_York", newYork.toEpoch("2025-03-09", 2 * 60 + 30))).toBe("2025-03-09 03:30");
    expect(timeZone("Australia/Lord_Howe").toEpoch("2025-10-05", 2 * 60 + 10)).toBe(utc("2025-10-04 15:40"));
  });

  it("takes the first of two wall times when the clock goes back", () => {
    const newYork = timeZone("America/New_York");
    expect(newYork.toEpoch("2025-11-02", 90)).toBe(utc("2025-11-02 05:30"));
    expect(newYork.toEpoch("2025-11-02", 120)).toBe(utc("2025-11-02 07:00"));
  });

  it("takes minutes before and after the day", () => {
    const chicago = timeZone("America/Chicago");
    expect(wall("America/Chicago", chicago.toEpoch("2025-03-10", -420))).toBe("2025-03-09 17:00");
    expect(wall("America/Chicago", chicago.toEpoch("2025-03-10", 1440))).toBe("2025-03-11 00:00");
  });

  it.each(ZONES)("finds its way back from the wall clock in %s", (name) => {
    const zone = timeZone(name);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minutes) => {
        const time = minutes * 60_000;
        const back = zone.toEpoch(zone.toLocalDate(time), zone.minuteOfDay(time));
        // In the hour that comes twice the first reading wins; everywhere else the way back is exact.
        expect(back === time || back === time - HOUR || back === time - HOUR / 2).toBe(true);
        if (back !== time) expect(zone.offsetAt(back)).not.toBe(zone.offsetAt(time));
      }),
      { numRuns: 300 },
    );
  });

  it("is the same object for the same name", () => {
    expect(timeZone("Europe/London")).toBe(timeZone("Europe/London"));
  });

  it("refuses an unknown zone, a date that is none and a time that is none", () => {
    expect(() => timeZone("America/New_Yrk")).toThrow(
      expect.objectContaining({ code: "invalid_time", hint: "Did you mean 'America/New_York'?" }),
    );
    const zone = timeZone("Europe/Berlin");
    expect(() => zone.toEpoch("2025-02-30", 0)).toThrow(expect.objectContaining({ code: "invalid_time" }));
    expect(() => zone.toEpoch("10.03.2025", 0)).toThrow(expect.objectContaining({ code: "invalid_time" }));
    expect(() => zone.offsetAt(Number.NaN)).toThrow(expect.objectContaining({ code: "invalid_time" }));
    expect(() => zone.offsetAt(Number.POSITIVE_INFINITY)).toThrow(expect.objectContaining({ code: "invalid_time" }));
  });
});
