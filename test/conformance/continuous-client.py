# backlit-guard: allow-file talks to the simulator, which costs nothing
"""Makes the continuous series of ES around its roll of March 2024 by the vendor's own client and pandas, as one line of JSON.

Arguments: address of the simulator (host:port, over TLS) and its key. The certificate comes in by REQUESTS_CA_BUNDLE.
"""

import json
import sys
import warnings

import databento as db
import pandas as pd

address, key = sys.argv[1:3]
client = db.Historical(key, gateway=f"https://{address}")
warnings.simplefilter("ignore")
SPAN = {"dataset": "GLBX.MDP3", "schema": "ohlcv-1m", "start": "2024-03-04", "end": "2024-03-20"}
PRICES = ["open", "high", "low", "close"]


def bars(symbol, stype):
    return client.timeseries.get_range(symbols=symbol, stype_in=stype, **SPAN).to_df()[[*PRICES, "volume"]]


def rows(table):
    times = (table.index.astype("int64") // 1_000_000).tolist()
    return [[time, *map(float, row)] for time, row in zip(times, table.itertuples(index=False))]


old, new = bars("ESH4", "raw_symbol"), bars("ESM4", "raw_symbol")
resolved = client.symbology.resolve("GLBX.MDP3", "ES.v.0", "continuous", "instrument_id", SPAN["start"], SPAN["end"])
days = [interval["d0"] for interval in resolved["result"]["ES.v.0"]]
# The session of the vendor's first day of the new contract opens at 17:00 in Chicago on the evening before.
roll = (pd.Timestamp(days[1], tz="America/Chicago") - pd.Timedelta(days=1)).normalize() + pd.Timedelta(hours=17)
roll = roll.tz_convert("UTC")
joined = pd.concat([old[old.index < roll], new[new.index >= roll]])

common = old.index[old.index < roll].intersection(new.index)[-1]
gap, ratio = new.close[common] - old.close[common], new.close[common] / old.close[common]
difference, factor = joined.copy(), joined.copy()
difference.loc[difference.index < roll, PRICES] += gap
factor.loc[factor.index < roll, PRICES] *= ratio

print(
    json.dumps(
        {
            "rolls": len(days) - 1,
            "roll": int(roll.value // 1_000_000),
            "measured_at": int(common.value // 1_000_000),
            "from_price": float(old.close[common]),
            "to_price": float(new.close[common]),
            "vendor": rows(bars("ES.v.0", "continuous")),
            "none": rows(joined),
            "difference": rows(difference),
            "ratio": rows(factor),
        }
    )
)
