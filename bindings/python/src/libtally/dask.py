"""Files of any size and number, counted by Dask where it runs: on threads, processes or a cluster.

>>> from libtally import Counter, Reset
>>> import libtally.dask
>>> counter = Counter("import", 2, Reset.NEWLINES)
>>> [totals] = libtally.dask.totals(counter, libtally.dask.__file__, range_bytes=1000)
>>> totals.matching_segments == libtally.totals_file(counter, __file__).matching_segments
True

A file is cut into byte ranges, wherever that is. Each range is a task, and what the tasks count is
merged in the order of the text: the answers are those for whole files on one machine. A task may be
run again. The dashboard, and progress bars of Dask, show tasks named for what they do.

`files` are paths, or URLs that fsspec knows, which is given `storage_options`. Workers read them;
this process does not. A file that cannot be read, or changes meanwhile, is an `OSError`; a pipe or
device is a `ValueError`. Patterns are not expanded. The scheduler is the one in use, such as that
of the current `distributed.Client`.

For columns, a counter is all that is needed: `series.map_partitions(lambda part:
pandas.Series(counter.counts(part).to_list(), part.index, "Int64"))`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Optional
from uuid import uuid4

from . import _ranges as ranges
from ._counter import Counter, Match
from ._ranges import RANGE_BYTES, Arguments, Files
from ._summary import Totals
from ._top_words import TopWords
from ._word_counts import WordCounts
from ._word_rule import WordRule

__all__ = ["find", "matches", "top_words", "totals", "word_counts"]

# How many tables of words a task merges.
_AT_A_TIME = 8


class _Engine:
    def __init__(self) -> None:
        self._dask: Any = import_module("dask")

    def _task(self, label: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        # Not pure: nothing is hashed, and the same range twice is two tasks.
        task = self._dask.delayed(function, pure=False, traverse=False)
        return task(*arguments, dask_key_name=f"libtally: {label}-{uuid4().hex}")

    def run(self, label: str, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        tasks = [self._task(label, function, some) for some in arguments]
        return list(self._dask.compute(*tasks, traverse=False))

    def fold(self, label: str, function: Callable[..., Any], arguments: Arguments) -> Any:
        tasks = [self._task(label, function, some) for some in arguments]
        while len(tasks) > 1:
            tasks = [
                self._task(f"merged {label}", ranges.merge, tuple(tasks[at : at + _AT_A_TIME]))
                for at in range(0, len(tasks), _AT_A_TIME)
            ]
        return self._dask.compute(*tasks, traverse=False)[0]


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
    return ranges.totals(_Engine(), counter, files, range_bytes, storage_options)


def find(
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Optional[Match]]:
    """The first match of each file, or None. Behind it, at most 16 ranges are read and as much as
    before it. Exceptions are those of `totals`."""
    return ranges.find(_Engine(), counter, files, range_bytes, storage_options)


def matches(
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[list[Match]]:
    """All matches of each file, in order, in the memory of this process; `totals` has their number.
    Exceptions are those of `totals`."""
    return ranges.matches(_Engine(), counter, files, range_bytes, storage_options)


def word_counts(
    files: Files,
    rule: WordRule = WordRule.UNICODE,
    *,
    text: bool = False,
    max_bytes: Optional[int] = None,
    max_word: Optional[int] = None,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> WordCounts:
    """How often each word occurs in all files together, each of which is a text of its own. The
    options are those of `WordCounts`; `LimitError` is raised if one table reaches them."""
    options = {"text": text, "max_bytes": max_bytes, "max_word": max_word}
    return ranges.words(_Engine(), WordCounts, rule, options, files, range_bytes, storage_options)


def top_words(
    files: Files,
    rule: WordRule = WordRule.UNICODE,
    *,
    text: bool = False,
    max_bytes: Optional[int] = None,
    max_word: Optional[int] = None,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> TopWords:
    """The most frequent words of all files together, in fixed memory, with a bound of each error.
    The options are those of `TopWords`, for each task."""
    options = {"text": text, "max_bytes": max_bytes, "max_word": max_word}
    return ranges.words(_Engine(), TopWords, rule, options, files, range_bytes, storage_options)
