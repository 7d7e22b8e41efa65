"""The counter: a question, and its answers for data in memory."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from functools import partial
from operator import index
from typing import Any, Callable, NamedTuple, Optional, Protocol, Union, overload

from . import _arguments as arguments
from . import _constants as constants
from ._arrow import ArrowArrayExportable, ArrowStreamExportable
from ._columns import Column
from ._data import Buffer, Data, encoded, exact, with_bytes
from ._errors import failure
from ._library import library
from ._lists import Items, Query
from ._options import Quotes, checked_options
from ._word_rule import WordRule, trim_constant

_functions = library.functions

# What can be read as a column.
Arrow = Union[ArrowArrayExportable, ArrowStreamExportable]
# What can be asked many questions.
Strings = Union[Arrow, Items]


class Array(Protocol):
    """An array of NumPy's, or the like."""

    @property
    def dtype(self) -> Any: ...
    @property
    def shape(self) -> Any: ...


# How many matches one call finds at most.
_BATCH = 64


class Reset(enum.Enum):
    """Where counting starts again."""

    NONE = constants.TALLY_RESET_NONE
    """Nowhere: the whole data is one segment."""
    NEWLINES = constants.TALLY_RESET_NEWLINES
    """At each newline: segments are lines."""
    SPACES = constants.TALLY_RESET_SPACES
    """At each space, U+0020 alone."""
    WHITESPACE = constants.TALLY_RESET_WHITESPACE
    """At each space, tab, newline, vertical tab, form feed or carriage return."""


class Match(NamedTuple):
    """A segment that matches, and where. Offsets are in bytes; those of a `str`, in its UTF-8."""

    segment: int
    """The number of the segment, counted from 0."""
    start: int
    """The offset at which the segment starts."""
    end: int
    """The offset just past the hit with which the count reached the number; the same as `start` if
    the number is 0. With `outside` and `within`, the end of the segment: the offset of its reset
    byte, or the length of the data."""
    # This hides the method of tuple.
    count: int  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]
    """The segment's count at `end`. That is the number, or with `outside` and `within` the final
    count."""

    @classmethod
    def _from(cls, struct: Any) -> Match:
        """The match in a tally_match."""
        return cls(struct.segment, struct.start, struct.end, struct.count)


