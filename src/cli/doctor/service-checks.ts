import {
  ApiKey,
  ApiKeyError,
  AuthenticationError,
  DEFAULT_URL,
  Historical,
  InvalidParameterError,
} from "../../databento/index.ts";
import { messageOf } from "../../market/errors.ts";
import { SECOND } from "../../market/time.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const PATIENCE_SECONDS = 5;
/** The service tells whole seconds, and a request takes its time. */
const TOLERATED_SKEW = 5 * SECOND;

interface ServiceOptions {
  /** `DATABENTO_HISTORICAL_URL`. */
  readonly url: string | undefined;
  /** `DATABENTO_API_KEY`. */
  readonly key: string | undefined;
  /** Ask the vendor's own address where none is configured. */
  readonly online: boolean;
}

/** The service at the configured address: is it there, does the clock agree, does it take the key. All requests are free. */
export async function checkService({ url, key, online }: ServiceOptions): Promise<readonly Check[]> {
  if (url === undefined && !online) {
    return [ok("service", `${DEFAULT_URL}, not asked; --online asks it, which costs nothing`)];
  }
  const address = url ?? DEFAULT_URL;
  const answered = await dateOfService(address);
  if (answered instanceof Error) {
    const reason = answered.cause === undefined ? messageOf(answered) : messageOf(answered.cause);
    return [warn("service", `not reached: ${reason}`, "Check the network and DATABENTO_HISTORICAL_URL.")];
  }
  return [ok("service", `${new URL(address).host} answers`), clockCheck(answered), ...(await keyChecks(address, key))];
}

/** Epoch ms by the service's clock when asked, and by ours; or why it was not reached. */
async function dateOfService(url: string): Promise<{ readonly theirs: number; readonly ours: number } | Error> {
  try {
    const address = new URL("/v0/metadata.list_publishers", url);
    // Credentials in an address are refused by the client, and never sent from here either.
    address.username = "";
    address.password = "";
    const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1_000);
    const begun = Date.now();
    const answer = await fetch(address, { signal, redirect: "manual" });
    await answer.body?.cancel();
    return { theirs: Date.parse(answer.headers.get("date") ?? ""), ours: (begun + Date.now()) / 2 };
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

function clockCheck({ theirs, ours }: { readonly theirs: number; readonly ours: number }): Check {
  if (Number.isNaN(theirs)) return ok("clock", "the service does not tell its time");
  // Its second has begun up to a second ago.
  const skew = ours - theirs - SECOND / 2;
  const seconds = Math.round(Math.abs(skew) / SECOND);
  if (Math.abs(skew) <= TOLERATED_SKEW) return ok("clock", "agrees with the service's");
  const found = `${seconds} s ${skew > 0 ? "ahead of" : "behind"} the service's`;
  return warn("clock", found, "Set the clock of this machine; ends of spans such as 'now' are read from it.");
}

async function keyChecks(url: string, key: string | undefined): Promise<readonly Check[]> {
  if (key === undefined) return [];
  try {
    const client = new Historical({ key: new ApiKey(key), url, maxRetries: 0, timeoutSeconds: PATIENCE_SECONDS });
    const datasets = await client.metadata.listDatasets();
    return [ok("account", `the service takes the key; ${datasets.length} datasets`)];
  } catch (thrown) {
    if (thrown instanceof AuthenticationError)
      return [fail("account", "the service refuses the key", thrown.hint ?? "Check the key in the portal.")];
    // Of a key without the shape of one tells the check of the key.
    if (thrown instanceof ApiKeyError) return [];
    if (thrown instanceof InvalidParameterError)
      return [fail("account", messageOf(thrown), "Mend DATABENTO_HISTORICAL_URL.")];
    return [warn("account", messageOf(thrown), "Try again later; nothing was bought.")];
  }
}
