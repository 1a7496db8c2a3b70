import { BacklitError } from "../market/errors.ts";
import { partialResultOf } from "../run/backtest.ts";
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
import { ProgressLine } from "./progress.ts";
import { readParameters } from "./read-parameters.ts";
import { jsonText, summaryText } from "./result-text.ts";
import { checkOutFolder, runFolder } from "./run-folder.ts";
import { checkSourceOptions, type RunOptions, runOptions } from "./run-options.ts";
import { runSpan, type Span } from "./run-span.ts";
import { terminalOf } from "./terminal.ts";

/** Everything a run needs, checked as far as it can be before the data is opened. */
interface Plan {
  readonly strategy: Strategy;
  readonly source: ChosenSource;
  readonly span: Span;
  readonly options: RunOptions;
}

/**
 * `backlit backtest`: loads, runs, saves, tells. The result goes to stdout, everything else to stderr.
 * @returns the exit code
 */
export async function backtest(file: string, flags: BacktestFlags, control: ProcessControl): Promise<number> {
  loadEnvironmentFile();
  checkOutFolder(flags.out);
  const plan = await planRun(file, flags);
  const progress = new ProgressLine({
    terminal: terminalOf(process.stderr),
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  });
  const interruption = listenForInterruption(control, (message) => {
    progress.clear();
    tell(message);
  });
  try {
    return await runAndTell(plan, flags, progress, interruption);
  } finally {
    progress.clear();
    interruption.stopListening();
  }
}

async function planRun(file: string, flags: BacktestFlags): Promise<Plan> {
  const options = runOptions(flags);
  const strategyClass = findStrategy(await loadModule(file, "strategy"), file, flags.strategy);
  const parameters = readParameters(strategyClass.parameters, flags.param ?? []);
  const strategy = new strategyClass({ parameters });
  const source = await chooseSource(flags.source);
  checkSourceOptions(options, source);
  return { strategy, source, span: runSpan(flags, source.name), options };
}

async function runAndTell(
  plan: Plan,
  flags: BacktestFlags,
  progress: ProgressLine,
  { signal }: Interruption,
): Promise<number> {
  const begun = performance.now();
  const result = await run(plan, flags, progress, signal);
  const seconds = (performance.now() - begun) / 1_000;
  progress.clear();
  const paths = await saveResult(result, flags);
  process.stdout.write(flags.json ? jsonText(result, paths) : summaryText(result, paths, seconds));
  return result.status === "PARTIAL" ? ExitCode.interrupted : ExitCode.ok;
}

async function run(
  { strategy, source, span, options }: Plan,
  flags: BacktestFlags,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<BacktestResult> {
  try {
    return await strategy.backtest(source.sourceClass as never, span.start, span.end, {
      ...options,
      signal,
      ...(flags.quiet ? {} : { onProgress: progress.update }),
    });
  } catch (thrown) {
    progress.clear();
    const partial = partialResultOf(thrown);
    if (partial !== undefined) {
      const paths = await saveResult(partial, flags);
      tell(`What there was of a result is kept, marked PARTIAL: ${paths.join(", ")}`);
    }
    throw signal.aborted && partial === undefined ? interrupted(thrown) : thrown;
  }
}

function interrupted(thrown: unknown): BacklitError {
  return new BacklitError("interrupted", "Interrupted before the first bar; nothing was written", { cause: thrown });
}

function saveResult(result: BacktestResult, flags: BacktestFlags): Promise<readonly string[]> {
  return result.save(runFolder(flags.out, result.settings));
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