class Counter:
    """A question: does `needle` occur at least `min_number` times in a segment?

    The needle is a `str` (counted as its UTF-8), `bytes`, an `int` (a code point), or a `set` of
    byte values, each of which counts. Occurrences of several bytes are counted leftmost first and
    do not overlap. `reset` is a `Reset`, or the reset bytes as `bytes`. Each reset byte ends a
    segment and starts the next, where the count restarts at 0.

    An `int` is never a byte value: `Counter(0xAA, 1)` counts the two bytes of the character "ª",
    where `bytes.count(0xAA)` counts one byte. For the latter, pass `b"\\xaa"` or `{0xAA}`.

    >>> c = Counter("c", 3, Reset.NEWLINES)
    >>> c.has_count("hello-c-c-c-goodbye")
    True
    >>> c.has_count("hello-c-c-\\nc-goodbye")
    False

    `outside=(low, high)` or `within=(low, high)` replaces `min_number`: a segment matches if its
    final count is not in that range, or is; `high` may be None, for no maximum. Segments without a
    byte never match with `skip_empty`; with `skip_last_empty` that holds for the last one alone, as
    what follows a final newline is no line.

    `quotes` hide bytes: see `Quotes`. The `quote` is a double quote unless given; an `escape` makes
    the next byte literal. With `Quotes.FIELDS` fields end at `delimiters`, which are the bytes of
    the needle unless given. Here are the rows that do not have two commas:

    >>> rows = Counter(
    ...     ",", reset=Reset.NEWLINES, outside=(2, 2), skip_empty=True, quotes=Quotes.FIELDS
    ... )
    >>> rows.find('name,note,n\\n"Ada","a, b",1\\nBob,2\\n')
    Match(segment=2, start=27, end=32, count=1)

    Bytes of `closing` lower the count by one, but not below 0. So the count can be the depth of
    nesting. Here is whether JSON nests deeper than 3:

    >>> depth = Counter(
    ...     {*b"{["}, 4, closing=b"}]", quotes=Quotes.ANYWHERE, escape="\\\\"
    ... )
    >>> depth.has_count('{"a": [[1], "[[["]}'), depth.has_count('{"a": [[[1]]]}')
    (False, True)

    Data is a `str` (its UTF-8), or any object with a contiguous buffer of single bytes: `bytes`,
    `bytearray`, `memoryview`, `mmap`, `array`, NumPy arrays. Large `bytes`, ASCII `str` and buffers
    are not copied; a `str` that is short or not ASCII is encoded first. The GIL is released while
    data is read, except for short `bytes` and `str`. The data must not change during a call.

    A counter never changes, and any number of threads may use one. Counters can be pickled. They
    are equal if they were made of equal arguments; a code point equals the `str` of one character.

    Raises `ResetInNeedleError` if the needle has several bytes and one of them is a reset byte;
    `ValueError` for an empty needle, a surrogate, an int that is not a code point, a set with ints
    that are not byte values, a number below 0 or above 2**64 - 1, and options that contradict one
    another, which its text names; `TypeError` for other types, and unless exactly one of
    `min_number`, `outside` and `within` is given.

    Data raises `TypeError` if it is no bytes, or bytes that are not its text, such as those of an
    array of objects; `UnicodeEncodeError` for a surrogate; and its own exception if it is closed.
    """

    __slots__ = (
        "__weakref__",
        "_handle",
        "_min_number",
        "_needle",
        "_options",
        "_queries",
        "_reset",
    )

    def __init__(
        self,
        needle: Union[str, bytes, int, set[int], frozenset[int]],
        min_number: Optional[int] = None,
        reset: Union[Reset, bytes] = Reset.NONE,
        *,
        outside: Optional[tuple[int, Optional[int]]] = None,
        within: Optional[tuple[int, Optional[int]]] = None,
        skip_empty: bool = False,
        skip_last_empty: bool = False,
        quotes: Optional[Quotes] = None,
        quote: Union[str, bytes, None] = None,
        escape: Union[str, bytes, None] = None,
        delimiters: Optional[bytes] = None,
        closing: bytes = b"",
    ) -> None:
        if hasattr(self, "_handle"):
            raise arguments.initialized(self)
        if sum(condition is not None for condition in (min_number, outside, within)) != 1:
            raise TypeError("give exactly one of min_number, outside and within")
        self._needle = _checked_needle(needle)
        self._min_number = (
            None if min_number is None else arguments.integer("min_number", min_number, 64)
        )
        self._reset = _checked_reset(reset)
        self._options = checked_options(
            outside=outside,
            within=within,
            skip_empty=skip_empty,
            skip_last_empty=skip_last_empty,
            quotes=quotes,
            quote=quote,
            escape=escape,
            delimiters=delimiters,
            closing=closing,
        )
        in_c: dict[str, Any] = {
            **_needle_options(self._needle),
            **_reset_options(self._reset),
            **self._options.in_c(),
        }
        if self._min_number is not None:
            in_c.update(condition=constants.TALLY_AT_LEAST, min_number=self._min_number)
        place = library.new("tally_counter")
        status = library.with_options(
            "tally_counter_options",
            in_c,
            lambda pointer: _functions.tally_counter_new_with(pointer, place),
        )
        if status:
            reason = self._reason() if status == constants.TALLY_ERROR_INVALID_ARGUMENT else None
            raise ValueError(reason) if reason else failure(status)
        self._handle: Any = library.owned("tally_counter", place)
        self._queries = library.queries(self._handle, failure)

    @property
    def needle(self) -> Union[str, bytes, int, frozenset[int]]:
        """The needle."""
        return self._needle

    @property
    def min_number(self) -> Optional[int]:
        """The number that a segment's count has to reach. None with `outside` and `within`."""
        return self._min_number

    @property
    def reset(self) -> Union[Reset, bytes]:
        """Where counting starts again."""
        return self._reset

    @property
    def outside(self) -> Optional[tuple[int, Optional[int]]]:
        """The range that the final count of a segment that matches is not in, or None."""
        return self._options.outside

    @property
    def within(self) -> Optional[tuple[int, Optional[int]]]:
        """The range that the final count of a segment that matches is in, or None."""
        return self._options.within

    @property
    def skip_empty(self) -> bool:
        """Whether a segment without a byte never matches."""
        return self._options.skip_empty

    @property
    def skip_last_empty(self) -> bool:
        """Whether the last segment, if it has no byte, never matches."""
        return self._options.skip_last_empty

    @property
    def quotes(self) -> Optional[Quotes]:
        """Which quotes hide bytes."""
        return self._options.quotes

    @property
    def quote(self) -> Optional[bytes]:
        """The quote, if one was given."""
        return self._options.quote

    @property
    def escape(self) -> Optional[bytes]:
        """The byte that makes the next one literal."""
        return self._options.escape

    @property
    def delimiters(self) -> Optional[bytes]:
        """The bytes that end a field, if they were given."""
        return self._options.delimiters

    @property
    def closing(self) -> bytes:
        """The bytes that lower the count."""
        return self._options.closing

    def __repr__(self) -> str:
        reset = str(self._reset) if isinstance(self._reset, Reset) else repr(self._reset)
        needle = set(self._needle) if isinstance(self._needle, frozenset) else self._needle
        if self._min_number is None:
            start = f"{needle!r}, reset={reset}"
        else:
            start = f"{needle!r}, {self._min_number}, {reset}"
        return f"Counter({', '.join([start, *self._options.shown()])})"

    def __reduce__(self) -> tuple[Callable[..., Counter], tuple[object, ...]]:
        given = self._options.given()
        make = partial(type(self), **given) if given else type(self)
        return make, (self._needle, self._min_number, self._reset)

    def _key(self) -> tuple[object, ...]:
        """Equal for equal counters."""
        needle = chr(self._needle) if isinstance(self._needle, int) else self._needle
        return needle, self._min_number, self._reset, self._options

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Counter) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def has_count(self, data: Data, *, threads: int = 1) -> bool:
        """Whether any segment matches. Reads the data up to the first match.

        With more than one of `threads`, the calling one included, the answer is the same. They are
        worthwhile from some megabytes on.
        """
        if threads == 1:
            answer = self._queries.has_count(data)
            if answer is None:
                return self._query(library.counter_has_count, data) == 1
            return answer
        return self._find_threads(data, threads, library.null)

    def find(self, data: Data, *, threads: int = 1) -> Optional[Match]:
        """The first match, or None. For `threads`, see `has_count`.

        >>> Counter("c", 3, Reset.NEWLINES).find("c\\nccc")
        Match(segment=1, start=2, end=5, count=3)
        """
        if threads == 1:
            found = self.find_many(data, 1)
            return found[0] if found else None
        match = library.new("tally_match")
        return Match._from(match[0]) if self._find_threads(data, threads, match) else None

    def _find_threads(self, data: Any, threads: int, match: Any) -> bool:
        function = _functions.tally_counter_has_count_threads
        number = arguments.threads(threads)
        matched = library.new("bool")
        status = with_bytes(
            data,
            lambda pointer, length: function(self._handle, pointer, length, number, match, matched),
        )
        if status:
            raise failure(status)
        return bool(matched[0])

    def find_many(
        self, data: Data, limit: Optional[int] = None, after: Optional[Match] = None
    ) -> list[Match]:
        """The matches in order, at most `limit` of them: one for each segment that matches.

        With `after`, a match found earlier in the same data, only those behind its segment. Raises
        `NotAMatchError` if `after` cannot be a match of this counter in this data.

        >>> c = Counter("c", 1, Reset.NEWLINES)
        >>> [first] = c.find_many(b"c\\n\\nc", 1)
        >>> c.find_many(b"c\\n\\nc", after=first)
        [Match(segment=2, start=3, end=4, count=1)]
        """
        left = None if limit is None else arguments.integer("limit", limit, 64)
        capacity = _BATCH if left is None else min(_BATCH, left)
        matches = library.new("tally_match", capacity)
        number = library.new("size_t")
        last = library.null
        if after is not None:
            last = library.new("tally_match")
            for name, value in Match(*after)._asdict().items():
                setattr(last[0], name, arguments.integer(name, value, 64))
        result: list[Match] = []

        def find(pointer: Any, length: int) -> int:
            nonlocal last, left
            while True:
                room = capacity if left is None else min(capacity, left)
                status: int = _functions.tally_counter_find(
                    self._handle, pointer, length, last, matches, room, number
                )
                if status:
                    return status
                found = number[0]
                result.extend(Match._from(matches[at]) for at in range(found))
                if left is not None:
                    left -= found
                if found < room or left == 0:
                    return 0
                last = library.new("tally_match")
                last[0] = matches[found - 1]

        status = with_bytes(data, find)
        if status:
            raise failure(status)
        return result

    def matches(self, data: Data) -> Iterator[Match]:
        """All matches, in order, found while they are consumed.

        >>> [match.segment for match in Counter("c", 1, Reset.NEWLINES).matches(b"c\\n\\nc")]
        [0, 2]
        """
        data = encoded(data)
        after = None
        while True:
            found = self.find_many(data, _BATCH, after)
            yield from found
            if len(found) < _BATCH:
                return
            after = found[-1]

    def count(self, data: Data, *, threads: int = 1) -> int:
        """The number of hits, in whatever segments. For `threads`, see `has_count`.

        >>> Counter({0, 1, 2}, 1).count(b"\\0\\1text\\0")
        3
        """
        if threads == 1:
            answer = self._queries.count(data)
            return self._query(library.counter_count, data) if answer is None else answer
        return self._query_threads(_functions.tally_counter_count_threads, data, threads)

    def max_count(self, data: Data, *, threads: int = 1) -> int:
        """The highest count in any segment. For `threads`, see `has_count`."""
        if threads == 1:
            answer = self._queries.max_count(data)
            return self._query(library.counter_max_count, data) if answer is None else answer
        return self._query_threads(_functions.tally_counter_max_count_threads, data, threads)

    def matching_segments(self, data: Data, *, threads: int = 1) -> int:
        """The number of segments that match. For `threads`, see `has_count`."""
        if threads == 1:
            answer = self._queries.matching_segments(data)
            if answer is None:
                return self._query(library.counter_matching_segments, data)
            return answer
        function = _functions.tally_counter_matching_segments_threads
        return self._query_threads(function, data, threads)

    def starting_segments(self, data: Data, *, trim: Optional[WordRule] = None) -> int:
        """The number of segments that start with the needle, as `str.startswith` has it. White
        space before it is left out if `trim` is a rule for it.

        >>> bullets = Counter("-", 1, Reset.NEWLINES)
        >>> bullets.starting_segments("- one\\n  - two\\nthree")
        1
        >>> bullets.starting_segments("- one\\n  - two\\nthree", trim=WordRule.UNICODE)
        2

        A segment is what is between reset bytes. It does not matter whether `count` counts that
        occurrence; but one that quotes hide does not count, and white space that has a quote or an
        escape in it is not left out. Of a column, ask `Question.starting_segments`.
        """
        return self._edge(_functions.tally_counter_starting_segments, data, trim)

    def ending_segments(self, data: Data, *, trim: Optional[WordRule] = None) -> int:
        """The number of segments that end with the needle, as `str.endswith` has it; see
        `starting_segments`.

        >>> Counter("...", 1, Reset.NEWLINES).ending_segments("a....\\nb ... \\n")
        1
        """
        return self._edge(_functions.tally_counter_ending_segments, data, trim)

    def _edge(self, function: Any, data: Any, trim: Optional[WordRule]) -> int:
        constant = trim_constant(trim)
        place = library.new("uint64_t")
        status = with_bytes(
            data, lambda pointer, length: function(self._handle, pointer, length, constant, place)
        )
        if status:
            raise failure(status)
        return int(place[0])

    def _query(self, query: Callable[[Any, Any, int], int], data: Any) -> int:
        answer = with_bytes(data, lambda pointer, length: query(self._handle, pointer, length))
        if answer < 0:
            raise failure(-answer)
        return answer

    def _query_threads(self, function: Any, data: Any, threads: int) -> int:
        number = arguments.threads(threads)
        place = library.new("uint64_t")
        status = with_bytes(
            data, lambda pointer, length: function(self._handle, pointer, length, number, place)
        )
        if status:
            raise failure(status)
        return int(place[0])

    def unclosed_quote(self, data: Data) -> Optional[int]:
        """The offset at which the quote was opened that is open at the end of the data, or None.

        >>> Counter(",", 1, Reset.NEWLINES, quotes=Quotes.FIELDS).unclosed_quote('a,b\\n"c,d\\n')
        4
        """
        function = _functions.tally_counter_unclosed_quote
        return opened_quote(
            lambda offset, is_open: with_bytes(
                data,
                lambda pointer, length: function(self._handle, pointer, length, offset, is_open),
            )
        )

    @overload
    def has_counts(self, items: Arrow) -> Column[bool]: ...
    @overload
    def has_counts(self, items: Array) -> Any: ...
    @overload
    def has_counts(  # pyright: ignore[reportOverlappingOverload]
        self, items: Iterable[Union[str, Buffer]]
    ) -> list[bool]: ...
    @overload
    def has_counts(self, items: Items) -> list[Optional[bool]]: ...

    def has_counts(self, items: Any) -> Any:
        """`has_count` of each item of a list or a column, in one call: for many short ones, much
        faster.

        Each item is data of its own: a `str`, a bytes-like object, or None, whose answer is None.
        Items may be any iterable in an order, but no mapping, set or table, whose items would be
        its keys or names.

        >>> Counter("c", 1).has_counts(["abc", "ab", None])
        [True, False, None]

        A column is an object with `__arrow_c_stream__` or `__arrow_c_array__`, such as those of
        pyarrow, polars, DuckDB and pandas, of strings or binary values; it may have chunks, nulls
        and a dictionary, and is not copied. The answer is a `Column`, also for a Series of
        older versions of pandas.

        NumPy arrays of strings, of any dtype, and of objects have arrays of the same shape as their
        answer: of objects, if an item is None or masked. The zeros that pad `S` are not part of an
        item.

        Raises `TypeError` for everything else; exceptions about an item name its row. `ValueError`
        if the data of a column is not valid.
        """
        return self._many("bool", "has_count").answers(items)

    @overload
    def counts(self, items: Arrow) -> Column[int]: ...
    @overload
    def counts(self, items: Array) -> Any: ...
    @overload
    def counts(  # pyright: ignore[reportOverlappingOverload]
        self, items: Iterable[Union[str, Buffer]]
    ) -> list[int]: ...
    @overload
    def counts(self, items: Items) -> list[Optional[int]]: ...

    def counts(self, items: Any) -> Any:
        """`count` of each item of a list or a column, in one call; see `has_counts`."""
        return self._many("uint64_t", "count").answers(items)

    @overload
    def max_counts(self, items: Arrow) -> Column[int]: ...
    @overload
    def max_counts(self, items: Array) -> Any: ...
    @overload
    def max_counts(  # pyright: ignore[reportOverlappingOverload]
        self, items: Iterable[Union[str, Buffer]]
    ) -> list[int]: ...
    @overload
    def max_counts(self, items: Items) -> list[Optional[int]]: ...

    def max_counts(self, items: Any) -> Any:
        """`max_count` of each item of a list or a column, in one call; see `has_counts`."""
        return self._many("uint64_t", "max_count").answers(items)

    def _many(self, kind: str, name: str) -> Query:
        return Query(
            self._handle,
            kind,
            getattr(self, name),
            getattr(self._queries, f"{name}s"),
            getattr(_functions, f"tally_counter_{name}s"),
            getattr(_functions, f"tally_counter_column_{name}s"),
            self._counts_nul(),
        )

    def _counts_nul(self) -> bool:
        """Whether zeros behind an item can make a difference. No `Reset` has them."""
        options = self._options
        sets = [options.closing, options.delimiters or b""]
        if isinstance(self._reset, bytes):
            sets.append(self._reset)
        return (
            options.skip_empty
            or options.skip_last_empty
            or any(0 in bytes_of_set for bytes_of_set in sets)
            or 0 in _needle_bytes(self._needle)
        )

    def _reason(self) -> Optional[str]:
        """Why the library refuses the arguments, as far as their types do not tell."""
        needle = self._needle
        if needle in ("", b"", frozenset()):
            return "the needle is empty"
        try:
            needle_bytes = _needle_bytes(needle)
        except (UnicodeEncodeError, ValueError):
            return None
        is_string = not isinstance(needle, frozenset) and len(needle_bytes) > 1
        return self._options.reason(needle_bytes, is_string, _reset_bytes(self._reset))


