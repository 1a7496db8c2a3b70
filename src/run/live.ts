import { runEngine } from "../engine/backtest.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { Broker, DataSource, DataSourceClass } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { answerTimeout } from "./answer-timeout.ts";
import { engineOptions } from "./backtest.ts";
import { type BacktestOptions, type CheckedOptions, checkOptions, type Instant, readInstant } from "./options.ts";
import { PacedClock } from "./paced-clock.ts";
import { withPartialResult } from "./partial-result.ts";
import { progressOnStderr } from "./progress.ts";
import { type BarDelay, Replay, type ReplayPause } from "./replay.ts";
import { ReplayController } from "./replay-controller.ts";
import { type BacktestResult, backtestResult } from "./result.ts";
import { dataSourceFromEnvironment } from "./sources.ts";

/** Options of a live run; those of a backtest stand beside them, and what the data source takes. */
export interface LiveRunOptions<SourceOptions = never> extends BacktestOptions {
  /** Where bars come from: a source that is live (`streamBars`), or any other one, whose bars are replayed. */
  readonly source?: DataSourceClass<SourceOptions> | DataSource;
  /** Where orders go. `"paper"`: nowhere; they are matched with the bars that come in, as a backtest matches them. */
  readonly broker: "paper" | Broker;
  /**
   * The span of a replay, as `backtest` takes it. A live source starts now, or where a simulated one has its own time at `start`, and ends
   * with its stream or at `end`.
   */
  readonly start?: Instant;
  readonly end?: Instant;
  /** How much faster than the wall's clock a replay goes: 1 is real time. @default Infinity, as fast as possible */
  readonly speed?: number;
  /**
   * How long after its close a bar is waited for before the strategy is called without it, ms of the wall's clock; on a replay as
   * fast as possible ms of its own time. @default 2_000
   */
  readonly grace?: number;
  /**
   * How long the answer of a broker to a command is waited for, ms of the wall's clock; then the command is `order_unresolved` until the
   * broker tells what became of it. Infinity: for ever. @default 30_000
   */
  readonly answerTimeout?: number;
  /** Makes bars of a replay come late: by so many ms of its own time, from 0. @default 0 for every bar */
  readonly delay?: BarDelay;
  /**
   * Makes the stream of a replay fall silent: from `start` to before `end`, by its own time, nothing comes in while its clock goes on, and
   * what would have come comes at `end`. @default none
   */
  readonly pauses?: readonly { readonly start: Instant; readonly end: Instant }[];
  /** Halts a replay with its clock, and lets it go on. @default none */
  readonly controller?: ReplayController;
}

const LIVE_OPTION_NAMES = [
  "source",
  "broker",
  "start",
  "end",
  "speed",
  "grace",
  "answerTimeout",
  "delay",
  "pauses",
  "controller",
] as const satisfies readonly (keyof LiveRunOptions)[];

/** End of a run on a live source when none is given: it never comes. */
const NEVER = 8_640_000_000_000_000;

/** Runs a strategy on bars as they come in. `Strategy.run` documents it. */
export async function runLive(strategy: StrategyBase<object>, options: LiveRunOptions): Promise<BacktestResult> {
  const given = (options.source as DataSourceClass | DataSource | undefined) ?? (await dataSourceFromEnvironment());
  const { live, backtest } = splitOptions(options);
  checkLive(live);
  const { streamBars } = (typeof given === "function" ? given.prototype : given) as DataSource;
  const { start, end } = spanOf(live, streamBars !== undefined);
  const checked = checkOptions(given, start, end, backtest);
  const source = typeof given === "function" ? makeSource(given, backtest, checked) : given;
  const progress = checked.progress ? progressOnStderr() : undefined;
  const feed = feedOf(source, checked, live);
  try {
    const { outcome, failure } = await runEngine(strategy, source, await engineOptions(checked, progress, feed));
    const result = backtestResult(outcome);
    if (failure !== undefined) throw withPartialResult(failure, result);
    return result;
  } finally {
    progress?.clear();
    if (typeof given === "function") await source.close?.();
  }
}

