import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { BarColumns } from "../../src/market/bar-series.ts";
import { computeIndicator, createIndicator } from "../../src/strategy/indicators/index.ts";
import { columnsOf, generator, walk } from "../indicators/support.ts";

type Parameters = Readonly<Record<string, number | string>>;

/** One function of TA-Lib and the output of ours that must equal each column it gives. */
interface Case {
  readonly ours: string;
  readonly parameters: Parameters;
  readonly function: string;
  readonly inputs: readonly string[];
  readonly options: Parameters;
  /** Ours for each column of theirs. */
  readonly outputs: readonly string[];
}

const HLC = ["high", "low", "close"];
const HLCV = [...HLC, "volume"];

/** Simple cases: our name, TA-Lib's, what it reads; both take the period and give one column. */
const ONE_PERIOD: readonly (readonly [string, string, readonly string[], string?])[] = [
  ["sma", "SMA", ["close"]],
  ["ema", "EMA", ["close"]],
  ["wma", "WMA", ["close"]],
  ["dema", "DEMA", ["close"]],
  ["tema", "TEMA", ["close"]],
  ["kama", "KAMA", ["close"]],
  ["rsi", "RSI", ["close"]],
  ["roc", "ROC", ["close"]],
  ["momentum", "MOM", ["close"]],
  ["williamsR", "WILLR", HLC],
  ["cci", "CCI", HLC],
  ["mfi", "MFI", HLCV],
  ["atr", "ATR", HLC],
  ["natr", "NATR", HLC],
  ["adx", "ADX", HLC, "adx"],
  ["adx", "PLUS_DI", HLC, "plusDi"],
  ["adx", "MINUS_DI", HLC, "minusDi"],
  ["aroon", "AROONOSC", ["high", "low"], "oscillator"],
  ["stdDev", "STDDEV", ["close"]],
  ["linReg", "LINEARREG", ["close"], "line"],
  ["linReg", "LINEARREG_SLOPE", ["close"], "slope"],
  ["linReg", "LINEARREG_INTERCEPT", ["close"], "intercept"],
  ["highest", "MAX", ["close"], "highest"],
  ["lowest", "MIN", ["close"], "lowest"],
];

const onePeriod = ONE_PERIOD.flatMap(([ours, name, inputs, output = "value"]) =>
  [3, 14, 50].map((period) => {
    const options = { timeperiod: period };
    return { ours, parameters: { period }, function: name, inputs, options, outputs: [output] };
  }),
);

function other(
  ours: string,
  parameters: Parameters,
  name: string,
  inputs: readonly string[],
  options: Parameters,
  outputs: Case["outputs"],
): Case {
  return { ours, parameters, function: name, inputs, options, outputs };
}

const MACD = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
const macd = { fastperiod: 12, slowperiod: 26, signalperiod: 9 };
const CASES: readonly Case[] = [
  ...onePeriod,
  other("aroon", { period: 14 }, "AROON", ["high", "low"], { timeperiod: 14 }, ["down", "up"]),
  other("trueRange", {}, "TRANGE", HLC, {}, ["value"]),
  other("macd", MACD, "MACD", ["close"], macd, ["macd", "signal", "histogram"]),
  other(
    "macd",
    { fastPeriod: 3, slowPeriod: 40, signalPeriod: 5 },
    "MACD",
    ["close"],
    { fastperiod: 3, slowperiod: 40, signalperiod: 5 },
    ["macd", "signal", "histogram"],
  ),
  other("ppo", { ...MACD, average: "exponential" }, "PPO", ["close"], { fastperiod: 12, slowperiod: 26, matype: 1 }, [
    "ppo",
  ]),
  other("ppo", { ...MACD, average: "simple" }, "PPO", ["close"], { fastperiod: 12, slowperiod: 26, matype: 0 }, [
    "ppo",
  ]),
  other(
    "stochastic",
    { period: 14, kSmoothing: 3, dPeriod: 3 },
    "STOCH",
    HLC,
    { fastk_period: 14, slowk_period: 3, slowd_period: 3 },
    ["k", "d"],
  ),
  other("stochastic", { period: 5, kSmoothing: 1, dPeriod: 3 }, "STOCHF", HLC, { fastk_period: 5, fastd_period: 3 }, [
    "k",
    "d",
  ]),
  other(
    "stochRsi",
    { rsiPeriod: 14, period: 5, kSmoothing: 1, dPeriod: 3 },
    "STOCHRSI",
    ["close"],
    { timeperiod: 14, fastk_period: 5, fastd_period: 3 },
    ["k", "d"],
  ),
  other("bollinger", { period: 20, multiplier: 2 }, "BBANDS", ["close"], { timeperiod: 20, nbdevup: 2, nbdevdn: 2 }, [
    "upper",
    "middle",
    "lower",
  ]),
  other("donchian", { period: 20 }, "MAX", ["high"], { timeperiod: 20 }, ["upper"]),
  other("donchian", { period: 20 }, "MIN", ["low"], { timeperiod: 20 }, ["lower"]),
  other("parabolicSar", {}, "SAR", ["high", "low"], { acceleration: 0.02, maximum: 0.2 }, ["sar"]),
  other(
    "parabolicSar",
    { acceleration: 0.1, maximum: 0.3 },
    "SAR",
    ["high", "low"],
    { acceleration: 0.1, maximum: 0.3 },
    ["sar"],
  ),
  other("obv", {}, "OBV", ["close", "volume"], {}, ["value"]),
  other("accumulationDistribution", {}, "AD", HLCV, {}, ["value"]),
  other("chaikin", { fastPeriod: 3, slowPeriod: 10 }, "ADOSC", HLCV, { fastperiod: 3, slowperiod: 10 }, ["value"]),
];

