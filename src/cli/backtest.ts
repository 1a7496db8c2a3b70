import { join } from "node:path";
import { BacklitError } from "../market/errors.ts";
import { partialResultOf } from "../run/partial-result.ts";
import { type ProgressLine, progressOnStderr } from "../run/progress.ts";
import type { BacktestResult } from "../run/result.ts";
import type { Strategy } from "../run/strategy.ts";
import type { BacktestFlags } from "./backtest-flags.ts";
import { type ChosenSource, chooseSource } from "./choose-source.ts";
import { loadEnvironmentFile } from "./environment-file.ts";
import { ExitCode } from "./exit-code.ts";
import { findStrategy } from "./find-class.ts";
import { type Interruption, listenForInterruption } from "./interruption.ts";
import { loadModule } from "./load-module.ts";
import type { ProcessControl } from "./program.ts";
import { readParameters } from "./read-parameters.ts";
import { fileList, jsonText, summaryText } from "./result-text.ts";
import { checkOutFolder, runFolder } from "./run-folder.ts";
import { checkSourceOptions, type RunOptions, runOptions } from "./run-options.ts";
import { runSpan, type Span } from "./run-span.ts";
import { usageError } from "./usage-error.ts";

const FILE_FIRST =
  "It comes before the options, since --file and --asset take all words after them: backlit backtest FILE.ts --source ...";

/** Everything a run needs, checked as far as it can be before the data is opened. */
interface Plan {
  /** Path of the strategy's file. */
  readonly file: string;
  readonly strategy: Strategy;
  readonly source: ChosenSource;
  readonly span: Span;
  readonly options: RunOptions;
}

/** What a run is watched and stopped by. */
interface Watch {
  readonly progress: ProgressLine;
  readonly interruption: Interruption;
}

/**
 * `backlit backtest`: loads, runs, saves, tells. The result goes to stdout, everything else to stderr.
 * @returns the exit code
 */
export async function backtest(
  file: string | undefined,
  flags: BacktestFlags,
  control: ProcessControl,
): Promise<number> {
  if (file === undefined) throw usageError("Reading the command: there is no strategy file", FILE_FIRST);
  loadEnvironmentFile();
  await checkOutFolder(flags.out);
  const plan = await planRun(file, flags);
  const watch = startWatch(control);
  try {
    return await runAndTell(plan, flags, watch);
  } finally {
    watch.progress.clear();
    watch.interruption.stopListening();
  }
}

async function planRun(file: string, flags: BacktestFlags): Promise<Plan> {
  const options = runOptions(flags);
  const strategyClass = findStrategy(await loadModule(file, "strategy"), file, flags.strategy);
  const parameters = readParameters(strategyClass.parameters, flags.param ?? []);
  const strategy = new strategyClass({ parameters });
  const source = await chooseSource(flags.source, flags.file !== undefined);
  checkSourceOptions(options, source);
  return { file, strategy, source, span: runSpan(flags, source.name), options };
}

function startWatch(control: ProcessControl): Watch {
  const progress = progressOnStderr();
  const interruption = listenForInterruption(control, (message) => {
    progress.clear();
    tell(message);
  });
  return { progress, interruption };
}

async function runAndTell(plan: Plan, flags: BacktestFlags, watch: Watch): Promise<number> {
  const begun = performance.now();
  const result = await run(plan, flags, watch);
  const seconds = (performance.now() - begun) / 1_000;
  watch.progress.clear();
  const files = await saveResult(result, plan.file, flags);
  process.stdout.write(flags.json ? jsonText(result, files) : summaryText(result, files, seconds));
  return result.status === "PARTIAL" ? ExitCode.interrupted : ExitCode.ok;
}

async function run({ file, strategy, source, span, options }: Plan, flags: BacktestFlags, watch: Watch) {
  const { signal } = watch.interruption;
  try {
    return await strategy.backtest(source.sourceClass as never, span.start, span.end, {
      ...options,
      signal,
      ...(flags.quiet ? {} : { onProgress: watch.progress.update }),
    });
  } catch (thrown) {
    watch.progress.clear();
    const partial = partialResultOf(thrown);
    if (partial !== undefined) {
      tell(`What there was of a result is kept, marked PARTIAL: ${fileList(await saveResult(partial, file, flags))}`);
    }
    throw signal.aborted && partial === undefined ? interrupted(thrown) : thrown;
  }
}

function interrupted(cause: unknown): BacklitError {
  return new BacklitError("interrupted", "Interrupted before the first bar; nothing was written", { cause });
}

async function saveResult(result: BacktestResult, code: string, flags: BacktestFlags): Promise<readonly string[]> {
  const folder = runFolder(flags.out, result.settings);
  const files = await result.save(folder, { code });
  return [await result.report(join(folder, "report.html"), { code }), ...files];
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
