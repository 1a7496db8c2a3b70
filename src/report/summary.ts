/** The end screen of a run: what a user sees when it is over, and pastes into a chat. */

import type { RunOutcome } from "../market/run-outcome.ts";
import {
  formatCompact,
  formatCount,
  formatDays,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSignedPercent,
} from "./format.ts";
import type { MetricName } from "./metrics/registry.ts";
import type { Statistics } from "./metrics/statistics.ts";
import { type Ladder, rungOf } from "./review/ladder.ts";
import { type RunReview, reviewRun } from "./review/review.ts";
import { spanDates } from "./run-zone.ts";
import { flow, type Piece, piece, printable, render, wrap } from "./screen.ts";
import { dataLines, warningLines } from "./summary-notes.ts";
import { pictureLines, WIDE } from "./summary-picture.ts";

/** Speed of the run; the only part of the screen that is not in the outcome. */
export interface SummaryTiming {
  readonly seconds: number;
  readonly barsPerSecond: number;
}

export interface SummaryOptions {
  /** The run's look at itself. @default worked out from the outcome */
  readonly review?: RunReview | undefined;
  readonly timing?: SummaryTiming | undefined;
  /** What was written where: `{ report: "runs/a/report.html" }`. Paths are never cut. */
  readonly paths?: Readonly<Record<string, string>> | undefined;
  /** Columns of the terminal. @default 100; at least 40 */
  readonly width?: number | undefined;
  /** Braille pictures. @default true; without, and on a screen too narrow for them, plain ASCII */
  readonly unicode?: boolean | undefined;
  /** ANSI colours. @default false */
  readonly color?: boolean | undefined;
}

/** `SummaryOptions` with every default filled in. */
export interface Screen {
  readonly width: number;
  readonly unicode: boolean;
  readonly color: boolean;
}

const WIDEST = 100;
const NARROWEST = 40;

/** The end screen, line by line, without line ends. */
export function summaryLines(
  outcome: RunOutcome,
  statistics: Statistics,
  options: SummaryOptions = {},
): readonly string[] {
  const width = Math.max(NARROWEST, Math.min(options.width ?? WIDEST, WIDEST));
  const screen: Screen = {
    width,
    unicode: (options.unicode ?? true) && width >= WIDE,
    color: options.color ?? false,
  };
  const tags = tagsOf(outcome);
  const review = options.review ?? reviewRun(outcome, statistics);
  const show = (pieces: readonly Piece[]) => flow(pieces, screen.width, screen.color);
  const lines = [
    ...show(titlePieces(outcome, statistics, options.timing)),
    ...(statistics.finalEquity === null
      ? noEquity(statistics, screen)
      : show([...tags, ...equityPieces(statistics, outcome.settings.currency)])),
    ...ruinLines(statistics, screen),
    ...pictureLines(outcome, statistics, screen),
    ...show([...tags, ...tradePieces(statistics), ...costPieces(statistics), ...ladderPieces(review.ladder)]),
    ...warningLines(outcome, review, screen),
    ...dataLines(outcome, screen),
  ];
  return [
    ...(screen.unicode ? lines : lines.map(toAscii)),
    // A path with a letter replaced would be none.
    ...Object.entries(options.paths ?? {}).map(([name, path]) => printable(`${name} ${path}`)),
  ];
}

/** What must stand beside every block of numbers: that they are made up, or not the whole run. */
function tagsOf(outcome: RunOutcome): readonly Piece[] {
  const words = [outcome.notice ?? "", outcome.status === "PARTIAL" ? "PARTIAL" : ""].filter((word) => word !== "");
  return words.length === 0 ? [] : [piece(`[${words.join(" ")}]`, "warning")];
}

function titlePieces(outcome: RunOutcome, statistics: Statistics, timing: SummaryTiming | undefined): readonly Piece[] {
  const { start, end } = spanDates(outcome.settings);
  return [
    piece(outcome.settings.strategy, "strong"),
    ...tagsOf(outcome),
    piece(`${start} .. ${end}`),
    piece(formatCount(statistics.sessions, "session")),
    piece(formatCount(outcome.bars, "bar")),
    ...(timing === undefined
      ? []
      : [piece(`${formatDuration(timing.seconds)} (${formatCompact(timing.barsPerSecond)} bars/s)`, "quiet")]),
  ];
}

function equityPieces(statistics: Statistics, currency: string): readonly Piece[] {
  const { startEquity, finalEquity, totalReturn, maxDrawdown, maxDrawdownDays } = statistics;
  const days = maxDrawdown === 0 ? "" : ` (${formatDays(maxDrawdownDays)})`;
  return [
    piece(
      `equity ${formatMoney(startEquity)} -> ${formatMoney(finalEquity)}${currency === "USD" ? "" : ` ${currency}`}`,
    ),
    piece(formatSignedPercent(totalReturn), toneOf(totalReturn)),
    piece(`max drawdown ${formatPercent(maxDrawdown)}${days}`),
    piece(`Sharpe ${formatNumber(statistics.sharpe)}${sharpeRange(statistics)}`),
    // A rate a year from less than a year is a guess about the rest of it.
    ...(statistics.days < 365 ? [] : [piece(`CAGR ${formatSignedPercent(statistics.cagr)}`)]),
  ];
}

