"""What is counted is what a person sees, or it is refused: never the memory of something else."""

from __future__ import annotations

import array
import ctypes
import io
import mmap
import tempfile
from typing import Any, Callable

import pytest

from libtally import Counter, Reset, Stream, Summary

COUNTER = Counter(",", 1, Reset.NEWLINES)
ASK: list[Callable[[Any], object]] = [
    COUNTER.has_count,
    COUNTER.count,
    COUNTER.max_count,
    COUNTER.matching_segments,
    COUNTER.find,
    COUNTER.find_many,
    lambda data: list(COUNTER.matches(data)),
    lambda data: COUNTER.count(data, threads=2),
    lambda data: Stream(COUNTER).feed(data),
    lambda data: Summary(COUNTER).feed(data),
]


def refused(data: Any, match: str) -> None:
    for ask in ASK:
        with pytest.raises(TypeError, match=match) as caught:
            ask(data)
        assert "tobytes()" in str(caught.value)


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_char)]


WIDE: list[tuple[Any, str]] = [
    (array.array("H", b",,,,"), r"data is of type array\.array, .*format 'H'"),
    (array.array("d", [1.0]), "format 'd'"),
    (memoryview(b",,,,").cast("I"), "of type memoryview, .*format 'I'"),
    ((ctypes.c_uint32 * 3)(), "format '<I'"),
    (Point(), "format 'T"),
]


@pytest.mark.parametrize(("data", "match"), WIDE)
def test_elements_of_several_bytes(data: Any, match: str) -> None:
    refused(data, match)
    with pytest.raises(TypeError, match="row 1 is of type"):
        COUNTER.counts(["", data])


def test_single_bytes() -> None:
    singles: list[Any] = [
        array.array("b", b"a,b"),
        array.array("B", b"a,b"),
        memoryview(b"a,b").cast("b"),
        memoryview(b"a,b").cast("c"),
        (ctypes.c_char * 3).from_buffer_copy(b"a,b"),
        (ctypes.c_ubyte * 3)(*b"a,b"),
        ctypes.create_string_buffer(b"a,b"),
        io.BytesIO(b"a,b").getbuffer(),
    ]
    for data in singles:
        assert COUNTER.count(data) == 1
        assert COUNTER.counts([data, "a"]) == [1, 0]


def test_numpy_arrays_whose_memory_is_not_their_text() -> None:
    numpy = pytest.importorskip("numpy")
    # No comma anywhere, but any bytes in the pointers.
    rows = numpy.array([f"row {number}" for number in range(1000)], dtype=object)
    refused(rows, r"numpy\.ndarray with dtype object")
    assert COUNTER.counts(rows).tolist() == [0] * 1000
    text = numpy.array(["a,b", ",,"])
    refused(text, "dtype <U3")
    assert COUNTER.counts(text).tolist() == [1, 2]
    refused(
        numpy.array(["2020-01-01"], dtype="M8[D]"), r"dtype datetime64\[D\], which has no buffer"
    )
    refused(numpy.array([1], dtype="m8[s]"), "dtype timedelta64")
    refused(numpy.zeros(3, dtype=[("a", "S1"), ("b", "u1")]), "dtype .*'a', 'S1'")
    refused(numpy.zeros(3, dtype="V4"), "dtype .V4")
    for kind in ("f2", "f4", "f8", "u2", "i4", "u8", "c8"):
        refused(numpy.full(9, 44, dtype=kind), numpy.dtype(kind).name)
    masked = numpy.ma.masked_array([44, 44], [True, False], dtype=numpy.uint8)
    refused(masked, "MaskedArray with dtype uint8, whose buffer contains the masked items")
    masked = numpy.ma.masked_array([b",", b",,"], [True, False])
    refused(masked, "masked")
    assert COUNTER.counts(masked).tolist() == [None, 2]
    refused(numpy.array([b"a,b", b",,"]), "dtype .S3, which is many strings: pass")
    assert COUNTER.count(numpy.array([True, False])) == 0


