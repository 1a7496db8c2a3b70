import { type Acts, ANSWERS, CLOSE, HOOKS, isStopped, OPEN, Place, type Stop, type StoppedPlace } from "./place.ts";

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
  private readonly parts: ConductorParts;
  private readonly places: Place[] = [];
  /** Strategies at work; the others wait or have left. */
  private active: number;
  /** What the last strategy that was let on had waited for, and its place: those behind it wait for the same, unless it came back to less. */
  private time = Number.NaN;
  private phase = CLOSE;
  private last = -1;
  /** The first that left before the end, if one did. */
  cutBy: Place | undefined;

  /** @param count places that will be taken; nobody goes on before all of them are */
  constructor(count: number, parts: ConductorParts) {
    this.active = count;
    this.parts = parts;
  }

  /** The next place. `fail` ends the run of the strategy that takes it. */
  take(name: string, fail: (error: unknown) => void): Place {
    const place = new Place(this, this.places.length, name, fail);
    this.places.push(place);
    return place;
  }

  cut(): void {
    this.parts.onCut();
  }

  stopped({ time, phase }: Stop): void {
    if (time < this.time || (time === this.time && phase < this.phase)) this.time = Number.NaN;
    this.active -= 1;
    this.turn();
  }

  left(place: Place, wasAtWork: boolean, atEnd: boolean): void {
    if (wasAtWork) this.active -= 1;
    if (atEnd) {
      this.turn();
      return;
    }
    this.cutBy ??= place;
    this.cut();
  }

  private turn(): void {
    while (this.active === 0) {
      const first = this.furthestBack();
      if (first === undefined) return;
      const { time, phase } = first.stop;
      if (phase === CLOSE) this.close(time);
      else if (phase === OPEN) this.open(time);
      else {
        this.time = time;
        this.phase = phase;
        this.last = first.index;
        this.release(first, first.stop.goOn);
      }
    }
  }

  private furthestBack(): StoppedPlace | undefined {
    for (let i = this.last + 1; i < this.places.length && !Number.isNaN(this.time); i++) {
      const place = this.places[i] as Place;
      if (isStopped(place) && place.stop.time === this.time && place.stop.phase === this.phase) return place;
    }
    return this.leastOfAll();
  }

  private leastOfAll(): StoppedPlace | undefined {
    let first: StoppedPlace | undefined;
    for (const place of this.places) {
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

  private close(time: number): void {
    const closing = this.stoppedAt(time, CLOSE);
    for (const place of closing) this.act(place, ({ close }) => close?.(time));
    for (const place of closing.filter(isStopped)) this.act(place, ({ settle }) => settle?.(time));
    for (const { stop } of closing.filter(isStopped)) stop.phase = HOOKS;
    this.parts.onClosed(time);
  }

  private open(time: number): void {
    const opening = this.stoppedAt(time, OPEN);
    for (const place of opening) this.act(place, ({ open }) => open?.());
    for (const place of opening.filter(isStopped)) this.act(place, ({ match }) => match?.());
    for (const { stop } of opening.filter(isStopped)) stop.phase = ANSWERS;
  }

  private stoppedAt(time: number, phase: number): readonly StoppedPlace[] {
    return this.places.filter(isStopped).filter(({ stop }) => stop.time === time && stop.phase === phase);
  }

  private act(place: StoppedPlace, act: (acts: Acts) => void): void {
    const { stop } = place;
    try {
      act(stop.acts);
    } catch (error) {
      this.release(place, () => stop.fail(error));
    }
  }

  private release(place: Place, wake: () => void): void {
    place.stop = undefined;
    this.active += 1;
    wake();
  }
}
