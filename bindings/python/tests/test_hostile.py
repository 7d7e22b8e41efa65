"""Python cannot be crashed: lengths and bytes come from the interpreter, not from the methods of an
object, and handles outlive every use of them."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable

import fuzz
import hostile
import pytest

import libtally
from libtally import Counter, Match, Reset, Stream, Summary, Totals

COUNTER = Counter(",", 1, Reset.NEWLINES)
LENGTHS = hostile.LENGTHS
# What lies about "a,b\n,".
LIARS: list[Callable[[Any], Any]] = [
    lambda length: hostile.lying_bytes(b"a,b\n,", length),
    lambda length: hostile.lying_str("a,b\n,", length),
    lambda length: hostile.lying_bytearray(b"a,b\n,", length),
]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("make", LIARS)
def test_data(make: Callable[[Any], Any], length: Any) -> None:
    data = make(length)
    right = [Match(0, 0, 2, 1), Match(1, 4, 5, 1)]
    assert COUNTER.has_count(data) is True
    assert COUNTER.count(data) == 2
    assert COUNTER.max_count(data) == 1
    assert COUNTER.matching_segments(data) == 2
    assert COUNTER.count(data, threads=2) == 2
    assert COUNTER.find(data, threads=2) == right[0]
    assert COUNTER.find_many(data) == right
    assert list(COUNTER.matches(data)) == right
    for items in ([data], [data, b",,", ""], (data,), [b"", data]):
        plain = [2 if item is data else len(item) for item in items]
        assert COUNTER.counts(items) == plain
        assert COUNTER.has_counts(items) == [number > 0 for number in plain]
    stream, summary = Stream(COUNTER), Summary(COUNTER)
    assert stream.feed(data) is True
    summary.feed(data)
    assert summary.totals == Totals(5, 2, 1, 2, 2)


@pytest.mark.parametrize("length", LENGTHS)
def test_large_text(length: Any) -> None:
    # So large that a str is read in place.
    text = "a,b\n" * 10_000
    assert COUNTER.count(hostile.lying_str(text, length)) == 10_000
    assert COUNTER.count(hostile.lying_str(text + "é", length)) == 10_000


@pytest.mark.parametrize("length", LENGTHS)
def test_needles_and_resets(length: Any) -> None:
    for needle in (hostile.lying_bytes(b"ab", length), hostile.lying_str("ab", length)):
        counter = Counter(needle, 1)
        assert counter.count(b"abcab") == 2
        assert counter.needle == needle
        assert type(counter.needle) in (str, bytes)
    counter = Counter("c", 1, hostile.lying_bytes(b";", length))
    assert counter.max_count(b"c;cc;c") == 2
    assert counter.reset == b";"

    class Set(set):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            return iter([1, length])

    values: Any = Set({99})
    if isinstance(length, int) and 0 <= length < 256:
        assert Counter(values, 1).count(bytes([1, length, 99])) >= 1
    else:
        with pytest.raises((TypeError, ValueError)):
            Counter(values, 1)


@pytest.mark.parametrize("length", LENGTHS)
def test_lists(length: Any) -> None:
    items: list[Any] = ["a,", b",,", ""] * 3000
    right = [1, 2, 0] * 3000
    assert COUNTER.counts(hostile.lying_list(items, length)) == right

    class Tuple(tuple):  # type: ignore[type-arg]
        def __len__(self) -> Any:
            return length

    class Iterable:
        def __iter__(self) -> Any:
            return iter(items)

        def __len__(self) -> Any:
            return length

        __length_hint__ = __len__

    assert COUNTER.counts(Tuple(items)) == right
    assert COUNTER.counts(Iterable()) == right


@pytest.mark.parametrize("other", LENGTHS)
def test_integers(other: Any) -> None:
    # More matches than one call finds: the library is told of the room that there really is.
    data = b",\n" * 1000
    limit = hostile.lying_int(70, other)
    assert len(COUNTER.find_many(data, limit)) == 70
    assert Counter(",", hostile.lying_int(2, other)).min_number == 2
    assert Counter(hostile.lying_int(99, other), 1).count("ccé") == 2
    assert COUNTER.count(data, threads=hostile.lying_int(2, other)) == 1000
    after = Match(hostile.lying_int(0, other), 0, hostile.lying_int(1, other), 1)
    assert COUNTER.find_many(data, 1, after) == [Match(1, 2, 3, 1)]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="since 3.12 a class can have a buffer")
@pytest.mark.parametrize("base", [object, bytes, bytearray, memoryview])
def test_buffers_of_classes(base: Any) -> None:
    for answer in (memoryview(b",,"), b",,", None, memoryview(b",,,,")[::2]):
        try:

            class Buffer(base):  # type: ignore[misc]
                def __buffer__(self, flags: int, answer: Any = answer) -> Any:
                    return answer

        except TypeError:
            # No class can be derived from memoryview.
            return
        data: Any = Buffer()
        if base is bytes:
            assert COUNTER.count(data) == 0
        elif isinstance(answer, memoryview) and answer.contiguous:
            assert COUNTER.count(data) == 2
        else:
            with pytest.raises((TypeError, BufferError)):
                COUNTER.count(data)


KINDS = [str, bytes, bytearray, memoryview, int, list, tuple, set, Reset, Counter, Summary, Match]


@pytest.mark.parametrize("kind", KINDS)
def test_pretenders(kind: type) -> None:
    pretender = hostile.pretending(kind)
    uses: list[Callable[[], object]] = [
        lambda: COUNTER.count(pretender),
        lambda: COUNTER.find_many(pretender),
        lambda: COUNTER.counts(pretender),
        lambda: COUNTER.counts([pretender]),
        lambda: Counter(pretender, 1),
        lambda: Counter("c", pretender),
        lambda: Counter("c", 1, pretender),
        lambda: Stream(pretender),
        lambda: Summary(pretender),
        lambda: Stream(COUNTER).feed(pretender),
        lambda: Summary(COUNTER).merge(pretender),
        lambda: Summary.load(COUNTER, pretender),
        lambda: Summary.load(pretender, Summary(COUNTER).save()),
        lambda: COUNTER.find_many(b"c", after=pretender),
        lambda: libtally.has_count_file(COUNTER, pretender),
    ]
    for use in uses:
        with pytest.raises((TypeError, ValueError, AttributeError, OSError)):
            use()


BAD_NUMBERS: list[Any] = [-1, 262_145, 1 << 40, 2**70, -(2**70), hostile.lying_int(10**9, 1)]


@pytest.mark.parametrize("number", BAD_NUMBERS)
def test_files_that_read_too_much(number: Any) -> None:
    for one in (Stream(COUNTER), Summary(COUNTER)):
        with pytest.raises(ValueError, match="readinto returned"):
            one.feed_file(hostile.File(number))
    summary = Summary(COUNTER)
    with pytest.raises(ValueError, match="readinto returned"):
        summary.feed_file(hostile.File(hostile.filling(b",,"), number))
    assert summary.totals.bytes == 2


@pytest.mark.parametrize("answer", ["5", b"5", 1.5, [], object()])
def test_files_that_return_no_number(answer: Any) -> None:
    with pytest.raises(TypeError, match="readinto"):
        Summary(COUNTER).feed_file(hostile.File(answer))


def test_files_and_their_buffer() -> None:
    summary = Summary(COUNTER)

    def release(buffer: memoryview) -> int:
        buffer[:2] = b",,"
        buffer.release()
        return 2

    summary.feed_file(hostile.File(release))
    assert summary.totals.count == 2
    kept: list[memoryview] = []

    def keep(buffer: memoryview) -> int:
        kept.append(memoryview(buffer))
        return 2

    # The memory lives as long as the view.
    summary.feed_file(hostile.File(keep))
    kept[0][0] = 0
    # More than was asked for.
    with pytest.raises(ValueError, match="for a buffer of 3 bytes"):
        summary.feed_file(hostile.File(4), max_bytes=3)


MAKERS: dict[type, Callable[[], Any]] = {
    Counter: lambda: Counter(",", 1),
    Stream: lambda: Stream(COUNTER),
    Summary: lambda: Summary(COUNTER),
}
USES: dict[type, Callable[[Any], object]] = {
    Counter: lambda one: one.count(b",") + one.find_many(b",")[0].end,
    Stream: lambda one: one.feed(b","),
    Summary: lambda one: (one.feed(b","), one.totals.segments),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_made_once(kind: type) -> None:
    one = MAKERS[kind]()
    right = USES[kind](one)
    arguments = (",", 1) if kind is Counter else (COUNTER,)
    for _ in range(3):
        with pytest.raises(RuntimeError, match=f"{kind.__name__}.__init__ was called before"):
            one.__init__(*arguments)
        assert USES[kind](one) == right


@pytest.mark.parametrize("kind", MAKERS)
def test_not_made(kind: type) -> None:
    one: Any = object.__new__(kind)
    for use in (USES[kind], repr if kind is Counter else USES[kind], copy.copy, pickle.dumps):
        with pytest.raises((AttributeError, TypeError)):
            use(one)
    # After a failure too, and it can be made then.
    for _ in range(2):
        with pytest.raises((TypeError, ValueError)):
            one.__init__(None, None) if kind is Counter else one.__init__(None)
        with pytest.raises(AttributeError):
            USES[kind](one)
    for other in (Stream, Summary):
        if kind is Counter:
            with pytest.raises(AttributeError):
                other(one)
    if kind is Summary:
        with pytest.raises(AttributeError):
            Summary(COUNTER).merge(one)
    one.__init__(*((",", 1) if kind is Counter else (COUNTER,)))
    USES[kind](one)


@pytest.mark.parametrize("kind", MAKERS)
def test_freed_once(kind: type) -> None:
    """Nothing that can be called by hand frees a handle, and who still has it can use it."""
    one = MAKERS[kind]()
    assert not hasattr(one, "__del__")
    other: Any = object.__new__(kind)
    for name in one.__slots__:
        if name != "__weakref__":
            setattr(other, name, getattr(one, name))
    del one
    gc.collect()
    USES[kind](other)


def test_queries_outlive_the_counter() -> None:
    counter = Counter(",", 1)
    queries: Any = counter._queries
    del counter
    gc.collect()
    # Over ctypes these have no answers.
    assert queries.count(b"a,b") == (1 if libtally.binding() == "cffi" else None)


@pytest.mark.parametrize("kind", MAKERS)
def test_copies(kind: type) -> None:
    one = MAKERS[kind]()
    USES[kind](one)
    ways: list[Any] = [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
    for copied in ways:
        if kind is Stream:
            with pytest.raises(TypeError, match="cannot be pickled"):
                copied(one)
        else:
            again = copied(one)
            assert again._handle is not one._handle
            USES[kind](again)
    if kind is Summary:
        assert one.totals.bytes == 1


def test_subclasses() -> None:
    class Commas(Counter):
        def __init__(self, *_: object) -> None:
            super().__init__(",", 2, Reset.NEWLINES)

    class Late(Stream):
        def __init__(self) -> None:
            pass

    class Named(Summary):
        name = "x"

        def feed(self, data: Any) -> None:
            super().feed(b",")

    commas = Commas()
    assert commas.counts(["a,b", ",,"]) == [1, 2]
    assert type(copy.copy(commas)) is Commas
    assert commas == Counter(",", 2, Reset.NEWLINES)
    with pytest.raises(AttributeError):
        Late().feed(b"c")
    named = Named(commas)
    named.feed(b"")
    assert named.totals.bytes == 1


def test_init_in_many_threads() -> None:
    """One of them makes the handle, or several do, and the others' are freed."""
    for _ in range(50):
        one = Counter.__new__(Counter)
        start = threading.Barrier(4)

        def make(one: Any = one, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                one.__init__(",", 1)
                one.count(b"a,b")
            except RuntimeError:
                pass

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.count(b"a,b") == 1


@pytest.mark.parametrize("seed", range(4))
def test_fuzzing(seed: int) -> None:
    """The short form of `make fuzz-python`."""
    assert fuzz.run(60, seed, rounds=60).endswith("no finding")


def test_exit_with_live_objects() -> None:
    """The interpreter ends in some order, and nothing is used after it is gone."""
    program = (
        "import libtally as t; c = t.Counter('c', 1); s = t.Stream(c); u = t.Summary(c);"
        "x = [c, s, u]; x.append(x); print(s.feed('c'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
