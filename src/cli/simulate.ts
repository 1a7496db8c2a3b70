import { once } from "node:events";
import { type Fault, type Simulator, startSimulator } from "../simulator/index.ts";
import type { SimulateFlags } from "./simulate-command.ts";
import { usageError } from "./usage-error.ts";

/** `backlit simulate`: serves until Ctrl-C. The first line of stdout says where. */
export async function simulate(flags: SimulateFlags): Promise<void> {
  const { fault = [], json, ...options } = flags;
  const simulator = await startSimulator({ ...options, faults: fault.map(readFault) });
  process.stdout.write(json ? jsonLine(simulator) : words(simulator));
  await once(process, "SIGINT");
  await simulator.close();
}

function readFault(text: string): Fault {
  try {
    return JSON.parse(text) as Fault;
  } catch {
    throw usageError(
      `Reading --fault ${text}: it is no JSON`,
      `Write for example '{"kind":"status","status":429,"times":2}'.`,
    );
  }
}

/** There is no live gateway yet, and the line says so rather than leaving the name out. */
function jsonLine({ url, key }: Simulator): string {
  return `${JSON.stringify({ historical: url, live: null, key, simulated: true })}\n`;
}

function words({ url, key }: Simulator): string {
  return `SIMULATED Databento at ${url}\nkey ${key}\nCtrl-C ends it.\n`;
}
