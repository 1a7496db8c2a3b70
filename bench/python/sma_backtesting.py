"""SMA(10) x SMA(30), always in the market, in backtesting.py. Arguments: file of columns, rows. Prints one line of JSON.

backtesting.py knows no multiplier, so prices are multiplied by 50; the fee of 2.00 a contract is its commission function.
"""
import json
import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

warnings.filterwarnings("ignore")
path, rows = sys.argv[1], int(sys.argv[2])
loading = time.perf_counter()
columns = np.fromfile(path, dtype="<f8").reshape(6, -1)[:, :rows]
frame = pd.DataFrame(
    {name: columns[index + 1] * (50 if index < 4 else 1) for index, name in enumerate(["Open", "High", "Low", "Close", "Volume"])},
    index=pd.to_datetime(columns[0], unit="ms"),
)


def rolling_sum(values, length):
    # No NaN in the warm-up: backtesting.py would begin a bar later than the rule says.
    return pd.Series(values).rolling(length).sum().fillna(0)


class SmaCross(Strategy):
    def init(self):
        # Sums of ticks are exact in doubles, means of tens are not: compare the same way in every system.
        self.fast = self.I(rolling_sum, self.data.Close, 10)
        self.slow = self.I(rolling_sum, self.data.Close, 30)

    def next(self):
        if len(self.data) < 30:
            return
        wanted = 1 if self.fast[-1] * 30 > self.slow[-1] * 10 else -1
        held = self.position.size
        if wanted > held:
            self.buy(size=wanted - held)
            fills.append(1)
        elif wanted < held:
            self.sell(size=held - wanted)
            fills.append(1)


fills = []
started = time.perf_counter()
cpu = time.process_time()
test = Backtest(frame, SmaCross, cash=10_000_000, commission=lambda size, price: 2 * abs(size), finalize_trades=False)
stats = test.run()
print(
    json.dumps(
        {
            "system": "backtesting.py",
            "bars": rows,
            "fills": len(fills),
            "equity": float(stats["_equity_curve"]["Equity"].iloc[-1]),
            "loadSeconds": started - loading,
            "seconds": time.perf_counter() - started,
            "cpuSeconds": time.process_time() - cpu,
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
