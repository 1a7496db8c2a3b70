/** A bare client for tests of the simulator: nothing between them and the wire. */

import { type DbnFile, decodeDbn } from "../../src/dbn/index.ts";
import type { Simulator } from "../../src/simulator/index.ts";

export type Parameters = Readonly<Record<string, string>>;

const FORMS = new Set([
  "timeseries.get_range",
  "metadata.get_cost",
  "metadata.get_record_count",
  "metadata.get_billable_size",
  "symbology.resolve",
  "batch.submit_job",
]);

export function authorization(key: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` };
}

/** Sends a request the way the vendor's clients do: a form by POST, or a query by GET. */
export function send(simulator: Simulator, endpoint: string, parameters: Parameters, init: RequestInit = {}) {
  const address = `${simulator.url}/v0/${endpoint}`;
  const values = new URLSearchParams(parameters);
  const headers = { ...authorization(simulator.key), ...(init.headers as Record<string, string> | undefined) };
  if (FORMS.has(endpoint)) return fetch(address, { ...init, headers, method: "POST", body: values });
  return fetch(`${address}?${values}`, { ...init, headers });
}

/** The body of an answer that must be one. */
export async function ask(simulator: Simulator, endpoint: string, parameters: Parameters): Promise<Uint8Array> {
  const response = await send(simulator, endpoint, parameters);
  if (!response.ok) throw new Error(`${endpoint}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function json(simulator: Simulator, endpoint: string, parameters: Parameters): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await ask(simulator, endpoint, parameters)));
}

/** Data in DBN, decoded. */
export async function data(simulator: Simulator, parameters: Parameters): Promise<DbnFile> {
  return decodeDbn(await ask(simulator, "timeseries.get_range", { encoding: "dbn", ...parameters }));
}
