import { timeZone } from "../calendar/index.ts";
import { type ContractSpec, contractSpec, expirationOf, suggestRoot } from "../futures/index.ts";
import { type ContractSymbol, parseContractSymbol } from "../market/contract-symbol.ts";
import { isBacklitError } from "../market/errors.ts";
import { formatDate, MINUTE, parseDate } from "../market/time.ts";
import type { InstrumentFlags } from "./instrument-command.ts";
import { contractsFrom, type InstrumentFacts, instrumentFacts, type SessionFacts } from "./instrument-facts.ts";
import { usageError } from "./usage-error.ts";

/** `backlit instrument show`: what the tables know of a future. */
export function showInstrument(name: string, flags: InstrumentFlags): void {
  const asOf = readDate(flags.date);
  const { spec, contract } = readName(name);
  const contracts = contractsFrom(spec, contract, asOf, readCount("--contracts", flags.contracts, 1));
  const facts = instrumentFacts(spec, asOf, contracts, readCount("--roll", flags.roll, 0));
  process.stdout.write(flags.json ? `${JSON.stringify(facts, null, 2)}\n` : factsText(facts, flags.roll));
}

function readDate(text: string | undefined): string {
  if (text === undefined) return formatDate(Date.now());
  if (parseDate(text) === undefined)
    throw usageError(`Reading --date ${text}: expected an ISO date, such as 2026-03-20`);
  return text;
}

function readCount(flag: string, count: number, least: number): number {
  if (count >= least && count <= 100) return count;
  throw usageError(`Reading ${flag} ${count}: expected ${least} to 100`);
}

/** A root of the table, or a contract of one. */
function readName(name: string): { readonly spec: ContractSpec; readonly contract: ContractSymbol | undefined } {
  const word = name.replace(/^future:/, "").toUpperCase();
  const root = contractSpec(word);
  if (root !== undefined) return { spec: root, contract: undefined };
  const contract = parseContractSymbol(word);
  const spec = contract === undefined ? undefined : contractSpec(contract.root);
  if (contract === undefined || spec === undefined) {
    const asked = contract?.root ?? word;
    throw usageError(`Showing ${name}: the contract table has no '${asked}'`, suggestRoot(asked));
  }
  checkMonth(contract);
  return { spec, contract };
}

function checkMonth(contract: ContractSymbol): void {
  try {
    expirationOf(contract);
  } catch (thrown) {
    if (!isBacklitError(thrown)) throw thrown;
    throw usageError(thrown.message, thrown.hint);
  }
}

function factsText(facts: InstrumentFacts, rollSessions: number): string {
  const { root, name, exchange, currency, session } = facts;
  const rows: readonly (readonly [string, string])[] = [
    ["1.0 of price is", `${money(facts.pointValue, currency)} (${facts.priceUnit})`],
    ["tick", tickText(facts)],
    ["months", monthsText(facts)],
    ["settlement", facts.settlement],
    ["margin", marginText(facts)],
    ["last trading day", facts.lastTradingDay],
    ...(facts.firstNotice === null ? [] : [["first notice day", facts.firstNotice] as const]),
    ["calendar", `${facts.calendar}, ${facts.timeZone}, known to ${facts.calendarEnd}`],
    ...(session === null ? [] : sessionRows(session, facts.timeZone)),
    ["Databento", `${facts.dataset}: ${facts.continuousSymbols.join(" ")}, ${root}.FUT`],
  ];
  return [
    `${root}  ${name}, ${exchange}`,
    ...rows.map(([label, text]) => `  ${label.padEnd(18)}${text}`),
    ...specialLines(facts),
    ...contractLines(facts, rollSessions),
    "",
  ].join("\n");
}

function tickText({ tickSize, deferredTickSize, tickValue, currency }: InstrumentFacts): string {
  const later = deferredTickSize === null ? "" : `; ${deferredTickSize} in later months`;
  return `${tickSize}, worth ${money(tickValue, currency)}${later}`;
}

function marginText({ margin, marginFraction, currency }: InstrumentFacts): string {
  if (margin === null)
    return `not known; a backtest takes ${Math.round(marginFraction * 100)} % of the contract's value`;
  const { initial, maintenance, validFrom } = margin;
  return `${money(initial, currency)} initial, ${money(maintenance, currency)} maintenance, as of ${validFrom}`;
}

function monthsText({ listedMonths, liquidMonths }: InstrumentFacts): string {
  return listedMonths === liquidMonths ? listedMonths : `${listedMonths}; continuous series visit ${liquidMonths}`;
}

function sessionRows(session: SessionFacts, zone: string): readonly (readonly [string, string])[] {
  const { tradeDate, kind, open, close, regularOpen, regularClose, halts } = session;
  const isRegular = regularOpen !== open || regularClose !== close;
  return [
    ["session", `${tradeDate} (${kind}): ${local(open, zone)} to ${local(close, zone)}`],
    ...(isRegular ? [["regular hours", `${local(regularOpen, zone)} to ${local(regularClose, zone)}`] as const] : []),
    ...halts.map(({ start, end }) => ["pause", `${local(start, zone)} to ${local(end, zone)}`] as const),
  ];
}

function specialLines({ specialDays, timeZone: zone }: InstrumentFacts): readonly string[] {
  if (specialDays.length === 0) return [];
  const lines = specialDays.map(({ date, kind, close }) =>
    close === null ? `  ${date}  ${kind}` : `  ${date}  ${kind}, to ${local(close, zone)}`,
  );
  return ["", "special days of the next three months", ...lines];
}

function contractLines(facts: InstrumentFacts, rollSessions: number): readonly string[] {
  const roll = `roll (${rollSessions} sessions before)`;
  const head = `  ${"contract".padEnd(10)}${"last trading day".padEnd(18)}${"first notice".padEnd(14)}${roll}`;
  const lines = facts.contracts.map(({ symbol, expiration, firstNotice, roll: left }) => {
    const late = expiration > facts.calendarEnd ? "  weekdays counted, holidays not known" : "";
    return `  ${symbol.padEnd(10)}${expiration.padEnd(18)}${(firstNotice ?? "-").padEnd(14)}${left ?? "-"}${late}`;
  });
  return ["", head, ...lines];
}

function money(amount: number, currency: string): string {
  return `${amount.toLocaleString("en-US", { maximumFractionDigits: 6 })} ${currency}`;
}

/** `Sun 17:00`: weekday and wall time in a zone. */
function local(instant: string, zone: string): string {
  const clock = timeZone(zone);
  const time = Date.parse(instant);
  const date = clock.toLocalDate(time);
  const wall = new Date(Date.parse(`${date}T00:00Z`) + clock.minuteOfDay(time) * MINUTE);
  const weekday = wall.toLocaleDateString("en-US", { weekday: "short", timeZone: "UTC" });
  return `${weekday} ${wall.toISOString().slice(11, 16)}`;
}
