"""What counters take, and what they say to the rest."""

from __future__ import annotations

import array
import mmap
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

import libtally
from libtally import Counter, Match, Reset, Totals

DATA = b"c-c\nc-c-c\n"
# One way each, in a form that says what went wrong.
QUERIES = ["has_count", "find", "find_all", "count", "max_count", "segments_reached"]


def counter() -> Counter:
    return Counter("c", 3, Reset.NEWLINES)


def mapped(path: Path, access: int) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 0, access=access)


def check(data: Any) -> None:
    assert counter().has_count(data) is True
    assert counter().find(data) == Match(1, 4, 9)
    assert counter().find_all(data) == [(1, 4, 9)]
    assert counter().count(data) == 5
    assert counter().max_count(data) == 3
    assert counter().segments_reached(data) == 1
    stream, summary = counter().stream(), counter().summary()
    assert stream.feed(data) is True
    summary.feed(data)
    assert summary.totals == Totals(10, 5, 3, 3, 1)


def test_buffers(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(DATA)
    for data in [
        DATA,
        DATA.decode(),
        bytearray(DATA),
        memoryview(DATA),
        memoryview(b"ccc" + DATA)[3:],
        memoryview(DATA).cast("B", (2, 5)),
        memoryview(DATA).cast("H"),
        array.array("b", DATA),
        array.array("H", DATA),
        mapped(path, mmap.ACCESS_READ),
        mapped(path, mmap.ACCESS_WRITE),
    ]:
        check(data)


def test_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    data = numpy.frombuffer(DATA, dtype=numpy.uint8)
    check(data)
    check(data.reshape(2, 5))
    check(numpy.array([DATA]))
    check(data.copy())
    for broken in (numpy.repeat(data, 2)[::2], numpy.asfortranarray(data.reshape(2, 5))):
        with pytest.raises(TypeError, match="contiguous"):
            counter().count(broken)


def test_buffers_are_held_and_let_go() -> None:
    data = bytearray(DATA)
    check(data)
    data.append(0)


@pytest.mark.parametrize("query", QUERIES)
def test_no_data(query: str) -> None:
    ask = getattr(counter(), query)
    with pytest.raises(TypeError, match="not int"):
        ask(5)
    with pytest.raises(TypeError, match="has_counts"):
        ask([DATA])
    with pytest.raises(TypeError, match="contiguous"):
        ask(memoryview(DATA)[::2])
    with pytest.raises(TypeError, match="not NoneType"):
        ask(None)
    with pytest.raises(UnicodeEncodeError):
        ask("\ud800")


@pytest.mark.parametrize("size", [0, 1, 100, 8191, 8192, 8193, 100_000])
def test_text(size: int) -> None:
    ascii_text = "." * size + "ccc"
    assert counter().find(ascii_text) == (0, 0, size + 3)
    assert counter().has_count(ascii_text) is True
    text = "é" * size + "ccc"
    assert counter().find(text) == (0, 0, 2 * size + 3)
    assert Counter("é", 1).count(text) == size
    assert Counter("é", 1).count(ascii_text) == 0
    assert Counter("😀", 1).count(text + "😀") == 1


def test_what() -> None:
    for what in ("é", "é".encode(), 0xE9):
        assert Counter(what, 1).count("éé") == 2
    assert Counter({0xC3, 0xFF}, 1).count("éé") == 2
    assert Counter(frozenset(b"ab"), 1).count(b"abc") == 2
    assert Counter("ab", 1).count(b"abab") == 2
    # As a character, though it has reset bytes of its own.
    assert Counter("\n", 2, Reset.NEWLINES).max_count(b"a\n\n") == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("", 1), ValueError),
        ((b"", 1), ValueError),
        ((set(), 1), ValueError),
        (({256}, 1), ValueError),
        (({-1}, 1), ValueError),
        ((-1, 1), ValueError),
        ((0x110000, 1), ValueError),
        ((0xD800, 1), ValueError),
        (("\ud800", 1), ValueError),
        (("c", -1), ValueError),
        (("c", 2**64), ValueError),
        (("a\nb", 1, Reset.NEWLINES), ValueError),
        (("é", 1, b"\xa9"), ValueError),
        ((1.5, 1), TypeError),
        ((None, 1), TypeError),
        (({"c"}, 1), TypeError),
        (("c", "1"), TypeError),
        (("c", 1.0), TypeError),
        (("c", 1, "\n"), TypeError),
        (("c", 1, 1), TypeError),
        (("c",), TypeError),
    ],
)
def test_bad_counters(arguments: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        Counter(*arguments)


def test_limits_of_the_number() -> None:
    assert Counter("c", 0).find(b"") == (0, 0, 0)
    assert Counter("c", 2**64 - 1).has_count(b"c") is False
    assert Counter("c", 2**64 - 1).min_number == 2**64 - 1


def test_threads_argument() -> None:
    for number in (0, -1, 2**32):
        with pytest.raises(ValueError, match="threads"):
            counter().count(DATA, threads=number)
        with pytest.raises(ValueError, match="threads"):
            counter().has_count(DATA, threads=number)
    with pytest.raises(TypeError, match="threads"):
        counter().count(DATA, threads=1.5)  # type: ignore[arg-type]


def test_many_matches() -> None:
    for number in (1, 63, 64, 65, 128, 1000):
        found = counter().find_all(b"ccc\n" * number)
        assert found == [(at, 4 * at, 4 * at + 3) for at in range(number)]


def test_equal_and_pickled() -> None:
    same = [
        Counter("é", 2, Reset.NEWLINES),
        Counter(0xE9, 2, b"\n"),
        Counter(b"\xc3\xa9", 2, b"\n\n"),
    ]
    others = [Counter("é", 3, b"\n"), Counter("é", 2), Counter({0xC3, 0xA9}, 2, b"\n"), "é"]
    assert len(set(same)) == 1
    assert all(one == same[0] for one in same)
    assert all(other != same[0] for other in others)
    for one in [*same, *others]:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(one, protocol)) == one
    assert repr(same[0]) == "Counter('é', 2, Reset.NEWLINES)"
    assert eval(repr(Counter({1}, 2, b"x"))) == Counter({1}, 2, b"x")
    summary = counter().summary()
    summary.feed(DATA)
    assert pickle.loads(pickle.dumps(summary.totals)) == summary.totals
    assert pickle.loads(pickle.dumps(counter().find(DATA))) == counter().find(DATA)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(counter().stream())


