import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  Asset,
  Bars,
  computeIndicator,
  FileBacktesting,
  type IndicatorSeries,
  parseTimestep,
  resample,
  Sma,
  Strategy,
} from "backlit";
import { describe, expect, it } from "vitest";
import { FormingBar } from "../../src/bars/forming-bar.ts";
import { BarGrid } from "../../src/calendar/bar-grid.ts";
import { calendarFor } from "../../src/calendar/index.ts";
import { calendarNameOf } from "../../src/futures/asset-calendar.ts";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";

const data = join(import.meta.dirname, "../../../shared/data/real");
const isHere = existsSync(data);
const files = isHere
  ? readdirSync(data).filter((file) => file.endsWith(".csv") && !/factors|-oi-/.test(file))
  : ["no file"];
const STEPS = ["1m", "2m", "5m", "15m", "27m", "30m", "1h", "2h", "4h", "1d", "1w", "1mo"];

/** What the series of a file is, by the file's name. */
function assetOf(file: string, symbol: string): Asset {
  if (/^(spy|aapl)/.test(file)) return Asset.stock(symbol);
  if (file.startsWith("btc")) return Asset.crypto("BTC");
  return /^(es|gc|fesx)/.test(file)
    ? Asset.continuousFuture(file.split("-")[0]?.toUpperCase() ?? "ES")
    : Asset.stock(symbol);
}

/** Bars made one at a time, each closed by the clock before the next finer bar is looked at. */
function incremental(bars: Bars, grid: BarGrid): { readonly rows: number[][]; readonly closes: number[] } {
  const rows: number[][] = [];
  const closes: number[] = [];
  const forming = new FormingBar();
  let end = Number.POSITIVE_INFINITY;
  const close = () => {
    if (end === Number.POSITIVE_INFINITY) return;
    rows.push([forming.time, forming.open, forming.high, forming.low, forming.close, forming.volume]);
    closes.push(end);
    end = Number.POSITIVE_INFINITY;
  };
  for (let row = 0; row < bars.length; row++) {
    const open = bars.time[row] as number;
    if (open >= end) close();
    if (!grid.seek(open)) continue;
    if (grid.open === forming.time) forming.add(bars, row);
    else forming.begin(grid.open, bars, row);
    end = grid.close;
  }
  close();
  return { rows, closes };
}

const rowsOf = (bars: Bars) =>
  Array.from(bars.time, (time, row) => [
    time,
    bars.open[row],
    bars.high[row],
    bars.low[row],
    bars.close[row],
    bars.volume[row],
  ]);

describe.runIf(isHere)("every file of real bars", () => {
  it.each(files)(
    "%s: bars made one at a time equal those made at once, lie inside their sessions and span no halt",
    async (file) => {
      const { series, timestep } = await readBarsFile(join(data, file), { onInvalid: "keep" });
      for (const [symbol, columns] of series) {
        const asset = assetOf(file, symbol);
        const bars = new Bars(asset, timestep, columns);
        const calendar = calendarFor(calendarNameOf(asset) ?? "24/7");
        for (const name of STEPS) {
          const step = parseTimestep(name);
          if (
            step.milliseconds <= timestep.milliseconds ||
            (step.unit !== "month" && step.milliseconds % timestep.milliseconds !== 0)
          )
            continue;
          const whole = resample(bars, name);
          const { rows, closes } = incremental(bars, new BarGrid(step, timestep, calendar));
          expect(rows).toEqual(rowsOf(whole));
          for (let row = 1; row < whole.length; row++) {
            expect(whole.time[row]).toBeGreaterThan(whole.time[row - 1] as number);
            expect(whole.time[row]).toBeGreaterThanOrEqual(closes[row - 1] as number);
          }
          if (step.milliseconds < 86_400_000) checkInside(whole, closes, calendar);
        }
      }
    },
  );

  /** No bar below a day reaches over a session's open or close, or a halt's beginning or end. */
  function checkInside(bars: Bars, closes: readonly number[], calendar: ReturnType<typeof calendarFor>) {
    if (calendar.continuous) return;
    for (const [row, close] of closes.entries()) {
      const open = bars.time[row] as number;
      for (const session of calendar.sessionsBetween(open, close)) {
        const edges = [session.open, session.close, ...session.halts.flatMap(({ start, end }) => [start, end])];
        expect(edges.filter((edge) => edge > open && edge < close)).toEqual([]);
      }
    }
  }

  it.each([
    ["es-1m-2013-lean.csv", Asset.future("ESZ13"), "2013-10-07", "2013-10-12"],
    ["spy-1m-2013-10-lean.csv", Asset.stock("SPY"), "2013-10-04", "2013-10-12"],
    ["btcusd-1m-lean.csv", Asset.crypto("BTC"), "2016-10-07", "2016-10-10"],
    ["gc-1m-2013-10-lean.csv", Asset.future("GCZ13"), "2013-10-07", "2013-10-10"],
    ["es-1m-2011-01-quantstrat.csv", Asset.continuousFuture("ES"), "2011-01-10", "2011-01-20"],
  ])("%s: what a strategy sees of every step in a run equals batch resampling", async (file, asset, start, end) => {
    const steps = ["1m", "5m", "27m", "30m", "4h", "1d", "1w", "1mo"];
    const seen = new Map<string, number[]>();
    class Watcher extends Strategy {
      #series: IndicatorSeries<number>[] = [];
      override initialize() {
        this.sleeptime = "1m";
        this.#series = steps.map((timestep) => this.indicator(Sma, { period: 1, source: "hlc3" }, { timestep }));
      }
      override onTradingIteration() {
        for (const [place, series] of this.#series.entries())
          seen.set(`${this.getTimestamp()} ${steps[place]}`, [
            series.value,
            this.bars(this.asset, steps[place] as string)?.time.at(-1) ?? Number.NaN,
          ]);
      }
    }
    await new Watcher().backtest(FileBacktesting, start, end, {
      file: join(data, file),
      asset,
      assets: [asset],
      logLevel: "error",
    });
    const source = new FileBacktesting({ file: join(data, file), asset });
    const base = await source.getBars({ asset, timestep: parseTimestep("1m"), start: 0, end: 1e14, lookback: 0 });
    const calendar = calendarFor(calendarNameOf(asset) ?? "24/7");
    let compared = 0;
    for (const step of steps) {
      const whole = resample(base, step);
      const values = computeIndicator(new Sma({ period: 1, source: "hlc3" }), whole);
      const grid = new BarGrid(parseTimestep(step), base.timestep, calendar);
      const closes = Array.from(whole.time, (open) => {
        grid.seek(open);
        return step === "1m" ? open + 60_000 : grid.close;
      });
      let row = -1;
      for (const [key, [value, label]] of [...seen].filter(([id]) => id.endsWith(` ${step}`))) {
        const time = Number(key.split(" ")[0]);
        while (row + 1 < closes.length && (closes[row + 1] as number) <= time) row += 1;
        if (row < 0) continue;
        expect([step, time, value, label]).toEqual([step, time, values[row], whole.time[row]]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(2000);
  });
});

describe.skipIf(isHere)("every file of real bars", () => {
  it.skip("left out: ../shared/data/real is not beside the checkout", () => {});
});
