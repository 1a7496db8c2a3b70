"""A market order on every bar, or resting limit orders, in backtesting.py. Arguments: file of columns, workload, rows, orders.

backtesting.py knows no multiplier, so prices are multiplied by 50; the fee of 2.00 a contract is its commission function.
"""
import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

warnings.filterwarnings("ignore")
path, workload, rows, orders = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
WARM_UP = 30
LADDER_STEP = 8 * 0.25 * 50
columns = np.fromfile(path, dtype="<f8").reshape(6, -1)[:, :rows]
frame = pd.DataFrame(
    {name: columns[index + 1] * (50 if index < 4 else 1) for index, name in enumerate(["Open", "High", "Low", "Close", "Volume"])},
    index=pd.to_datetime(columns[0], unit="ms"),
)


class EveryBar(Strategy):
    def init(self):
        pass

    def next(self):
        if len(self.data) < WARM_UP:
            return
        if self.position.size == 0:
            self.buy(size=1)
        else:
            self.sell(size=1)


class Resting(Strategy):
    placed = False

    def init(self):
        pass

    def next(self):
        if self.placed or len(self.data) < WARM_UP:
            return
        self.placed = True
        close = self.data.Close[-1]
        for step in range(1, orders + 1):
            self.buy(size=1, limit=close - step * LADDER_STEP)


strategy = EveryBar if workload == "every-bar" else Resting
test = Backtest(frame, strategy, cash=1_000_000_000, commission=lambda size, price: 2 * abs(size), finalize_trades=False)
cpu = time.process_time()
stats = test.run()
seconds = time.process_time() - cpu
open_trades = len(stats["_strategy"].trades)
print(
    json.dumps(
        {
            "system": "backtesting.py",
            "bars": rows,
            "fills": 2 * len(stats["_trades"]) + open_trades,
            "equity": float(stats["_equity_curve"]["Equity"].iloc[-1]),
            "cpuSeconds": seconds,
        }
    )
)
