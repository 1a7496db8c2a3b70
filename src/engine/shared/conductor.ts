import { StrategyError } from "../../market/errors.ts";
import type { Turns } from "../turns.ts";

/** What a strategy waits for, in the order in which that happens at one instant. */
const CLOSE = 0;
const HOOKS = 1;
const OPEN = 2;
const ANSWERS = 3;

/** What is done in a strategy's name, all of it or a part. */
interface Acts {
  readonly close?: (time: number) => void;
  readonly open?: () => void;
  readonly match?: () => void;
}

/** Where a strategy has stopped until it is its turn. */
interface Stop {
  time: number;
  phase: number;
  /** What is done in its name before it goes on; what it throws ends the strategy's run. */
  readonly acts: Acts;
  readonly goOn: () => void;
  readonly fail: (error: unknown) => void;
}

export interface ConductorParts {
  /** Called when all bars that close at an instant are taken in, before the first hook of that instant. */
  readonly onClosed: (time: number) => void;
  /** Called when a strategy left before the end; ends the runs of the others. */
  readonly onCut: () => void;
}

/**
 * Lets strategies run one at a time, always the one that is furthest back: by instant, by what happens there, by place. The places
 * are in an order that does not depend on how the strategies were listed.
 */
export class Conductor {
  readonly #parts: ConductorParts;
  readonly #places: Place[] = [];
  /** Strategies at work; the others wait or have left. */
  #active: number;
  /** The first that left before the end, if one did. */
  cutBy: Place | undefined;

  /** @param count places that will be taken; nobody goes on before all of them are */
  constructor(count: number, parts: ConductorParts) {
    this.#active = count;
    this.#parts = parts;
  }

  /** The next place. `fail` ends the run of the strategy that takes it. */
  take(name: string, fail: (error: unknown) => void): Place {
    const place = new Place(this, name, fail);
    this.#places.push(place);
    return place;
  }

  cut(): void {
    this.#parts.onCut();
  }

  stopped(): void {
    this.#active -= 1;
    this.#turn();
  }

  left(place: Place, wasAtWork: boolean, atEnd: boolean): void {
    if (wasAtWork) this.#active -= 1;
    if (atEnd) {
      this.#turn();
      return;
    }
    this.cutBy ??= place;
    this.cut();
  }

  #turn(): void {
    while (this.#active === 0) {
      const first = this.#furthestBack();
      if (first === undefined) return;
      const { time, phase } = first.stop;
      if (phase === CLOSE) this.#close(time);
      else if (phase === OPEN) this.#open(time);
      else this.#release(first, first.stop.goOn);
    }
  }

  #furthestBack(): StoppedPlace | undefined {
    let first: StoppedPlace | undefined;
    for (const place of this.#places) {
      if (!isStopped(place)) continue;
      const { stop } = place;
      const before =
        first === undefined ||
        stop.time < first.stop.time ||
        (stop.time === first.stop.time && stop.phase < first.stop.phase);
      if (before) first = place;
    }
    return first;
  }

  #close(time: number): void {
    const closing = this.#stoppedAt(time, CLOSE);
    for (const place of closing) this.#act(place, ({ close }) => close?.(time));
    for (const { stop } of closing.filter(isStopped)) stop.phase = HOOKS;
    this.#parts.onClosed(time);
  }

  #open(time: number): void {
    const opening = this.#stoppedAt(time, OPEN);
    for (const place of opening) this.#act(place, ({ open }) => open?.());
    for (const place of opening.filter(isStopped)) this.#act(place, ({ match }) => match?.());
    for (const { stop } of opening.filter(isStopped)) stop.phase = ANSWERS;
  }

  #stoppedAt(time: number, phase: number): readonly StoppedPlace[] {
    return this.#places.filter(isStopped).filter(({ stop }) => stop.time === time && stop.phase === phase);
  }

  #act(place: StoppedPlace, act: (acts: Acts) => void): void {
    const { stop } = place;
    try {
      act(stop.acts);
    } catch (error) {
      this.#release(place, () => stop.fail(error));
    }
  }

  #release(place: Place, wake: () => void): void {
    place.stop = undefined;
    this.#active += 1;
    wake();
  }
}

type StoppedPlace = Place & { readonly stop: Stop };

function isStopped(place: Place): place is StoppedPlace {
  return place.stop !== undefined;
}

/** One strategy's place among those that take turns. */
export class Place implements Turns {
  /** Undefined while the strategy is at work. */
  stop: Stop | undefined;
  /** Kept when the strategy is about to begin. */
  readonly ready: Promise<void>;
  #tellReady: () => void = () => {};
  readonly #conductor: Conductor;
  readonly #name: string;
  readonly #fail: (error: unknown) => void;
  #atEnd = false;
  #left = false;

  constructor(conductor: Conductor, name: string, fail: (error: unknown) => void) {
    this.#conductor = conductor;
    this.#name = name;
    this.#fail = fail;
    this.ready = new Promise((resolve) => {
      this.#tellReady = resolve;
    });
  }

  async enter(time: number, close: (time: number) => void): Promise<number> {
    let entered = time;
    await this.#wait(time, CLOSE, {
      close: (at) => {
        entered = at;
        close(at);
      },
    });
    return entered;
  }

  async open(time: number, open: () => void, match: () => boolean): Promise<boolean> {
    let changed = false;
    await this.#wait(time, OPEN, {
      open,
      match: () => {
        changed = match();
      },
    });
    return changed;
  }

  async end(): Promise<void> {
    await this.#wait(Number.POSITIVE_INFINITY, HOOKS, {});
    this.#atEnd = true;
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    const wasAtWork = this.stop === undefined;
    this.stop = undefined;
    this.#conductor.left(this, wasAtWork, this.#atEnd);
  }

  /** Has a strategy that waits for a later instant go on at this one, where something was done in its name. */
  callIn(time: number): void {
    const { stop } = this;
    if (stop !== undefined && stop.phase === CLOSE && stop.time > time) stop.time = time;
  }

  #wait(time: number, phase: number, acts: Acts): Promise<void> {
    if (this.#left) return new Promise(() => {});
    if (this.stop !== undefined) {
      const words = `${this.#name} went on while its own sleep was under way; on a shared account it can do one thing at a time`;
      this.#fail(new StrategyError(words, { time: this.stop.time, hint: "Await each call of sleep." }));
      return new Promise(() => {});
    }
    return new Promise((goOn, fail) => {
      this.stop = { time, phase, acts, goOn, fail };
      this.#tellReady();
      this.#conductor.stopped();
    });
  }
}
