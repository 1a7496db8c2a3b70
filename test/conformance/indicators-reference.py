"""TA-Lib over columns from a file of little-endian doubles. Arguments: path, rows, a list of calls as JSON. Prints columns as JSON."""
import json
import sys

import numpy
import talib

path, rows, calls = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
values = numpy.fromfile(path, dtype="<f8").reshape(5, rows)
columns = dict(zip(["open", "high", "low", "close", "volume"], values))
answers = []
for call in calls:
    inputs = [columns[name] for name in call["inputs"]]
    result = getattr(talib, call["function"])(*inputs, **call["options"])
    result = result if isinstance(result, tuple) else (result,)
    answers.append([[None if numpy.isnan(x) else x for x in column.tolist()] for column in result])
json.dump({"version": talib.__version__, "answers": answers}, sys.stdout)
