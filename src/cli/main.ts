#!/usr/bin/env node
/** The command line. Only this file may end the process. */
import { ExitCode } from "./exit-code.ts";
import { printError } from "./print-error.ts";
import { runCommandLine } from "./program.ts";

/** Ends the process once both streams have taken what was written to them. */
async function exitWhenWritten(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.destroyed) await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(code);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

// A promise a strategy forgot about, or a timer it set: told like any other error.
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (thrown: unknown) => {
    printError(thrown);
    process.exit(ExitCode.failed);
  });
}

// Ending by hand and not by running dry: a strategy's or a source's open handle must not keep a finished run alive.
await exitWhenWritten(await runCommandLine(process.argv.slice(2), { quit: (code) => process.exit(code) }));