def ends_values(counter: Counter) -> bool:
    """Whether there is a reset byte that is not in the needle."""
    return not set(_reset_bytes(counter._reset)) <= set(_needle_bytes(counter._needle))


def opened_quote(query: Callable[[Any, Any], int]) -> Optional[int]:
    """The answer of a function of C that is given the places for an offset, and whether one is."""
    offset, is_open = library.new("uint64_t"), library.new("bool")
    status = query(offset, is_open)
    if status:
        raise failure(status)
    return int(offset[0]) if is_open[0] else None


def check_counter(counter: object) -> Counter:
    """TypeError unless it is one. (C cannot check that: over ctypes every handle is a pointer.)"""
    # isinstance believes what an object says of its class.
    if not issubclass(type(counter), Counter):
        raise TypeError(f"counter has to be a Counter, not {type(counter).__name__}")
    return counter  # type: ignore[return-value]


def _checked_needle(needle: Any) -> Union[str, bytes, int, frozenset[int]]:
    """A needle that cannot change, of exactly one of these types: a subclass may override anything,
    its length too."""
    if isinstance(needle, (str, bytes)):
        return exact(needle)  # type: ignore[no-any-return]
    if isinstance(needle, (set, frozenset)):
        # Every element has to be an int here, and a byte value in _needle_options.
        for value in needle:
            if not hasattr(value, "__index__"):
                kind = type(value).__name__
                raise TypeError(
                    f"the set needle has to have byte values, as {{*b',;'}}, not {kind}"
                )
        return frozenset(int.__index__(index(value)) for value in needle)
    if hasattr(needle, "__index__"):
        return arguments.integer("a code point", needle, 32)
    name = type(needle).__name__
    raise TypeError(f"needle has to be a str, bytes, an int or a set of ints, not {name}")


