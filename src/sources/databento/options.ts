/** What a Databento source takes, and what the environment adds. */

import { ApiKey } from "../../databento/api-key.ts";
import { InvalidParameterError } from "../../databento/errors.ts";
import type { Historical, HistoricalOptions } from "../../databento/index.ts";
import { InvalidInputError } from "../../market/errors.ts";
import type { TimestepLike } from "../../market/timestep.ts";
import { defaultCacheFolder } from "../../store/cache-folder.ts";
import type { ConfirmCost } from "./cached-history.ts";
import { terminalConfirmation } from "./confirm-in-terminal.ts";
import type { CostLimits } from "./cost-book.ts";
import type { DatasetChoice } from "./dataset-of.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import { isSimulatedKey, namespaceOf, type VendorService } from "./service.ts";

/** Options of `DataBentoBacktesting` and `DataBentoData`. What is passed wins over the environment. */
export interface DataBentoOptions {
  /** @default the environment's `DATABENTO_API_KEY`. Without one, what the cache holds can still be read. */
  readonly apiKey?: ApiKey | string;
  /** Address of the service. @default `DATABENTO_HISTORICAL_URL`, else the vendor's */
  readonly url?: string;
  /** One dataset for all assets, or one by key (`stock:SPY`), root or symbol. @default by exchange and type of the asset */
  readonly dataset?: DatasetChoice;
  /** @default `BACKLIT_CACHE_DIR`, else `~/.backlit/cache/databento` */
  readonly cacheDir?: string;
  /** Buys all that is asked for anew, once, in place of what the cache holds. COSTS MONEY. @default false */
  readonly forceRefresh?: boolean;
  /** Most to spend in this run, US$; 0 takes only free data. @default `DATABENTO_MAX_COST`, else none: somebody is asked, or it is refused */
  readonly maxCost?: number;
  /** Asks somebody about a batch above $0, instead of the terminal. Only `true` is a yes. */
  readonly confirmCost?: ConfirmCost;
  /** Most to spend in a calendar month (UTC) through this cache, US$. @default `DATABENTO_MONTHLY_CEILING`, else none */
  readonly monthlyCeiling?: number;
  /** Months in one request. @default 6; 1 for seconds */
  readonly chunkMonths?: number;
  /** The finest bars of the run: orders are examined on these. @default "1m" */
  readonly timestep?: TimestepLike;
  /** Fetches the best bid and ask at the end of each bar as well (schema `bbo-1m`, or `bbo-1s` for seconds). COSTS MORE. @default false */
  readonly quotes?: boolean;
  /** Told what happens on the way to the data: purchases, clamped spans, damaged files, retries. */
  readonly onDataEvent?: OnHistoryEvent;
  readonly signal?: AbortSignal;
}

/** The names above, for the check of a run's options. */
export const DATABENTO_OPTION_NAMES: readonly string[] = [
  "apiKey",
  "url",
  "dataset",
  "cacheDir",
  "forceRefresh",
  "maxCost",
  "confirmCost",
  "monthlyCeiling",
  "chunkMonths",
  "timestep",
  "quotes",
  "onDataEvent",
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of the cache. */
export function cacheFolderOf(
  { cacheDir }: Pick<DataBentoOptions, "cacheDir">,
  environment: Environment = process.env,
) {
  return cacheDir ?? defaultCacheFolder(environment);
}

/** What may be spent. @throws InvalidInputError `invalid_option` for what is no amount */
export function costLimitsOf(options: DataBentoOptions, environment: Environment = process.env): CostLimits {
  return {
    maxCost: amountOf("maxCost", options.maxCost, "DATABENTO_MAX_COST", environment),
    monthlyCeiling: amountOf("monthlyCeiling", options.monthlyCeiling, "DATABENTO_MONTHLY_CEILING", environment),
  };
}

/** Who is asked about costs: the callback, else the person at the terminal, else nobody. */
export function confirmationOf({ confirmCost }: DataBentoOptions): ConfirmCost | undefined {
  return confirmCost ?? terminalConfirmation();
}

/** The service of the options and the environment. @throws {ApiKeyError} for a key of the wrong shape */
export function serviceOf(
  options: DataBentoOptions,
  onEvent: OnHistoryEvent,
  environment: Environment = process.env,
): VendorService {
  const key = keyOf(options, environment);
  let client: Promise<Historical> | undefined;
  return {
    isSimulated: isSimulatedKey(key),
    namespace: namespaceOf(key),
    connect: () => {
      client ??= connect(clientOptions(options, key, onEvent), isSimulatedKey(key), environment);
      return client;
    },
  };
}

/** The client is loaded when something has to be asked: a run from the cache needs none, and neither does importing the package. */
async function connect(
  options: HistoricalOptions,
  isSimulated: boolean,
  environment: Environment,
): Promise<Historical> {
  const address = options.url ?? environment["DATABENTO_HISTORICAL_URL"]?.trim() ?? "";
  if (isSimulated && address === "") throw noAddress();
  const { historicalFromEnvironment } = await import("../../databento/environment.ts");
  return historicalFromEnvironment(options, environment);
}

function noAddress(): InvalidParameterError {
  return new InvalidParameterError(
    "url",
    "Connect to Databento: found the key of a simulated service and no address of one, nothing was sent",
    "set DATABENTO_HISTORICAL_URL or the option 'url' to the address that 'npx backlit simulate' prints",
  );
}

function keyOf({ apiKey }: DataBentoOptions, environment: Environment): ApiKey | undefined {
  const key = apiKey ?? environment["DATABENTO_API_KEY"]?.trim();
  return key === undefined || key === "" ? undefined : ApiKey.from(key);
}

function clientOptions(
  { url, signal }: DataBentoOptions,
  key: ApiKey | undefined,
  onEvent: OnHistoryEvent,
): HistoricalOptions {
  return {
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
    ...(signal === undefined ? {} : { signal }),
    onEvent,
  };
}

function amountOf(
  name: string,
  given: number | undefined,
  variable: string,
  environment: Environment,
): number | undefined {
  const text = environment[variable]?.trim() ?? "";
  const amount = given ?? (text === "" ? undefined : Number(text));
  if (amount === undefined || (Number.isFinite(amount) && amount >= 0)) return amount;
  // The text of a variable is not repeated: a line pasted into the wrong one may be the key.
  const found = given === undefined ? `${variable} is no amount` : `${name} was ${given}`;
  throw new InvalidInputError("invalid_option", `Setting the limit of costs: ${found}, expected US$ of 0 or more`, {
    hint: "0 lets only free data through; leave it out to be asked.",
  });
}
