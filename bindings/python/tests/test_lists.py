"""Lists: the answers are those of the items one by one."""

from __future__ import annotations

import array
import mmap
import os
import random
from typing import Any

import pytest
from conftest import CASES, Case

from libtally import Counter, Question, Reset, Summary, TopWords, WordCounts, ask

COUNTER = Counter("c", 2, Reset.NEWLINES)


def check(counter: Counter, items: list[Any]) -> None:
    assert counter.has_counts(items) == [counter.has_count(item) for item in items]
    assert counter.counts(items) == [counter.count(item) for item in items]
    assert counter.max_counts(items) == [counter.max_count(item) for item in items]


def test_answers() -> None:
    items = ["", "c", "cc", "c\nc", "", "xccc\nc"]
    forms: list[Any] = [items, tuple(items), [item.encode() for item in items]]
    for form in forms:
        assert COUNTER.has_counts(form) == [False, False, True, False, False, True]
        assert COUNTER.counts(form) == [0, 1, 2, 2, 0, 4]
        assert COUNTER.max_counts(form) == [0, 1, 2, 1, 0, 3]
    assert all(type(answer) is bool for answer in COUNTER.has_counts(items))
    assert COUNTER.counts(item for item in items) == [0, 1, 2, 2, 0, 4]
    assert COUNTER.counts(dict.fromkeys(items).keys()) == [0, 1, 2, 2, 4]


def test_nothing() -> None:
    empty: list[Any] = [[], (), iter([])]
    for none in empty:
        assert COUNTER.has_counts(none) == []
    assert COUNTER.counts([""]) == [0]
    assert Counter("c", 0).has_counts([""]) == [True]


def test_other_buffers() -> None:
    items: list[Any] = [bytearray(b"cc"), memoryview(b"c"), array.array("b", b"cccc"), b""]
    assert COUNTER.counts(items) == [2, 1, 4, 0]
    assert COUNTER.counts([*items, "c", "é"]) == [2, 1, 4, 0, 1, 0]
    assert COUNTER.counts(["c", *items]) == [1, 2, 1, 4, 0]


