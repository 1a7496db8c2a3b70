/** Refusals, warnings, notes and the data line of the end screen. */

import type { RunEvent } from "../market/events.ts";
import type { DataFingerprint, RunOutcome } from "../market/run-outcome.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Statistics } from "./metrics/statistics.ts";
import { cut, piece, render, wrap } from "./screen.ts";
import type { Screen } from "./summary.ts";

/** Fewer closed trades than this, and a ratio is mostly luck. */
const FEW_TRADES = 30;
/** Kinds of warnings, notes and series of data that are listed one by one. */
const LISTED = 3;
/** Lines a message may take. */
const MESSAGE_LINES = 2;

/** One line a kind of trouble: how often, and the first message. */
export function warningLines(outcome: RunOutcome, statistics: Statistics, screen: Screen): readonly string[] {
  const refused = outcome.events.filter((event) => event.code === "order_refused");
  const others = outcome.events.filter((event) => event.code !== "order_refused" && event.level !== "info");
  const texts = [
    ...(refused.length === 0 ? [] : [refusalText(refused)]),
    ...listed(
      [...byCode(others)].map(([code, events]) => `${events.length} x ${code}: ${first(events)}`),
      "more kinds",
    ),
    ...fewTrades(statistics),
    ...listed(outcome.notes, "more notes"),
  ];
  return texts.flatMap((text) => marked(text, screen));
}

/** What the numbers rest on: one line a series. */
export function dataLines(outcome: RunOutcome, screen: Screen): readonly string[] {
  if (outcome.data.length === 0) return [cut("data  none", screen.width)];
  const texts = listed(outcome.data.map(describeData), "more series");
  return texts.map((text, i) =>
    render([piece(cut(`${i === 0 ? "data" : "and"} ${text}`, screen.width), "quiet")], screen.color),
  );
}

function refusalText(refused: readonly RunEvent[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of refused) counts.set(reason ?? "unknown", (counts.get(reason ?? "unknown") ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${reason} ${count}`).join(", ");
  return `${formatCount(refused.length, "order")} refused (${reasons}). First: ${first(refused)}`;
}

function byCode(events: readonly RunEvent[]): ReadonlyMap<string, readonly RunEvent[]> {
  const groups = new Map<string, RunEvent[]>();
  for (const event of events) {
    const group = groups.get(event.code);
    if (group === undefined) groups.set(event.code, [event]);
    else group.push(event);
  }
  return groups;
}

function first(events: readonly RunEvent[]): string {
  return events[0]?.message ?? "";
}

function fewTrades({ trades }: Statistics): readonly string[] {
  if (trades === 0 || trades >= FEW_TRADES) return [];
  return [`${formatCount(trades, "trade")} only: under ${FEW_TRADES}, ratios are mostly luck`];
}

function describeData(data: DataFingerprint): string {
  const span =
    data.first === null || data.last === null ? "" : `, ${data.first.slice(0, 10)} .. ${data.last.slice(0, 10)}`;
  return `${data.asset} ${data.timestep} from ${data.source}, ${formatNumber(data.rows, 0)} rows${span}, ${data.hash.slice(0, 12)}`;
}

/** The first few, and how many there are besides. */
function listed(texts: readonly string[], rest: string): readonly string[] {
  return texts.length <= LISTED
    ? texts
    : [...texts.slice(0, LISTED), `${texts.length - LISTED} ${rest}, see result.json`];
}

function marked(text: string, screen: Screen): readonly string[] {
  const lines = wrap(text, screen.width, "! ");
  const shown = lines.slice(0, MESSAGE_LINES);
  const ended =
    lines.length > MESSAGE_LINES ? shown.map((line, i) => (i === MESSAGE_LINES - 1 ? `${line} ...` : line)) : shown;
  return ended.map((line) => render([{ text: cut(line, screen.width), tone: "warning" }], screen.color));
}
