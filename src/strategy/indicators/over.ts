import type { Bar } from "../../bars/bars.ts";
import { Indicator, type IndicatorValue } from "./indicator.ts";
import { invalidParameter } from "./parameters.ts";
import type { ValueIndicator } from "./value-indicator.ts";

/**
 * An indicator over an indicator: `new Over(new Sma({ period: 9 }), new Rsi({ period: 14 }))` is the mean of the last nine RSI. `inner` is
 * fed with the bars, `outer` with one of its outputs, the first unless `output` names another, from the bar on which `inner` is
 * ready. It takes both over: feed them nowhere else. Outputs and values are those of `outer`.
 *
 * Warm-up: inner.warmup + outer.warmup - 1. Unit: as `outer` has it, of what `inner` gives.
 */
export class Over<Value extends IndicatorValue> extends Indicator<Value> {
  declare private readonly outer: ValueIndicator<Value>;
  declare private readonly inner: Indicator<IndicatorValue>;
  declare private readonly place: number;

  /** @throws InvalidInputError when `inner` has no such output, or one that may be missing */
  constructor(outer: ValueIndicator<Value>, inner: Indicator<IndicatorValue>, output = inner.outputs[0] ?? "value") {
    const place = inner.outputs.indexOf(output);
    if (place < 0)
      throw invalidParameter(`${outer.name} over ${inner.name}`, "output", output, `one of ${inner.outputs}`);
    if (inner.sparse.includes(output))
      throw invalidParameter(`${outer.name} over ${inner.name}`, "output", output, "an output that is never missing");
    super({
      name: outer.name,
      parameters: { ...outer.parameters, of: { indicator: inner.name, parameters: inner.parameters }, output },
      warmup: inner.warmup + outer.warmup - 1,
      outputs: outer.outputs,
      sparse: outer.sparse,
      settling: inner.settling + outer.settling,
    });
    this.outer = outer;
    this.inner = inner;
    this.place = place;
  }

  override anchorAt(time: number): number | undefined {
    return this.inner.anchorAt(time);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    this.inner.update(bar, isNew);
    if (!this.inner.ready) return;
    this.outer.update(this.inner.output(this.place), isNew);
    const value = this.outer.value as IndicatorValue;
    if (typeof value === "number") this.emit(value);
    else Object.assign(this.value as object, value);
  }
}