def test_text_that_is_not_ascii() -> None:
    counter = Counter("é", 2)
    items = ["é", "éé", "c", "", "😀é"] * 100
    assert counter.counts(items) == [1, 2, 0, 0, 1] * 100
    # The bytes of an item are never joined with those of the next.
    assert Counter(b"\xc3\xa9", 1).counts([b"\xc3", b"\xa9"]) == [0, 0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_cases(case: Case) -> None:
    if case.data is None:
        return
    cuts = sorted(random.Random(1).choices(range(len(case.data) + 1), k=7))
    ends = zip([0, *cuts], [*cuts, len(case.data)])
    check(case.counter(min_number=2), [case.data[start:end] for start, end in ends])


def test_many() -> None:
    items = ["c" * (number % 50) for number in range(100_000)]
    assert COUNTER.counts(items) == [number % 50 for number in range(100_000)]


@pytest.mark.parametrize(
    "wrong", ["text", b"bytes", bytearray(b"bytes"), ["a", 1], [b"b", 1.5], [1], [object()], 5]
)
def test_refused(wrong: Any) -> None:
    for method in (COUNTER.has_counts, COUNTER.counts, COUNTER.max_counts):
        with pytest.raises(TypeError):
            method(wrong)


class Frame:
    """A table whose iteration is that of its names, as that of every DataFrame."""

    columns = property(lambda _: ["text"])

    def __iter__(self) -> Any:
        return iter(["text"])


def mapped() -> Any:
    memory = mmap.mmap(-1, 4)
    memory.write(b"cccc")
    return memory


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ("cc", "not str: it is one text.*pass a list"),
        (b"cc", "not bytes: it is one text.*pass a list"),
        (memoryview(b"cc"), "not memoryview: it is one text"),
        (memoryview(b"cc").cast("c"), "not memoryview: it is one text"),
        (array.array("b", b"cc"), "not array: it is one text"),
        (mapped(), "not mmap: it is one text"),
        (None, "a list or the like, not NoneType$"),
        (5, "a list or the like, not int$"),
        ({"c": ["cc"]}, "not dict: pass a list of its values or of its keys"),
        (os.environ, "not _Environ: pass a list of its values"),
        ({"c", "cc"}, "not set: it has no order; pass a list"),
        (frozenset({"c"}), "not frozenset: it has no order; pass a list"),
        (Frame(), "not Frame: pass one of its columns"),
        (["a", float("nan")], "row 1 has to be text or None, not nan: pass None"),
        (["a", "é", 5], "row 2 has to be a str"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_not_a_list(wrong: Any, match: str) -> None:
    """Nothing is counted that is not the values, and the exception says what to pass."""
    for call in (
        *(COUNTER.has_counts, COUNTER.counts, COUNTER.max_counts),
        lambda items: ask(items, Question.bytes()),
        *(Summary(COUNTER).feed_column, WordCounts().feed_column, TopWords().feed_column),
    ):
        with pytest.raises(TypeError, match=match):
            call(wrong)


def test_what_is_not_a_list_of_other_packages() -> None:
    pandas = pytest.importorskip("pandas")
    for missing in (pandas.NA, pandas.NaT):
        with pytest.raises(TypeError, match=f"row 1 has to be text or None, not {missing}: pass"):
            COUNTER.counts(["a", missing])
    polars = pytest.importorskip("polars")
    with pytest.raises(TypeError, match="not Expr: pass a Series; .* use map_batches"):
        COUNTER.counts(polars.col("text"))
    with pytest.raises(TypeError, match=r"not LazyFrame: .* what its collect\(\) returns"):
        COUNTER.counts(polars.LazyFrame({"text": ["c"]}))
    duckdb = pytest.importorskip("duckdb")
    with pytest.raises(TypeError, match=r"not DuckDBPyConnection: pass a relation .*sql\(\)"):
        COUNTER.counts(duckdb.connect())


def test_lists_are_fed_to_summaries() -> None:
    values = ["cc", None, "c\nc", b"", "é"] * 2000
    right = Summary(COUNTER)
    for value in values:
        if value is not None:
            right.feed(value)
            right.feed("\n")
    for form in (values, iter(values), tuple(values)):
        summary = Summary(COUNTER)
        summary.feed_column(form)
        assert summary == right
    numpy = pytest.importorskip("numpy")
    summary = Summary(COUNTER)
    summary.feed_column(numpy.array(values, dtype=object))
    assert summary == right
    pandas = pytest.importorskip("pandas")
    summary = Summary(COUNTER)
    summary.feed_column(pandas.Series([*values, float("nan")], dtype=object))
    assert summary == right


def test_none() -> None:
    items = [None, "c", None, "cc", b"ccc", None]
    assert COUNTER.counts(items) == [None, 1, None, 2, 3, None]
    assert COUNTER.has_counts(items) == [None, False, None, True, True, None]
    assert COUNTER.max_counts([None]) == [None]
    long = [None, "c" * 100_000, "é" * 100_000 + "c", b"c" * 100_000, None, "c"] * 3
    assert COUNTER.counts(long) == [None, 100_000, 1, 100_000, None, 1] * 3
    many = ["cc"] * 10_000
    many[5000] = None  # type: ignore[call-overload]
    assert COUNTER.counts(many) == [2] * 5000 + [None] + [2] * 4999


def test_text_of_every_length_of_utf8() -> None:
    texts = ["", "c", "é", "éc", "€c", "c😀", "😀" * 9 + "c", "ccc"]
    generator = random.Random(3)
    for needle in ("c", "é", "😀", "€"):
        counter = Counter(needle, 1)
        for _ in range(50):
            items = generator.choices(texts, k=generator.randrange(300))
            assert counter.counts(items) == [item.count(needle) for item in items]
            assert counter.has_counts(items) == [needle in item for item in items]


def test_some_text_that_is_not_ascii() -> None:
    """One at each place of a batch, of which most groups have none."""
    counter = Counter("c", 1)
    ascii_items = ["c" * (at % 7) + "x" for at in range(300)]
    for other in ("é", "ccé", "€c", "😀cc"):
        for at in (0, 1, 63, 64, 65, 127, 128, 298, 299):
            items = [*ascii_items[:at], other, *ascii_items[at + 1 :]]
            assert counter.counts(items) == [item.count("c") for item in items]
            items[at - 1] = "\udc80"
            with pytest.raises(UnicodeEncodeError, match=rf"\(in row {(at - 1) % 300}\)"):
                counter.counts(items)


def same(answers: Any, expected: Any, dtype: Any) -> None:
    numpy = pytest.importorskip("numpy")
    expected = numpy.array(expected, dtype=dtype)
    assert type(answers) is numpy.ndarray
    assert (answers.dtype, answers.shape) == (expected.dtype, expected.shape)
    assert (answers == expected).all()


def test_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    items = [b"", b"c", b"ccc", b"c\0c", b"\ncc"]
    for dtype in ("S", "S10"):
        form = numpy.array(items, dtype=dtype)
        for shape in ((5,), (1, 5), (5, 1, 1)):
            shaped = form.reshape(shape)
            same(COUNTER.counts(shaped), numpy.array([0, 1, 3, 2, 2]).reshape(shape), "int64")
            has = numpy.array([False, False, True, True, True]).reshape(shape)
            same(COUNTER.has_counts(shaped), has, bool)
        same(COUNTER.max_counts(form), [0, 1, 3, 2, 2], "int64")
        same(COUNTER.counts(numpy.repeat(form, 2)[::2]), [0, 1, 3, 2, 2], "int64")
        # The zeros behind an item are not part of it.
        same(Counter("\0", 1).counts(form), [0, 0, 0, 1, 0], "int64")
        same(Counter({0, 5}, 1).counts(form), [0, 0, 0, 1, 0], "int64")
        same(Counter("c", 1, b"\0").max_counts(form), [0, 1, 3, 1, 2], "int64")
    text = numpy.array(["é", "cc"])
    same(COUNTER.counts(text), [0, 2], "int64")
    same(COUNTER.counts(text.astype(object)), [0, 2], "int64")
    same(COUNTER.counts(numpy.array(["c", None], object)), [1, None], object)
    same(COUNTER.has_counts(numpy.array([["c", None]], object)), [[False, None]], object)
    same(COUNTER.counts(numpy.array([[b"c", b"cc"], [b"", b"c"]])), [[1, 2], [0, 1]], "int64")
    same(COUNTER.counts(numpy.array("ccc")), 3, "int64")
    for empty in (numpy.array([], "S3"), numpy.array([], "U3"), numpy.array([], object)):
        same(COUNTER.counts(empty), [], "int64")
    same(COUNTER.counts(numpy.zeros((2, 0), "S3")), numpy.zeros((2, 0)), "int64")
    masked = numpy.ma.masked_array([b"c", b"cc", b"ccc"], [True, False, False])
    same(COUNTER.counts(masked), [None, 2, 3], object)
    same(COUNTER.counts(masked[1:]), [2, 3], "int64")
    for wrong in (numpy.zeros(2), numpy.zeros(2, "u1"), numpy.array(["2020-01-01"], "M8[D]")):
        with pytest.raises(TypeError, match="is not text: pass an array of strings"):
            COUNTER.counts(wrong)


def test_library_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    from libtally import _lists

    # The lengths do not add up to that of the data.
    monkeypatch.setattr(_lists, "_join", lambda *_: (b"ccc", array.array(_lists.SIZE, [1, 1])))
    with pytest.raises(ValueError, match="invalid argument"):
        COUNTER.counts([bytearray(b"c")])
