import { once } from "../engine/once.ts";
import type { RunOutcome } from "../market/run-outcome.ts";
import {
  type Bootstrap,
  type BootstrapOptions,
  bootstrapRun,
  computeStatistics,
  type RunReview,
  reviewRun,
  type Statistics,
  type StatisticsOptions,
  type SummaryOptions,
  summaryLines,
} from "../report/index.ts";

/** What a backtest gives back: plain data, frozen. */
export interface BacktestResult extends RunOutcome {
  /** Every statistic by name; worked out when it is first asked for. */
  readonly stats: Statistics;
  /** What a careful reader would ask of this run, answered; worked out when it is first asked for. */
  readonly review: RunReview;
  /**
   * The statistics on other terms: periods a year, another risk-free rate, a benchmark of your own, price limits, or the trials this run is
   * the best of, which `deflatedSharpe` needs.
   * @throws InvalidInputError `invalid_argument`
   */
  statistics(options?: StatisticsOptions): Statistics;
  /**
   * Mixes the sessions and the trades of the run again and again, to see how sure its figures are of themselves: 95 % intervals of the Sharpe
   * ratio, the annual return and the drawdown. See `docs/review.md`.
   * @throws InvalidInputError `invalid_argument`
   */
  bootstrap(options?: BootstrapOptions): Bootstrap;
  /**
   * What the command line shows at the end of a run, as text of several lines without an end of its own: `console.log(result.summary())`.
   * @param options columns of the screen (100), pictures of braille (yes), colours (no)
   */
  summary(options?: Pick<SummaryOptions, "width" | "unicode" | "color">): string;
  /**
   * Writes the files of `docs/results.md` into a folder, made where it is missing; files of the same names are replaced, each in one step,
   * and those of an earlier run that this one has nothing for are taken away; its `report.html` is written anew from this run. When
   * anything fails, what was there stays. The same run gives the same bytes.
   * @param options.code path of the strategy's file: the commit of its git repository is told in `config.resolved.json`, and how its code
   *   files differ from that is written as `code.patch`. Not looked at unless given.
   * @returns the paths written
   * @throws InvalidInputError `invalid_argument`, `invalid_option`; BacklitError `save_failed` where the folder cannot be written
   */
  save(folder: string, options?: { readonly code?: string }): Promise<readonly string[]>;
  /**
   * Writes the report: one HTML file that needs no network and no other file. Folders are made where they are missing; a file that is
   * there is replaced, in one step. The same run gives the same bytes. See `docs/report.md`.
   * @param options.code path of the strategy's file: the commit of its git repository is told on the page. Not looked at unless given.
   * @returns the path written
   * @throws InvalidInputError `invalid_argument`, `invalid_option`; BacklitError `save_failed` where the file cannot be written
   */
  report(file: string, options?: { readonly code?: string }): Promise<string>;
}

export function backtestResult(outcome: RunOutcome): BacktestResult {
  const stats = once(() => computeStatistics(outcome, statisticsOptions(outcome)));
  const review = once(() => reviewRun(outcome, stats()));
  // Its descriptors, not its values: what an outcome works out when it is asked for is not asked for here.
  const result = Object.defineProperties({}, Object.getOwnPropertyDescriptors(outcome));
  Object.defineProperty(result, "stats", { get: stats, enumerable: true });
  Object.defineProperty(result, "review", { get: review, enumerable: true });
  // Beside the data, not among it: copies and comparisons of results see plain values only.
  Object.defineProperty(result, "statistics", {
    value: (options: StatisticsOptions = {}) =>
      computeStatistics(outcome, { ...statisticsOptions(outcome), ...options }),
  });
  Object.defineProperty(result, "bootstrap", {
    value: (options: BootstrapOptions = {}) => bootstrapRun(outcome, statisticsOptions(outcome), options),
  });
  Object.defineProperty(result, "summary", {
    value: (options: Pick<SummaryOptions, "width" | "unicode" | "color"> = {}) =>
      summaryLines(outcome, stats(), { ...options, review: review() }).join("\n"),
  });
  Object.defineProperty(result, "save", {
    value: async (folder: string, options: { readonly code?: string } = {}) => {
      const { saveRun } = await import("./save-run.ts");
      return saveRun(folder, outcome, stats, review, options);
    },
  });
  Object.defineProperty(result, "report", {
    value: async (file: string, options: { readonly code?: string } = {}) => {
      const { reportRun } = await import("./save-run.ts");
      return reportRun(file, outcome, stats, review, options);
    },
  });
  return Object.freeze(result) as BacktestResult;
}

function statisticsOptions({ benchmark }: RunOutcome): StatisticsOptions {
  return benchmark === null ? {} : { benchmark };
}
