import { StrategyError } from "../../market/errors.ts";
import type { Turns } from "../turns.ts";

/** What a strategy waits for, in the order in which that happens at one instant. */
export const CLOSE = 0;
export const HOOKS = 1;
export const OPEN = 2;
export const ANSWERS = 3;

/** What is done in a strategy's name, all of it or a part. */
export interface Acts {
  readonly close?: (time: number) => void;
  readonly settle?: (time: number) => void;
  readonly open?: () => void;
  readonly match?: () => void;
}

/** Where a strategy has stopped until it is its turn. */
export interface Stop {
  time: number;
  phase: number;
  /** What is done in its name before it goes on; what it throws ends the strategy's run. */
  readonly acts: Acts;
  readonly goOn: () => void;
  readonly fail: (error: unknown) => void;
}

/** Who lets places go on. */
interface Keeper {
  stopped(stop: Stop): void;
  left(place: Place, wasAtWork: boolean, atEnd: boolean): void;
}

/** One strategy's place among those that take turns. */
export class Place implements Turns {
  /** Undefined while the strategy is at work. */
  stop: Stop | undefined;
  /** Kept when the strategy is about to begin. */
  readonly ready: Promise<void>;
  private tellReady: () => void = () => {};
  /** By name. */
  readonly index: number;
  private readonly keeper: Keeper;
  private readonly name: string;
  private readonly fail: (error: unknown) => void;
  private atEnd = false;
  private left = false;

  constructor(keeper: Keeper, index: number, name: string, fail: (error: unknown) => void) {
    this.keeper = keeper;
    this.index = index;
    this.name = name;
    this.fail = fail;
    this.ready = new Promise((resolve) => {
      this.tellReady = resolve;
    });
  }

  async enter(time: number, close: (time: number) => void, settle: (time: number) => void): Promise<number> {
    let entered = time;
    await this.wait(time, CLOSE, {
      close: (at) => {
        entered = at;
        close(at);
      },
      settle,
    });
    return entered;
  }

  async open(time: number, open: () => void, match: () => boolean): Promise<boolean> {
    let changed = false;
    await this.wait(time, OPEN, {
      open,
      match: () => {
        changed = match();
      },
    });
    return changed;
  }

  async end(): Promise<void> {
    await this.wait(Number.POSITIVE_INFINITY, HOOKS, {});
    this.atEnd = true;
  }

  leave(): void {
    if (this.left) return;
    this.left = true;
    const wasAtWork = this.stop === undefined;
    this.stop = undefined;
    this.keeper.left(this, wasAtWork, this.atEnd);
  }

  /** Has a strategy that waits for a later instant go on at this one, where something was done in its name. */
  callIn(time: number): void {
    const { stop } = this;
    if (stop !== undefined && stop.phase === CLOSE && stop.time > time) stop.time = time;
  }

  private wait(time: number, phase: number, acts: Acts): Promise<void> {
    if (this.left) return new Promise(() => {});
    if (this.stop !== undefined) {
      const words = `${this.name} went on while its own sleep was under way; on a shared account it can do one thing at a time`;
      this.fail(new StrategyError(words, { time: this.stop.time, hint: "Await each call of sleep." }));
      return new Promise(() => {});
    }
    return new Promise((goOn, fail) => {
      this.stop = { time, phase, acts, goOn, fail };
      this.tellReady();
      this.keeper.stopped(this.stop);
    });
  }
}

export type StoppedPlace = Place & { readonly stop: Stop };

export function isStopped(place: Place): place is StoppedPlace {
  return place.stop !== undefined;
}
