import type { Command } from "commander";

export interface DoctorFlags {
  readonly online: boolean;
  readonly json: boolean;
}

const AFTER_HELP = `
It changes nothing and buys nothing. The service is asked when DATABENTO_HISTORICAL_URL names it, or with --online.
Exit codes: 0 nothing failed (there may be warnings), 1 something failed`;

/** `backlit doctor`. */
export function defineDoctor(command: Command, packageVersion: string, setExitCode: (code: number) => void): void {
  command
    .description("Check this machine's setup: Node, key, cache, source, service, clock, calendars.")
    .option("--online", "ask Databento's service too, which is free", false)
    .option("--json", "print the checks as one JSON document", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (flags: DoctorFlags) => {
      const { doctor } = await import("./doctor.ts");
      setExitCode(await doctor(packageVersion, flags));
    });
}
