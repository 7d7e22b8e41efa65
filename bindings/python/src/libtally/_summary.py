"""All counts, found on one way through the data; those of parts can be merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from ._counter import Counter, check_counter, check_threads
from ._data import with_bytes
from ._errors import failure
from ._files import read
from ._table import table

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from ._data import Data
    from ._files import File, Progress

_lib = table.lib
_IN_USE = "the summary is in use, by another thread or by what it reads from"


@dataclass(frozen=True)
class Totals:
    """What a summary has counted."""

    bytes: int
    """The length of the data."""
    count: int
    """How often it occurs, whatever the segments."""
    max_count: int
    """The largest count in one segment."""
    segments: int
    """How many segments there are: one more than there are reset bytes."""
    segments_reached: int
    """How many segments reach the number."""


class Summary:
    """All counts of a counter's question, for data that comes in chunks or from files.

    >>> from libtally import Reset
    >>> counter = Counter(";", 2, Reset.NEWLINES)
    >>> left, right = counter.summary(), counter.summary()
    >>> left.feed("a;b\\nc;")
    >>> right.feed("d;e\\n")
    >>> left.merge(right)
    >>> left.totals
    Totals(bytes=10, count=3, max_count=2, segments=3, segments_reached=1)

    A summary can be pickled, so that parts can be counted by other processes and merged here.

    One thread at a time may use a summary; a use at the same time raises `ValueError`.
    """

    __slots__ = ("__weakref__", "_counter", "_handle")

    _free: Callable[[Any], None] = staticmethod(_lib.tally_summary_free)

    def __init__(self, counter: Counter) -> None:
        self._handle: Any = None
        self._counter = check_counter(counter)
        place = table.new("tally_summary")
        status = _lib.tally_summary_new(counter._handle, place)
        if status:
            raise failure(status)
        self._handle = place[0]

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self._free(self._handle)

    def __reduce__(self) -> tuple[Callable[..., Summary], tuple[Counter, bytes]]:
        return Summary.load, (self._counter, self.save())

    def save(self) -> bytes:
        """The state as bytes, for `load` in another process or on another machine.

        It has the question, the counts, and for a string of bytes the first ones of the data. Its
        format is that of the library in all languages, and the same on every processor.

        >>> counter = Counter("c", 2)
        >>> summary = counter.summary()
        >>> summary.feed("c")
        >>> state = summary.save()
        >>> Summary.load(counter, state).totals.count
        1
        """
        size = table.new("size_t")
        status = _lib.tally_summary_state_size(self._handle, size)
        if status:
            raise failure(status, _IN_USE)
        state = bytearray(size[0])
        status = with_bytes(
            state,
            lambda pointer, length: _lib.tally_summary_save(self._handle, pointer, length, size),
        )
        if status:
            raise failure(status, _IN_USE)
        return bytes(state[: size[0]])

    @staticmethod
    def load(counter: Counter, state: Buffer) -> Summary:
        """The summary whose state was saved, by a counter that asks the same question.

        Any bytes may be given. Raises `ValueError` for what no summary of the counter can have
        saved, as far as that can be told; from a wrong state that is not, the totals make no sense,
        and that is all.
        """
        check_counter(counter)
        if isinstance(state, str):
            raise TypeError("state has a buffer, as bytes do: not str")
        place = table.new("tally_summary")
        status = with_bytes(
            state,
            lambda pointer, length: _lib.tally_summary_load(
                counter._handle, pointer, length, place
            ),
        )
        if status:
            raise failure(status, "the state is broken, or that of another counter's summary")
        summary = Summary.__new__(Summary)
        summary._counter = counter
        summary._handle = place[0]
        return summary

    def feed(self, data: Data) -> None:
        """Takes the next chunk, of any size."""
        status = with_bytes(
            data, lambda pointer, length: _lib.tally_summary_feed(self._handle, pointer, length)
        )
        if status:
            raise failure(status, _IN_USE)

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
        threads: int = 1,
    ) -> None:
        """Feeds a file, to its end. The arguments and exceptions are those of `Stream.feed_file`;
        after an exception, the totals say how much was read.

        With several `threads`, as many of the library's own read a large regular file whose path is
        given. This one waits, and `progress` may not use the summary. Anything else is read by one.
        """
        if check_threads(threads) == 1:
            read(file, self._take, self._take_fd, progress, max_bytes)
        else:
            read(file, self._take, self._take_fd, progress, max_bytes, self._take_path, threads)

    def _take(self, data: memoryview) -> bool:
        self.feed(data)
        return False

    def _take_fd(self, fd: int, options: Any) -> int:
        status: int = _lib.tally_summary_feed_fd(self._handle, fd, options)
        return status

    def _take_path(self, path: bytes, options: Any) -> int:
        status: int = _lib.tally_summary_feed_file(self._handle, path, options)
        return status

    def merge(self, right: Summary) -> None:
        """Takes what `right` has counted, whose data follows: this is then as one fed all.

        `right` does not change. Raises `ValueError` where they ask different questions, and
        `OverlapError`, which is one, where the answer cannot be known: for a string that can
        overlap itself, as "aa" does in "aaa", which may lie across the cut and so move all later
        ones.
        """
        if not isinstance(right, Summary):
            raise TypeError(f"right is a Summary, not {type(right).__name__}")
        status = _lib.tally_summary_merge(self._handle, right._handle)
        if status:
            raise failure(status, "the summaries ask different questions, or one is in use")

    @property
    def totals(self) -> Totals:
        """What is counted so far."""
        place = table.new("tally_totals")
        status = _lib.tally_summary_totals(self._handle, place)
        if status:
            raise failure(status, _IN_USE)
        counted = place[0]
        return Totals(
            counted.bytes,
            counted.count,
            counted.max_count,
            counted.segments,
            counted.segments_reached,
        )

    def reset(self) -> None:
        """Starts again, as if nothing were fed."""
        status = _lib.tally_summary_reset(self._handle)
        if status:
            raise failure(status, _IN_USE)