const ROWS = 3_000;

/** A walk with every digit of a double in play, positive throughout. */
function rough(): BarColumns {
  const draw = generator(99);
  let price = 100;
  const columns = columnsOf(walk(ROWS));
  for (let row = 0; row < ROWS; row++) {
    const open = price * (1 + (draw() - 0.5) * 0.002);
    price = open * (1 + (draw() - 0.5) * 0.02);
    columns.open[row] = open;
    columns.close[row] = price;
    columns.high[row] = Math.max(open, price) * (1 + draw() * 0.005);
    columns.low[row] = Math.min(open, price) * (1 - draw() * 0.005);
    columns.volume[row] = 1 + draw() * 10_000;
  }
  return columns;
}

/** The same in cents, where sums and means that are equal on paper are not in double precision; a hundred times too dear for one bar. */
function inCents(): BarColumns {
  const columns = rough();
  for (const name of ["open", "high", "low", "close"] as const) {
    const column = columns[name];
    for (let row = 0; row < ROWS; row++) column[row] = Math.round((column[row] as number) * 20) / 100;
    column[1_700] = Math.round(100 * 100 * (column[1_700] as number)) / 100;
  }
  for (let row = 0; row < ROWS; row++) columns.volume[row] = Math.round(columns.volume[row] as number);
  return columns;
}

/** Quarters below zero and above it, as crude oil traded on 2020-04-20. */
function aroundZero(): BarColumns {
  const columns = columnsOf(walk(ROWS, 23));
  for (const name of ["open", "high", "low", "close"] as const)
    for (let row = 0; row < ROWS; row++) columns[name][row] = (columns[name][row] as number) - 105;
  return columns;
}

const MARKETS: Readonly<Record<string, BarColumns>> = {
  "ticks, flat stretches, no volume": columnsOf(walk(ROWS)),
  "rough prices": rough(),
  "prices in cents, one far off": inCents(),
  "prices around zero": aroundZero(),
};

/**
 * In a flat stretch TA-Lib scales the rounding of an RSI that stands still to anything from 0 to 100; ours gives 0 there. Money flows at prices
 * below zero leave TA-Lib's MFI beyond its bounds.
 */
const isMeaninglessInTheirs = (given: Case, market: string) =>
  (given.function === "STOCHRSI" && market.startsWith("ticks")) ||
  (given.function === "MFI" && market.endsWith("zero"));

const folder = join(tmpdir(), "backlit-conformance", "indicators");
const python = join(folder, "venv", "bin", "python");

/** Installs TA-Lib where it is not yet. @returns why the comparison cannot run, undefined when it can */
function prepare(): string | undefined {
  if (spawnSync(python, ["-c", "import talib"]).status === 0) return undefined;
  mkdirSync(folder, { recursive: true });
  if (spawnSync("python3", ["-m", "venv", join(folder, "venv")]).status !== 0)
    return "python3 with venv is not on this machine";
  const { status } = spawnSync(python, ["-m", "pip", "install", "-q", "TA-Lib"], { timeout: 120_000 });
  return status === 0 ? undefined : "pip could not install TA-Lib";
}

const reason = prepare();
if (reason !== undefined) console.log(`Indicator conformance is skipped: ${reason}`);

type Answer = readonly (readonly (number | null)[])[];

function reference(columns: BarColumns, name: string): readonly Answer[] {
  const file = join(folder, `${name.replaceAll(/\W/g, "-")}.bin`);
  const bytes = [columns.open, columns.high, columns.low, columns.close, columns.volume].map(
    (column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
  );
  writeFileSync(file, Buffer.concat(bytes));
  const script = fileURLToPath(new URL("indicators-reference.py", import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, [script, file, String(ROWS), JSON.stringify(CASES)], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { answers: readonly Answer[] }).answers;
}

function ourColumns(given: Case, columns: BarColumns): { warmup: number; column: (name: string) => Float64Array } {
  const indicator = createIndicator(given.ours, given.parameters);
  const computed = computeIndicator(indicator, columns) as Float64Array | Readonly<Record<string, Float64Array>>;
  const column = (name: string) => {
    const found = computed instanceof Float64Array ? computed : computed[name];
    if (found === undefined) throw new Error(`${given.ours} has no output ${name}`);
    return found;
  };
  return { warmup: indicator.warmup, column };
}

/** The largest difference after the warm-up, relative where numbers are above 1. */
function largestDifference(ours: Float64Array, theirs: readonly (number | null)[], warmup: number): number {
  let largest = 0;
  for (let row = warmup - 1; row < ours.length; row++) {
    const [found = Number.NaN, expected] = [ours[row], theirs[row]];
    const difference = Math.abs(found - (expected ?? Number.NaN)) / Math.max(1, Math.abs(expected ?? 1));
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) return Number.NaN;
  }
  return largest;
}

describe.skipIf(reason !== undefined)("our indicators equal TA-Lib's to 1e-9", () => {
  for (const [market, columns] of Object.entries(MARKETS)) {
    const answers = reason === undefined ? reference(columns, market) : [];
    for (const [index, given] of CASES.entries()) {
      if (isMeaninglessInTheirs(given, market)) continue;
      it(`${given.function} ${JSON.stringify(given.options)} on ${market}`, () => {
        const { warmup, column } = ourColumns(given, columns);
        for (const [place, output] of given.outputs.entries()) {
          const theirs = answers[index]?.[place] ?? [];
          const difference = largestDifference(column(output), theirs, warmup);
          expect(difference, `${output}, largest difference`).toBeLessThanOrEqual(1e-9);
          if (process.env["SHOW_DIFFERENCES"] !== undefined) console.log(given.function, output, difference);
        }
      });
    }
  }
});
