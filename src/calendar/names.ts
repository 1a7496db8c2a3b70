/** From a market's name to its calendar. */

import { InvalidInputError } from "../market/errors.ts";
import { nearestWord } from "../market/nearest.ts";
import { ALIASES } from "./aliases.ts";
import type { Calendar } from "./session.ts";
import type { CalendarTable } from "./table.ts";
import { TableCalendar } from "./table-calendar.ts";
import { ALWAYS_OPEN, WEEKDAYS } from "./tables/always-open.ts";
import { CFE } from "./tables/cfe.ts";
import { CME_GRAINS, CME_LIVESTOCK } from "./tables/cme-agriculture.ts";
import { CME_CRYPTO } from "./tables/cme-crypto.ts";
import { CME_ENERGY, CME_METALS } from "./tables/cme-energy-metals.ts";
import { CME_EQUITY } from "./tables/cme-equity.ts";
import { CME_FX } from "./tables/cme-fx.ts";
import { CME_RATES } from "./tables/cme-rates.ts";
import * as ice from "./tables/ice.ts";
import { XNYS } from "./tables/nyse.ts";
import { SIFMA_US } from "./tables/sifma.ts";
import { XEUR } from "./tables/xeur.ts";
import { XLON } from "./tables/xlon.ts";

const TABLES: readonly CalendarTable[] = [
  ALWAYS_OPEN,
  WEEKDAYS,
  XNYS,
  CME_EQUITY,
  CME_RATES,
  CME_FX,
  CME_ENERGY,
  CME_METALS,
  CME_GRAINS,
  CME_LIVESTOCK,
  CME_CRYPTO,
  CFE,
  ice.ICE_US_FINANCIAL,
  ice.ICE_US_SOFTS,
  ice.ICE_US_SOFTS_KC,
  ice.ICE_US_SOFTS_SB,
  ice.ICE_US_SOFTS_CC,
  ice.ICE_US_SOFTS_CT,
  ice.ICE_US_SOFTS_OJ,
  ice.ICE_EU_ENERGY,
  SIFMA_US,
  XLON,
  XEUR,
];

/** Case, blanks, "_", "-" and "." carry no meaning in a market's name: "CME Equity" is "CME_EQUITY". */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, "");
}

/** Plain spelling of every canonical name and every other name -> canonical name. */
const canonicalNames: ReadonlyMap<string, string> = new Map([
  ...TABLES.map((table) => [plain(table.name), table.name] as const),
  ...Object.entries(ALIASES).flatMap(([canonical, names]) =>
    names.split(" ").map((name) => [plain(name), canonical] as const),
  ),
]);

const calendars = new Map<string, Calendar>();

/** The canonical names of all calendars. `calendarFor` also takes the names other libraries use for them. */
export function calendarNames(): readonly string[] {
  return TABLES.map((table) => table.name);
}

/** Our own name of a market's calendar, by any of its names; undefined where there is none. */
export function knownCalendarName(name: string): string | undefined {
  return canonicalNames.get(plain(name));
}

/**
 * The calendar of a market: our own names (`calendarNames()`), ISO market codes ("XNYS"), and the names of Lumibot and
 * pandas_market_calendars ("CME_Equity", "us_futures", "NYSE"); upper or lower case. Built when first asked for, then
 * the same object each time. Throws `InvalidInputError` (invalid_argument) on an unknown name.
 */
export function calendarFor(name: string): Calendar {
  const canonical = typeof name === "string" ? knownCalendarName(name) : undefined;
  const table = TABLES.find((candidate) => candidate.name === canonical);
  if (table === undefined) throw unknownMarket(name);
  const known = calendars.get(table.name);
  if (known !== undefined) return known;
  const calendar = new TableCalendar(table);
  calendars.set(table.name, calendar);
  return calendar;
}

function unknownMarket(name: string): InvalidInputError {
  const spellings = [...calendarNames(), ...Object.values(ALIASES).flatMap((names) => names.split(" "))];
  const nearest = nearestWord(String(name), spellings);
  const known = `Known: ${calendarNames().join(", ")}.`;
  return new InvalidInputError("invalid_argument", `Market '${name}' has no calendar`, {
    hint: nearest === undefined ? known : `Did you mean '${nearest}'? ${known}`,
  });
}
