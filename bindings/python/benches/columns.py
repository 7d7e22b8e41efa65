"""Columns of log lines: the time of this package against pyarrow and polars, on one thread.

    python columns.py [ROWS]       5 million rows by default

Needs pyarrow, polars, pandas and duckdb. Each figure is the shortest of several runs. Prints if
the answers are equal, and how much memory the process's peak grew while each column was counted: a
copy of the column would show.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import random
import resource
import sys
import time
from typing import Any, Callable

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute

from libtally import Counter

RUNS = 5


def lines(number: int) -> Any:
    """Log lines of 20 to 200 bytes, 2 % null."""
    generator = random.Random(1)
    words = [
        "GET",
        "/index.html",
        "200",
        "user=admin;",
        "error:",
        "timeout",
        "10.0.0.1",
        "-",
        "ok;",
    ]
    some = []
    for _ in range(20_000):
        length = generator.randint(20, 200)
        line = ""
        while len(line) < length:
            line += generator.choice(words) + " "
        some.append(None if generator.random() < 0.02 else line[:length])
    few = pyarrow.array(some, pyarrow.large_string())
    return pyarrow.concat_arrays([few] * (number // len(few)))


def shortest(call: Callable[[], Any]) -> tuple[float, Any, int]:
    times = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(RUNS):
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
    return min(times), result, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    column = lines(rows)
    size = column.nbytes
    print(f"{len(column)} rows, {size / 1e6:.0f} MB, {column.null_count} null")
    counter = Counter(";", 3)
    pyarrow.set_cpu_count(1)

    base, expected, _ = shortest(lambda: pyarrow.compute.count_substring(column, ";"))
    print(f"pyarrow.compute.count_substring: {base * 1e3:.1f} ms")
    text = polars.from_arrow(column)
    assert isinstance(text, polars.Series)
    peer, of_polars, _ = shortest(lambda: text.str.count_matches(";", literal=True))
    print(f"polars count_matches(literal=True): {peer * 1e3:.1f} ms")
    frame = pandas.Series(column, dtype=pandas.ArrowDtype(pyarrow.large_string()))
    table = pyarrow.table({"text": column})
    assert table is not None
    forms = {
        "pyarrow": column,
        "pyarrow, views": pyarrow.array(text),
        "polars": text,
        "pandas": frame.astype("string[pyarrow]"),
        "DuckDB": duckdb.sql("select text from table"),
    }
    for name, form in forms.items():
        took, counts, grown = shortest(lambda form=form: counter.counts(form))
        equal = pyarrow.array(counts).equals(expected.cast(pyarrow.int64()))
        has, answers, _ = shortest(lambda form=form: counter.has_counts(form))
        three = pyarrow.compute.greater_equal(expected, 3)
        equal_has = pyarrow.array(answers).equals(three)
        print(
            f"{name}: counts {took * 1e3:.1f} ms, {took / base:.3f} of pyarrow, "
            f"{took / peer:.3f} of polars; at least 3: {has * 1e3:.1f} ms, {has / took:.2f} of the "
            f"counts; equal: {equal and equal_has}; peak grew by {grown / 1024:.0f} MiB"
        )
    del of_polars

    # 100 documents of 1 MB, and 4000 short strings of which one is not ASCII.
    documents = [("word; " * 170_000)[:1_000_000] for _ in range(100)]
    one_by_one, each, _ = shortest(lambda: [counter.count(document) for document in documents])
    together, answers, _ = shortest(lambda: counter.counts(documents))
    print(
        f"100 documents of 1 MB: {together * 1e3:.2f} ms, {together / one_by_one:.2f} of counting "
        f"each; equal: {answers == each}"
    )
    short = ["GET /index;html 200"] * 4000
    plain, _, _ = shortest(lambda: [counter.counts(short) for _ in range(200)])
    short[2000] = "GET /é;html 200"
    accented, _, _ = shortest(lambda: [counter.counts(short) for _ in range(200)])
    print(f"one é in 4000 short strings: {accented / plain:.2f} of the time without")


if __name__ == "__main__":
    main()
