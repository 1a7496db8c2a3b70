import type { Command } from "commander";
import { numberFrom, wholeNumber } from "./flag-values.ts";

export interface SimulateFlags {
  readonly port?: number;
  readonly seed?: number;
  readonly availableEnd?: string;
  readonly subscribed: boolean;
  readonly credit?: number;
  readonly fault?: readonly string[];
  readonly json: boolean;
}

const AFTER_HELP = `
Examples:
  $ backlit simulate --json
  $ backlit simulate --port 8765 --fault '{"kind":"status","status":429,"times":2}'

It runs until Ctrl-C. Point a client at the address it prints, with the key it prints; everything it serves is made up.`;

/** `backlit simulate`. */
export function defineSimulate(command: Command): void {
  command
    .description("Run a local, SIMULATED Databento over a made-up market.")
    .option("--port <number>", "port on 127.0.0.1 (default: any that is free)", wholeNumber)
    .option("--seed <number>", "seed of the market (default: 1)", wholeNumber)
    .option("--available-end <date>", "where the data ends (default: 2027-01-01)")
    .option("--subscribed", "requests cost nothing, as under a plan that covers them", false)
    .option("--credit <money>", "US$ that may be spent before requests are refused", numberFrom(0))
    .option("--fault <json...>", "trouble to come, in order; see docs/simulator.md")
    .option("--json", "print the address as one line of JSON", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (flags: SimulateFlags) => {
      const { simulate } = await import("./simulate.ts");
      await simulate(flags);
    });
}
