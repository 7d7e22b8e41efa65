"""Arguments: those that counters accept, and the exceptions for the others."""

from __future__ import annotations

import array
import mmap
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

import libtally
from libtally import (
    Counter,
    DifferentCountersError,
    Match,
    NotAMatchError,
    Reset,
    ResetInNeedleError,
    Stream,
    Summary,
    Totals,
)

DATA = b"c-c\nc-c-c\n"
# From this length on an ASCII str is read in place, on CPython.
LARGE = 16384
QUERIES = ["has_count", "find", "find_many", "matches", "count", "max_count", "matching_segments"]


def counter() -> Counter:
    return Counter("c", 3, Reset.NEWLINES)


def mapped(path: Path, access: int) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 0, access=access)


def check(data: Any) -> None:
    assert counter().has_count(data) is True
    assert counter().find(data) == Match(1, 4, 9, 3)
    assert counter().find(data, threads=2) == Match(1, 4, 9, 3)
    assert counter().find_many(data) == [(1, 4, 9, 3)]
    assert list(counter().matches(data)) == [(1, 4, 9, 3)]
    assert counter().count(data) == 5
    assert counter().max_count(data) == 3
    assert counter().matching_segments(data) == 1
    stream, summary = Stream(counter()), Summary(counter())
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
        memoryview(DATA).cast("c"),
        array.array("b", DATA),
        array.array("B", DATA),
        mapped(path, mmap.ACCESS_READ),
        mapped(path, mmap.ACCESS_WRITE),
    ]:
        check(data)


def test_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    data = numpy.frombuffer(DATA, dtype=numpy.uint8)
    check(data)
    check(data.reshape(2, 5))
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
    method = getattr(counter(), query)

    def ask(data: Any) -> object:
        answer = method(data)
        return list(answer) if query == "matches" else answer

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


@pytest.mark.parametrize("size", [0, 1, 100, LARGE - 4, LARGE - 3, LARGE, LARGE + 1, 100_000])
def test_text(size: int) -> None:
    ascii_text = "." * size + "ccc"
    assert counter().find(ascii_text) == (0, 0, size + 3, 3)
    assert counter().has_count(ascii_text) is True
    text = "é" * size + "ccc"
    assert counter().find(text) == (0, 0, 2 * size + 3, 3)
    assert Counter("é", 1).count(text) == size
    assert Counter("é", 1).count(ascii_text) == 0
    assert Counter("😀", 1).count(text + "😀") == 1


def test_needles() -> None:
    for needle in ("é", "é".encode(), 0xE9):
        assert Counter(needle, 1).count("éé") == 2
    assert Counter({0xC3, 0xFF}, 1).count("éé") == 2
    assert Counter(frozenset(b"ab"), 1).count(b"abc") == 2
    assert Counter("ab", 1).count(b"abab") == 2
    # A needle of one byte may be a reset byte.
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
        (("a\ud800", 1), UnicodeEncodeError),
        ((2**32, 1), ValueError),
        (("c", -1), ValueError),
        (("c", 2**64), ValueError),
        (("a\nb", 1, Reset.NEWLINES), ResetInNeedleError),
        (("é", 1, b"\xa9"), ResetInNeedleError),
        ((0xE9, 1, b"\xa9"), ResetInNeedleError),
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


def test_sets_of_characters() -> None:
    for wrong in ({"a", "b"}, {b"a"}, {97, "b"}, frozenset({None})):
        with pytest.raises(
            TypeError, match=r"byte values, as \{\*b',;'\}, not (str|bytes|NoneType)$"
        ):
            Counter(wrong, 1)  # type: ignore[arg-type]


def test_limits_of_the_number() -> None:
    assert Counter("c", 0).find(b"") == (0, 0, 0, 0)
    assert Counter("c", 2**64 - 1).has_count(b"c") is False
    assert Counter("c", 2**64 - 1).min_number == 2**64 - 1


def test_threads_argument() -> None:
    for number in (0, -1, 2**32):
        with pytest.raises(ValueError, match="threads"):
            counter().count(DATA, threads=number)
        with pytest.raises(ValueError, match="threads"):
            counter().has_count(DATA, threads=number)
        with pytest.raises(ValueError, match="threads"):
            counter().find(DATA, threads=number)
    with pytest.raises(TypeError, match="threads"):
        counter().count(DATA, threads=1.5)  # type: ignore[arg-type]


