"""Panics, with a library that can be made to panic: test_errors.py runs this file.

A panic is injected at the beginning of a function, or at a point inside its work.
"""

from __future__ import annotations

import copy
import ctypes
import io
import os
import pickle
from functools import partial
from pathlib import Path
from typing import Any, Callable

import pytest

import libtally
from libtally import (
    Column,
    Counter,
    PanicError,
    Question,
    Reset,
    Stream,
    Summary,
    TopWords,
    Totals,
    WordCounter,
    WordCounts,
    _arrow,
    ask,
    count_words,
    totals_file,
)

INJECT = ctypes.CDLL(os.environ["LIBTALLY_WITH_PANICS"]).tally_inject_panic
INJECT.argtypes = [ctypes.c_char_p, ctypes.c_uint64]
INJECT.restype = None

COUNTER = Counter("c", 1000)
LINES = Counter("c", 1000, Reset.NEWLINES)
DATA = b"c." * 1000


def panics(point: str, call: Callable[[], object], passes: int = 0) -> None:
    """Checks that a panic at a point, after it was passed `passes` times, ends the call."""
    INJECT(point.encode(), passes)
    try:
        call()
    except Exception as error:
        pytest.fail(f"{point}: {error!r}")
    except PanicError as error:
        assert str(error) == "defect in the library"
    else:
        # Not in a later test.
        INJECT(b"nowhere", 0)
        pytest.fail(f"{point}: no panic")


