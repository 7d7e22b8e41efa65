"""Columns made by hand: right ones are counted, and each broken one is an exception."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import Any, Callable, Optional

import pytest

from libtally import (
    Counter,
    Question,
    Reset,
    Summary,
    TopWords,
    WordCounts,
    ask,
    count_words,
)

if sys.implementation.name != "cpython":
    pytest.skip("no capsules", allow_module_level=True)

from columns_by_hand import BROKEN, FOR_BREAKING, LAYOUTS, HandMade, InChunks  # noqa: E402

COUNTER = Counter("c", 2, Reset.NEWLINES)
QUESTIONS = {
    "matching": Question.matching_segments(COUNTER),
    "starting": Question.starting_segments(COUNTER),
    "ending": Question.ending_segments(COUNTER),
    "words": Question.words(),
    "bytes": Question.bytes(),
}
VALUES = [b"ccc", None, b"c\nccc and more than twelve bytes", b"", None, b"xc", b"cc"]


def expected(values: list[Optional[bytes]], ask: str) -> list[Any]:
    answers: list[Any] = []
    for value in values:
        if value is None:
            answers.append(None)
            continue
        most = max(line.count(b"c") for line in value.split(b"\n"))
        answers.append(
            {"counts": value.count(b"c"), "max_counts": most, "has_counts": most >= 2}[ask]
        )
    return answers


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("ask", ["counts", "max_counts", "has_counts"])
def test_right_ones(layout: str, ask: str) -> None:
    for values in (VALUES, VALUES * 9, VALUES[1:], []):
        for offset in (0, 1, 8, 13):
            column = HandMade(layout, values, offset)
            assert getattr(COUNTER, ask)(column) == expected(column.values, ask)
    stream = InChunks([HandMade(layout, part, 3) for part in (VALUES, [], VALUES[2:])])
    right = [value for column in stream.columns for value in column.values]
    assert getattr(COUNTER, ask)(stream) == expected(right, ask)
    assert (stream.handed_out, stream.released) == (4, 4)


@pytest.mark.parametrize("layout", ["u", "vu", "n"])
def test_chunks_of_any_length(layout: str) -> None:
    # Results of a few bytes, of some pages, and of more than a mebibyte.
    lengths = [1, 700, 140_000, 0, 5, 16_384, 3, 1]
    stream = InChunks([HandMade(layout, (VALUES * 20_000)[:length], 1) for length in lengths])
    values = [value for column in stream.columns for value in column.values]
    for name in ("counts", "max_counts", "has_counts"):
        answers = getattr(COUNTER, name)(InChunks(stream.columns))
        assert answers.to_list() == expected(values, name)
        assert answers.null_count == values.count(None)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KiB")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_false_length_takes_no_memory(layout: str) -> None:
    import resource

    column = HandMade(layout, FOR_BREAKING)
    # The results would have 16 GiB. More nulls than values are refused.
    column.array.length, column.array.null_count = 2**31, 2**31 + 1
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for call in (COUNTER.counts, COUNTER.has_counts, partial(ask, questions=QUESTIONS)):
        assert is_refused(call, column)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def is_refused(call: Callable[[Any], object], column: Any) -> bool:
    try:
        call(column)
    except (ValueError, TypeError, MemoryError):
        return True
    return False


@pytest.mark.parametrize(
    ("layout", "change"),
    [(layout, change) for _, layout, change in BROKEN],
    ids=[f"{layout} {name}" for name, layout, _ in BROKEN],
)
def test_broken_ones(layout: str, change: Callable[[HandMade], object]) -> None:
    for offset in (0, 1):
        for in_chunks in (False, True):
            column = HandMade(layout, FOR_BREAKING, offset)
            change(column)
            # A released array is the end of a stream.
            if in_chunks and not column.array.release:
                continue
            summary, counts, top = Summary(COUNTER), WordCounts(), TopWords()
            for call in (
                COUNTER.counts,
                COUNTER.max_counts,
                COUNTER.has_counts,
                partial(ask, questions=QUESTIONS),
                count_words,
                summary.feed_column,
                counts.feed_column,
                top.feed_column,
            ):
                form: Any = InChunks([column]) if in_chunks else column
                assert is_refused(call, form)
                if in_chunks:
                    assert form.handed_out == form.released
            assert (summary.totals.bytes, counts.bytes, top.bytes) == (0, 0, 0)


def test_all_kinds_are_there() -> None:
    names = {re.sub(r" [^ ]*[\d'][^ ]*$| None$", "", name) for name, _, _ in BROKEN}
    assert len(names) > 20
    assert len(BROKEN) > 400


def test_a_type_that_holds_itself() -> None:
    column = HandMade("c", FOR_BREAKING)
    column.schema.dictionary.contents.dictionary = column.schema.dictionary
    assert is_refused(COUNTER.counts, column)
