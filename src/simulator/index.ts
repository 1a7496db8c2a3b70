/**
 * A local, SIMULATED Databento: the historical HTTP service over a seeded, made-up market. For development without a key, for tests
 * that need the real wire, and for trouble on demand.
 * @module
 */
export type { Fault, FaultKind } from "./faults.ts";
export type { LoggedRequest } from "./http-server.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