def test_many_matches() -> None:
    for number in (1, 63, 64, 65, 128, 1000):
        expected = [(at, 4 * at, 4 * at + 3, 3) for at in range(number)]
        data = b"ccc\n" * number
        assert counter().find_many(data) == expected
        assert list(counter().matches(data)) == expected
        assert list(counter().matches(data.decode())) == expected
        assert [match.segment for match in counter().matches("ccc\né" * number)] == list(
            range(number)
        )
        for limit in (0, 1, 2, 63, 64, 65, 1000, 2**64 - 1):
            assert counter().find_many(data, limit) == expected[:limit]
            for at in {0, number // 2, number - 1}:
                rest = counter().find_many(data, limit, Match(*expected[at]))
                assert rest == expected[at + 1 :][:limit]


def test_matches_are_found_while_consumed() -> None:
    data = bytearray(b"ccc\n" * 1000)
    matches = counter().matches(data)
    assert next(matches) == Match(0, 0, 3, 3)
    # No buffer is held meanwhile.
    data.clear()
    with pytest.raises(NotAMatchError):
        list(matches)


def test_bad_limits_and_matches() -> None:
    data = b"ccc\nccc\n"
    for limit in (-1, 2**64):
        with pytest.raises(ValueError, match="limit"):
            counter().find_many(data, limit)
    with pytest.raises(TypeError, match="limit"):
        counter().find_many(data, 1.5)  # type: ignore[arg-type]
    wrong = [Match(0, 0, 100, 3), Match(1, 3, 7, 3), Match(0, 0, 3, 4), Match(5, 4, 7, 3)]
    for match in wrong:
        with pytest.raises(NotAMatchError, match="not a match"):
            counter().find_many(data, after=match)
    with pytest.raises(ValueError, match="segment"):
        counter().find_many(data, after=Match(-1, 0, 3, 3))
    with pytest.raises(TypeError):
        counter().find_many(data, after=(1, 2))  # type: ignore[arg-type]


def test_properties() -> None:
    changing = {1, 2}
    one = Counter(changing, 2, b"x")
    changing.add(3)
    assert one.needle == frozenset({1, 2})
    assert one.min_number == 2
    assert one.reset == b"x"
    assert counter().reset is Reset.NEWLINES


def test_equal_and_pickled() -> None:
    same = [Counter("é", 2, Reset.NEWLINES), Counter(0xE9, 2, Reset.NEWLINES)]
    others = [
        Counter("é", 3, Reset.NEWLINES),
        Counter("é", 2),
        Counter("é", 2, b"\n"),
        Counter({0xC3, 0xA9}, 2, Reset.NEWLINES),
        Counter("ab", 2, Reset.NEWLINES),
        "é",
    ]
    assert len(set(same)) == 1
    assert all(one == same[0] for one in same)
    assert all(other != same[0] for other in others)
    for one in [*same, *others]:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(one, protocol)) == one
    assert repr(same[0]) == "Counter('é', 2, Reset.NEWLINES)"
    assert eval(repr(Counter({1}, 2, b"x"))) == Counter({1}, 2, b"x")
    summary = Summary(counter())
    summary.feed(DATA)
    assert pickle.loads(pickle.dumps(summary.totals)) == summary.totals
    assert pickle.loads(pickle.dumps(counter().find(DATA))) == counter().find(DATA)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(Stream(counter()))


def test_streams_and_summaries_start_again() -> None:
    stream, summary = Stream(counter()), Summary(counter())
    for _ in range(2):
        assert not stream.matched
        assert stream.first_match is None
        assert summary.totals == Totals(0, 0, 0, 1, 0)
        stream.feed(DATA)
        summary.feed(DATA)
        assert stream.matched
        assert summary.totals.count == 5
        stream.reset()
        summary.reset()


def test_merging() -> None:
    left, right = Summary(counter()), Summary(counter())
    left.feed(b"c")
    right.feed(b"cc")
    left.merge(right)
    left.merge(left)
    assert left.totals == Totals(6, 6, 6, 1, 1)
    with pytest.raises(DifferentCountersError, match="different"):
        left.merge(Summary(Counter("d", 3, Reset.NEWLINES)))
    with pytest.raises(TypeError):
        left.merge(Stream(counter()))  # type: ignore[arg-type]


def test_handles_outlive_the_counter() -> None:
    stream = Stream(counter())
    assert stream.feed(DATA)


def test_names() -> None:
    assert libtally.binding() in ("cffi", "ctypes")
    assert libtally.backend() in ("avx512", "avx2", "sse2", "neon", "portable")
    assert libtally.__version__.count(".") == 2


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="of CPython alone")
def test_nothing_is_leaked() -> None:
    data = bytearray(DATA)
    text = "." * 10_000
    references = sys.getrefcount(data), sys.getrefcount(text)
    for _ in range(100):
        counter().find_many(data)
        counter().count(text)
    assert (sys.getrefcount(data), sys.getrefcount(text)) == references
