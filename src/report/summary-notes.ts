/** Refusals, warnings, notes and the data line of the end screen. */

import type { RunEvent } from "../market/events.ts";
import type { DataFingerprint, RunOutcome } from "../market/run-outcome.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { ReviewCheck } from "./review/check.ts";
import type { RunReview } from "./review/review.ts";
import { cut, printable, render, wrap } from "./screen.ts";
import type { Screen } from "./summary.ts";

/** Warnings that are written out; what is beyond them is counted. */
const LISTED = 3;

/**
 * What the review found that makes numbers doubtful, refusals, warnings by kind with how often and the first message, the rest of the
 * review, and notes of the data source. At most four lines.
 */
export function warningLines(outcome: RunOutcome, review: RunReview, screen: Screen): readonly string[] {
  const found = review.checks.filter((check) => check.status === "found" && isWorthALine(check, outcome));
  const serious = found.filter(({ severity }) => severity === "serious");
  const refused = outcome.events.filter((event) => event.code === "order_refused");
  const others = outcome.events.filter((event) => event.code !== "order_refused" && event.level !== "info");
  const texts = [
    ...serious.map(({ text }) => text),
    ...(refused.length === 0 ? [] : [refusalText(refused)]),
    ...[...byCode(others)].map(([code, events]) => `${events.length} x ${code}: ${first(events)}`),
    ...found.filter((check) => !serious.includes(check)).map(({ text }) => text),
    ...outcome.notes,
  ];
  const rest = texts.length - LISTED;
  const shown = rest > 0 ? [...texts.slice(0, LISTED), `${rest} more, see result.json`] : texts;
  // Two long messages have room for two lines each, more of them for one.
  return shown.flatMap((text) => marked(text, screen, shown.length > 2 ? 1 : 2));
}

/** What the numbers rest on: the first series, and how many there are besides. */
export function dataLines(outcome: RunOutcome, screen: Screen): readonly string[] {
  const [series, ...others] = outcome.data;
  const texts = [
    `data ${series === undefined ? "none" : describeData(series, paidFor(outcome))}`,
    ...(others.length === 0 ? [] : [`     and ${others.length} more series, see result.json`]),
  ];
  return texts.map((text) => render([{ text: cut(text, screen.width), tone: "quiet" }], screen.color));
}

/** What the data cost, of a source that sells. */
function paidFor({ dataCost }: RunOutcome): string {
  return dataCost === undefined ? "" : ` ($${formatNumber(dataCost)} paid)`;
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

/** A run without trades says so itself. */
function isWorthALine({ code }: ReviewCheck, outcome: RunOutcome): boolean {
  return code !== "few_trades" || outcome.trades.some((trade) => !trade.open);
}

function describeData(data: DataFingerprint, paid: string): string {
  const span =
    data.first === null || data.last === null ? "" : `, ${data.first.slice(0, 10)} .. ${data.last.slice(0, 10)}`;
  return printable(
    `${data.asset} ${data.timestep} from ${data.source}${paid}, ${formatCount(data.rows, "row")}${span}, ${data.hash.slice(0, 12)}`,
  );
}

function marked(text: string, screen: Screen, most: number): readonly string[] {
  const lines = wrap(text, screen.width, "! ");
  const shown = lines.slice(0, most);
  // The line that is cut takes a word of the next one with it, so that dots show there was more.
  const ended =
    lines.length > most ? shown.map((line, i) => (i === most - 1 ? `${line} ${lines[most]?.trim()}` : line)) : shown;
  return ended.map((line) => render([{ text: cut(line, screen.width), tone: "warning" }], screen.color));
}
