/**
 * Our sessions against Python's exchange_calendars and pandas_market_calendars, installed into a virtual environment in
 * the temporary folder. Skipped, with the reason in the title, where Python or the packages cannot be had.
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";

const PACKAGES = ["exchange_calendars==4.13.2", "pandas_market_calendars==5.5.0"];
const ENVIRONMENT = join(tmpdir(), "backlit-conformance-calendars-1");

/** Prints { date: [open, close] } in epoch milliseconds for one calendar of one library. */
const SCRIPT = `
import json, sys
library, name, start, end = sys.argv[1:]
if library == "exchange_calendars":
    import exchange_calendars
    schedule = exchange_calendars.get_calendar(name, start=start, end=end).schedule
    columns = ("open", "close")
else:
    import pandas_market_calendars
    schedule = pandas_market_calendars.get_calendar(name).schedule(start, end)
    columns = ("market_open", "market_close")
milliseconds = lambda time: round(time.timestamp() * 1000)
print(json.dumps({str(date)[:10]: [milliseconds(row[column]) for column in columns] for date, row in schedule.iterrows()}))
`;

function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1e8,
    timeout: 300_000,
  });
}

const python = join(ENVIRONMENT, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** Why the comparison cannot be made here; undefined when it can. */
function findObstacle(): string | undefined {
  try {
    if (!existsSync(python)) run("python3", "-m", "venv", ENVIRONMENT);
    const installed = run(python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check");
    if (PACKAGES.every((name) => installed.includes(name))) return undefined;
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", ...PACKAGES);
    return undefined;
  } catch (thrown) {
    const reason = thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown);
    return `no Python with ${PACKAGES.join(" and ")}: ${reason}`;
  }
}

const obstacle = findObstacle();
if (obstacle !== undefined) console.warn(`test/conformance/calendar skipped, ${obstacle}`);

type Library = "exchange_calendars" | "pandas_market_calendars";
type Spans = Readonly<Record<string, readonly [open: number, close: number]>>;

function reference(library: Library, name: string, start: string, end: string): Spans {
  return JSON.parse(run(python, "-c", SCRIPT, library, name, start, end));
}

/** Our sessions in the same form. */
function ours(market: string, start: string, end: string): Spans {
  const sessions = calendarFor(market).sessionsBetween(Date.parse(start) - 43_200_000, Date.parse(end) + 86_400_000);
  const inSpan = sessions.filter((session) => session.tradeDate >= start && session.tradeDate <= end);
  return Object.fromEntries(inSpan.map((session) => [session.tradeDate, [session.open, session.close] as const]));
}

/** Trade dates on which two calendars differ, those without a session in one of them included. */
function differences(left: Spans, right: Spans): string[] {
  const dates = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return dates.filter((date) => JSON.stringify(left[date]) !== JSON.stringify(right[date]));
}

// Where the other library is known to be wrong: it trades the Good Fridays without an employment report, and does not
// know the half day of mourning.
const GOOD_FRIDAYS = ["2024-03-29", "2025-04-18", "2027-03-26"];
const MOURNING = "2025-01-09";
// The notices of 2025 and 2026 moved the currency closes of these days; the library keeps the older times.
const LATE_CURRENCY_NOTICES = [
  ...["2025-07-04", "2025-11-28", "2025-12-24", "2026-06-19", "2026-07-03", "2026-11-27"],
  ...["2026-12-24", "2027-06-18", "2027-11-26"],
];

describe.skipIf(obstacle !== undefined)(
  `calendars of Python${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`,
  () => {
    it.each([
      ["exchange_calendars", "XNYS", "XNYS", "2010-01-01", "2027-12-30", []],
      ["exchange_calendars", "XLON", "XLON", "2010-01-01", "2027-12-30", []],
      ["exchange_calendars", "XEUR", "XEUR", "2010-01-01", "2027-12-30", []],
      ["exchange_calendars", "24/7", "24/7", "2010-01-01", "2027-12-30", []],
      ["pandas_market_calendars", "NYSE", "XNYS", "2010-01-01", "2027-12-30", []],
      ["pandas_market_calendars", "SIFMAUS", "SIFMA_US", "2010-01-01", "2027-12-30", []],
      [
        "pandas_market_calendars",
        "CME Globex Equity",
        "CME_EQUITY",
        "2015-09-21",
        "2027-12-30",
        [...GOOD_FRIDAYS, MOURNING],
      ],
      [
        "pandas_market_calendars",
        "CME Globex Fixed Income",
        "CME_RATES",
        "2013-01-01",
        "2027-12-30",
        [...GOOD_FRIDAYS, MOURNING],
      ],
      [
        "pandas_market_calendars",
        "CMEGlobex_FX",
        "CME_FX",
        "2015-07-01",
        "2027-12-30",
        [...GOOD_FRIDAYS, ...LATE_CURRENCY_NOTICES],
      ],
    ] as const)("%s %s is our %s", (library, name, market, start, end, known) => {
      const theirs = reference(library, name, start, end);
      expect(Object.keys(theirs).length).toBeGreaterThan(3000);
      expect(differences(ours(market, start, end), theirs)).toEqual([...known].sort());
    });
  },
);
