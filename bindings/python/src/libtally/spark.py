"""Files of any size and number, counted by Spark, on the executors.

>>> from libtally import Counter, Reset
>>> import libtally.spark
>>> counter = Counter("import", 2, Reset.NEWLINES)
>>> [totals] = libtally.spark.totals(spark, counter, libtally.spark.__file__, range_bytes=1000)
>>> totals.matching_segments == libtally.totals_file(counter, __file__).matching_segments
True

A file is cut into byte ranges, wherever that is. Each range is a task, and what the tasks count is
merged in the order of the text: the answers are those for whole files on one machine. A task may be
run again. Spark's UI shows jobs whose descriptions say what they do.

`files` are paths, `file:` URIs, or URLs that fsspec knows (`hdfs:`, `s3a:`, `abfss:` and others,
each with its package), which is given `storage_options`. Executors read them; the driver does not.
A file that cannot be read, or changes meanwhile, is an `OSError`; a pipe or a device is a
`ValueError`. Patterns are not expanded. Executors need this package. `spark` is a `SparkSession`
that has a `sparkContext`: one of Spark Connect has none.

For columns, a counter is all that is needed, since it can be pickled:
`arrow_udf(lambda text: pyarrow.array(counter.counts(text)), "bigint")`, and `mapInArrow` likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional

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
_DESCRIPTION = "spark.job.description"


class _Engine:
    def __init__(self, spark: Any) -> None:
        context = getattr(spark, "sparkContext", None)
        if context is None:
            raise TypeError(
                "spark has to be a SparkSession that has a sparkContext, not "
                f"{type(spark).__name__}"
            )
        self._context = context

    @contextmanager
    def _described(self, label: str) -> Iterator[None]:
        before = self._context.getLocalProperty(_DESCRIPTION)
        self._context.setLocalProperty(_DESCRIPTION, f"libtally: {label}")
        try:
            yield
        finally:
            self._context.setLocalProperty(_DESCRIPTION, before)

    def run(self, label: str, function: Callable[..., Any], arguments: Arguments) -> list[Any]:
        if not arguments:
            return []
        tasks = self._context.parallelize(arguments, len(arguments))
        with self._described(label):
            return list(tasks.map(lambda some: function(*some)).collect())

    def fold(self, label: str, function: Callable[..., Any], arguments: Arguments) -> Any:
        number = len(arguments)
        tasks = self._context.parallelize(list(enumerate(arguments)), number)
        tasks = tasks.map(lambda task: (task[0], function(*task[1])))
        while number > 1:
            number = -(-number // _AT_A_TIME)
            # Spark keeps no order.
            tasks = (
                tasks.map(lambda task: (task[0] // _AT_A_TIME, task))
                .groupByKey(number)
                .mapValues(_merged)
            )
        with self._described(label):
            return tasks.values().collect()[0]


def _merged(group: Iterable[tuple[int, Any]]) -> Any:
    return ranges.merge(*(part for _, part in sorted(group, key=lambda task: task[0])))


def totals(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Totals]:
    """All counts of each file.

    Raises `OverlapError` for a needle that can overlap itself, if hits cross a cut.
    """
    return ranges.totals(_Engine(spark), counter, files, range_bytes, storage_options)


def find(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[Optional[Match]]:
    """The first match of each file, or None. Behind it, at most 16 ranges are read and as much as
    before it. Exceptions are those of `totals`."""
    return ranges.find(_Engine(spark), counter, files, range_bytes, storage_options)


def matches(
    spark: Any,
    counter: Counter,
    files: Files,
    *,
    range_bytes: int = RANGE_BYTES,
    storage_options: Optional[dict[str, Any]] = None,
) -> list[list[Match]]:
    """All matches of each file, in order, in the memory of this process; `totals` has their number.
    Exceptions are those of `totals`."""
    return ranges.matches(_Engine(spark), counter, files, range_bytes, storage_options)


def word_counts(
    spark: Any,
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
    return ranges.words(
        _Engine(spark), WordCounts, rule, options, files, range_bytes, storage_options
    )


def top_words(
    spark: Any,
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
    return ranges.words(
        _Engine(spark), TopWords, rule, options, files, range_bytes, storage_options
    )
