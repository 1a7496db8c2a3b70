/** The whole Databento path without a key: the same source, cache and client, talking to a simulated service inside this process. */

import { ApiKey, Historical } from "../databento/index.ts";
import type { RunSpan } from "../market/ports.ts";
import { simulatedKey } from "../simulator/auth.ts";
import type { Simulator } from "../simulator/index.ts";
import {
  DataBentoBacktesting,
  type DataBentoOptions,
  namespaceOf,
  type VendorService,
} from "../sources/databento/index.ts";

/** What `SimulatedBacktesting` takes: that of Databento, less what concerns an account. */
export interface SimulatedOptions extends Omit<DataBentoOptions, "apiKey" | "url" | "maxCost" | "monthlyCeiling"> {
  /** Another seed, another market. @default 0 */
  readonly seed?: number;
}

/** The vendor's rates are for the vendor's servers. */
const NO_WAITING = { metadata: { requests: 1_000, perMs: 1_000 } };

const OPTION_NAMES = [
  "dataset",
  "cacheDir",
  "forceRefresh",
  "chunkMonths",
  "timestep",
  "quotes",
  "onDataEvent",
  "seed",
];

/**
 * Bars of a made-up market, served over the vendor's own protocol and cached like bought ones, in a folder of their own. Marked SIMULATED
 * wherever they appear. Costs nothing.
 */
export class SimulatedBacktesting extends DataBentoBacktesting {
  static override readonly optionNames: readonly string[] = OPTION_NAMES;
  override readonly name = "simulated";

  constructor(options: SimulatedOptions & RunSpan) {
    const { seed = 0, ...rest } = options;
    super({ ...rest, maxCost: 0 }, simulatedService(seed));
  }
}

/** A service that starts with the first question and ends with the run. */
export function simulatedService(seed: number): VendorService {
  const key = new ApiKey(simulatedKey(seed));
  let running: Promise<{ readonly simulator: Simulator; readonly client: Historical }> | undefined;
  return {
    isSimulated: true,
    namespace: namespaceOf(key),
    connect: async () => {
      running ??= start(seed);
      return (await running).client;
    },
    close: async () => {
      await (await running)?.simulator.close();
      running = undefined;
    },
  };
}

async function start(seed: number) {
  const { startSimulator } = await import("../simulator/index.ts");
  const simulator = await startSimulator({ seed, subscribed: true });
  const client = new Historical({ key: simulator.key, url: simulator.url, limits: NO_WAITING });
  return { simulator, client };
}
