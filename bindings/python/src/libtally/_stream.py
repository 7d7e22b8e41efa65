"""Incremental search, in chunks and files."""

from __future__ import annotations

from typing import Any, Optional, Union

from . import _arguments as arguments
from ._counter import Counter, Match, check_counter
from ._data import Data, with_bytes
from ._errors import failure
from ._library import library
from ._reading import File, Progress, read

_functions = library.functions


class Stream:
    """Incremental search with a counter: feed chunks or files until a segment matches.

    The answer is that for all data fed so far, as if it were in one piece. After the first match it
    does not change any more, and nothing more is read.

    >>> stream = Stream(Counter("é", 2))
    >>> stream.feed("é".encode() + b"\\xc3")
    False
    >>> stream.feed(b"\\xa9")
    True
    >>> stream.first_match
    Match(segment=0, start=0, end=4, count=2)

    One thread at a time may use a stream. Concurrent use raises `InUseError`.
    """

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, counter: Counter) -> None:
        if hasattr(self, "_handle"):
            raise arguments.initialized(self)
        place = library.new("tally_stream")
        status = _functions.tally_stream_new(check_counter(counter)._handle, place)
        if status:
            raise failure(status)
        self._handle: Any = library.owned("tally_stream", place)

    def __reduce__(self) -> str:
        raise TypeError("a stream cannot be pickled")

    def feed(self, data: Data) -> bool:
        """Feeds the next chunk, of any size. Returns whether a segment has matched."""
        answer = with_bytes(
            data, lambda pointer, length: library.stream_feed(self._handle, pointer, length)
        )
        if answer < 0:
            raise failure(-answer)
        return answer == 1

    def finish(self) -> bool:
        """The data ends here. Returns whether a segment has matched. Nothing more can be fed until
        the stream is reset: that raises `FinishedError`."""
        matched = library.new("bool")
        status = _functions.tally_stream_finish(self._handle, matched)
        if status:
            raise failure(status)
        return bool(matched[0])

    def feed_file(
        self,
        file: File,
        *,
        progress: Union[Progress, bool, None] = None,
        max_bytes: Optional[int] = None,
    ) -> bool:
        """Feeds a file, to its end or until a segment has matched. Returns whether one has.

        `file` is a path, a descriptor, or a binary file object. At most 256 KiB are read past the
        match. If a segment had matched before, nothing is read, and a path is not opened.

        `progress` is called with the number of bytes read and with how many there are to read, or
        None if that is not known: at most 20 times a second, and at the end. If it raises, reading
        stops, and so does Ctrl-C stop it. `progress=True` shows a progress bar of tqdm.

        Raises `OSError` if opening or reading fails, and `LimitError` if there are more than
        `max_bytes`. (If it is not a regular file, exactly `max_bytes` raise it too: probing for
        more would consume a byte.) What was read before an exception has been fed, and feeding can
        continue.
        """
        if not self.matched:
            read(file, self._feed_chunk, self._feed_fd, progress, max_bytes)
        return self.matched

    def _feed_chunk(self, chunk: memoryview) -> bool:
        return self.feed(chunk)

    def _feed_fd(self, fd: int, options: Any) -> int:
        matched = library.new("bool")
        status: int = _functions.tally_stream_feed_fd(self._handle, fd, options, matched)
        return status

    @property
    def matched(self) -> bool:
        """Whether a segment has matched."""
        return self.first_match is not None

    @property
    def first_match(self) -> Optional[Match]:
        """The first match, or None. Offsets count from the first byte ever fed."""
        match = library.new("tally_match")
        matched = library.new("bool")
        status = _functions.tally_stream_match(self._handle, match, matched)
        if status:
            raise failure(status)
        return Match._from(match[0]) if matched[0] else None

    def reset(self) -> None:
        """Starts again, as if nothing had been fed."""
        status = _functions.tally_stream_reset(self._handle)
        if status:
            raise failure(status)