type OwnOptions = Pick<LiveRunOptions, (typeof LIVE_OPTION_NAMES)[number]>;

/** The options of this file, and those a backtest knows. */
function splitOptions(options: LiveRunOptions): { readonly live: OwnOptions; readonly backtest: BacktestOptions } {
  const { source, broker, start, end, speed, grace, answerTimeout, delay, pauses, controller, ...backtest } = options;
  return {
    live: { source, broker, start, end, speed, grace, answerTimeout, delay, pauses, controller } as OwnOptions,
    backtest,
  };
}

function checkLive({ broker, speed, grace, answerTimeout, delay, controller }: OwnOptions): void {
  if (broker !== "paper" && typeof broker?.submit !== "function")
    throw invalid("broker", broker, "'paper' or a Broker");
  if (speed !== undefined && !(speed > 0)) throw invalid("speed", speed, "a number above 0, or Infinity");
  if (controller !== undefined && !(controller instanceof ReplayController))
    throw invalid("controller", controller, "a ReplayController");
  if (grace !== undefined && !(grace >= 0)) throw invalid("grace", grace, "milliseconds from 0");
  if (answerTimeout !== undefined && !(typeof answerTimeout === "number" && answerTimeout > 0))
    throw invalid("answerTimeout", answerTimeout, "milliseconds above 0, or Infinity");
  if (delay !== undefined && typeof delay !== "function") throw invalid("delay", delay, "a function");
}

function spanOf({ start, end }: OwnOptions, isLive: boolean): { readonly start: Instant; readonly end: Instant } {
  if (isLive) return { start: start ?? Date.now(), end: end ?? NEVER };
  if (start !== undefined && end !== undefined) return { start, end };
  throw new InvalidInputError("invalid_option", "Replaying a source: start and end are not both given", {
    hint: "Pass start and end, as backtest() takes them; only a source that is live can do without.",
  });
}

function makeSource(sourceClass: DataSourceClass, options: BacktestOptions, checked: CheckedOptions): DataSource {
  const { seed, start, end } = checked;
  return new sourceClass({ ...options, seed, start, end } as never);
}

/** The stream of bars, and the clock it goes by. */
function feedOf(source: DataSource, { start, end, signal, timezone }: CheckedOptions, live: OwnOptions) {
  const { speed = Number.POSITIVE_INFINITY, grace = 2_000, delay = () => 0, controller } = live;
  const broker = live.broker === "paper" ? undefined : live.broker;
  const answerWatch = answerTimeout(live.answerTimeout ?? 30_000);
  if (source.streamBars !== undefined) {
    const clock = new PacedClock(start, 1);
    return { stream: source.streamBars(signal === undefined ? {} : { signal }), clock, grace, broker, answerWatch };
  }
  const clock = Number.isFinite(speed) ? new PacedClock(start, speed, controller) : undefined;
  const pauses = readPauses(live.pauses ?? [], timezone);
  const stream = new Replay({ source, span: { start, end }, clock, delay, pauses, controller });
  return { stream, clock, grace: clock === undefined ? grace : grace * speed, broker, answerWatch };
}

function readPauses(given: NonNullable<OwnOptions["pauses"]>, timezone: string): readonly ReplayPause[] {
  if (!Array.isArray(given)) throw invalid("pauses", given, "a list of { start, end }");
  return given.map((pause, index) => {
    const start = readInstant(`pauses[${index}].start`, pause.start, timezone);
    const end = readInstant(`pauses[${index}].end`, pause.end, timezone);
    if (start < end) return { start, end };
    throw invalid(`pauses[${index}].end`, formatInstant(end), `an instant after its start, ${formatInstant(start)}`);
  });
}

function invalid(name: string, value: unknown, expected: string): InvalidInputError {
  return new InvalidInputError(
    "invalid_option",
    `Setting the options of the run: ${name} was ${String(value)}, expected ${expected}`,
  );
}
