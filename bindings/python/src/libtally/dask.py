"""Files of any size and number, counted by Dask where it runs: on threads, processes or a cluster.

>>> from libtally import Counter, Reset
>>> import libtally.dask
>>> counter = Counter("import", 2, Reset.NEWLINES)
>>> [totals] = libtally.dask.totals(counter, __file__)  # doctest: +SKIP

A file is cut into byte ranges, wherever that is. Each range is a task, and the summaries are merged
in the order of the file: the answers are those for the whole file on one machine. A task that fails
can be run again. Dask shows the progress as it does for any computation.

`files` are paths, or URLs that fsspec knows, which is given `storage_options`. Each worker has to
be able to read them. The scheduler is the one that is in use, such as that of the current
`distributed.Client`.

For columns, no function is needed: `series.map_partitions(counter.counts)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Optional

from . import _ranges as ranges
from ._counter import Counter, Match
from ._ranges import RANGE_BYTES, Files
from ._summary import Totals

__all__ = ["find", "matches", "totals"]

# How many ranges are searched at a time for the first match.
_AT_A_TIME = 16


def _run(function: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    dask: Any = import_module("dask")
    # Not pure: nothing is hashed, and the same range twice is two tasks.
    task = dask.delayed(function, pure=False, traverse=False)
    return list(dask.compute(*(task(*some) for some in arguments), traverse=False))


def totals(
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Totals]:
    """All counts of each file.

    Raises `OverlapError` for a needle that can overlap itself, if hits cross a cut.
    """
    return ranges.totals(_run, counter, files, range_bytes, storage_options)


def find(
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Optional[Match]]:
    """The first match of each file, or None. Exceptions are those of `totals`."""
    return ranges.find(_run, counter, files, range_bytes, storage_options, _AT_A_TIME)


def matches(
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[list[Match]]:
    """All matches of each file, in order. Exceptions are those of `totals`."""
    return ranges.matches(_run, counter, files, range_bytes, storage_options)