/** An account that was at 0 or below went on only on paper. */
function ruinLines({ undefinedReasons, cagr }: Statistics, screen: Screen): readonly string[] {
  const reason = undefinedReasons.annualReturn ?? "";
  if (cagr !== -1 || !reason.includes("ruined")) return [];
  const text = `RUIN: ${reason}; what follows is no result`;
  return wrap(text, screen.width, "! ").map((line) => render([{ text: line, tone: "bad" }], screen.color));
}

function noEquity(statistics: Statistics, screen: Screen): readonly string[] {
  const text = `no equity: ${statistics.undefinedReasons.finalEquity ?? "unknown"}`;
  return wrap(text, screen.width, "").map((line) => render([piece(line, "bad")], screen.color));
}

function sharpeRange({ sharpeLow95, sharpeHigh95 }: Statistics): string {
  if (sharpeLow95 === null || sharpeHigh95 === null) return "";
  return ` (95 %: ${formatNumber(sharpeLow95)} .. ${formatNumber(sharpeHigh95)})`;
}

function tradePieces(statistics: Statistics): readonly Piece[] {
  const open =
    statistics.openTrades === 0 ? "" : ` (and ${statistics.openTrades} open at ${formatMoney(statistics.openPnl)})`;
  if (statistics.trades === 0)
    return [piece(`no closed trades${open}`), piece(formatCount(statistics.orders, "order"))];
  return [
    piece(`trades ${formatNumber(statistics.trades, 0)}${open}`),
    piece(`win rate ${formatPercent(statistics.winRate, 1)}`),
    piece(`profit factor ${formatNumber(statistics.profitFactor)}${whyNone(statistics, "profitFactor")}`),
    piece(`expectancy ${formatMoney(statistics.expectancy)}`),
    piece(`avg win/loss ${formatNumber(statistics.payoff)}`),
    piece(`SQN ${formatNumber(statistics.sqn)}`),
  ];
}

function exchangeWords({ exchangeFees }: Statistics): string {
  return exchangeFees === null || exchangeFees === 0 ? "" : ` (exchange ${formatMoney(exchangeFees)})`;
}

/** Why a figure is a dash. */
function whyNone({ undefinedReasons }: Statistics, name: MetricName): string {
  const reason = undefinedReasons[name];
  return reason === undefined ? "" : ` (${reason})`;
}

function costPieces(statistics: Statistics): readonly Piece[] {
  const { basis, breakEvenTicks } = statistics;
  return [
    piece(`fees ${formatMoney(statistics.fees)}${exchangeWords(statistics)}`),
    piece(`slippage ${formatMoney(statistics.slippageCost)}`),
    ...(statistics.rolls === 0 ? [] : [piece(`rolls ${statistics.rolls} (${formatMoney(statistics.rollCost)})`)]),
    ...(breakEvenTicks === null ? [] : [piece(`break-even slippage ${formatNumber(breakEvenTicks)} ticks`)]),
    ...((statistics.maxMargin ?? 0) > 0 ? [piece(`max margin ${formatMoney(statistics.maxMargin)}`)] : []),
    piece(`in the market ${formatPercent(statistics.exposureTime, 1)}`),
    piece(
      `${formatNumber(basis.periodsPerYear, 0)} periods a year, risk-free ${formatPercent(basis.riskFree)}`,
      "quiet",
    ),
  ];
}

/**
 * What is left of the profit at 0, 1 and 2 ticks a side, and, as an estimate, with a bar of delay; nothing where that is not known.
 */
function ladderPieces(ladder: Ladder): readonly Piece[] {
  const [none, one, two] = [0, 1, 2].map((ticks) => rungOf(ladder, ticks, 0)?.netProfit ?? null);
  const late = rungOf(ladder, undefined, 1)?.netProfit ?? null;
  // Without a fill that slips every rung is the same.
  if (none === one) return [];
  return [
    piece(`profit at 0 ticks ${formatMoney(none)}`),
    piece(`at 1 tick ${formatMoney(one)}`),
    piece(`at 2 ticks ${formatMoney(two)}`),
    ...(late === null ? [] : [piece(`a bar later about ${formatMoney(late)}`)]),
  ];
}

function toneOf(value: number | null): Piece["tone"] {
  if (value === null || value === 0) return "plain";
  return value > 0 ? "good" : "bad";
}

/** Names and messages may hold anything; a plain terminal gets `?` for what it cannot show. */
function toAscii(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes stay
  return line.replace(/[^\u0000-\u007f]/g, "?");
}
