/** Rolling where the trading goes: by what was traded, or what was open, in each contract after each session. */

import { type Calendar, calendarFor, type Session } from "../calendar/index.ts";
import { type ContractSymbol, parseContractSymbol } from "../market/contract-symbol.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { ContractSpec } from "./contract-spec.ts";
import { requireContractSpec } from "./contracts.ts";
import { liquidContracts, orderOf, type RollSegment, rollDateOf } from "./roll.ts";

/** What each contract of a root had in one session: volume, or open interest for a roll by that. */
export interface SessionVolumes {
  /** Trade date, ISO. */
  readonly tradeDate: string;
  /** Contract symbol with a year of two or four digits (`ESZ13`) -> units. A contract left out had none. */
  readonly volumes: Readonly<Record<string, number>>;
}

/** How `rollByVolume` chooses. */
export interface VolumeRoll {
  /** 0 is the front contract, 1 the next liquid one after it. @default 0 */
  readonly rank?: number;
  /**
   * The contract is left at the latest so many sessions before its last trading day or first notice day, whatever trades.
   * @default 0
   */
  readonly sessionsBeforeExpiration?: number;
}

/**
 * The contracts a continuous series holds when it follows the volume. A later contract that had more than the one held takes over
 * at the open of the session AFTER the one whose volumes said so, since they are known only then. Never back to an earlier
 * contract, never into one that is about to end, liquid months only. The first session, before any volume is known, goes to the
 * nearest contract.
 *
 * @param sessions ascending, one entry a session; the span is theirs. Where a session is left out, the contract held stays.
 * @throws InvalidInputError `invalid_asset` for an unknown root, `invalid_argument` for dates that do not ascend or have no session
 */
export function rollByVolume(root: string, sessions: readonly SessionVolumes[], rule: VolumeRoll = {}): RollSegment[] {
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first === undefined || last === undefined) return [];
  const spec = requireContractSpec(root);
  const chain = new ContractChain(spec, first.tradeDate, last.tradeDate, rule);
  const segments: RollSegment[] = [];
  let known: SessionVolumes | undefined;
  for (const entry of sessions) {
    const session = requireSession(chain.calendar, root, entry, known);
    chain.enter(session, known);
    addSession(segments, chain, session);
    known = entry;
  }
  return segments;
}

/** Lengthens the last segment to the end of the session, or begins another. */
function addSession(segments: RollSegment[], chain: ContractChain, session: Session): void {
  const contract = chain.held();
  const end = chain.calendar.nextSession(session.open)?.open ?? session.close;
  const last = segments.at(-1);
  if (last !== undefined && last.contract === contract) segments.splice(-1, 1, { ...last, end });
  else {
    if (last !== undefined) segments.splice(-1, 1, { ...last, end: session.open });
    segments.push({ contract, start: session.open, end });
  }
}

/** The liquid contracts of a root in order, and a place among them that only moves on. */
class ContractChain {
  readonly calendar: Calendar;
  readonly #contracts: readonly ContractSymbol[];
  /** Trade date from which each contract is no longer held. */
  readonly #leaveDates: readonly string[];
  readonly #rank: number;
  #front = 0;

  constructor(spec: ContractSpec, startDate: string, endDate: string, rule: VolumeRoll) {
    const { rank = 0, sessionsBeforeExpiration = 0 } = rule;
    this.calendar = calendarFor(spec.calendar);
    this.#contracts = liquidContracts(spec, startDate, endDate, rank);
    this.#leaveDates = this.#contracts.map((contract) => rollDateOf(this.calendar, contract, sessionsBeforeExpiration));
    this.#rank = rank;
  }

  /** Decides what is held in a session from the volumes of the one before it. */
  enter(session: Session, known: SessionVolumes | undefined): void {
    while (this.#mustLeave(this.#front, session)) this.#front += 1;
    if (known === undefined) return;
    const volumes = volumesByMonth(known);
    const volumeOf = (index: number) => volumes.get(orderOf(this.#contracts[index] ?? NO_MONTH)) ?? 0;
    let best = this.#front;
    for (let index = best + 1; index < this.#contracts.length; index++) {
      if (volumeOf(index) > volumeOf(best)) best = index;
    }
    this.#front = best;
  }

  /** The contract of the rule's rank. */
  held(): ContractSymbol {
    const contract = this.#contracts[this.#front + this.#rank];
    if (contract === undefined) throw new Error("The contracts searched end before the span does");
    return contract;
  }

  #mustLeave(index: number, session: Session): boolean {
    const leaveDate = this.#leaveDates[index];
    return leaveDate !== undefined && leaveDate <= session.tradeDate;
  }
}

const NO_MONTH = { year: -1, month: 1 };

function volumesByMonth(entry: SessionVolumes): ReadonlyMap<number, number> {
  const volumes = new Map<number, number>();
  for (const [symbol, volume] of Object.entries(entry.volumes)) {
    const contract = parseContractSymbol(symbol);
    if (contract === undefined) {
      throw new InvalidInputError(
        "invalid_argument",
        `Rolling by volume: '${symbol}' of ${entry.tradeDate} is no contract symbol`,
        { hint: "Write the year with two or four digits: 'ESZ13'." },
      );
    }
    volumes.set(orderOf(contract), volume);
  }
  return volumes;
}

function requireSession(
  calendar: Calendar,
  root: string,
  entry: SessionVolumes,
  before: SessionVolumes | undefined,
): Session {
  if (before !== undefined && before.tradeDate >= entry.tradeDate) {
    throw new InvalidInputError(
      "invalid_argument",
      `Rolling ${root} by volume: ${entry.tradeDate} comes after ${before.tradeDate}, expected ascending trade dates`,
    );
  }
  const session = calendar.session(entry.tradeDate);
  if (session !== undefined) return session;
  throw new InvalidInputError(
    "invalid_argument",
    `Rolling ${root} by volume: ${calendar.name} has no session on ${entry.tradeDate}`,
    { hint: "Leave out days without a session." },
  );
}
