"""The same bars written and read by pyarrow, polars and DuckDB, whichever of them are installed.

write BARS.json FOLDER   writes a file in many ways, prints {"file": {"zone": bool}} as JSON
read FILE                prints what each tool reads from it, as JSON
"""

import importlib
import json
import sys


def load(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


pa = load("pyarrow")
pl = load("polars")
duckdb = load("duckdb")


def arrow_table(bars, unit, zone, prices=None, volume=None):
    scale = {"ms": 1, "us": 1_000, "ns": 1_000_000}[unit]
    times = pa.array([t * scale for t in bars["time"]], pa.int64()).cast(pa.timestamp(unit, zone))
    columns = {"time": times, "symbol": pa.array(["ES"] * len(bars["time"])).dictionary_encode()}
    for name in ("open", "high", "low", "close"):
        columns[name] = pa.array(bars[name], prices or pa.float64())
    columns["volume"] = pa.array(bars["volume"], volume or pa.int64())
    return pa.table(columns)


def write_pyarrow(bars, folder, files):
    import pyarrow.feather as feather
    import pyarrow.parquet as parquet

    def save(name, table, **options):
        parquet.write_table(table, f"{folder}/{name}.parquet", **options)
        files[f"{name}.parquet"] = {"zone": table.schema.field("time").type.tz is not None}

    for codec in ("snappy", "gzip", "zstd", "brotli", "lz4", "none"):
        save(f"pyarrow-{codec}", arrow_table(bars, "ns", "UTC"), compression=codec)
    for unit in ("ms", "us"):
        save(f"pyarrow-{unit}", arrow_table(bars, unit, "UTC"))
        save(f"pyarrow-{unit}-naive", arrow_table(bars, unit, None))
    table = arrow_table(bars, "ns", "America/Chicago")
    save("pyarrow-groups", table, row_group_size=100, data_page_size=256, data_page_version="2.0")
    save("pyarrow-no-dictionary", table, use_dictionary=False, column_encoding={"time": "DELTA_BINARY_PACKED", "close": "BYTE_STREAM_SPLIT"})
    save("pyarrow-version-1", arrow_table(bars, "us", "UTC"), version="1.0")
    save("pyarrow-int96", table, use_deprecated_int96_timestamps=True)
    save("pyarrow-uint64", arrow_table(bars, "us", "UTC", volume=pa.uint64()))
    save("pyarrow-int32", arrow_table(bars, "us", "UTC", volume=pa.int32()))
    for codec in ("uncompressed", "lz4", "zstd"):
        feather.write_feather(arrow_table(bars, "ns", "UTC"), f"{folder}/pyarrow-{codec}.feather", compression=codec)
        files[f"pyarrow-{codec}.feather"] = {"zone": True}


def polars_frame(bars, unit, zone):
    prices = {name: pl.Series(bars[name], dtype=pl.Float64) for name in ("open", "high", "low", "close")}
    frame = pl.DataFrame({"time": bars["time"], **prices, "volume": bars["volume"]})
    time = pl.from_epoch("time", time_unit="ms").dt.cast_time_unit(unit)
    frame = frame.with_columns(time.dt.replace_time_zone(zone) if zone else time)
    return frame.with_columns(symbol=pl.lit("ES"))


def write_polars(bars, folder, files):
    for codec in ("zstd", "snappy", "lz4", "uncompressed"):
        polars_frame(bars, "ns", "UTC").write_parquet(f"{folder}/polars-{codec}.parquet", compression=codec)
        files[f"polars-{codec}.parquet"] = {"zone": True}
    polars_frame(bars, "us", None).write_parquet(f"{folder}/polars-naive.parquet")
    files["polars-naive.parquet"] = {"zone": False}
    for codec in ("uncompressed", "lz4", "zstd"):
        polars_frame(bars, "us", "UTC").write_ipc(f"{folder}/polars-{codec}.arrow", compression=codec)
        files[f"polars-{codec}.arrow"] = {"zone": True}


def write_duckdb(bars, folder, files):
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute("CREATE TABLE raw (t BIGINT, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume BIGINT)")
    rows = list(zip(*(bars[name] for name in ("time", "open", "high", "low", "close", "volume"))))
    db.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?)", rows)
    zoned = "SELECT to_timestamp(t / 1000.0) AS time, 'ES' AS symbol, * EXCLUDE t FROM raw ORDER BY t"
    naive = "SELECT epoch_ms(t) AS time, 'ES' AS symbol, * EXCLUDE t FROM raw ORDER BY t"
    nanos = "SELECT epoch_ms(t)::TIMESTAMP_NS AS time, 'ES' AS symbol, * EXCLUDE t FROM raw ORDER BY t"
    ways = {
        "snappy": (zoned, "", True),
        "zstd": (zoned, ", COMPRESSION zstd", True),
        "gzip": (zoned, ", COMPRESSION gzip, ROW_GROUP_SIZE 200", True),
        "version-2": (zoned, ", PARQUET_VERSION v2", True),
        "naive": (naive, "", False),
        "nanoseconds": (nanos, "", False),
    }
    for name, (query, options, zone) in ways.items():
        db.execute(f"COPY ({query}) TO '{folder}/duckdb-{name}.parquet' (FORMAT parquet{options})")
        files[f"duckdb-{name}.parquet"] = {"zone": zone}


def write(source, folder):
    with open(source) as file:
        bars = json.load(file)
    files = {}
    if pa:
        write_pyarrow(bars, folder, files)
    if pl:
        write_polars(bars, folder, files)
    if duckdb:
        write_duckdb(bars, folder, files)
    print(json.dumps(files))


NAMES = ("open", "high", "low", "close", "volume")


def read(path):
    found = {}
    is_parquet = path.endswith(".parquet")
    time = "ts_utc" if is_parquet else "time"
    if pa:
        import pyarrow.feather as feather
        import pyarrow.parquet as parquet

        table = parquet.read_table(path) if is_parquet else feather.read_table(path)
        found["pyarrow"] = {name: table[name].to_pylist() for name in NAMES}
        found["pyarrow"]["time"] = table[time].cast(pa.timestamp("ms", "UTC")).cast(pa.int64()).to_pylist()
    if pl:
        frame = pl.read_parquet(path) if is_parquet else pl.read_ipc(path)
        found["polars"] = {name: frame[name].to_list() for name in NAMES}
        found["polars"]["time"] = frame[time].dt.epoch("ms").to_list()
    if duckdb and is_parquet:
        rows = duckdb.sql(f"SELECT epoch_ms({time}), open, high, low, close, volume FROM '{path}'").fetchall()
        found["duckdb"] = {name: [row[at] for row in rows] for at, name in enumerate(("time",) + NAMES)}
    print(json.dumps(found))


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3])
elif sys.argv[1] == "read":
    read(sys.argv[2])
