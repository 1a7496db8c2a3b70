# backlit-guard: allow-file talks to the simulator, which costs nothing
"""Asks a running simulator through the vendor's own client, unmodified, and prints what it got as one line of JSON.

Arguments: address of the simulator (host:port, over TLS) and its key. The certificate comes in by REQUESTS_CA_BUNDLE.
"""

import json
import sys
import tempfile
import warnings

import databento as db
from databento.common.error import BentoClientError

address, key = sys.argv[1:3]
client = db.Historical(key, gateway=f"https://{address}")
FUTURES = "GLBX.MDP3"
DAY = {"dataset": FUTURES, "start": "2024-03-08", "end": "2024-03-13"}
answers = {}


def frame(name, **request):
    """Every row of a request: its index, its symbol and its columns, floats and times as text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        store = client.timeseries.get_range(**request)
    table = store.to_df(price_type="fixed")
    index = [int(value) for value in table.index.astype("int64")]
    columns = [column for column in table.columns if table[column].dtype.kind in "iu"]
    answers[name] = {
        "rows": [
            [time, symbol, *(int(value) for value in row)]
            for time, symbol, row in zip(index, table["symbol"], table[columns].itertuples(index=False))
        ],
        "columns": columns,
        "pretty_rows": len(store.to_df()),
        "mappings": {
            symbol: [[str(i["start_date"]), str(i["end_date"]), i["symbol"]] for i in intervals]
            for symbol, intervals in store.mappings.items()
        },
        "warnings": [str(warning.message) for warning in caught],
    }


def refusal(name, call):
    try:
        call()
    except BentoClientError as error:
        answers[name] = {"status": error.http_status, "text": str(error)}


metadata = client.metadata
answers["publishers"] = metadata.list_publishers()
answers["datasets"] = metadata.list_datasets()
answers["schemas"] = metadata.list_schemas(FUTURES)
answers["fields"] = metadata.list_fields("ohlcv-1m", "dbn")
answers["unit_prices"] = metadata.list_unit_prices(FUTURES)
answers["range"] = metadata.get_dataset_range(FUTURES)
answers["condition"] = metadata.get_dataset_condition(FUTURES, "2024-03-08", "2024-03-12")
priced = {**DAY, "symbols": "ES.v.0", "schema": "ohlcv-1m", "stype_in": "continuous"}
answers["cost"] = metadata.get_cost(**priced)
answers["count"] = metadata.get_record_count(**priced)
answers["size"] = metadata.get_billable_size(**priced)
answers["resolved"] = client.symbology.resolve(FUTURES, "es.V.0,nope.v.0", "continuous", "instrument_id", "2024-03-08", "2024-03-13")

hour = {"dataset": FUTURES, "start": "2024-03-08T14:00", "end": "2024-03-08T15:00"}
frame("raw", **DAY, symbols=["ESH4", "NQM4"], schema="ohlcv-1m")
frame("continuous", **priced)
frame("parent", **hour, symbols="CL.FUT", schema="ohlcv-1m", stype_in="parent")
frame("hourly", **DAY, symbols="ES.FUT", schema="ohlcv-1h", stype_in="parent")
frame("seconds", **hour, symbols="GC.c.0", schema="ohlcv-1s", stype_in="continuous")
frame("trades", **hour, symbols=["ESH4", "ESM4"], schema="trades", limit=5000)
frame("quotes", **hour, symbols="ESH4", schema="bbo-1m")
frame("statistics", **DAY, symbols="ESH4", schema="statistics")
frame("stocks", dataset="XNAS.ITCH", start="2024-03-07", end="2024-03-12", symbols=["AAPL", "MSFT"], schema="ohlcv-1h")

definitions = client.timeseries.get_range(**DAY, symbols="ES.FUT", schema="definition", stype_in="parent").to_df()
answers["definitions"] = [
    [row["raw_symbol"], row["instrument_class"], row["exchange"], float(row["min_price_increment"]), str(row["expiration"])]
    for _, row in definitions[definitions["instrument_class"] == "F"].iterrows()
]

future = {"dataset": FUTURES, "symbols": "ES.v.0", "stype_in": "continuous", "schema": "ohlcv-1m"}
refusal("late", lambda: client.timeseries.get_range(**future, start="2024-01-01", end="2099-01-01"))
refusal("unknown", lambda: client.timeseries.get_range(**{**DAY, "symbols": "NOPE", "schema": "trades"}))
refusal("unlicensed", lambda: metadata.get_dataset_range("OPRA.PILLAR"))
stranger = db.Historical("db-000000000000000000000000000ab", gateway=f"https://{address}")
refusal("stranger", lambda: stranger.metadata.list_datasets())

job = client.batch.submit_job(**DAY, symbols="ESH4", schema="ohlcv-1h", encoding="csv", compression="none", pretty_px=True)
answers["job_states"] = [job["state"]]
while answers["job_states"][-1] != "done":
    answers["job_states"].append(client.batch.list_jobs()[0]["state"])
answers["job_files"] = [file["filename"] for file in client.batch.list_files(job["id"])]
with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    one = client.batch.download(job["id"], folder, answers["job_files"][0])
    answers["job_head"] = one[0].read_text().splitlines()[0]
    everything = client.batch.download(job["id"], folder)
    answers["job_downloaded"] = sorted(path.name for path in everything)
    answers["job_warnings"] = [str(warning.message) for warning in caught]

print(json.dumps(answers))
