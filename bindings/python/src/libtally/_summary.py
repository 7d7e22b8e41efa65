"""All counts in one pass over the data. The counts of parts can be merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from . import _arguments as arguments
from ._columns import feed_chunks
from ._counter import Counter, Strings, check_counter, ends_values, opened_quote
from ._data import Buffer, Data, with_bytes
from ._errors import failure
from ._library import library
from ._lists import column_chunks
from ._reading import File, Progress, read

_functions = library.functions


@dataclass(frozen=True)
class Totals:
    """All counts of a summary."""

    bytes: int
    """The length of the data."""
    count: int
    """The number of hits, in whatever segments."""
    max_count: int
    """The highest count in any segment."""
    segments: int
    """The number of segments: one more than there are reset bytes."""
    matching_segments: int
    """The number of segments that match."""


class Summary:
    """All counts of a counter, for data in chunks and files.

    >>> from libtally import Reset
    >>> counter = Counter(";", 2, Reset.NEWLINES)
    >>> left, right = Summary(counter), Summary(counter)
    >>> left.feed("a;b\\nc;")
    >>> right.feed("d;e\\n")
    >>> (left + right).totals
    Totals(bytes=10, count=3, max_count=2, segments=3, matching_segments=1)

    A summary can be pickled, so other processes can count parts, to be merged in this one.

    One thread at a time may use a summary. Concurrent use raises `InUseError`.
    """

    __slots__ = ("__weakref__", "_counter", "_handle")

    def __init__(self, counter: Counter) -> None:
        if hasattr(self, "_handle"):
            raise arguments.initialized(self)
        self._counter = check_counter(counter)
        place = library.new("tally_summary")
        status = _functions.tally_summary_new(counter._handle, place)
        if status:
            raise failure(status)
        self._handle: Any = library.owned("tally_summary", place)

    def __reduce__(self) -> tuple[Callable[..., Summary], tuple[Counter, bytes]]:
        return Summary.load, (self._counter, self.save())

    def save(self) -> bytes:
        """The state as bytes, for `load` in another process or on another machine.

        It contains the question, the counts and, for a needle of several bytes, the first bytes of
        the data. The format is the same in every language and on every processor.

        >>> counter = Counter("c", 2)
        >>> summary = Summary(counter)
        >>> summary.feed("c")
        >>> state = summary.save()
        >>> Summary.load(counter, state).totals.count
        1
        """
        size = library.new("size_t")
        status = _functions.tally_summary_state_size(self._handle, size)
        if status:
            raise failure(status)
        state = bytearray(size[0])
        status = with_bytes(
            state,
            lambda pointer, length: _functions.tally_summary_save(
                self._handle, pointer, length, size
            ),
        )
        if status:
            raise failure(status)
        return bytes(state[: size[0]])

    @staticmethod
    def load(counter: Counter, state: Buffer) -> Summary:
        """The summary that was saved, by a counter that asks the same question.

        Any bytes may be given. Raises `BadStateError` for an unknown or damaged state, and
        `DifferentCountersError` for a state of another question. Not every damage can be
        recognized: after one that is not, the totals are meaningless, and nothing worse happens.
        """
        check_counter(counter)
        if isinstance(state, str):
            raise TypeError("state has to be a bytes-like object, not str")
        place = library.new("tally_summary")
        status = with_bytes(
            state,
            lambda pointer, length: _functions.tally_summary_load(
                counter._handle, pointer, length, place
            ),
        )
        if status:
            raise failure(status)
        summary = Summary.__new__(Summary)
        summary._counter = counter
        summary._handle = library.owned("tally_summary", place)
        return summary

    def feed(self, data: Data) -> None:
        """Feeds the next chunk, of any size."""
        status = with_bytes(
            data,
            lambda pointer, length: _functions.tally_summary_feed(self._handle, pointer, length),
        )
        if status:
            raise failure(status)

    def feed_column(self, column: Strings) -> None:
        """Feeds the values of a column or list, as if it was text in which each is followed by a
        reset byte: values are segments. None is left out. For columns, see `ask`.

        Raises `ValueError` if the counter has no reset byte that is not in the needle. After an
        exception, some of the chunks may have been fed.
        """
        if not ends_values(self._counter):
            raise ValueError(
                "the counter has no reset byte that is not in its needle, and so nothing can "
                "separate the values: make it with Reset.NEWLINES, say"
            )
        function = _functions.tally_summary_feed_column
        feed_chunks(function, self._handle, column, column_chunks(column))

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
        threads: int = 1,
    ) -> None:
        """Feeds a file, to its end. Arguments and exceptions are those of `Stream.feed_file`. After
        an exception, the totals show how much was fed.

        With more than one of `threads`, the library starts threads that read a large regular file,
        given by its path. The calling thread waits, and `progress` may not use the summary.
        Anything else is read by one thread.
        """
        feed_path = self._feed_path if arguments.threads(threads) > 1 else None
        read(file, self._feed_chunk, self._feed_fd, progress, max_bytes, feed_path, threads)

    def _feed_chunk(self, chunk: memoryview) -> bool:
        self.feed(chunk)
        return False

    def _feed_fd(self, fd: int, options: Any) -> int:
        status: int = _functions.tally_summary_feed_fd(self._handle, fd, options)
        return status

    def _feed_path(self, path: bytes, options: Any) -> int:
        status: int = _functions.tally_summary_feed_file(self._handle, path, options)
        return status

    def merge(self, right: Summary) -> Summary:
        """Appends the counts of `right`, whose data follows: as if this one had been fed all.
        Returns this summary.

        `right` does not change. Raises `DifferentCountersError` if they ask different questions,
        and `OverlapError` if the answer cannot be known: occurrences of a needle that can overlap
        itself, as "aa" does in "aaa", may cross the cut and shift all later ones.
        """
        if not issubclass(type(right), Summary):
            raise TypeError(f"right has to be a Summary, not {type(right).__name__}")
        status = _functions.tally_summary_merge(self._handle, right._handle)
        if status:
            raise failure(status)
        return self

    def __add__(self, right: Summary) -> Summary:
        """A summary of the data of both, as `merge`; neither changes.

        >>> from libtally import Reset
        >>> counter = Counter(";", 2, Reset.NEWLINES)
        >>> parts = [Summary(counter), Summary(counter)]
        >>> parts[0].feed("a;")
        >>> parts[1].feed("b;")
        >>> sum(parts, Summary(counter)).totals.matching_segments
        1
        """
        if not issubclass(type(right), Summary):
            return NotImplemented
        return Summary.load(self._counter, self.save()).merge(right)

    def __eq__(self, other: object) -> bool:
        """Whether two summaries ask the same question and have counted the same: then they are the
        same from here on, whatever is fed or merged."""
        if not isinstance(other, Summary):
            return NotImplemented
        return self._counter == other._counter and self.save() == other.save()

    # It changes.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Summary of {self._counter!r}: {self.totals}>"

    @property
    def totals(self) -> Totals:
        """All counts so far."""
        place = library.new("tally_totals")
        status = _functions.tally_summary_totals(self._handle, place)
        if status:
            raise failure(status)
        totals = place[0]
        return Totals(
            totals.bytes,
            totals.count,
            totals.max_count,
            totals.segments,
            totals.matching_segments,
        )

    @property
    def unclosed_quote(self) -> Optional[int]:
        """The offset at which the quote was opened that is open at the end of the data, or None."""
        return opened_quote(
            lambda *places: _functions.tally_summary_unclosed_quote(self._handle, *places)
        )

    def reset(self) -> None:
        """Starts again, as if nothing had been fed."""
        status = _functions.tally_summary_reset(self._handle)
        if status:
            raise failure(status)