def test_streams_and_summaries_start_again() -> None:
    stream, summary = counter().stream(), counter().summary()
    for _ in range(2):
        assert not stream.reached
        assert stream.match is None
        assert summary.totals == Totals(0, 0, 0, 1, 0)
        stream.feed(DATA)
        summary.feed(DATA)
        assert stream.reached
        assert summary.totals.count == 5
        stream.reset()
        summary.reset()


def test_merging() -> None:
    left, right = counter().summary(), counter().summary()
    left.feed(b"c")
    right.feed(b"cc")
    left.merge(right)
    left.merge(left)
    assert left.totals == Totals(6, 6, 6, 1, 1)
    with pytest.raises(ValueError, match="different"):
        left.merge(Counter("d", 3, Reset.NEWLINES).summary())
    with pytest.raises(TypeError):
        left.merge(counter().stream())  # type: ignore[arg-type]


def test_handles_outlive_the_counter() -> None:
    stream = counter().stream()
    assert stream.feed(DATA)


def test_names() -> None:
    assert libtally.backend() in ("cffi", "ctypes")
    assert libtally.instruction_set() in ("avx512", "avx2", "sse2", "neon", "portable")
    assert libtally.__version__.count(".") == 2


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="of CPython alone")
def test_nothing_is_leaked() -> None:
    data = bytearray(DATA)
    text = "." * 10_000
    references = sys.getrefcount(data), sys.getrefcount(text)
    for _ in range(100):
        counter().find_all(data)
        counter().count(text)
    assert (sys.getrefcount(data), sys.getrefcount(text)) == references
