import { calendarFor, calendarNames } from "../../calendar/index.ts";
import { DAY, formatDate } from "../../market/time.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** Oldest Node that the package runs on; as `engines` in package.json says. */
const OLDEST_NODE = [20, 19] as const;
/** A calendar that ends sooner than this is told. */
const SOON = 60 * DAY;

/** The version of Node. */
export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  const isNewEnough = major > oldest || (major === oldest && minor >= oldestMinor);
  if (isNewEnough) return ok("node", version);
  const needed = `${oldest}.${oldestMinor}`;
  return fail(
    "node",
    `${version}, needed is ${needed} or later`,
    `Install Node ${needed} or later: https://nodejs.org`,
  );
}

/** What runs here: for reports of bugs. */
export function checkVersions(packageVersion: string): Check {
  const { tz = "unknown", icu = "unknown" } = process.versions;
  return ok("versions", `backlit ${packageVersion}, ${process.platform} ${process.arch}, time zones ${tz}, ICU ${icu}`);
}

/** How long the exchanges' calendars last. @param now epoch ms UTC */
export function checkCalendars(now: number): Check {
  // Those that never close have no table that ends.
  const calendars = calendarNames()
    .map((name) => calendarFor(name))
    .filter(({ timeZone }) => timeZone !== "UTC");
  const today = formatDate(now);
  const soon = formatDate(now + SOON);
  const last = calendars.reduce((latest, { lastDate }) => (lastDate < latest ? latest : lastDate), "");
  const ending = calendars.filter(({ lastDate }) => lastDate <= soon);
  const found = `${calendars.length} exchange calendars, to ${last}`;
  if (ending.length === 0) return ok("calendars", found);
  const list = ending
    .map(({ name, lastDate }) => `${name} ${lastDate < today ? "ended" : "ends"} ${lastDate}`)
    .join(", ");
  return warn("calendars", `${found}; ${list}`, "Install a newer release of backlit before trading past these dates.");
}
