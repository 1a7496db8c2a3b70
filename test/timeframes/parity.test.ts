import { existsSync } from "node:fs";
import { join } from "node:path";
import { Asset, Bars, InMemoryBacktesting, type Timestep } from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { MultiTimeframeRsi } from "../../strategies/multi-timeframe-rsi.ts";

const file = join(import.meta.dirname, "../../../shared/data/ohlc/OHLC_Test_Minute_Data.csv");
const MINUTE = 60_000;
// Traded round the clock as far as its bars tell: its five minutes are those of the clock.
const asset = Asset.crypto("TEST");

/** The strategy with its orders taken out: it notes at which closes of which step it says something. */
class Signals extends MultiTimeframeRsi {
  static override readonly assets = [asset];
  readonly at = new Map<string, number[]>();

  override onBar(_asset: Asset, timestep: Timestep) {
    if (this.signal() === undefined) return;
    this.at.set(timestep.name, [...(this.at.get(timestep.name) ?? []), this.getTimestamp()]);
  }
}

describe.skipIf(!existsSync(file))(
  "signals of RSI(14) on one and five minutes over 1,000 minutes (skipped where ../shared/data is absent)",
  () => {
    let bars: Bars;
    beforeAll(async () => {
      const { series, timestep } = await readBarsFile(file);
      bars = new Bars(asset, timestep, [...series.values()][0] as Bars);
    });

    /** A library that counts differently in simulation and live gives 41, 49 and 9 here: see each case. */
    it.each([
      // Values of five-minute bars that have closed; 9 of the signals fall on the close of one.
      ["closed", { "1m": 41, "5m": 9 }],
      // With the five-minute bar in progress there are 49; on its close that bar is the closed one, so 9 again.
      ["developing", { "1m": 49, "5m": 9 }],
    ] as const)("%s gives one number everywhere", async (visibility, counts) => {
      const strategy = new Signals({ parameters: { visibility, riskPerTrade: 0 } });
      const start = bars.time.at(-1000) as number;
      // As much history as there is, so that the averages are those of the whole file.
      await strategy.backtest(InMemoryBacktesting, bars.time[0] as number, (bars.time.at(-1) as number) + 2 * MINUTE, {
        data: [bars],
        logLevel: "error",
      });
      const found = Object.fromEntries(
        [...strategy.at].map(([step, times]) => [step, times.filter((time) => time > start).length]),
      );
      expect(found).toEqual(counts);
    });
  },
);
