import type { HookResult } from "../strategy/hooks.ts";

/** A hook that gave a promise and has not kept it yet. */
export interface PendingHook {
  /** Name of the hook, or of the rule that called a scheduled function. */
  readonly hook: string;
  /** Another number each time the strategy got on: the same number twice means that it did nothing in between. */
  readonly activity: number;
}

/** Watches the hooks of a run by the wall's clock: calls `fail` for one that does nothing for too long. Answers how to stop. */
export type HookWatch = (
  pending: () => PendingHook | undefined,
  fail: (hook: string, words: string) => void,
) => () => void;

const NEVER = new Promise<never>(() => {});

/** Waits for the promises of hooks, and can end a run while one of them is not kept. */
export class HookGuard {
  /** How the run ended, once it was ended from outside the loop: true when nothing is left to happen. */
  readonly ended: Promise<boolean>;
  private resolveEnded: (complete: boolean) => void = () => {};
  private rejectEnded: (error: unknown) => void = () => {};
  private over = false;
  private hook: string | undefined;
  private thrown: { readonly hook: string; readonly error: unknown } | undefined;
  private activity = 0;
  private engineWork = 0;

  constructor() {
    this.ended = new Promise((resolve, reject) => {
      this.resolveEnded = resolve;
      this.rejectEnded = reject;
    });
    // Whoever waits hears of a failure; nobody has to wait.
    this.ended.catch(() => {});
  }

  /** The hook that is being waited for; none while it is the engine that takes its time: for data, or for the time to come. */
  pending(): PendingHook | undefined {
    if (this.hook === undefined || this.engineWork > 0) return undefined;
    return { hook: this.hook, activity: this.activity };
  }

  /** A hook gave a promise. Answers what to give back to `leave`: a hook may run while another one sleeps. */
  enter(hook: string): string | undefined {
    const outer = this.hook;
    this.hook = hook;
    this.activity += 1;
    return outer;
  }

  /** Its promise was kept. What follows a hook never runs once the run is over: then a promise comes back that is never kept. */
  leave(outer: string | undefined): Promise<never> | undefined {
    this.hook = outer;
    this.activity += 1;
    return this.over ? NEVER : undefined;
  }

  /** Waits for a hook, from `enter` to `leave`. */
  async wait(hook: string, running: Promise<void>): Promise<void> {
    const outer = this.enter(hook);
    try {
      await running;
    } catch (error) {
      this.blame(hook, error);
    }
    await this.leave(outer);
  }

  /** What a hook gave. Once it has ended the run nothing follows it: then a promise that is never kept. */
  after(running: HookResult): HookResult {
    return this.over ? NEVER : running;
  }

  /** Calls a hook, and knows it should it throw. */
  call<Result>(hook: string, run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      return this.blame(hook, error);
    }
  }

  /** Throws what a hook threw on, and remembers which hook that was: the innermost, where others wait for it. */
  blame(hook: string, error: unknown): never {
    if (this.thrown === undefined || this.thrown.error !== error) this.thrown = { hook, error };
    throw error;
  }

  /** The hook that threw an error; undefined for one that no hook threw. */
  hookThatThrew(error: unknown): string | undefined {
    const thrown = this.thrown;
    return thrown !== undefined && thrown.error === error ? thrown.hook : undefined;
  }

  /** Something the engine does for a hook, and that takes time. */
  async work<Value>(working: Promise<Value>): Promise<Value> {
    this.engineWork += 1;
    try {
      return await working;
    } finally {
      this.engineWork -= 1;
      this.activity += 1;
    }
  }

  /** Ends the run at once; hooks that are waited for are left alone. */
  end(complete: boolean): void {
    this.over = true;
    this.resolveEnded(complete);
  }

  /** Ends the run with a failure. */
  fail(error: unknown): void {
    this.over = true;
    this.rejectEnded(error);
  }

  /** Ends the run from inside a hook: the hook never goes on. */
  endInHook(complete: boolean): Promise<never> {
    this.end(complete);
    return NEVER;
  }
}
