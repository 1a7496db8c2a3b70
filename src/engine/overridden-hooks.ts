import { type HookName, LifecycleHooks } from "../strategy/hooks.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";

/** The hooks a strategy has of its own. */
export function overriddenHooks(strategy: StrategyBase<object>): ReadonlySet<HookName> {
  const names = Object.getOwnPropertyNames(LifecycleHooks.prototype).filter(
    (name) => name !== "constructor",
  ) as HookName[];
  return new Set(names.filter((name) => strategy[name] !== LifecycleHooks.prototype[name]));
}
