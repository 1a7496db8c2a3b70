/** The service a source talks to: one of the vendor's, of a proxy, or a simulated one. */

import { join } from "node:path";
import type { ApiKey, Historical } from "../../databento/index.ts";

/** The way to a service. Connecting is left until something has to be asked. */
export interface VendorService {
  /** True when its data is made up. */
  readonly isSimulated: boolean;
  /** Folder below the cache for what comes from it; made-up data has one of its own for each market, so that it never mixes. */
  readonly namespace: string;
  /** The client; the same one each time. @throws {ApiKeyError} */
  connect(): Promise<Historical>;
  close?(): Promise<void>;
}

/** Keys of simulated services begin like this. */
const SIMULATED_KEY = /^db-SIMULATED/;

/** Whether a key is that of a simulated service. */
export function isSimulatedKey(key: ApiKey | undefined): boolean {
  return key !== undefined && SIMULATED_KEY.test(key.reveal());
}

/** Where the data of a service is cached below `cacheFolder`. */
export function serviceFolder(cacheFolder: string, { namespace }: VendorService): string {
  return namespace === "" ? cacheFolder : join(cacheFolder, namespace);
}

/** The namespace of a key: none for the real service, else one for each simulated market. */
export function namespaceOf(key: ApiKey | undefined): string {
  return key !== undefined && isSimulatedKey(key) ? `simulated-${key.bucketId}` : "";
}
