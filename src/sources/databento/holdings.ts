/** What stands behind an asset when: which contract a continuous future is at, from when to when one is listed, what it is defined as. */

import { contractName, type RollSegment } from "../../futures/index.ts";
import type { InstrumentDetails } from "../../market/ports.ts";
import { overlapOf, type TimeSpan } from "../../store/coverage.ts";
import type { CachedHistory } from "./cached-history.ts";
import { definitionSpan, detailsOf } from "./contract-details.ts";
import { contractSchedule } from "./contract-schedule.ts";
import {
  type ContinuousInstrument,
  contractInstrument,
  type SingleInstrument,
  type VendorInstrument,
} from "./instrument.ts";
import { contractLife, longestLife } from "./instrument-life.ts";
import type { SeriesSpan } from "./series.ts";

/** An instrument and the time it counts for. */
export interface HeldInstrument extends TimeSpan {
  readonly instrument: SingleInstrument;
}

/** Finds what an instrument holds. Asks only what is free, and reads definitions that the cache has. */
export class Holdings {
  readonly #history: CachedHistory;
  readonly #runStart: number;
  /** Read once each. */
  readonly #details = new Map<string, InstrumentDetails>();

  /** @param runStart from when on instruments have to be described, epoch ms UTC */
  constructor(history: CachedHistory, runStart: number) {
    this.#history = history;
    this.#runStart = runStart;
  }

  /**
   * The contracts of a continuous future over a span. A rule that counts from expirations takes those of definitions, where the cache has
   * them, before the exchange's rules.
   * @throws DataMissingError when the vendor knows no such series
   */
  async schedule(instrument: ContinuousInstrument, span: TimeSpan): Promise<RollSegment[]> {
    const { answers } = this.#history;
    const byRule = await contractSchedule(instrument, span, answers);
    if (typeof instrument.terms.roll === "string") return byRule;
    const expirations = new Map<string, string>();
    for (const { contract } of byRule) {
      const expiration = (await this.details(contractInstrument(instrument, contract)))?.expiration;
      if (expiration !== undefined) expirations.set(contractName(contract), expiration);
    }
    return contractSchedule(instrument, span, answers, expirations);
  }

  /** The instruments of a span, ascending: the one that was asked for, or the contracts of a series. */
  async heldIn(instrument: VendorInstrument, span: TimeSpan): Promise<readonly HeldInstrument[]> {
    if (instrument.kind === "single") return [{ instrument, ...span }];
    return heldInstruments(instrument, await this.schedule(instrument, span));
  }

  /** As `heldIn`, without the time in which a contract is not listed. @throws DataMissingError for a contract the vendor does not have */
  async listedIn(instrument: VendorInstrument, span: TimeSpan): Promise<readonly HeldInstrument[]> {
    if (instrument.kind === "continuous") return this.heldIn(instrument, span);
    const { contract } = instrument;
    if (contract === undefined) return [{ instrument, ...span }];
    const alive = overlapOf(span, await contractLife(instrument, contract, this.#history.answers));
    return alive === undefined ? [] : [{ instrument, ...alive }];
  }

  /** Before this instant an instrument has no data in a schema. */
  async firstInstant(instrument: VendorInstrument, schema: string): Promise<number> {
    const first = await this.#history.answers.firstAvailable(instrument.dataset, schema);
    if (instrument.kind === "continuous" || instrument.contract === undefined) return first;
    return Math.max(first, (await contractLife(instrument, instrument.contract, this.#history.answers)).start);
  }

  /**
   * Definitions of contracts, one each: any that the cache has, else that of the contract's first trade date in the run. Other
   * instruments need none.
   */
  async definitions(held: readonly HeldInstrument[]): Promise<readonly SeriesSpan[]> {
    const dated = held.filter(({ instrument }) => instrument.contract !== undefined);
    const cached = await Promise.all(dated.map(({ instrument }) => this.details(instrument)));
    return dated
      .filter((_, i) => cached[i] === undefined)
      .map(({ instrument, start, end }) => {
        const from = Math.min(Math.max(start, this.#runStart), end - 1);
        const session = instrument.calendar?.sessionAt(from) ?? instrument.calendar?.nextSession(from);
        return definitionSpan(instrument, session === undefined ? from : Date.parse(session.tradeDate));
      });
  }

  /** What the first definition of a contract in the cache says; undefined when it has none. */
  async details(instrument: SingleInstrument): Promise<InstrumentDetails | undefined> {
    const { contract, dataset, symbol } = instrument;
    if (contract === undefined) return undefined;
    const known = this.#details.get(`${dataset} ${symbol} ${contract.expiration}`);
    if (known !== undefined) return known;
    const records = await this.#history.records(definitionSpan(instrument, 0), longestLife(contract.expiration));
    const record = records.find((each) => each.kind === "definition");
    if (record === undefined) return undefined;
    const details = detailsOf(record, instrument);
    this.#details.set(`${dataset} ${symbol} ${contract.expiration}`, details);
    return details;
  }
}

/** The contracts of a schedule as instruments. */
export function heldInstruments(
  instrument: ContinuousInstrument,
  schedule: readonly RollSegment[],
): readonly HeldInstrument[] {
  return schedule.map(({ contract, start, end }) => ({
    start,
    end,
    instrument: contractInstrument(instrument, contract),
  }));
}
