import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarFor, calendarNames, type Session, timeZone } from "../../src/calendar/index.ts";

const DAY = 86_400_000;
// Reaches from the unlisted years to the end of the shortest table.
const times = fc.integer({ min: Date.parse("2005-01-01"), max: Date.parse("2026-05-20") });

/** Instants ascend: open, halts, close; the regular part lies inside. */
function isSound(session: Session): boolean {
  const inner = session.halts.flatMap((halt) => [halt.start, halt.end]);
  const edges = [session.open, ...inner, session.close];
  const ascends = edges.every((edge, index) => index === 0 || edge >= (edges[index - 1] ?? 0));
  const regular = [session.open, session.regularOpen, session.regularClose, session.close];
  return ascends && regular.every((edge, index) => index === 0 || edge >= (regular[index - 1] ?? 0));
}

describe.each(calendarNames())("%s", (name) => {
  const calendar = calendarFor(name);
  const lastInstant = timeZone(calendar.timeZone).toEpoch(calendar.lastDate, 23 * 60);

  it("has sessions that follow one another without overlap, halts inside and in order", () => {
    const sessions = calendar.sessionsBetween(
      Date.parse("2008-01-01"),
      Math.min(Date.parse("2028-01-01"), lastInstant),
    );
    expect(sessions.length).toBeGreaterThan(4000);
    expect(sessions.filter((session) => !isSound(session))).toEqual([]);
    const misplaced = sessions.filter((session, index) => {
      const previous = sessions[index - 1];
      if (previous === undefined) return false;
      const isApart = previous.close <= session.open && previous.tradeDate < session.tradeDate;
      return !isApart || calendar.previousSession(session.open) !== previous;
    });
    expect(misplaced).toEqual([]);
  });

  it("says the same asked at random as walked forward", () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 2, maxLength: 30 }), (asked) => {
        const answers = (list: readonly number[]) =>
          new Map(list.map((time) => [time, [calendar.sessionAt(time), calendar.nextSession(time)]]));
        const atRandom = answers(asked);
        const walked = answers([...asked].sort((left, right) => left - right));
        for (const [time, answer] of atRandom) expect(walked.get(time)).toEqual(answer);
      }),
      { numRuns: 50 },
    );
  });

  it("agrees with itself about any instant", () => {
    fc.assert(
      fc.property(times, (time) => {
        const session = calendar.sessionAt(time);
        const next = calendar.nextSession(time);
        const previous = calendar.previousSession(time);
        expect(calendar.sessionsBetween(time, time + 1)).toEqual(session === undefined ? [] : [session]);
        expect(calendar.tradeDateOf(time)).toBe((session ?? next)?.tradeDate);
        expect(next === undefined || next.open > time).toBe(true);
        expect(previous === undefined || previous.close <= time).toBe(true);
        if (session !== undefined) {
          expect(calendar.session(session.tradeDate)).toBe(session);
          expect(previous && calendar.nextSession(previous.open)).toBe(session);
        }
        if (calendar.isOpen(time)) expect(session).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it("has a trade date that never goes back", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 4 * DAY }), (time, later) => {
        expect((calendar.tradeDateOf(time) ?? "") <= (calendar.tradeDateOf(time + later) ?? "9999")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("finds in a span what it finds session by session", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 20 * DAY }), (start, length) => {
        const end = Math.min(start + length, Date.parse("2026-05-29"));
        const expected = [];
        for (let session = calendar.nextSession(start - 15 * DAY); session !== undefined; ) {
          if (session.open >= end) break;
          if (session.close > start) expected.push(session.tradeDate);
          session = calendar.nextSession(session.open);
        }
        expect(calendar.sessionsBetween(start, end).map((session) => session.tradeDate)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("expects as many one-minute bars as there are open minutes", () => {
    fc.assert(
      fc.property(times, (time) => {
        const session = calendar.nextSession(time);
        if (session === undefined) return;
        let open = 0;
        for (let minute = session.open; minute < session.close; minute += 60_000) if (calendar.isOpen(minute)) open++;
        expect(calendar.expectedBars(session, 60_000)).toBe(open);
      }),
      { numRuns: 20 },
    );
  });
});
