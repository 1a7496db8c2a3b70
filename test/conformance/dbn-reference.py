"""Decodes DBN files with the vendor's own package and writes one JSON line per record, for dbn.test.ts to compare.

Arguments: the output file, then per input its path, "as_is" or "v3", and the version of a fragment ("-" for a file with metadata).
"""
import json
import sys

import databento_dbn as dbn

INTERNAL = ("_", "pretty_", "size_hint", "record_size", "ts_index", "levels", "hd")


def plain(value):
    value = getattr(value, "value", value)
    if isinstance(value, bool):
        return str(int(value))
    return None if value is None else str(value)


def fields_of(record):
    fields = {}
    for name in dir(record):
        if name.startswith(INTERNAL):
            continue
        try:
            value = getattr(record, name)
        except Exception as error:  # An enum the package does not know: reported, compared as a difference.
            value = f"{type(error).__name__}: {error}"
        if not callable(value):
            fields[name] = plain(value)
    return {"type": type(record).__name__, "fields": fields}


def metadata_of(metadata):
    return {
        "metadata": {
            "version": metadata.version,
            "dataset": metadata.dataset,
            "schema": plain(metadata.schema),
            "start": str(metadata.start),
            "end": plain(metadata.end),
            "limit": plain(metadata.limit),
            "stype_in": plain(metadata.stype_in),
            "stype_out": plain(metadata.stype_out),
            "ts_out": metadata.ts_out,
            "symbols": metadata.symbols,
            "partial": metadata.partial,
            "not_found": metadata.not_found,
            "mappings": {
                symbol: [[str(i["start_date"]), str(i["end_date"]), i["symbol"]] for i in intervals]
                for symbol, intervals in metadata.mappings.items()
            },
        }
    }


def decode(path, policy, version, out):
    with open(path, "rb") as source:
        data = source.read()
    decoder = dbn.DBNDecoder(
        has_metadata=version == "-",
        input_version=None if version == "-" else int(version),
        upgrade_policy=dbn.VersionUpgradePolicy.AS_IS if policy == "as_is" else dbn.VersionUpgradePolicy.UPGRADE_TO_V3,
        compression=dbn.Compression.ZSTD if data[:4] == b"\x28\xb5\x2f\xfd" else dbn.Compression.NONE,
    )
    decoder.write(data)
    lines = [metadata_of(r) if isinstance(r, dbn.Metadata) else fields_of(r) for r in decoder.decode()]
    out.write(json.dumps({"file": path, "count": len(lines)}) + "\n")
    for line in lines:
        out.write(json.dumps(line) + "\n")


with open(sys.argv[1], "w") as output:
    arguments = sys.argv[2:]
    for at in range(0, len(arguments), 3):
        decode(arguments[at], arguments[at + 1], arguments[at + 2], output)
