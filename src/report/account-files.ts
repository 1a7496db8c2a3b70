/** The account by session, what was held after each fill, rolls, and the strategy's own log. */

import type { Fill } from "../market/fill.ts";
import { directionOf } from "../market/order.ts";
import type { LogEntry, RunOutcome } from "../market/run-outcome.ts";
import { DAY, formatDate, formatInstant } from "../market/time.ts";
import { basisOf } from "./metrics/basis.ts";
import { benchmarkReturns } from "./metrics/benchmark-input.ts";
import { underwater } from "./metrics/drawdowns.ts";
import { type PositionStep, positionSteps } from "./metrics/positions.ts";
import { sampleSessions } from "./metrics/sessions.ts";
import { maskKeys } from "./plain.ts";
import { type Columns, file, type RunFile, table } from "./run-file.ts";
import { sessionExposure } from "./session-exposure.ts";

/** `sessions.csv`, `positions.csv`, `rolls.csv`, `run.log`, each where there is something in it. */
export function accountFiles(outcome: RunOutcome): readonly RunFile[] {
  const files: RunFile[] = [];
  const sessions = sessionRows(outcome);
  if (sessions.length > 0) files.push(table("sessions.csv", sessions, SESSION_COLUMNS));
  if (outcome.fills.length > 0) files.push(table("positions.csv", positionSteps(outcome), POSITION_COLUMNS));
  const rolls = rollRows(outcome.fills);
  if (rolls.length > 0) files.push(table("rolls.csv", rolls, ROLL_COLUMNS));
  if (outcome.log.length > 0) files.push(file("run.log", () => outcome.log.map(logLine)));
  return files;
}

interface SessionRow {
  readonly date: string;
  readonly time: number;
  readonly value: number;
  readonly change: number;
  readonly drawdown: number;
  readonly gross: number;
  readonly net: number;
  readonly margin: number;
  /** The benchmark's return; NaN without one. */
  readonly benchmark: number;
}

/** One sample a session, as the ratios have it; the account before the first bar is no session. */
function sessionRows(outcome: RunOutcome): readonly SessionRow[] {
  const samples = sampleSessions(outcome.equity, basisOf(outcome));
  const { time, value, day } = samples;
  const depth = underwater(value);
  const { gross, net, margin } = sessionExposure(outcome, time);
  const benchmark = outcome.benchmark === null ? undefined : benchmarkReturns(outcome.benchmark, samples);
  const at = (column: Float64Array | undefined, row: number) => column?.[row] ?? Number.NaN;
  return Array.from(time.subarray(1), (instant, i) => ({
    date: formatDate((day[i + 1] ?? 0) * DAY),
    time: instant,
    value: value[i + 1] ?? Number.NaN,
    change: (value[i + 1] ?? Number.NaN) / (value[i] ?? Number.NaN) - 1,
    drawdown: depth[i + 1] ?? Number.NaN,
    gross: at(gross, i),
    net: at(net, i),
    margin: at(margin, i),
    benchmark: at(benchmark, i),
  }));
}

const SESSION_COLUMNS: Columns<SessionRow> = {
  date: (row) => row.date,
  time: (row) => ({ instant: row.time }),
  value: (row) => row.value,
  return: (row) => row.change,
  drawdown: (row) => row.drawdown,
  gross: (row) => row.gross,
  net: (row) => row.net,
  margin: (row) => row.margin,
  benchmark: (row) => row.benchmark,
};

const POSITION_COLUMNS: Columns<PositionStep> = {
  time: ({ fill }) => ({ instant: fill.time }),
  asset: ({ fill }) => fill.asset.key,
  contract: ({ fill }) => fill.contract,
  quantity: ({ after }) => after,
};

/** The two fills of a roll. */
interface RollRow {
  readonly out: Fill;
  readonly in: Fill;
}

function rollRows(fills: readonly Fill[]): readonly RollRow[] {
  const rolled = fills.filter(({ reason }) => reason === "roll");
  return rolled.flatMap((out, i) => {
    const next = rolled[i + 1];
    return i % 2 === 0 && next !== undefined ? [{ out, in: next }] : [];
  });
}

const ROLL_COLUMNS: Columns<RollRow> = {
  time: (roll) => ({ instant: roll.out.time }),
  asset: (roll) => roll.out.asset.key,
  from: (roll) => roll.out.contract,
  to: (roll) => roll.in.contract,
  quantity: (roll) => directionOf(roll.in.side) * roll.in.quantity,
  fromPrice: (roll) => roll.out.price,
  toPrice: (roll) => roll.in.price,
  cost: (roll) => roll.out.fee + roll.out.slippage + roll.in.fee + roll.in.slippage,
};

/** `2024-01-02T15:00:00Z info bought 2`: one line an entry, whatever breaks the message holds. */
function logLine({ time, level, message }: LogEntry): string {
  return `${formatInstant(time)} ${level} ${maskKeys(message).replace(/\r?\n|\r/g, " | ")}\n`;
}
