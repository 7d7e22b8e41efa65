"""Columns of log lines: the time of this package against pyarrow and polars, on one thread.

    python columns.py [ROWS [ROUNDS]]       5 million rows and 15 rounds by default

Needs pyarrow, polars, pandas and duckdb. In each round all contenders run, one after the other; the
figures are medians of the processor's time, so that other processes matter less. Prints whether the
answers are equal, and by how much the memory of the process grew at most while each column was
counted: a copy of the column would show. A database makes its column while it is read: how long
that takes alone is printed too, and what counting adds.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Callable

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.compute

from libtally import Counter

# How many rows DuckDB hands out at a time. Its own choice is a million, which is in no cache.
BATCH = 1 << 14


def read(stream: Any) -> int:
    """The number of rows of a stream, each part of which is forgotten before the next one comes."""
    return sum(len(part) for part in pyarrow.RecordBatchReader.from_stream(stream))


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


def memory(name: str) -> int:
    """VmRSS, the memory now, or VmHWM, its peak, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise KeyError(name)


def grown(call: Callable[[], Any]) -> tuple[Any, float]:
    """The result of a call, and by how many MiB the peak of memory was above that before."""
    Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    result = call()
    return result, (memory("VmHWM") - before) / 1024


def medians(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The median of the processor's time that each call takes, in ms."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.process_time()
            call()
            times[name].append(time.process_time() - start)
    return {name: 1e3 * statistics.median(some) for name, some in times.items()}


def columns(rows: int, rounds: int) -> None:
    column = lines(rows)
    size = column.nbytes / 2**20
    print(f"{len(column)} rows, {size:.0f} MiB, {column.null_count} null; {rounds} rounds")
    counter = Counter(";", 3)
    pyarrow.set_cpu_count(1)
    text = polars.from_arrow(column)
    assert isinstance(text, polars.Series)
    frame = pandas.Series(column, dtype=pandas.ArrowDtype(pyarrow.large_string()))
    connection = duckdb.connect(config={"threads": 1})
    connection.register("lines", pyarrow.table({"text": column}))
    query = "select text from lines"
    forms: dict[str, Callable[[], Any]] = {
        "pyarrow": lambda: column,
        "polars": lambda: text,
        "pandas": lambda: frame,
        # A relation has its result once.
        "DuckDB": lambda: connection.sql(query),
        "DuckDB's batches": lambda: connection.sql(query).to_arrow_reader(BATCH),
    }
    expected = pyarrow.compute.count_substring(column, ";")
    three = pyarrow.compute.greater_equal(expected, 3)
    calls: dict[str, Callable[[], Any]] = {
        "pyarrow": lambda: pyarrow.compute.count_substring(column, ";"),
        "polars": lambda: text.str.count_matches(";", literal=True),
        "polars's stream alone": lambda: pyarrow.chunked_array(text),
        "DuckDB alone": lambda: read(forms["DuckDB"]()),
        "DuckDB's batches alone": lambda: read(forms["DuckDB's batches"]()),
    }
    for name, form in forms.items():
        counts, more = grown(lambda form=form: counter.counts(form()))
        equal = pyarrow.array(counts).equals(expected.cast(pyarrow.int64()))
        has, more_has = grown(lambda form=form: counter.has_counts(form()))
        equal = equal and pyarrow.array(has).equals(three)
        print(f"{name}: equal: {equal}; memory: {more:.0f} MiB more, at least 3: {more_has:.0f}")
        calls[f"counts of {name}"] = lambda form=form: counter.counts(form())
        calls[f"has_counts of {name}"] = lambda form=form: counter.has_counts(form())
    times = medians(calls, rounds)
    for name, took in times.items():
        print(
            f"{name:25} {took:8.1f} ms  {took / times['pyarrow']:.3f} of pyarrow  "
            f"{took / times['polars']:.3f} of polars"
        )
    for name in forms:
        ratio = times[f"has_counts of {name}"] / times[f"counts of {name}"]
        print(f"at least 3, {name}: {ratio:.2f} of the counts")
    for name in ("DuckDB", "DuckDB's batches"):
        alone = times[f"{name} alone"] / times["pyarrow"]
        ours = times[f"counts of {name}"] / times["pyarrow"] - alone
        print(f"{name}: {alone:.3f} of pyarrow alone, and {ours:.3f} for the counts")


def lists(rounds: int) -> None:
    """100 documents of 1 MB, and 4000 short strings of which one is not ASCII."""
    counter = Counter(";", 3)
    documents = [("word; " * 170_000)[:1_000_000] for _ in range(100)]
    assert counter.counts(documents) == [counter.count(document) for document in documents]
    plain = ["GET /index;html 200"] * 4000
    accented = list(plain)
    accented[2000] = "GET /é;html 200"
    times = medians(
        {
            "each": lambda: [counter.count(document) for document in documents],
            "together": lambda: counter.counts(documents),
            "plain": lambda: [counter.counts(plain) for _ in range(20)],
            "accented": lambda: [counter.counts(accented) for _ in range(20)],
        },
        rounds,
    )
    print(
        f"100 documents of 1 MB: {times['together']:.2f} ms, "
        f"{times['together'] / times['each']:.2f} of counting each"
    )
    print(f"one é in 4000 short strings: {times['accented'] / times['plain']:.2f} of the time")


if __name__ == "__main__":
    lists(25)
    given = [int(number) for number in sys.argv[1:]]
    columns(*given, *(5_000_000, 15)[len(given) :])
