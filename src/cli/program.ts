import { Command, CommanderError } from "commander";
import { VERSION } from "../market/version.ts";
import { defineBacktest } from "./backtest-command.ts";
import { defineData } from "./data-command.ts";
import { defineDoctor } from "./doctor-command.ts";
import { ExitCode, exitCodeFor } from "./exit-code.ts";
import { defineCost, defineFetch } from "./fetch-command.ts";
import { defineGuard } from "./guard-command.ts";
import { defineInstrument } from "./instrument-command.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { defineOpen } from "./open-command.ts";
import { printError } from "./print-error.ts";
import { defineReport } from "./report-command.ts";
import { defineSimulate } from "./simulate-command.ts";

/** What a command may ask of the process it runs in. */
export interface ProcessControl {
  /** Ends the process at once. */
  quit(code: number): never;
}

/** Runs one command line. @returns the exit code */
export async function runCommandLine(words: readonly string[], control: ProcessControl): Promise<number> {
  let exitCode: number = ExitCode.ok;
  const program = createProgram(control, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (thrown) {
    // Commander has already written what it had to say.
    if (!(thrown instanceof CommanderError)) printError(thrown);
    return exitCodeFor(thrown);
  }
}

function createProgram(control: ProcessControl, setExitCode: (code: number) => void): Command {
  const program = new Command("backlit")
    .description("Write a trading strategy once; backtest it on real bars, run the same object on paper and live.")
    .version(VERSION, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(maskSecrets(text)) })
    .addHelpText("after", "\nRun 'backlit backtest --help' for the options of a backtest and two examples.");
  // A subcommand takes over the settings above only when it is made this way.
  defineBacktest(program.command("backtest"), control, setExitCode);
  defineReport(program.command("report"));
  defineOpen(program.command("open"));
  defineFetch(program.command("fetch"), control, setExitCode);
  defineCost(program.command("cost"), setExitCode);
  defineData(program.command("data"), setExitCode);
  defineSimulate(program.command("simulate"));
  defineInstrument(program.command("instrument"));
  defineDoctor(program.command("doctor"), VERSION, setExitCode);
  defineGuard(program.command("guard"), setExitCode);
  return program;
}
