"""Milliseconds of TA-Lib's own functions over the bench's bars. Arguments: path of five columns of doubles, rows, rounds."""
import json
import sys
import time

import numpy
import talib

path, rows, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
o, h, l, c, v = numpy.fromfile(path, dtype="<f8").reshape(5, rows)
calls = {
    "sma": lambda: talib.SMA(c, 20),
    "ema": lambda: talib.EMA(c, 20),
    "rsi": lambda: talib.RSI(c, 14),
    "atr": lambda: talib.ATR(h, l, c, 14),
    "bollinger": lambda: talib.BBANDS(c, 20, 2, 2),
    "macd": lambda: talib.MACD(c, 12, 26, 9),
    "wma": lambda: talib.WMA(c, 20),
    "dema": lambda: talib.DEMA(c, 20),
    "tema": lambda: talib.TEMA(c, 20),
    "kama": lambda: talib.KAMA(c, 10),
    "roc": lambda: talib.ROC(c, 10),
    "momentum": lambda: talib.MOM(c, 10),
    "ppo": lambda: talib.PPO(c, 12, 26, 1),
    "stochastic": lambda: talib.STOCH(h, l, c, 14, 3, 0, 3, 0),
    "stochRsi": lambda: talib.STOCHRSI(c, 14, 14, 3, 0),
    "williamsR": lambda: talib.WILLR(h, l, c, 14),
    "cci": lambda: talib.CCI(h, l, c, 14),
    "mfi": lambda: talib.MFI(h, l, c, v, 14),
    "natr": lambda: talib.NATR(h, l, c, 14),
    "trueRange": lambda: talib.TRANGE(h, l, c),
    "adx": lambda: (talib.ADX(h, l, c, 14), talib.PLUS_DI(h, l, c, 14), talib.MINUS_DI(h, l, c, 14)),
    "aroon": lambda: (talib.AROON(h, l, 14), talib.AROONOSC(h, l, 14)),
    "parabolicSar": lambda: talib.SAR(h, l, 0.02, 0.2),
    "stdDev": lambda: talib.STDDEV(c, 20),
    "linReg": lambda: (talib.LINEARREG(c, 14), talib.LINEARREG_SLOPE(c, 14), talib.LINEARREG_INTERCEPT(c, 14)),
    "highest": lambda: talib.MAX(c, 20),
    "lowest": lambda: talib.MIN(c, 20),
    "donchian": lambda: (talib.MAX(h, 20), talib.MIN(l, 20)),
    "obv": lambda: talib.OBV(c, v),
    "accumulationDistribution": lambda: talib.AD(h, l, c, v),
    "chaikin": lambda: talib.ADOSC(h, l, c, v, 3, 10),
}
least = {}
for name, call in calls.items():
    for _ in range(rounds):
        before = time.process_time()
        call()
        spent = (time.process_time() - before) * 1000
        least[name] = min(spent, least.get(name, spent))
json.dump(least, sys.stdout)
