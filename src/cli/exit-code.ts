import { CommanderError } from "commander";
import { BacklitError, DataMissingError, type ErrorCode } from "../market/errors.ts";
import { userFrames } from "./user-frames.ts";

/** What a command ends with; documented in `docs/command-line.md`. */
export const ExitCode = {
  ok: 0,
  /** The strategy threw, or the data is there and not sound. */
  failed: 1,
  /** The command was not written right. */
  usage: 2,
  /** A file, an asset or a span has no data. */
  dataMissing: 3,
  /** Ctrl-C; what there was of a result is saved and marked PARTIAL. */
  interrupted: 130,
} as const;

/** Codes that say a value on the command line was wrong. */
const USAGE_CODES: readonly ErrorCode[] = ["invalid_argument", "invalid_option", "invalid_parameter", "invalid_time"];

/** The exit code for what a command threw. */
export function exitCodeFor(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (thrown instanceof BacklitError && thrown.code === "interrupted") return ExitCode.interrupted;
  if (causes(thrown).some((cause) => cause instanceof DataMissingError)) return ExitCode.dataMissing;
  return isUsageError(thrown) ? ExitCode.usage : ExitCode.failed;
}

/** True for a wrong value on the command line; the same value in the strategy's own code is the strategy's error. */
export function isUsageError(thrown: unknown): boolean {
  return thrown instanceof BacklitError && USAGE_CODES.includes(thrown.code) && !cameThroughUserCode(thrown);
}

/** The constructor of a strategy stands in every stack of a refused parameter and does not count. */
function cameThroughUserCode(error: Error): boolean {
  return userFrames(error).some((frame) => !frame.trimStart().startsWith("at new "));
}

/** What was thrown, what led to that, and so on. */
function causes(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let link = thrown; link instanceof Error && !chain.includes(link); link = link.cause) chain.push(link);
  return chain;
}
