import { Cron } from "croner";
import { type Calendar, type Session, timeZone } from "../calendar/index.ts";
import { InvalidInputError, messageOf } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { DAY, MINUTE, parseDate } from "../market/time.ts";
import type { RuleSessions, ScheduleRule, SessionRule } from "../strategy/schedule-rule.ts";

/** The first instant at or after `from` that a rule means, by a calendar; Infinity when there is none. */
export type NextInstant = (from: number, calendar: Calendar) => number;

const SESSIONS: readonly RuleSessions[] = ["every-session", "week-start", "week-end", "month-start", "month-end"];
const RULE_PARTS = ["minutesAfterOpen", "minutesBeforeClose", "on"];
const HINT =
  "Use a cron expression such as '30 9 * * 1-5', or a rule such as { minutesAfterOpen: 30 } or { minutesBeforeClose: 15, on: 'month-end' }.";

/** @throws InvalidInputError `invalid_argument` for what is no rule, for a cron expression as soon as it is asked for an instant */
export function readRule(rule: ScheduleRule, timezone: string | undefined): NextInstant {
  if (typeof rule === "string") {
    checkFields(rule);
    return cronRule(rule, timezone === undefined ? undefined : timeZone(timezone).name);
  }
  if (typeof rule !== "object" || rule === null) throw invalid(`the rule was ${String(rule)}`);
  if (timezone !== undefined)
    throw invalid("timezone is for cron expressions; a rule goes by the sessions of the market");
  return sessionRule(rule);
}

/**
 * By croner, read in the zone of the market unless told otherwise. Where the clock is set forward, a time that is skipped comes at the
 * end of the gap, but not one that repeats within the hour; where it is set back, a time that comes twice counts the first time, and a field that
 * repeats within the hour both times.
 */
function cronRule(expression: string, timezone: string | undefined): NextInstant {
  const parsed = new Map<string, Cron>();
  const cronIn = (zone: string) => {
    const known = parsed.get(zone) ?? parseCron(expression, zone);
    parsed.set(zone, known);
    return known;
  };
  return (from, calendar) =>
    // The library looks for what comes after an instant, in whole seconds.
    cronIn(timezone ?? calendar.timeZone)
      .nextRun(new Date(from - 1))
      ?.getTime() ?? Number.POSITIVE_INFINITY;
}

function checkFields(expression: string): void {
  const count = expression.trim().split(/\s+/).length;
  // One word may stand for fields, such as @daily.
  if (count === 5 || count === 6 || expression.trim().startsWith("@")) return;
  throw invalid(
    `'${expression}' has ${count} ${count === 1 ? "field" : "fields"}, expected 5, or 6 with seconds first`,
  );
}

function parseCron(expression: string, timezone: string): Cron {
  try {
    const cron = new Cron(expression, { timezone, paused: true, mode: "5-or-6-parts" });
    if (cron.nextRun(new Date(0)) !== null) return cron;
  } catch (error) {
    throw invalid(`'${expression}' in the zone '${timezone}': ${messageOf(error)}`);
  }
  throw invalid(`'${expression}' is an instant that never comes`);
}

function sessionRule(rule: SessionRule): NextInstant {
  for (const name in rule) if (!RULE_PARTS.includes(name)) throw invalid(`'${name}' is no part of a rule`);
  const { on = "every-session", minutesAfterOpen, minutesBeforeClose } = rule;
  const [minutes, ...more] = [minutesAfterOpen, minutesBeforeClose].filter((value) => value !== undefined);
  if (minutes === undefined || more.length > 0)
    throw invalid("expected one of minutesAfterOpen and minutesBeforeClose");
  if (!(Number.isFinite(minutes) && minutes >= 0))
    throw invalid(`the minutes were ${minutes}, expected a number from 0`);
  if (!SESSIONS.includes(on)) throw invalid(`on was '${on}'; ${suggestWord(String(on), SESSIONS)}`);
  const instantOf = ({ open, close }: Session) =>
    minutesAfterOpen === undefined
      ? Math.max(open, close - minutes * MINUTE)
      : Math.min(close, open + minutes * MINUTE);
  return (from, calendar) => {
    let session = calendar.sessionAt(from) ?? calendar.previousSession(from) ?? calendar.nextSession(from);
    while (session !== undefined && (instantOf(session) < from || !isMeant(session, on, calendar))) {
      session = calendar.nextSession(session.open);
    }
    return session === undefined ? Number.POSITIVE_INFINITY : instantOf(session);
  };
}

/** By trade dates: the first session of a week is the one whose forerunner belongs to an earlier week. */
function isMeant(session: Session, on: RuleSessions, calendar: Calendar): boolean {
  if (on === "every-session") return true;
  const isStart = on === "week-start" || on === "month-start";
  const other = isStart ? calendar.previousSession(session.open) : calendar.nextSession(session.open);
  const periodOf = on === "week-start" || on === "week-end" ? weekOf : monthOf;
  return other === undefined || periodOf(other) !== periodOf(session);
}

function monthOf({ tradeDate }: Session): string {
  return tradeDate.slice(0, 7);
}

/** Weeks begin on Monday; 1970-01-05 was one. */
function weekOf({ tradeDate }: Session): number {
  return Math.floor(((parseDate(tradeDate) ?? 0) / DAY - 4) / 7);
}

function invalid(words: string): InvalidInputError {
  return new InvalidInputError("invalid_argument", `Scheduling a function: ${words}`, { hint: HINT });
}
