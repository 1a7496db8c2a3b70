import { basename, dirname } from "node:path";
import { resultDocument } from "../report/result-json.ts";
import { summaryLines } from "../report/summary.ts";
import type { BacktestResult } from "../run/result.ts";
import { terminalOf } from "../run/terminal.ts";

/**
 * The document `--json` prints: `result.json`, with orders, fills and trades as the result holds them (times in epoch ms UTC, assets by
 * key), and the paths of all files of the run.
 */
export function jsonText(result: BacktestResult, files: readonly string[]): string {
  const { orders, fills, trades } = result;
  return `${JSON.stringify({ ...resultDocument(result, result.stats, result.review), orders, fills, trades, files }, null, 2)}\n`;
}

/** The end screen. The speed stands here and in no file, so that files of equal runs are equal. */
export function summaryText(result: BacktestResult, files: readonly string[], seconds: number): string {
  const { color, unicode, width } = terminalOf(process.stdout);
  const lines = summaryLines(result, result.stats, {
    review: result.review,
    timing: { seconds, barsPerSecond: result.bars / seconds },
    paths: {
      report: files.find((file) => basename(file) === "report.html") ?? "",
      files: `${dirname(files[0] ?? "")}/ (${files.length})`,
    },
    color,
    unicode,
    width,
  });
  return `${lines.join("\n")}\n`;
}

/** `runs/a/ (result.json, equity.csv)`: the files of a run lie in one folder. */
export function fileList(files: readonly string[]): string {
  return `${dirname(files[0] ?? "")}/ (${files.map((file) => basename(file)).join(", ")})`;
}