def test_numpy_strings_of_any_length() -> None:
    numpy = pytest.importorskip("numpy", minversion="2.0")
    text = numpy.array(["a,b", "é" * 100 + ",,"], dtype=numpy.dtypes.StringDType())
    refused(text, r"dtype StringDType\(\)")
    assert COUNTER.counts(text).tolist() == [1, 2]
    for missing in (None, float("nan")):
        dtype = numpy.dtypes.StringDType(na_object=missing)
        assert COUNTER.counts(numpy.array([",", missing], dtype=dtype)).tolist() == [1, None]


def test_series() -> None:
    pandas = pytest.importorskip("pandas")
    rows = ["1,2", "(a,b),", ""]
    series = pandas.Series(rows)
    assert COUNTER.counts(series) == [1, 2, 0]
    with pytest.raises(TypeError, match="not Series; for a list of them, use has_counts"):
        COUNTER.count(series)
    missing = [",", None, float("nan"), pandas.NA, ",,"]
    assert COUNTER.counts(pandas.Series(missing, dtype=object)) == [1, None, None, None, 2]


@pytest.mark.parametrize(
    ("bad", "name"), [(object(), "object"), (5, "int"), (1.5, "float"), (["a"], "list")]
)
@pytest.mark.parametrize("row", [0, 1, 4095, 4096, 9999])
def test_lists_name_the_row(bad: Any, name: str, row: int) -> None:
    for item in ("a,b", b"a,b", bytearray(b"a,b")):
        items: list[Any] = [item] * 10_000
        items[row] = bad
        for ask in (COUNTER.has_counts, COUNTER.counts, COUNTER.max_counts):
            with pytest.raises(TypeError, match=f"^row {row} has to be .*, not {name}"):
                ask(items)


def test_what_is_wrong_with_a_buffer() -> None:
    released = memoryview(b",,")
    released.release()
    with tempfile.TemporaryFile() as file:
        file.write(b",,")
        file.flush()
        closed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert COUNTER.count(closed) == 2
        closed.close()
    kinds: list[tuple[Any, type[Exception], str]] = [
        (released, ValueError, "released"),
        (closed, ValueError, "closed"),
        (memoryview(b",,,")[::2], TypeError, "the buffer of data is not contiguous"),
        (None, TypeError, "data has to be a str or a bytes-like object, not NoneType"),
        (io.BytesIO(b",,"), TypeError, "not BytesIO"),
        ([","], TypeError, "not list; for a list of them, use has_counts"),
    ]
    for data, kind, match in kinds:
        for ask in ASK:
            with pytest.raises(kind, match=match):
                ask(data)
        if data is not None and not isinstance(data, list):
            with pytest.raises(kind, match=match.replace("data", "row 1")):
                COUNTER.counts(["", data])


@pytest.mark.parametrize("before", [0, 1, 1000, 20_000, 50_000])
def test_position_of_a_surrogate(before: int) -> None:
    text = "é" * (before // 2) + "a" * (before - before // 2) + "\udc80" + "x" * 9
    for ask in ASK:
        with pytest.raises(UnicodeEncodeError) as caught:
            ask(text)
        assert (caught.value.start, caught.value.end) == (before, before + 1)
        assert caught.value.object == text
    # It is that in the item, wherever that stands in the list.
    lists: list[tuple[list[Any], int]] = [
        ([text], 0),
        (["abc", text], 1),
        (["abc"] * 5000 + [text], 5000),
        ([b"abc", text, text], 1),
    ]
    for items, row in lists:
        for many in (COUNTER.has_counts, COUNTER.counts, COUNTER.max_counts):
            with pytest.raises(UnicodeEncodeError, match=f"row {row}") as caught:
                many(items)
            assert (caught.value.start, caught.value.end) == (before, before + 1)
            assert caught.value.object == text


def test_position_of_a_surrogate_in_a_needle() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        Counter("é1\ud800", 1)
    assert (caught.value.start, caught.value.object) == (2, "é1\ud800")


def test_an_int_is_a_character() -> None:
    data = "ª".encode() + b"\xaa"
    assert data.count(0xAA) == 2
    assert Counter(0xAA, 1).count(data) == 1
    assert Counter(b"\xaa", 1).count(data) == Counter({0xAA}, 1).count(data) == 2
    assert "bytes.count(0xAA)" in (Counter.__doc__ or "")
