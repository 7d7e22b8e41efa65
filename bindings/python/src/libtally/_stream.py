"""Has it yet? Data in chunks and from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from ._counter import Counter, Match, check_counter
from ._data import with_bytes
from ._errors import failure
from ._files import read
from ._table import table

if TYPE_CHECKING:
    from ._data import Data
    from ._files import File, Progress

_lib = table.lib
_feed = table.stream_feed
_IN_USE = "the stream is in use, by another thread or by what it reads from"


class Stream:
    """A counter's question, asked of data that comes in chunks or from files.

    The answer is that for all the data fed so far, as if it were one piece. Once it is yes it
    stays, and nothing more is read.

    >>> stream = Counter("é", 2).stream()
    >>> stream.feed("é".encode() + b"\\xc3")
    False
    >>> stream.feed(b"\\xa9")
    True
    >>> stream.match
    Match(segment=0, start=0, end=4)

    One thread at a time may use a stream; a use at the same time raises `ValueError`.
    """

    __slots__ = ("__weakref__", "_handle")

    _free: Callable[[Any], None] = staticmethod(_lib.tally_stream_free)

    def __init__(self, counter: Counter) -> None:
        self._handle: Any = None
        check_counter(counter)
        place = table.new("tally_stream")
        status = _lib.tally_stream_new(counter._handle, place)
        if status:
            raise failure(status)
        self._handle = place[0]

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self._free(self._handle)

    def __reduce__(self) -> str:
        raise TypeError("a stream cannot be pickled: its state is the library's own")

    def feed(self, data: Data) -> bool:
        """Takes the next chunk, of any size; whether a segment has reached the number by now."""
        answer = with_bytes(data, lambda pointer, length: _feed(self._handle, pointer, length))
        if answer < 0:
            raise failure(-answer, _IN_USE)
        return answer == 1

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> bool:
        """Feeds a file, to its end or until a segment has reached the number; whether one has.

        `file` is a path, a descriptor, or a binary file object. At most 256 KiB are read past the
        match; of a path, nothing if a segment had reached the number before.

        `progress` is called with the number of bytes read and that of all there were, or None
        where that is not known: at most 20 times a second, and at the end. What it raises, stops
        the reading. True shows a bar of tqdm. Ctrl-C stops as well, at once.

        Raises `OSError` where opening or reading fails, and `LimitError` if there are more than
        `max_bytes`. (Of what is not a regular file, exactly so many bytes are too many: looking
        for more would take them away.) What was read before is fed, and feeding can go on.
        """
        if not self.reached:
            read(file, self._take, self._take_fd, progress, max_bytes)
        return self.reached

    def _take(self, data: memoryview) -> bool:
        return self.feed(data)

    def _take_fd(self, fd: int, options: Any) -> int:
        status: int = _lib.tally_stream_feed_fd(self._handle, fd, options, table.new("bool"))
        return status

    @property
    def reached(self) -> bool:
        """Whether a segment has reached the number."""
        return self.match is not None

    @property
    def match(self) -> Optional[Match]:
        """The first match, or None; offsets are from the first byte ever fed."""
        match = table.new("tally_match")
        reached = table.new("bool")
        status = _lib.tally_stream_match(self._handle, match, reached)
        if status:
            raise failure(status, _IN_USE)
        if not reached[0]:
            return None
        return Match(match[0].segment, match[0].start, match[0].end)

    def reset(self) -> None:
        """Starts again, as if nothing were fed."""
        status = _lib.tally_stream_reset(self._handle)
        if status:
            raise failure(status, _IN_USE)
