import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { type PriceSource, priceOf, sourced } from "./price-source.ts";
import { Ring } from "./ring.ts";

const specs = { period: wholeNumber(20), ...sourced };

/**
 * Volume-weighted moving average: sum(price * volume) / sum(volume) over the last `period` bars; the plain mean of the prices when none
 * of them has volume. The weighted mean of textbooks, volume as the weight.
 *
 * Summed over the window each bar, `period` steps: one large volume that has left would leave a trace in a running sum. Warm-up: `period`. Unit: the price's.
 */
export class Vwma extends Indicator {
  static readonly parameters = specs;
  declare private readonly prices: Ring;
  declare private readonly volumes: Ring;
  declare private readonly source: PriceSource;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Vwma", specs, given);
    super({ name: "Vwma", parameters, warmup: parameters.period });
    this.source = parameters.source;
    this.prices = new Ring(parameters.period);
    this.volumes = new Ring(parameters.period);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    this.prices.put(priceOf(bar, this.source), isNew);
    this.volumes.put(bar.volume, isNew);
    if (this.ready) this.emit(weightedMean(this.prices.values, this.volumes.values));
  }
}

function weightedMean(prices: Float64Array, volumes: Float64Array): number {
  let turnover = 0;
  let volume = 0;
  let sum = 0;
  for (let i = 0; i < prices.length; i++) {
    const price = prices[i] as number;
    turnover += price * (volumes[i] as number);
    volume += volumes[i] as number;
    sum += price;
  }
  return volume > 0 ? turnover / volume : sum / prices.length;
}
