import type { RunEvent } from "../market/events.ts";
import { editDistance } from "../market/nearest.ts";
import { LifecycleHooks } from "../strategy/hooks.ts";
import { StrategyBase } from "../strategy/strategy-base.ts";
import type { LogSink } from "./engine-context.ts";
import { overriddenHooks } from "./overridden-hooks.ts";

const HOOKS = Object.getOwnPropertyNames(LifecycleHooks.prototype).filter((name) => name !== "constructor");
const KNOWN = new Set([...HOOKS, ...Object.getOwnPropertyNames(StrategyBase.prototype)]);

/** Tells of methods written almost as a hook that the strategy does not have: `on_trading_iteration`, `onTradingIterations`. The run calls none of them. */
export function tellMisspeltHooks(
  strategy: StrategyBase<object>,
  time: number,
  events: RunEvent[],
  log: LogSink,
): void {
  const overridden: ReadonlySet<string> = overriddenHooks(strategy);
  const missing = HOOKS.filter((hook) => !overridden.has(hook));
  for (const name of ownMethods(strategy)) {
    const hook = missing.find((known) => isAlmost(name, known));
    if (hook === undefined) continue;
    const message = `${strategy.name} has a method '${name}', which the run does not call. Did you mean the hook '${hook}'?`;
    events.push({ time, code: "hook_unknown", level: "warning", message });
    log("warn", message, time);
  }
}

/** Names of functions between the object and the classes of the package, each once. */
function ownMethods(strategy: StrategyBase<object>): readonly string[] {
  const names = new Set<string>();
  let holder: object = strategy;
  while (holder !== StrategyBase.prototype && holder !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value === "function" && !KNOWN.has(name)) names.add(name);
    }
    holder = Object.getPrototypeOf(holder);
  }
  return [...names];
}

/** Alike without underscores and capitals, but for one letter; two in long names. */
function isAlmost(name: string, hook: string): boolean {
  return editDistance(name.replaceAll("_", ""), hook) <= (hook.length > 12 ? 2 : 1);
}
