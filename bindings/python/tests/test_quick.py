"""The faster module for the most frequent data: bytes, str, and lists of them.

Its answers are those of Python's own counting, on both sides of each limit.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
from typing import Any, Callable

import pytest

import libtally
from libtally import Counter, Reset
from libtally._errors import failure
from libtally._library import library
from libtally._lists import BATCH

# Up to SHORT bytes the GIL is kept; a str above MEDIUM is left to the cffi module.
SHORT, MEDIUM = 2048, 32768
LIMITS = [limit + more for limit in (SHORT, MEDIUM) for more in (-1, 0, 1)]
LENGTHS = [0, 1, 2, 19, 20, 63, 64, 65, 500, *LIMITS]
NUMBER = 3
COUNTER = Counter("c", NUMBER, Reset.NEWLINES)
ONE = ["has_count", "count", "max_count", "matching_segments"]
MANY = ["has_counts", "counts", "max_counts"]

over_cffi = pytest.mark.skipif(libtally.binding() != "cffi", reason="there is none over ctypes")


class Bytes(bytes):
    pass


class Text(str):
    pass


def expected(data: Any) -> tuple[bool, int, int, int]:
    counts = [line.count(b"c") for line in as_bytes(data).split(b"\n")]
    matching = sum(count >= NUMBER for count in counts)
    return matching > 0, sum(counts), max(counts), matching


def as_bytes(data: Any) -> bytes:
    return data.encode() if isinstance(data, str) else bytes(data)


def text(length: int, characters: str) -> str:
    return "".join(random.Random(length).choices(characters, k=length))


def check(items: list[Any]) -> None:
    right = [expected(item) for item in items]
    for form in (items, tuple(items)):
        for at, name in enumerate(MANY):
            answers = getattr(COUNTER, name)(form)
            assert answers == [answer[at] for answer in right]
            assert {type(answer) for answer in answers} <= {int if at else bool}


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("characters", ["c", "c.\n", "c..............\n", "cé\n", "c😀€\n"])
def test_answers(characters: str, length: int) -> None:
    data = text(length, characters)
    encoded = data.encode()
    forms: list[Any] = [data, encoded, Text(data), Bytes(encoded), bytearray(encoded)]
    for form in forms:
        right = expected(form)
        answers = [getattr(COUNTER, name)(form) for name in ONE]
        assert answers == list(right)
        assert [type(answer) for answer in answers] == [bool, int, int, int]
        check([form])
        check(["c", form, b"ccc"])


@over_cffi
def test_which_have_an_answer() -> None:
    queries: Any = COUNTER._queries
    others: list[Any] = [
        Text("c"),
        Bytes(b"c"),
        bytearray(b"c"),
        memoryview(b"c"),
        "c" * (MEDIUM + 1),
        5,
    ]
    answered: list[Any] = ["", "c", "é" * MEDIUM, b"", b"c" * SHORT, b"c" * 99_999]
    for data in answered:
        right = expected(data)
        assert [getattr(queries, name)(data) for name in ONE] == list(right)
        assert [getattr(queries, name)([data]) for name in MANY] == [[it] for it in right[:3]]
    for data in others:
        assert [getattr(queries, name)(data) for name in ONE] == [None] * 4
        for items in ([data], [data, "c"], ["c", data], [b"c", data, b"c"]):
            assert [getattr(queries, name)(items) for name in MANY] == [None] * 3
    # In a list, None is its own answer.
    assert [getattr(queries, name)(None) for name in ONE] == [None] * 4
    for name, answer in zip(MANY, expected("c")):
        assert getattr(queries, name)([None, "c", None]) == [None, answer, None]
        assert getattr(queries, name)([None]) == [None]


@pytest.mark.parametrize("length", LIMITS)
def test_lists_around_the_limit(length: int) -> None:
    for character in ("c", "é"):
        long = "c" + character * (length - 1)
        check([long] * 5)
        check([long.encode()] * 5)
        check(["c", long, b"cc", "", long.encode(), "é"])


def test_lists_of_all_kinds() -> None:
    check([])
    check([""])
    check([b""])
    check(["c", "ccc", "", "c\ncc"])
    check([b"c", b"ccc", b"", b"c\ncc"])
    check(["c", b"ccc", "éc", bytearray(b"c"), Text("cc"), Bytes(b"cc"), memoryview(b"ccc")])
    # Two characters of one byte each, and one of two.
    check(["cé", "éc"] * 3)
    check(["\0c", "c\0", "\0"])


@pytest.mark.parametrize("number", [BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 1])
def test_batches(number: int) -> None:
    items: list[Any] = [text(at % 23, "c.\n") for at in range(number)]
    encoded: list[Any] = [item.encode() for item in items]
    check(items)
    check(encoded)
    for at in (0, number // 2, BATCH - 2, number - 1):
        for odd in ("é" * 3 + "c", b"ccc", bytearray(b"ccc"), "c" * (MEDIUM + 1)):
            check([*items[:at], odd, *items[at + 1 :]])
            check([*encoded[:at], odd, *encoded[at + 1 :]])


@pytest.mark.parametrize("bad", ["\ud800", "c" * 100 + "\udfff", "\ud83d\ude00"])
def test_lone_surrogates(bad: str) -> None:
    for name in ONE:
        with pytest.raises(UnicodeEncodeError):
            getattr(COUNTER, name)(bad)
    for name in MANY:
        for items in ([bad], ["c", bad, "c"], [b"c", bad, b"c"], ["c"] * BATCH + ["é", bad]):
            with pytest.raises(UnicodeEncodeError):
                getattr(COUNTER, name)(items)


@pytest.mark.parametrize("bad", [1.5, 5, ["c"]])
def test_a_bad_item(bad: Any) -> None:
    for name in MANY:
        for items in ([bad], ["c", bad, "c"], [b"c", bad, b"c"], ["c"] * BATCH + ["c", bad]):
            with pytest.raises(TypeError):
                getattr(COUNTER, name)(items)


BAD: list[Any] = ["1", 1.0, None]


@over_cffi
def test_wrong_arguments() -> None:
    make: Any = type(COUNTER._queries)
    wrong: list[tuple[Any, ...]] = [(), (1,), (1, failure), *((at, failure, None) for at in BAD)]
    for arguments in wrong:
        with pytest.raises(TypeError):
            make(*arguments)
    with pytest.raises(OverflowError):
        make(2**100, failure, None)
    with pytest.raises(TypeError):
        type("Own", (make,), {})
    queries: Any = COUNTER._queries
    for name in ONE + MANY:
        with pytest.raises(TypeError):
            getattr(queries, name)()
        with pytest.raises(TypeError):
            getattr(queries, name)(b"c", b"c")
        with pytest.raises(TypeError):
            getattr(queries, name)(data=b"c")
    for name in MANY:
        with pytest.raises(TypeError):
            getattr(queries, name)(5)


def no_counter() -> Any:
    """The queries of no counter, which fail in the library."""
    return library.queries(library.null, failure)


@over_cffi
def test_failures() -> None:
    for name in ONE:
        for data in (b"c", "c", b"c" * (SHORT + 1)):
            with pytest.raises(RuntimeError, match="NULL"):
                getattr(no_counter(), name)(data)
    for name in MANY:
        for items in ([b"c"], ["c", "c"], ["c", b"c"]):
            with pytest.raises(RuntimeError, match="NULL"):
                getattr(no_counter(), name)(items)
        assert getattr(no_counter(), name)([]) == []


@over_cffi
def test_list_that_changes_meanwhile() -> None:
    """Another thread empties the list and drops the items while the GIL is released."""
    queries: Any = COUNTER._queries
    for _ in range(20):
        items = [bytes([ord("c")]) * (1 << 18) for _ in range(64)]
        ready = threading.Event()

        def empty(items: list[bytes] = items, ready: threading.Event = ready) -> None:
            ready.wait()
            items.clear()

        thread = threading.Thread(target=empty)
        thread.start()
        ready.set()
        answers = queries.counts(items)
        thread.join()
        assert answers in ([], [1 << 18] * 64)


# More than small numbers, which are never freed.
ASCII = "c" * 1000
WIDE = "é" * 999 + "c"
DATA: list[Any] = [ASCII, WIDE, ASCII.encode(), b"c" * (SHORT + 1), Bytes(b"c"), Text("c")]


def query_everything(queries: Any) -> None:
    for name in ONE:
        for data in DATA:
            getattr(queries, name)(data)
    for name in MANY:
        for items in ([ASCII] * 9, [WIDE] * 9, DATA, DATA[:4], tuple(DATA[:4])):
            getattr(queries, name)(items)


def fail_everywhere() -> None:
    queries = no_counter()
    for name in ONE + MANY:
        for data in ("\ud800", ASCII, ASCII.encode()):
            for argument in (data, [data], [ASCII, data], [data, b"c"]):
                try:
                    getattr(queries, name)(argument)
                except (RuntimeError, UnicodeEncodeError):
                    pass


@over_cffi
@pytest.mark.parametrize("use", [lambda: query_everything(COUNTER._queries), fail_everywhere])
def test_nothing_is_leaked(use: Callable[[], None]) -> None:
    # PyPy has none.
    import tracemalloc

    use()
    gc.collect()
    counted = [*DATA, None, type(COUNTER._queries), failure]
    if sys.version_info < (3, 12):
        # Later it is immortal, and modules compiled for an earlier Python change its count.
        counted.append("")
    references = [sys.getrefcount(one) for one in counted]
    tracemalloc.start()
    try:
        use()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(200):
            use()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # No object is so small that 200 of it are not more.
    assert grown < 200 * 16
    for one, references_before in zip(counted, references):
        # Others too have and drop some of the common ones.
        assert abs(sys.getrefcount(one) - references_before) < 200


@over_cffi
def test_text_does_not_grow() -> None:
    """Its UTF-8 does not stay with it."""
    wide = text(1000, "éc")
    size = sys.getsizeof(wide)
    for name in ONE:
        getattr(COUNTER, name)(wide)
    for name in MANY:
        getattr(COUNTER, name)([wide])
        getattr(COUNTER, name)([b"c", wide])
    assert sys.getsizeof(wide) == size
