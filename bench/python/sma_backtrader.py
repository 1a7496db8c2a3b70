"""SMA(10) x SMA(30), always in the market, in backtrader. Arguments: file of columns, rows. Prints one line of JSON."""
import json
import resource
import sys
import time

import backtrader as bt
import numpy as np
import pandas as pd

path, rows = sys.argv[1], int(sys.argv[2])
loading = time.perf_counter()
columns = np.fromfile(path, dtype="<f8").reshape(6, -1)[:, :rows]
frame = pd.DataFrame(
    {name: columns[index + 1] for index, name in enumerate(["open", "high", "low", "close", "volume"])},
    index=pd.to_datetime(columns[0], unit="ms"),
)
fills = []


class SmaCross(bt.Strategy):
    def __init__(self):
        self.fast = bt.indicators.SumN(self.data.close, period=10)
        self.slow = bt.indicators.SumN(self.data.close, period=30)

    def notify_order(self, order):
        if order.status == order.Completed:
            fills.append(1)

    def next(self):
        wanted = 1 if self.fast[0] * 30 > self.slow[0] * 10 else -1
        held = self.position.size
        if wanted > held:
            self.buy(size=wanted - held)
        elif wanted < held:
            self.sell(size=held - wanted)


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.PandasData(dataname=frame))
cerebro.addstrategy(SmaCross)
cerebro.broker.setcash(10_000_000)
cerebro.broker.setcommission(commission=2.0, mult=50, margin=1)
started = time.perf_counter()
cpu = time.process_time()
cerebro.run()
print(
    json.dumps(
        {
            "system": "backtrader",
            "bars": rows,
            "fills": len(fills),
            "equity": cerebro.broker.getvalue(),
            "loadSeconds": started - loading,
            "seconds": time.perf_counter() - started,
            "cpuSeconds": time.process_time() - cpu,
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
