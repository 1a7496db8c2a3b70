import type { Asset } from "../market/asset.ts";
import { DataMissingError } from "../market/errors.ts";
import type { DataSource, RunSpan } from "../market/ports.ts";
import type { BenchmarkSeries } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import { parseTimestep } from "../market/timestep.ts";

/**
 * The closes of the benchmark over the span, from the run's own source: nothing is fetched from anywhere else.
 * @throws DataMissingError when the source has no bar of it in the span
 */
export async function loadBenchmark(source: DataSource, asset: Asset, span: RunSpan): Promise<BenchmarkSeries> {
  const timestep = (await source.baseTimestep?.(asset)) ?? parseTimestep("1d");
  const bars = await source.getBars({ asset, timestep, start: span.start, end: span.end, lookback: 1 });
  if (bars.length === 0) {
    throw new DataMissingError(
      `Comparing with the benchmark ${asset}: '${source.name}' has no bar of it from ${formatInstant(span.start)} to ${formatInstant(span.end)}`,
      { hint: "Leave the benchmark out, or give the source its data too." },
    );
  }
  return { name: asset.key, time: bars.time.map((open) => open + timestep.milliseconds), price: bars.close };
}
