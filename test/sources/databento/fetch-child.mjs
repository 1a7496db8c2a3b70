// Fetches a span month by month in a process of its own, so that it can be killed. Arguments: address, key, cache folder.
import { Asset, DataBentoBacktesting, parseTimestep } from "../../../dist/index.js";

const [url, apiKey, cacheDir] = process.argv.slice(2);
const span = { start: Date.parse("2024-01-01"), end: Date.parse("2024-03-01") };
const source = new DataBentoBacktesting({ ...span, url, apiKey, cacheDir, maxCost: 100, chunkMonths: 1 });
await source.getBars({ asset: Asset.future("ESH24"), timestep: parseTimestep("1m"), ...span, lookback: 0 });
