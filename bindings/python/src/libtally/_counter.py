"""The question, and its answers for data in memory and files."""

from __future__ import annotations

import enum
from operator import index
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional, Union

from ._data import with_bytes
from ._errors import failure
from ._pieces import ask
from ._table import table

if TYPE_CHECKING:
    from ._data import Data
    from ._files import File, Progress
    from ._pieces import Pieces
    from ._stream import Stream
    from ._summary import Summary, Totals

_lib = table.lib
_has_count = table.counter_has_count
_count = table.counter_count
_max_count = table.counter_max_count
_segments_reached = table.counter_segments_reached

# How many matches are found with one call.
_MATCHES = 64


class Reset(enum.Enum):
    """Where counting starts again. The values are the bytes at which it does."""

    NONE = b""
    """Nowhere: the whole data is one segment."""
    NEWLINES = b"\n"
    """At each newline: segments are lines."""
    SPACES = b" "
    """At each space, U+0020 alone."""
    WHITESPACE = b" \t\n\v\f\r"
    """At each space, tab, newline, vertical tab, form feed or carriage return."""


class Match(NamedTuple):
    """Where a segment reaches the number. Offsets are in bytes, for a `str` of its UTF-8."""

    segment: int
    """The number of the segment, counted from 0."""
    start: int
    """Where the segment starts."""
    end: int
    """Just past the bytes with which it reaches the number; for the number 0, the same as start."""