def _needle_options(needle: Union[str, bytes, int, frozenset[int]]) -> dict[str, Any]:
    """The fields of tally_counter_options for a needle."""
    if isinstance(needle, str) and len(needle) == 1:
        needle = ord(needle)
    if isinstance(needle, int):
        return {"needle_kind": constants.TALLY_NEEDLE_CHARACTER, "character": needle}
    kind = constants.TALLY_NEEDLE_STRING
    if isinstance(needle, frozenset):
        kind, needle = constants.TALLY_NEEDLE_ANY_OF, bytes(needle)
    elif isinstance(needle, str):
        needle = needle.encode()
    return {"needle_kind": kind, "needle": needle, "needle_len": len(needle)}


def _needle_bytes(needle: Union[str, bytes, int, frozenset[int]]) -> bytes:
    """The bytes of a needle, of a set in any order."""
    if isinstance(needle, int):
        needle = chr(needle)
    return needle.encode() if isinstance(needle, str) else bytes(needle)


def _checked_reset(reset: Any) -> Union[Reset, bytes]:
    if isinstance(reset, Reset):
        return reset
    if isinstance(reset, bytes):
        return exact(reset)  # type: ignore[no-any-return]
    raise TypeError(f"reset has to be a Reset or bytes, not {type(reset).__name__}")


def _reset_options(reset: Union[Reset, bytes]) -> dict[str, Any]:
    """The fields of tally_counter_options for a reset."""
    if isinstance(reset, Reset):
        return {"named_reset": reset.value}
    return {"reset": reset, "reset_len": len(reset)}


_NAMED_RESETS = {
    Reset.NONE: b"",
    Reset.NEWLINES: b"\n",
    Reset.SPACES: b" ",
    Reset.WHITESPACE: b" \t\n\v\f\r",
}


def _reset_bytes(reset: Union[Reset, bytes]) -> bytes:
    # No other is one: what only pretends to be a Reset has none.
    return reset if isinstance(reset, bytes) else _NAMED_RESETS.get(reset, b"")
