/**
 * Streaming by JavaScript libraries: `bench/rivals/` names them and their versions; they are installed into a folder of their own when a bench
 * first runs, and are no part of the project. Each entry takes the bars and gives a function that adds one row.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder with the libraries; undefined, with the reason printed, where they cannot be installed. */
function installed() {
  const folder = join(tmpdir(), "backlit-bench", "rivals");
  if (existsSync(join(folder, "node_modules", "trading-signals"))) return folder;
  mkdirSync(folder, { recursive: true });
  cpSync(fileURLToPath(new URL("rivals", import.meta.url)), folder, { recursive: true });
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--silent"], { cwd: folder, stdio: "ignore", timeout: 120_000 });
    return folder;
  } catch {
    console.log("trading-signals and technicalindicators left out: npm cannot install them.");
    return undefined;
  }
}

/** A bar as an object of its own, which both libraries want and may keep. */
const candleOf = ({ open, high, low, close, volume }, row) => ({
  open: open[row],
  high: high[row],
  low: low[row],
  close: close[row],
  volume: volume[row],
});

function tradingSignals(library, bars) {
  const values = (made) => () => {
    const indicator = made();
    return (row) => indicator.add(bars.close[row]);
  };
  const candles = (made) => () => {
    const indicator = made();
    return (row) => indicator.add(candleOf(bars, row));
  };
  const { EMA } = library;
  return {
    sma: values(() => new library.SMA(20)),
    ema: values(() => new EMA(20)),
    wma: values(() => new library.WMA(20)),
    rma: values(() => new library.WSMA(20)),
    dema: values(() => new library.DEMA(20)),
    tema: values(() => new library.TEMA(20)),
    hma: values(() => new library.HMA(20)),
    kama: values(() => new library.KAMA(10)),
    rsi: values(() => new library.RSI(14)),
    stochRsi: values(() => new library.StochasticRSI(14)),
    macd: values(() => new library.MACD(new EMA(12), new EMA(26), new EMA(9))),
    bollinger: values(() => new library.BollingerBands(20, 2)),
    roc: values(() => new library.ROC(10)),
    momentum: values(() => new library.MOM(10)),
    linReg: values(() => new library.LinearRegression(14)),
    atr: candles(() => new library.ATR(14)),
    trueRange: candles(() => new library.TR()),
    adx: candles(() => new library.ADX(14)),
    cci: candles(() => new library.CCI(14)),
    stochastic: candles(() => new library.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 })),
    williamsR: candles(() => new library.WilliamsR(14)),
    parabolicSar: candles(() => new library.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
    supertrend: candles(() => new library.SuperTrend({ interval: 10, multiplier: 3 })),
    donchian: candles(() => new library.DonchianChannels(20)),
    keltner: candles(() => new library.KeltnerChannels({ emaInterval: 20, atrInterval: 10, multiplier: 2 })),
    mfi: candles(() => new library.MFI(14)),
    obv: candles(() => new library.OBV(10)),
    vwap: candles(() => new library.VWAP()),
  };
}

function technicalIndicators(library, bars) {
  const values = (made) => () => {
    const indicator = made();
    return (row) => indicator.nextValue(bars.close[row]);
  };
  const candles = (made) => () => {
    const indicator = made();
    return (row) => indicator.nextValue(candleOf(bars, row));
  };
  const none = { open: [], high: [], low: [], close: [], volume: [] };
  const over = (period) => ({ period, values: [] });
  return {
    sma: values(() => new library.SMA(over(20))),
    ema: values(() => new library.EMA(over(20))),
    wma: values(() => new library.WMA(over(20))),
    rma: values(() => new library.WEMA(over(20))),
    rsi: values(() => new library.RSI(over(14))),
    macd: values(
      () =>
        new library.MACD({
          values: [],
          fastPeriod: 12,
          slowPeriod: 26,
          signalPeriod: 9,
          SimpleMAOscillator: false,
          SimpleMASignal: false,
        }),
    ),
    bollinger: values(() => new library.BollingerBands({ values: [], period: 20, stdDev: 2 })),
    stdDev: values(() => new library.SD(over(20))),
    roc: values(() => new library.ROC(over(10))),
    atr: candles(() => new library.ATR({ ...none, period: 14 })),
    trueRange: candles(() => new library.TrueRange(none)),
    adx: candles(() => new library.ADX({ ...none, period: 14 })),
    cci: candles(() => new library.CCI({ ...none, period: 14 })),
    stochastic: candles(() => new library.Stochastic({ ...none, period: 14, signalPeriod: 3 })),
    williamsR: candles(() => new library.WilliamsR({ ...none, period: 14 })),
    parabolicSar: candles(() => new library.PSAR({ ...none, step: 0.02, max: 0.2 })),
    mfi: candles(() => new library.MFI({ ...none, period: 14 })),
    obv: candles(() => new library.OBV(none)),
    accumulationDistribution: candles(() => new library.ADL(none)),
  };
}

/** Libraries by name, each with its indicators by ours; empty where they cannot be had. */
export async function rivals(bars) {
  const folder = installed();
  if (folder === undefined) return {};
  const { resolve } = createRequire(join(folder, "package.json"));
  const load = async (name) => {
    const library = await import(pathToFileURL(resolve(name)).href);
    return library.SMA === undefined ? library.default : library;
  };
  return {
    "trading-signals": tradingSignals(await load("trading-signals"), bars),
    technicalindicators: technicalIndicators(await load("technicalindicators"), bars),
  };
}
