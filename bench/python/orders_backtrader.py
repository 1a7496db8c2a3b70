"""A market order on every bar, or resting limit orders, in backtrader. Arguments: file of columns, workload, rows, orders."""
import json
import sys
import time

import backtrader as bt
import numpy as np
import pandas as pd

path, workload, rows, orders = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
WARM_UP = 30
LADDER_STEP = 8 * 0.25
columns = np.fromfile(path, dtype="<f8").reshape(6, -1)[:, :rows]
frame = pd.DataFrame(
    {name: columns[index + 1] for index, name in enumerate(["open", "high", "low", "close", "volume"])},
    index=pd.to_datetime(columns[0], unit="ms"),
)
fills = []


class EveryBar(bt.Strategy):
    def notify_order(self, order):
        if order.status == order.Completed:
            fills.append(1)

    def next(self):
        if len(self) < WARM_UP:
            return
        if self.position.size == 0:
            self.buy(size=1)
        else:
            self.sell(size=1)


class Resting(EveryBar):
    placed = False

    def next(self):
        if self.placed or len(self) < WARM_UP:
            return
        self.placed = True
        close = self.data.close[0]
        for step in range(1, orders + 1):
            self.buy(size=1, exectype=bt.Order.Limit, price=close - step * LADDER_STEP)


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.PandasData(dataname=frame))
cerebro.addstrategy(EveryBar if workload == "every-bar" else Resting)
cerebro.broker.setcash(1_000_000_000)
cerebro.broker.setcommission(commission=2.0, mult=50, margin=1)
cpu = time.process_time()
cerebro.run()
print(
    json.dumps(
        {
            "system": "backtrader",
            "bars": rows,
            "fills": len(fills),
            "equity": cerebro.broker.getvalue(),
            "cpuSeconds": time.process_time() - cpu,
        }
    )
)
