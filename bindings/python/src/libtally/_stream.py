"""Incremental search, in chunks and files."""

from __future__ import annotations

from typing import Any, Optional, Union

from . import _arguments as arguments
from . import _constants as constants
from ._counter import Counter, Match, check_counter, opened_quote
from ._data import Data, with_bytes, with_pointer
from ._errors import failure
from ._library import library
from ._reading import File, Progress, read

_functions = library.functions


# How many matches one call finds at most.
_BATCH = 64


class Stream:
    """Incremental search with a counter: feed chunks or files until a segment matches, or find all
    matches, chunk by chunk.

    The answer is that for all data fed so far, as if it were in one piece. After the first match it
    does not change any more, and nothing more is read.

    >>> stream = Stream(Counter("é", 2))
    >>> stream.feed("é".encode() + b"\\xc3")
    False
    >>> stream.feed(b"\\xa9")
    True
    >>> stream.first_match
    Match(segment=0, start=0, end=4, count=2)

    `find` goes on, and returns every match. A stream is fed or searched, not both. `finish` says
    that the data ends, which `outside` and `within` need for the last segment:

    >>> stream = Stream(Counter(",", reset=b"\\n", outside=(1, 1), skip_last_empty=True))
    >>> stream.find("a,b\\nc\\nd"), stream.find("\\ne"), stream.finish()
    ([Match(segment=1, start=4, end=5, count=0)], [Match(segment=2, start=6, end=7, count=0)], True)
    >>> stream.first_match
    Match(segment=3, start=8, end=9, count=0)

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
        """Feeds the next chunk, of any size. Returns whether a segment has matched.

        Raises `FinishedError` after `finish`, and `ValueError` after `find`, until the stream is
        reset.
        """
        answer = with_bytes(
            data, lambda pointer, length: library.stream_feed(self._handle, pointer, length)
        )
        if answer < 0:
            raise _failure(-answer, "find")
        return answer == 1

    def find(self, data: Data) -> list[Match]:
        """Finds the matches in the next chunk, of any size. A match is found in the chunk that
        decides it: with `outside` and `within`, the one with the end of the segment. Offsets count
        from the first byte ever fed.

        Raises `FinishedError` after `finish`, and `ValueError` after `feed` and `feed_file`, until
        the stream is reset.
        """
        matches = library.new("tally_match", _BATCH)
        number, used = library.new("size_t"), library.new("size_t")
        result: list[Match] = []

        def find(pointer: Any, length: int) -> int:
            at = 0
            while True:
                status: int = _functions.tally_stream_find(
                    self._handle,
                    pointer + at if at else pointer,
                    length - at,
                    matches,
                    _BATCH,
                    number,
                    used,
                )
                if status:
                    return status
                found = number[0]
                result.extend(Match._from(matches[i]) for i in range(found))
                at += used[0]
                if found < _BATCH:
                    return 0

        status = with_pointer(data, find)
        if status:
            raise _failure(status, "feed")
        return result

    def finish(self) -> bool:
        """Ends the data, and returns whether a segment has matched; after `find`, whether the last
        one matches and had not been found. `first_match` is then that one.

        Needed for `outside` and `within`, and allowed for every counter, also again. Nothing more
        can be fed until the stream is reset: that raises `FinishedError`.
        """
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
        # Whether one has before; and whether the stream can be fed.
        if not self.feed(b""):
            read(file, self._feed_chunk, self._feed_fd, progress, max_bytes)
        return self.matched

    def _feed_chunk(self, chunk: memoryview) -> bool:
        return self.feed(chunk)

    def _feed_fd(self, fd: int, options: Any) -> int:
        matched = library.new("bool")
        status: int = _functions.tally_stream_feed_fd(self._handle, fd, options, matched)
        return status

    @property
    def unclosed_quote(self) -> Optional[int]:
        """The offset at which the quote was opened that is open at the end of the data so far, or
        None. A stream that stopped at a match knows of none."""
        return opened_quote(
            lambda *places: _functions.tally_stream_unclosed_quote(self._handle, *places)
        )

    @property
    def matched(self) -> bool:
        """Whether a segment has matched."""
        return self.first_match is not None

    @property
    def first_match(self) -> Optional[Match]:
        """The first match, or None; after `find`, the one that `finish` found. Offsets count from
        the first byte ever fed."""
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


def _failure(status: int, other: str) -> BaseException:
    """The exception of a call that feeds. The only argument that C can refuse is a stream that is
    used in the other way."""
    if status == constants.TALLY_ERROR_INVALID_ARGUMENT:
        return ValueError(f"the stream is used with {other}; reset it first")
    return failure(status)
