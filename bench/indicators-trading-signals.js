/** The streams of trading-signals that we have too, for `bench/indicators-streams.js`. */
import { importRival, installedRivals } from "./indicators-rivals.js";

const values = (make, field) => ({ make, over: "values", field });
const candles = (make, field) => ({ make, over: "bars", field });

export async function load() {
  const library = await importRival(installedRivals(), "trading-signals");
  const { EMA } = library;
  const indicators = {
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
    macd: values(() => new library.MACD(new EMA(12), new EMA(26), new EMA(9)), "macd"),
    bollinger: values(() => new library.BollingerBands(20, 2), "upper"),
    roc: values(() => new library.ROC(10)),
    momentum: values(() => new library.MOM(10)),
    linReg: values(() => new library.LinearRegression(14), "prediction"),
    atr: candles(() => new library.ATR(14)),
    trueRange: candles(() => new library.TR()),
    adx: candles(() => new library.ADX(14)),
    cci: candles(() => new library.CCI(14)),
    stochastic: candles(
      () => new library.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }),
      "stochK",
    ),
    williamsR: candles(() => new library.WilliamsR(14)),
    parabolicSar: candles(() => new library.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
    supertrend: candles(() => new library.SuperTrend({ interval: 10, multiplier: 3 }), "superTrend"),
    donchian: candles(() => new library.DonchianChannels(20), "upper"),
    keltner: candles(() => new library.KeltnerChannels({ emaInterval: 20, atrInterval: 10, multiplier: 2 }), "upper"),
    mfi: candles(() => new library.MFI(14)),
    obv: candles(() => new library.OBV(10)),
    vwap: candles(() => new library.VWAP()),
    anchoredVwap: candles(() => new library.VWAP()),
  };
  return { indicators, take: (indicator, input) => indicator.add(input) };
}