class Nulls:
    """A column of one null, in the structs of exported results."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        capsules = Column._of_list([5], False).__arrow_c_array__()
        schema, array = map(_arrow._pointer, capsules, _arrow._NAMES)
        _arrow.Schema.from_address(schema).format = b"n"
        _arrow.Array.from_address(array).n_buffers = 0
        return capsules


# Functions, and calls of them. The panic comes before they change anything.
FUNCTIONS: list[tuple[str, Callable[[], object]]] = [
    ("tally_counter_new_with", lambda: Counter("c", 1)),
    ("tally_counter_has_count", lambda: COUNTER.has_count(b"c")),
    ("tally_counter_has_count", lambda: COUNTER.has_count(bytearray(b"c"))),
    ("tally_counter_has_count", lambda: COUNTER.has_count(b"c" * 5000)),
    ("tally_counter_has_count_threads", lambda: COUNTER.has_count(b"c", threads=2)),
    ("tally_counter_has_count_threads", lambda: COUNTER.find(b"c", threads=2)),
    ("tally_counter_find", lambda: COUNTER.find(b"c")),
    ("tally_counter_find", lambda: COUNTER.find_many(b"c")),
    ("tally_counter_find", lambda: list(COUNTER.matches(b"c"))),
    ("tally_counter_count", lambda: COUNTER.count(b"c")),
    ("tally_counter_count", lambda: COUNTER.count(bytearray(b"c"))),
    ("tally_counter_count_threads", lambda: COUNTER.count("c", threads=2)),
    ("tally_counter_max_count", lambda: COUNTER.max_count("c")),
    ("tally_counter_max_count", lambda: COUNTER.max_count(bytearray(b"c"))),
    ("tally_counter_max_count_threads", lambda: COUNTER.max_count("c", threads=2)),
    ("tally_counter_matching_segments", lambda: COUNTER.matching_segments(b"c")),
    ("tally_counter_matching_segments", lambda: COUNTER.matching_segments("c" * 5000)),
    ("tally_counter_matching_segments", lambda: COUNTER.matching_segments(bytearray(b"c"))),
    (
        "tally_counter_matching_segments_threads",
        lambda: COUNTER.matching_segments("c", threads=2),
    ),
    ("tally_counter_has_counts", lambda: COUNTER.has_counts([bytearray(b"c")])),
    ("tally_counter_counts", lambda: COUNTER.counts([bytearray(b"c")])),
    ("tally_counter_max_counts", lambda: COUNTER.max_counts([bytearray(b"c")])),
    ("tally_counter_column_has_counts", lambda: COUNTER.has_counts(Nulls())),
    ("tally_counter_column_counts", lambda: COUNTER.counts(Nulls())),
    ("tally_counter_column_max_counts", lambda: COUNTER.max_counts(Nulls())),
    ("tally_column_ask", lambda: ask(Nulls(), Question.bytes())),
    ("tally_column_ask", lambda: ask(["c"], {"words": Question.words()})),
    ("tally_column_ask", lambda: count_words(Nulls())),
    ("tally_counter_starting_segments", lambda: COUNTER.starting_segments(b"c")),
    ("tally_counter_ending_segments", lambda: COUNTER.ending_segments("c")),
    ("tally_words_feed_column", lambda: WordCounts().feed_column(Nulls())),
    ("tally_top_feed_column", lambda: TopWords().feed_column(["c c"])),
    ("tally_results_export", lambda: Column._of_list([5], False).__arrow_c_array__()),
    ("tally_summary_feed_column", lambda: Summary(LINES).feed_column(Nulls())),
    ("tally_count_words", lambda: count_words("c c")),
    ("tally_count_words_chunk", lambda: WordCounter().feed("c c")),
    ("tally_count_words_fd", lambda: WordCounter().feed_file(__file__)),
    ("tally_words_new_with", lambda: WordCounts()),
    ("tally_words_feed", lambda: WordCounts().feed("c c")),
    ("tally_words_feed_fd", lambda: WordCounts().feed_file(__file__)),
    ("tally_words_feed_file", lambda: WordCounts().feed_file(__file__, threads=2)),
    ("tally_words_finish", lambda: WordCounts().finish()),
    ("tally_words_total", lambda: WordCounts().total()),
    ("tally_words_distinct", lambda: len(WordCounts())),
    ("tally_words_bytes", lambda: WordCounts().bytes),
    ("tally_words_get", lambda: WordCounts().get(b"c")),
    ("tally_words_top", lambda: WordCounts().most_common()),
    ("tally_words_list", lambda: list(WordCounts())),
    ("tally_words_merge", lambda: WordCounts().merge(WordCounts())),
    ("tally_words_state_size", lambda: WordCounts().save()),
    ("tally_words_save", lambda: WordCounts().save()),
    ("tally_words_load", lambda: WordCounts.load(WordCounts().save())),
    ("tally_words_clear", lambda: WordCounts().clear()),
    ("tally_top_new_with", lambda: TopWords()),
    ("tally_top_feed", lambda: TopWords().feed("c c")),
    ("tally_top_feed_fd", lambda: TopWords().feed_file(__file__)),
    ("tally_top_finish", lambda: TopWords().finish()),
    ("tally_top_total", lambda: TopWords().total()),
    ("tally_top_skipped", lambda: TopWords().skipped),
    ("tally_top_bytes", lambda: TopWords().bytes),
    ("tally_top_held", lambda: len(TopWords())),
    ("tally_top_floor", lambda: TopWords().floor),
    ("tally_top_get", lambda: TopWords().get(b"c")),
    ("tally_top_words", lambda: TopWords().most_common()),
    ("tally_top_merge", lambda: TopWords().merge(TopWords())),
    ("tally_top_state_size", lambda: TopWords().save()),
    ("tally_top_save", lambda: TopWords().save()),
    ("tally_top_load", lambda: TopWords.load(TopWords().save())),
    ("tally_top_clear", lambda: TopWords().clear()),
    ("tally_stream_new", lambda: Stream(COUNTER)),
    ("tally_stream_feed", lambda: Stream(COUNTER).feed(b"c")),
    ("tally_stream_feed_fd", lambda: Stream(COUNTER).feed_file(__file__)),
    ("tally_counter_unclosed_quote", lambda: COUNTER.unclosed_quote(b"c")),
    ("tally_stream_find", lambda: Stream(COUNTER).find(b"c")),
    ("tally_stream_finish", lambda: Stream(COUNTER).finish()),
    ("tally_stream_unclosed_quote", lambda: Stream(COUNTER).unclosed_quote),
    ("tally_summary_unclosed_quote", lambda: Summary(COUNTER).unclosed_quote),
    ("tally_stream_match", lambda: Stream(COUNTER).first_match),
    ("tally_stream_match", lambda: Stream(COUNTER).matched),
    ("tally_stream_reset", lambda: Stream(COUNTER).reset()),
    ("tally_summary_new", lambda: Summary(COUNTER)),
    ("tally_summary_feed", lambda: Summary(COUNTER).feed(b"c")),
    ("tally_summary_feed_fd", lambda: Summary(COUNTER).feed_file(__file__)),
    ("tally_summary_feed_file", lambda: Summary(COUNTER).feed_file(__file__, threads=2)),
    ("tally_summary_merge", lambda: Summary(COUNTER).merge(Summary(COUNTER))),
    ("tally_summary_state_size", lambda: Summary(COUNTER).save()),
    ("tally_summary_save", lambda: Summary(COUNTER).save()),
    ("tally_summary_load", lambda: Summary.load(COUNTER, Summary(COUNTER).save())),
    ("tally_summary_totals", lambda: Summary(COUNTER).totals),
    ("tally_summary_reset", lambda: Summary(COUNTER).reset()),
]


@pytest.mark.parametrize(("name", "call"), FUNCTIONS)
def test_functions(name: str, call: Callable[[], object]) -> None:
    panics(name, call)
    # The process goes on.
    call()


def test_all_functions_that_can_fail() -> None:
    from libtally._declarations import FUNCTIONS as DECLARED

    ends = ("_free", "_message", "_version", "_backend")
    # A path is opened here and read by its descriptor, and Counter has all options. Lists are
    # joined by their lengths.
    unused = {
        "tally_stream_feed_file",
        "tally_counter_new",
        "tally_count_words_file",
        "tally_words_new",
        "tally_top_new",
        "tally_top_feed_file",
    }
    unused |= {name for name in DECLARED if "_offsets" in name}
    assert {name for name in DECLARED if not name.endswith(ends)} - unused == dict(FUNCTIONS).keys()


@pytest.mark.skipif(libtally.binding() != "cffi", reason="over ctypes it is tally_counter_counts")
def test_lists_of_the_fast_module() -> None:
    panics("tally_counter_count", lambda: COUNTER.counts(["c", b"c"]), passes=1)
    assert COUNTER.counts(["c", b"c"]) == [1, 1]


LARGE = b"." * (1 << 20)
# `count` is not among them: it passes no such point.
SCANS: list[Callable[[], object]] = [
    lambda: LINES.has_count(LARGE),
    lambda: LINES.has_count(bytearray(LARGE)),
    lambda: LINES.find(LARGE),
    lambda: list(LINES.matches(LARGE)),
    lambda: LINES.max_count(LARGE.decode()),
    lambda: LINES.matching_segments(LARGE),
    lambda: LINES.has_counts([b"c", LARGE]),
    lambda: LINES.max_counts([b"c", bytearray(LARGE)]),
]


@pytest.mark.parametrize("call", SCANS)
def test_inside_a_scan(call: Callable[[], object]) -> None:
    before = call()
    panics("scan", call)
    assert call() == before


def broken_stream() -> Stream:
    stream = Stream(COUNTER)
    stream.feed(b"c")
    panics("advance", lambda: stream.feed(DATA))
    return stream


def broken_summary() -> Summary:
    summary = Summary(COUNTER)
    summary.feed(DATA)
    panics("feed", lambda: summary.feed(DATA))
    return summary


STREAM_CALLS: list[Callable[[Stream], object]] = [
    lambda stream: stream.feed(b""),
    lambda stream: stream.feed("c"),
    lambda stream: stream.feed_file(__file__),
    lambda stream: stream.feed_file(io.BytesIO(DATA)),
    lambda stream: stream.find(b""),
    lambda stream: stream.finish(),
    lambda stream: stream.unclosed_quote,
    lambda stream: stream.matched,
    lambda stream: stream.first_match,
]
SUMMARY_CALLS: list[Callable[[Summary], object]] = [
    lambda summary: summary.feed(b""),
    lambda summary: summary.feed("c"),
    lambda summary: summary.feed_file(__file__),
    lambda summary: summary.feed_file(__file__, threads=2),
    lambda summary: summary.feed_file(io.BytesIO(DATA)),
    lambda summary: summary.merge(Summary(COUNTER)),
    lambda summary: Summary(COUNTER).merge(summary),
    lambda summary: summary.merge(summary),
    lambda summary: summary.save(),
    lambda summary: summary.totals,
    lambda summary: summary.unclosed_quote,
    lambda summary: pickle.dumps(summary),
    lambda summary: copy.copy(summary),
]


def test_broken_streams() -> None:
    stream = broken_stream()
    for call in STREAM_CALLS * 2:
        with pytest.raises(PanicError, match="defect in the library"):
            call(stream)
    stream.reset()
    assert stream.first_match is None
    assert stream.feed(DATA) is True
    assert stream.first_match == (0, 0, 1999, 1000)


def test_broken_summaries() -> None:
    summary = broken_summary()
    for call in SUMMARY_CALLS * 2:
        with pytest.raises(PanicError, match="defect in the library"):
            call(summary)
    summary.reset()
    assert summary.totals == Totals(0, 0, 0, 1, 0)
    summary.feed(DATA)
    assert summary.totals == Totals(2000, 1000, 1000, 1, 1)


def test_broken_ones_are_freed() -> None:
    for _ in range(100):
        broken_stream()
        broken_summary()


def file_of(size: int, tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.write_bytes(b"." * size)
    return path


@pytest.mark.parametrize("passes", [0, 1])
def test_while_reading(passes: int, tmp_path: Path) -> None:
    path = file_of(1 << 20, tmp_path)
    stream, summary = Stream(COUNTER), Summary(COUNTER)
    objects: list[Any] = [stream, summary]
    for one in objects:
        panics("read", partial(one.feed_file, path), passes)
        with pytest.raises(PanicError):
            one.feed(b"")
        one.reset()
        one.feed_file(path)
    assert summary.totals.bytes == 1 << 20
    assert not stream.matched


@pytest.mark.parametrize("point", ["merge", "merged"])
def test_while_merging(point: str) -> None:
    left, right = Summary(COUNTER), Summary(COUNTER)
    left.feed(DATA)
    right.feed(DATA)
    panics(point, lambda: left.merge(right))
    with pytest.raises(PanicError):
        left.totals  # noqa: B018
    left.reset()
    left.feed(DATA)
    right.reset()
    right.feed(DATA)
    left.merge(right)
    assert left.totals.count == 2000


def test_in_threads(tmp_path: Path) -> None:
    path = file_of(32 << 20, tmp_path)
    panics("worker", lambda: totals_file(COUNTER, path, threads=2))
    assert totals_file(COUNTER, path, threads=2).bytes == 32 << 20
    data = path.read_bytes()
    panics("worker", lambda: COUNTER.count(data, threads=2))
    panics("worker", lambda: COUNTER.has_count(data, threads=2))
    assert COUNTER.count(data, threads=2) == 0
