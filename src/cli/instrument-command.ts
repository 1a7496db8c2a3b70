import type { Command } from "commander";
import { wholeNumber } from "./flag-values.ts";

export interface InstrumentFlags {
  readonly date?: string;
  readonly contracts: number;
  readonly roll: number;
  readonly json: boolean;
}

const AFTER_HELP = `
Examples:
  $ backlit instrument show ES
  $ backlit instrument show CLZ26 --json`;

/** `backlit instrument show`. */
export function defineInstrument(command: Command): void {
  command
    .description("Show what is known of an instrument.")
    .helpCommand(false)
    .command("show")
    .description("Contract size, tick, hours, months, rules, next expirations and rolls of a future.")
    .argument("<name>", "a root such as ES, or a contract such as ESZ26")
    .option("--date <date>", "as of this date (default: today)")
    .option("--contracts <number>", "how many contracts to list", wholeNumber, 6)
    .option("--roll <sessions>", "sessions before the end at which a calendar roll leaves a contract", wholeNumber, 5)
    .option("--json", "print it as one JSON document", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (name: string, flags: InstrumentFlags) => {
      const { showInstrument } = await import("./instrument.ts");
      showInstrument(name, flags);
    });
}
