import type { HookWatch } from "../engine/hook-guard.ts";

/** A hook is looked at so many times within its time. */
const LOOKS = 4;

/** Fails a hook whose promise is not kept, and that asked nothing of the engine, for `timeout` ms of the wall's clock. */
export function hookTimeout(timeout: number): HookWatch | undefined {
  if (timeout === Number.POSITIVE_INFINITY) return undefined;
  return (pending, fail) => {
    let seen = -1;
    let since = 0;
    const look = () => {
      const found = pending();
      const now = performance.now();
      if (found === undefined || found.activity !== seen) {
        seen = found?.activity ?? -1;
        since = now;
      } else if (now - since >= timeout) {
        fail(found.hook, `gave a promise that was not kept within ${timeout} ms`);
      }
    };
    const timer = setInterval(look, Math.max(1, timeout / LOOKS));
    return () => clearInterval(timer);
  };
}
