import { setMaxListeners } from "node:events";
import { ExitCode } from "./exit-code.ts";
import type { ProcessControl } from "./program.ts";

/** Ctrl-C while a command runs. */
export interface Interruption {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  stopListening(): void;
}

/** The first Ctrl-C asks the run to stop and keep what it has; the second ends the process at once. */
export function listenForInterruption(control: ProcessControl, tell: (message: string) => void): Interruption {
  const controller = new AbortController();
  // A download has a listener for every request under way, which is no leak.
  setMaxListeners(0, controller.signal);
  const onSignal = () => {
    if (controller.signal.aborted) control.quit(ExitCode.interrupted);
    controller.abort();
    tell("Stopping. What there is of a result is kept; press Ctrl-C again to end at once.");
  };
  process.on("SIGINT", onSignal);
  return { signal: controller.signal, stopListening: () => process.off("SIGINT", onSignal) };
}
