/** What the tests of the Databento source share: a simulated service, a cache folder, sources over both. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Asset } from "../../../src/market/asset.ts";
import type { DataSource } from "../../../src/market/ports.ts";
import { parseTimestep } from "../../../src/market/timestep.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import {
  type CachedHistory,
  DataBentoBacktesting,
  type DataBentoOptions,
  type HistoryEvent,
  openHistory,
} from "../../../src/sources/databento/index.ts";

/** A simulated service with a cache of its own. */
export interface Bench {
  readonly simulator: Simulator;
  readonly cacheDir: string;
  /** Where the cache keeps what came from this service. */
  readonly folder: string;
  readonly events: HistoryEvent[];
  /** A fresh source, as a new run has it. Everything up to US$ 100 may be bought. */
  source(span: Span, options?: DataBentoOptions): DataBentoBacktesting;
  /** A fresh history, as a tool of the command line has it. */
  history(options?: DataBentoOptions): CachedHistory;
  /** Requests to an endpoint since the last call of `forget`. */
  requestsTo(endpoint: string): Simulator["requests"];
  forget(): void;
  close(): Promise<void>;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export async function startBench(options: SimulatorOptions = {}): Promise<Bench> {
  const simulator = await startSimulator(options);
  const cacheDir = mkdtempSync(join(tmpdir(), "backlit-databento-"));
  const events: HistoryEvent[] = [];
  let forgotten = 0;
  const common: DataBentoOptions = {
    apiKey: simulator.key,
    url: simulator.url,
    cacheDir,
    maxCost: 100,
    onDataEvent: (event) => events.push(event),
  };
  return {
    simulator,
    cacheDir,
    folder: join(cacheDir, `simulated-${simulator.key.slice(-5)}`),
    events,
    source: (span, own = {}) => new DataBentoBacktesting({ ...span, ...common, ...own }),
    history: (own = {}) => openHistory({ ...common, ...own }),
    requestsTo: (endpoint) => simulator.requests.slice(forgotten).filter((request) => request.endpoint === endpoint),
    forget: () => {
      forgotten = simulator.requests.length;
    },
    close: async () => {
      await simulator.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}

/** A span of UTC dates, the end exclusive. */
export function span(start: string, end: string): Span {
  return { start: Date.parse(start), end: Date.parse(end) };
}

export function getBars(source: DataSource, asset: Asset, timestep: string, { start, end }: Span, lookback = 0) {
  return source.getBars({ asset, timestep: parseTimestep(timestep), start, end, lookback });
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (thrown) {
    return thrown as Error & Record<string, unknown>;
  }
  throw new Error("Nothing was thrown");
}
