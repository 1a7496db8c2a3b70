/** On what the ratios rest: what one session is and how many make a year. */

import { type Calendar, calendarFor, sessionsPerYear } from "../../calendar/index.ts";
import { isBacklitError } from "../../market/errors.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { DAY, WEEK } from "../../market/time.ts";
import { parseTimestep } from "../../market/timestep.ts";
import { formatCount } from "../format.ts";

/** Sessions a year of markets that close, by convention. */
const TRADING_DAYS = 252;
const WEEKDAYS_A_YEAR = 260;
const WEEKS_A_YEAR = 52;
const DAYS_A_YEAR = 365;

/** How equity is sampled and annualised; printed with every result. */
export interface Basis {
  /** `calendar`: sessions of the run's market. `rows`: bars of a day or more, each its own session. `utc-days`: no calendar. */
  readonly sampling: "calendar" | "rows" | "utc-days";
  /** Where one sample of equity is taken, in words. */
  readonly samplingText: string;
  readonly periodsPerYear: number;
  /** Why this many, in words. */
  readonly periodsPerYearText: string;
  /** The calendar, where there is one. */
  readonly calendar: Calendar | undefined;
  /** True when Saturdays and Sundays are sessions of their own. */
  readonly everyDay: boolean;
}

/**
 * Chooses sampling and periods a year. Never from the spacing of rows: gaps and machine time would change the ratios.
 * What the options say wins over what the run says.
 * @throws InvalidInputError `invalid_argument`: the market of the options is unknown
 */
export function basisOf(
  outcome: RunOutcome,
  options: { readonly periodsPerYear?: number; readonly market?: string } = {},
): Basis {
  const { periodsPerYear, market } = options;
  const calendar = market === undefined ? calendarOf(outcome) : calendarFor(market);
  const step = finestStep(outcome);
  const daily = step !== undefined && step >= DAY;
  // Coins have daily bars on weekends whatever the calendar says, and each bar is a sample.
  const everyDay = calendar?.continuous === true || ((daily || calendar === undefined) && tradesCoins(outcome));
  const perYear = periodsOf(calendar, everyDay, step, outcome);
  const sampling = daily ? "rows" : calendar === undefined ? "utc-days" : "calendar";
  return {
    sampling,
    samplingText: samplingText(sampling, calendar, everyDay),
    periodsPerYear: periodsPerYear ?? perYear.count,
    periodsPerYearText: periodsPerYear === undefined ? perYear.text : "as given",
    calendar,
    everyDay,
  };
}

/** The calendar the run kept, when it covers the run; none where a run without a market fell back on one that never closes. */
function calendarOf(outcome: RunOutcome): Calendar | undefined {
  const { settings, equity } = outcome;
  try {
    const calendar = calendarFor(settings.calendar);
    if (calendar.continuous && settings.market === null && !tradesCoins(outcome)) return undefined;
    for (const time of [equity.time[0], equity.time.at(-1)]) if (time !== undefined) calendar.sessionAt(time);
    return calendar;
  } catch (error) {
    if (isBacklitError(error)) return undefined;
    throw error;
  }
}

function tradesCoins(outcome: RunOutcome): boolean {
  return outcome.settings.assets.some((asset) => asset.startsWith("crypto:"));
}

/** Shortest step of the data in milliseconds; undefined when no data was used or a step cannot be read. */
function finestStep(outcome: RunOutcome): number | undefined {
  try {
    const steps = outcome.data.map((entry) => parseTimestep(entry.timestep).milliseconds);
    return steps.length === 0 ? undefined : Math.min(...steps);
  } catch (error) {
    if (isBacklitError(error)) return undefined;
    throw error;
  }
}

function periodsOf(
  calendar: Calendar | undefined,
  everyDay: boolean,
  step: number | undefined,
  outcome: RunOutcome,
): { readonly count: number; readonly text: string } {
  if (step !== undefined && step >= WEEK) {
    return { count: WEEKS_A_YEAR / (step / WEEK), text: `52 weeks over bars of ${formatCount(step / WEEK, "week")}` };
  }
  const daily = dailyPeriods(calendar, everyDay, outcome);
  if (step === undefined || step <= DAY) return daily;
  return {
    count: daily.count / (step / DAY),
    text: `${daily.count} ${daily.text}, over bars of ${formatCount(step / DAY, "day")}`,
  };
}

function dailyPeriods(calendar: Calendar | undefined, everyDay: boolean, outcome: RunOutcome) {
  if (everyDay) return { count: DAYS_A_YEAR, text: "the market never closes" };
  if (calendar === undefined) return { count: TRADING_DAYS, text: "by convention, no calendar" };
  if (calendar.name === "24/5") return { count: WEEKDAYS_A_YEAR, text: "five days a week" };
  return { count: TRADING_DAYS, text: `by convention${actualSessions(calendar, outcome)}` };
}

/** What the calendar really had, for the reader who wonders about the convention. */
function actualSessions(calendar: Calendar, outcome: RunOutcome): string {
  const last = outcome.equity.time.at(-1);
  if (last === undefined) return "";
  const year = new Date(last).getUTCFullYear();
  try {
    return `, ${calendar.name} has ${sessionsPerYear(calendar, year)} sessions in ${year}`;
  } catch (error) {
    if (isBacklitError(error)) return "";
    throw error;
  }
}

function samplingText(sampling: Basis["sampling"], calendar: Calendar | undefined, everyDay: boolean): string {
  if (sampling === "rows") return "one sample a bar, bars being a day or longer";
  if (calendar !== undefined) return `one sample a session of ${calendar.name}, at its close`;
  return everyDay ? "one sample a UTC day" : "one sample a UTC day, weekends counted to Monday (no calendar was set)";
}