class Counter:
    """A question: does `what` occur at least `min_number` times in a segment?

    `what` is a `str` (counted as its UTF-8), `bytes`, a code point, or a set of byte values, any
    of which counts. Strings of several bytes are counted from left to right, not overlapping.
    Each byte of `reset`, a `Reset` or `bytes`, ends one segment and opens the next, where the
    count starts again at 0.

    >>> c = Counter("c", 3, Reset.NEWLINES)
    >>> c.has_count("hello-c-c-c-goodbye")
    True
    >>> c.has_count("hello-c-c-\\nc-goodbye")
    False

    Data is any bytes: a `str` (as its UTF-8; one that is not ASCII, or short, is encoded first),
    or what has a contiguous buffer, as `bytes`, `bytearray`, `memoryview`, `mmap`, `array` and
    NumPy arrays do. Large `bytes`, ASCII `str` and buffers are not copied. The GIL is released
    while data is read, but for short `bytes` and `str`: the data may not be changed meanwhile.

    A counter never changes. Any number of threads may use one; it can be pickled, and compared.

    Raises `ValueError` for a `what` that is empty, a code point or byte value that does not exist,
    a `str` with lone surrogates, a negative number or one above 2**64 - 1, and for a string of
    several bytes of which one is a reset byte; `TypeError` for another kind of argument.
    """

    __slots__ = ("__weakref__", "_handle", "_min_number", "_queries", "_reset", "_what")

    # Kept here, as the module may be gone when the interpreter ends.
    _free: Callable[[Any], None] = staticmethod(_lib.tally_counter_free)

    def __init__(
        self,
        what: Union[str, bytes, int, set[int], frozenset[int]],
        min_number: int,
        reset: Union[Reset, bytes] = Reset.NONE,
    ) -> None:
        self._handle: Any = None
        new = _lib.tally_counter_new_bytes
        if isinstance(what, (set, frozenset)):
            self._what: Union[str, bytes, int, frozenset[int]] = frozenset(what)
            # bytes() would take other numbers than ints.
            what_bytes = bytes(sorted(map(index, what)))
            new = _lib.tally_counter_new_any_of
        elif isinstance(what, str):
            self._what = what
            what_bytes = what.encode()
        elif isinstance(what, bytes):
            self._what = what_bytes = bytes(what)
        else:
            self._what = _index("what is str, bytes, int or a set of ints", what)
            what_bytes = _character(self._what)
        self._min_number = _index("min_number is an int", min_number)
        if not 0 <= self._min_number < 2**64:
            raise ValueError("min_number is not from 0 to 2**64 - 1")
        if not isinstance(reset, (Reset, bytes)):
            raise TypeError(f"reset is a Reset or bytes, not {type(reset).__name__}")
        self._reset = reset
        reset_bytes = reset.value if isinstance(reset, Reset) else reset
        if not what_bytes:
            raise ValueError("what is empty")
        place = table.new("tally_counter")
        status = new(
            what_bytes, len(what_bytes), self._min_number, reset_bytes, len(reset_bytes), place
        )
        if status:
            raise failure(status, "a string of several bytes may not contain a reset byte")
        self._handle = place[0]
        self._queries = table.queries(self._handle)

    def __del__(self) -> None:
        # Not there if the arguments were refused.
        if getattr(self, "_handle", None) is not None:
            self._free(self._handle)

    @property
    def what(self) -> Union[str, bytes, int, frozenset[int]]:
        """What is counted."""
        return self._what

    @property
    def min_number(self) -> int:
        """The number that a segment's count has to reach."""
        return self._min_number

    @property
    def reset(self) -> Union[Reset, bytes]:
        """Where counting starts again."""
        return self._reset

    def __repr__(self) -> str:
        reset = str(self._reset) if isinstance(self._reset, Reset) else repr(self._reset)
        what = set(self._what) if isinstance(self._what, frozenset) else self._what
        return f"Counter({what!r}, {self._min_number}, {reset})"

    def __reduce__(self) -> tuple[type[Counter], tuple[object, ...]]:
        return Counter, (self._what, self._min_number, self._reset)

    def _question(self) -> tuple[Union[bytes, frozenset[int]], int, frozenset[int]]:
        """The same for counters that ask the same."""
        what = self._what
        if isinstance(what, str):
            what = what.encode()
        elif isinstance(what, int):
            what = _character(what)
        elif not isinstance(what, bytes) and len(what) == 1:
            what = bytes(what)
        reset = self._reset.value if isinstance(self._reset, Reset) else self._reset
        return what, self._min_number, frozenset(reset)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counter):
            return NotImplemented
        return self._question() == other._question()

    def __hash__(self) -> int:
        return hash(self._question())

    def has_count(self, data: Data, *, threads: int = 1) -> bool:
        """Whether any segment reaches the number. No more of the data is read than that takes.

        With several `threads`, the calling one is the first; they are worth while from some
        megabytes on, and the answer is the same.
        """
        if threads == 1:
            answer = self._queries.has_count(data)
            return self._ask(_has_count, data) == 1 if answer is None else answer
        return self._has_count_threads(data, threads)

    def _has_count_threads(self, data: Any, threads: int) -> bool:
        function = _lib.tally_counter_has_count_threads
        number = check_threads(threads)
        reached = table.new("bool")
        status = with_bytes(
            data,
            lambda pointer, length: function(
                self._handle, pointer, length, number, table.null, reached
            ),
        )
        if status:
            raise failure(status)
        return bool(reached[0])

    def find(self, data: Data) -> Optional[Match]:
        """The first match, or None.

        >>> Counter("c", 3, Reset.NEWLINES).find("c\\nccc")
        Match(segment=1, start=2, end=5)
        """
        found = self._find(data, 1)
        return found[0] if found else None

    def find_all(self, data: Data) -> list[Match]:
        """All matches, in order: each segment that reaches the number is one.

        >>> [match.segment for match in Counter("c", 1, Reset.NEWLINES).find_all(b"c\\n\\nc")]
        [0, 2]
        """
        return self._find(data, None)

    def _find(self, data: Data, limit: Optional[int]) -> list[Match]:
        capacity = limit or _MATCHES
        matches = table.new("tally_match", capacity)
        number = table.new("size_t")
        result: list[Match] = []

        def find(pointer: Any, length: int) -> int:
            after = table.null
            while True:
                status: int = _lib.tally_counter_find(
                    self._handle, pointer, length, after, matches, capacity, number
                )
                if status:
                    return status
                for at in range(number[0]):
                    match = matches[at]
                    result.append(Match(match.segment, match.start, match.end))
                if number[0] < capacity or limit is not None:
                    return 0
                after = last
                last[0] = matches[capacity - 1]

        last = table.new("tally_match")
        status = with_bytes(data, find)
        if status:
            raise failure(status)
        return result

    def count(self, data: Data, *, threads: int = 1) -> int:
        """How often it occurs, whatever the segments. For `threads`, see `has_count`.

        >>> Counter({0, 1, 2}, 1).count(b"\\0\\1text\\0")
        3
        """
        if threads == 1:
            answer = self._queries.count(data)
            return self._ask(_count, data) if answer is None else answer
        return self._number_threads("count", data, threads)

    def max_count(self, data: Data, *, threads: int = 1) -> int:
        """The largest count in one segment. For `threads`, see `has_count`."""
        if threads == 1:
            answer = self._queries.max_count(data)
            return self._ask(_max_count, data) if answer is None else answer
        return self._number_threads("max_count", data, threads)

    def segments_reached(self, data: Data, *, threads: int = 1) -> int:
        """How many segments reach the number. For `threads`, see `has_count`."""
        if threads == 1:
            answer = self._queries.segments_reached(data)
            return self._ask(_segments_reached, data) if answer is None else answer
        return self._number_threads("segments_reached", data, threads)

    def _ask(self, query: Callable[[Any, Any, int], int], data: Any) -> int:
        answer = with_bytes(data, lambda pointer, length: query(self._handle, pointer, length))
        if answer < 0:
            raise failure(-answer)
        return answer

    def _number_threads(self, name: str, data: Any, threads: int) -> int:
        function = getattr(_lib, f"tally_counter_{name}_threads")
        number = check_threads(threads)
        place = table.new("uint64_t")
        status = with_bytes(
            data, lambda pointer, length: function(self._handle, pointer, length, number, place)
        )
        if status:
            raise failure(status)
        return int(place[0])

    def has_counts(self, pieces: Pieces) -> list[bool]:
        """`has_count` of each of many pieces, all at once: for many short ones, much quicker.

        A piece is a `str` or has a buffer, as `bytes` do; or the pieces are an array of NumPy's
        fixed-width bytes, which is not copied. Each is data of its own.

        >>> Counter("c", 1).has_counts(["abc", "ab", ""])
        [True, False, False]
        """
        quick = self._queries.has_counts
        return self._ask_all(quick, _lib.tally_counter_has_counts, "bool", pieces)

    def counts(self, pieces: Pieces) -> list[int]:
        """`count` of each of many pieces, all at once; see `has_counts`."""
        quick = self._queries.counts
        return self._ask_all(quick, _lib.tally_counter_counts, "uint64_t", pieces)

    def max_counts(self, pieces: Pieces) -> list[int]:
        """`max_count` of each of many pieces, all at once; see `has_counts`."""
        quick = self._queries.max_counts
        return self._ask_all(quick, _lib.tally_counter_max_counts, "uint64_t", pieces)

    def _ask_all(self, quick: Any, function: Any, kind: str, pieces: Pieces) -> list[Any]:
        what, _, reset = self._question()
        return ask(quick, function, kind, self._handle, pieces, 0 in what or 0 in reset)

    def stream(self) -> Stream:
        """A stream: the question for data that comes in chunks or from files."""
        from ._stream import Stream

        return Stream(self)

    def summary(self) -> Summary:
        """A summary: all counts of data that comes in chunks or from files."""
        from ._summary import Summary

        return Summary(self)

    def has_count_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> bool:
        """`has_count` for a file; see `Stream.feed_file`."""
        return self.stream().feed_file(file, progress=progress, max_bytes=max_bytes)

    def find_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> Optional[Match]:
        """`find` for a file; see `Stream.feed_file`."""
        stream = self.stream()
        stream.feed_file(file, progress=progress, max_bytes=max_bytes)
        return stream.match

    def totals_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
        threads: int = 1,
    ) -> Totals:
        """All counts of a file; see `Summary.feed_file`."""
        summary = self.summary()
        summary.feed_file(file, progress=progress, max_bytes=max_bytes, threads=threads)
        return summary.totals


def check_counter(counter: object) -> Counter:
    """Refuses what is not one. (Over ctypes any handle would do.)"""
    if not isinstance(counter, Counter):
        raise TypeError(f"counter is a Counter, not {type(counter).__name__}")
    return counter


def _index(rule: str, value: Any) -> int:
    try:
        return index(value)
    except TypeError:
        raise TypeError(f"{rule}, not {type(value).__name__}") from None


def _character(code_point: int) -> bytes:
    if not 0 <= code_point <= 0x10FFFF:
        raise ValueError("what is not a code point, from 0 to 0x10FFFF")
    return chr(code_point).encode()


def check_threads(number: int) -> int:
    if not 1 <= _index("threads is an int", number) < 2**32:
        raise ValueError("threads is not from 1 to 2**32 - 1")
    return number
