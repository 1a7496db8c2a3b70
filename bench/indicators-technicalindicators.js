/** The streams of technicalindicators that we have too, for `bench/indicators-streams.js`. */
import { importRival, installedRivals } from "./indicators-rivals.js";

const values = (make, field) => ({ make, over: "values", field });
const candles = (make, field) => ({ make, over: "bars", field });

export async function load() {
  const library = await importRival(installedRivals(), "technicalindicators");
  const none = { open: [], high: [], low: [], close: [], volume: [] };
  const over = (period) => ({ period, values: [] });
  const crossing = {
    fastPeriod: 12,
    slowPeriod: 26,
    signalPeriod: 9,
    SimpleMAOscillator: false,
    SimpleMASignal: false,
  };
  const indicators = {
    sma: values(() => new library.SMA(over(20))),
    ema: values(() => new library.EMA(over(20))),
    wma: values(() => new library.WMA(over(20))),
    rma: values(() => new library.WEMA(over(20))),
    rsi: values(() => new library.RSI(over(14))),
    macd: values(() => new library.MACD({ values: [], ...crossing }), "MACD"),
    bollinger: values(() => new library.BollingerBands({ values: [], period: 20, stdDev: 2 }), "upper"),
    stdDev: values(() => new library.SD(over(20))),
    roc: values(() => new library.ROC(over(10))),
    atr: candles(() => new library.ATR({ ...none, period: 14 })),
    trueRange: candles(() => new library.TrueRange(none)),
    adx: candles(() => new library.ADX({ ...none, period: 14 }), "adx"),
    cci: candles(() => new library.CCI({ ...none, period: 14 })),
    stochastic: candles(() => new library.Stochastic({ ...none, period: 14, signalPeriod: 3 }), "k"),
    williamsR: candles(() => new library.WilliamsR({ ...none, period: 14 })),
    parabolicSar: candles(() => new library.PSAR({ ...none, step: 0.02, max: 0.2 })),
    mfi: candles(() => new library.MFI({ ...none, period: 14 })),
    obv: candles(() => new library.OBV(none)),
    accumulationDistribution: candles(() => new library.ADL(none)),
  };
  return { indicators, take: (indicator, input) => indicator.nextValue(input) };
}
