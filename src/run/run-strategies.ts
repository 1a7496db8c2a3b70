import { runEngine } from "../engine/backtest.ts";
import type { EngineOptions } from "../engine/options.ts";
import { runTogether } from "../engine/shared/run-together.ts";
import { type BacklitError, InvalidInputError, StrategyError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { BarsRequest, DataSource, DataSourceClass } from "../market/ports.ts";
import { engineOptions } from "./backtest.ts";
import type { BacktestAllOptions, BacktestAllResult } from "./backtest-all.ts";
import { checkOptions, type Instant } from "./options.ts";
import { withPartialResult, withPartialResults } from "./partial-result.ts";
import { type ProgressLine, progressOnStderr } from "./progress.ts";
import { backtestResult } from "./result.ts";
import { checkSourceClass } from "./sources.ts";
import type { Strategy } from "./strategy.ts";
import { totalOutcome } from "./total-outcome.ts";

const ACCOUNTS = ["separate", "shared"] as const;

/** Runs several strategies over one source. `backtestAll` documents it. */
export async function runStrategies(
  strategies: readonly Strategy<object>[],
  sourceClass: DataSourceClass,
  start: Instant,
  end: Instant,
  { account = "separate", ...options }: BacktestAllOptions,
): Promise<BacktestAllResult> {
  checkNames(strategies);
  checkAccount(account);
  checkSourceClass(sourceClass);
  const checked = checkOptions(sourceClass, start, end, options);
  const { seed } = checked;
  const source = readOnce(new sourceClass({ ...options, seed, start: checked.start, end: checked.end } as never));
  const run = account === "shared" ? runOnOneAccount : runOneByOne;
  // A line for each run over the span: its share and its time left are those of that run.
  let line: ProgressLine | undefined;
  const lineOfRun = () => {
    line?.clear();
    line = checked.progress ? progressOnStderr() : undefined;
    return line;
  };
  try {
    return await run(strategies, source, () => engineOptions(checked, lineOfRun()));
  } finally {
    line?.clear();
    await source.close?.();
  }
}

async function runOneByOne(
  strategies: readonly Strategy<object>[],
  source: DataSource,
  options: () => Promise<EngineOptions>,
): Promise<BacktestAllResult> {
  const outcomes = [];
  for (const strategy of strategies) {
    const { outcome, failure } = await runEngine(strategy, source, await options());
    if (failure !== undefined) throw withPartialResult(failure, backtestResult(outcome));
    outcomes.push(outcome);
  }
  return { results: outcomes.map(backtestResult), total: backtestResult(totalOutcome(outcomes)) };
}

async function runOnOneAccount(
  strategies: readonly Strategy<object>[],
  source: DataSource,
  options: () => Promise<EngineOptions>,
): Promise<BacktestAllResult> {
  const together = await runTogether(strategies, source, await options());
  const ended = strategies.flatMap((strategy) => {
    const result = together.results.get(strategy);
    return result === undefined ? [] : [{ ...result, result: backtestResult(result.outcome) }];
  });
  const results = ended.map(({ result }) => result);
  const outcomes = ended.map(({ outcome }) => outcome);
  const total = backtestResult(totalOutcome(outcomes, together));
  const failures = ended.filter(({ failure }) => failure !== undefined);
  const first = failures.find(({ result }) => result.settings.strategy === together.cutBy?.name) ?? failures[0];
  if (first?.failure === undefined) return { results, total };
  const others = failures.flatMap(({ failure }) =>
    failure === undefined || failure === first.failure ? [] : [failure],
  );
  const failure = withPartialResult(allOf(first.failure, others), first.result);
  throw withPartialResults(failure, { results, total });
}

/** What ended the run, with what failed as it was ended. */
function allOf(first: BacklitError, others: readonly BacklitError[]): BacklitError {
  if (others.length === 0) return first;
  return new StrategyError(first.message, { cause: new AggregateError([first, ...others], first.message) });
}

function checkAccount(account: string): void {
  if ((ACCOUNTS as readonly string[]).includes(account)) return;
  throw new InvalidInputError("invalid_option", `backtestAll: account was '${account}'`, {
    hint: suggestWord(account, ACCOUNTS),
  });
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
