"""Files of any size and number, counted by Spark, on the executors.

A file is cut into byte ranges, wherever that is. Each range is a task, and the summaries are merged
in the order of the file: the answers are those for the whole file on one machine. A task that fails
is run again by Spark, which shows the progress as it does for any job.

`files` are paths, or URLs that fsspec knows (`hdfs://` with pyarrow), which is given
`storage_options`. Each executor has to be able to read them, and needs this package.

For columns, no function is needed: in a `pandas_udf`, return `counter.counts(series).to_numpy()`;
in `mapInArrow`, `pyarrow.array(counter.counts(batch["text"]))`.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

from . import _ranges as ranges
from ._counter import Counter, Match
from ._ranges import RANGE_BYTES, Files, Run
from ._summary import Totals

__all__ = ["find", "matches", "totals"]

# How many ranges are searched at a time for the first match.
_AT_A_TIME = 16


def _run_on(spark: Any) -> Run:
    def run(function: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
        if not arguments:
            return []
        tasks = spark.sparkContext.parallelize(arguments, len(arguments))
        return list(tasks.map(lambda some: function(*some)).collect())

    return run


def totals(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Totals]:
    """All counts of each file. `spark` is a `SparkSession`.

    Raises `OverlapError` for a needle that can overlap itself, if hits cross a cut.
    """
    return ranges.totals(_run_on(spark), counter, files, range_bytes, storage_options)


def find(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Optional[Match]]:
    """The first match of each file, or None. Exceptions are those of `totals`."""
    return ranges.find(_run_on(spark), counter, files, range_bytes, storage_options, _AT_A_TIME)


def matches(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[list[Match]]:
    """All matches of each file, in order. Exceptions are those of `totals`."""
    return ranges.matches(_run_on(spark), counter, files, range_bytes, storage_options)
