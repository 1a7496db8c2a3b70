import { runEngine } from "../engine/backtest.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { BarsRequest, DataSource, DataSourceClass } from "../market/ports.ts";
import { engineOptions } from "./backtest.ts";
import type { BacktestAllResult } from "./backtest-all.ts";
import { type BacktestOptions, checkOptions, type Instant } from "./options.ts";
import { withPartialResult } from "./partial-result.ts";
import { backtestResult } from "./result.ts";
import type { Strategy } from "./strategy.ts";
import { totalOutcome } from "./total-outcome.ts";

/** Runs several strategies over one source. `backtestAll` documents it. */
export async function runStrategies(
  strategies: readonly Strategy<object>[],
  sourceClass: DataSourceClass,
  start: Instant,
  end: Instant,
  options: BacktestOptions,
): Promise<BacktestAllResult> {
  checkNames(strategies);
  const checked = checkOptions(sourceClass, start, end, options);
  const { seed } = checked;
  const shared = readOnce(new sourceClass({ ...options, seed, start: checked.start, end: checked.end } as never));
  try {
    const outcomes = [];
    for (const strategy of strategies) {
      const { outcome, failure } = await runEngine(strategy, shared, await engineOptions(checked, undefined));
      if (failure !== undefined) throw withPartialResult(failure, backtestResult(outcome));
      outcomes.push(outcome);
    }
    return { results: outcomes.map(backtestResult), total: backtestResult(totalOutcome(outcomes)) };
  } finally {
    await shared.close?.();
  }
}

function checkNames(strategies: readonly Strategy<object>[]): void {
  if (strategies.length === 0) throw new InvalidInputError("invalid_argument", "backtestAll: no strategy was given");
  const names = strategies.map((strategy) => strategy.name);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice === undefined) return;
  throw new InvalidInputError("invalid_argument", `backtestAll: two strategies have the name '${twice}'`, {
    hint: "Give each one its own: new SmaCross({ name: 'fast', parameters: { fast: 5 } }).",
  });
}

/** The same source, asked for each series once. */
function readOnce(source: DataSource): DataSource {
  const answers = new Map<string, ReturnType<DataSource["getBars"]>>();
  const getBars = (request: BarsRequest) => {
    const { asset, timestep, start, end, lookback } = request;
    const key = [asset.key, timestep.name, start, end, lookback].join(" ");
    const known = answers.get(key) ?? source.getBars(request);
    answers.set(key, known);
    return known;
  };
  return new Proxy(source, {
    get(target, name) {
      if (name === "getBars") return getBars;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
