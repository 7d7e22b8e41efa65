"""Whole files, in one call each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

from ._counter import Counter, Match
from ._stream import Stream
from ._summary import Summary, Totals

if TYPE_CHECKING:
    from ._reading import File, Progress


def has_count_file(
    counter: Counter,
    file: File,
    *,
    progress: Union[Progress, bool, None] = None,
    max_bytes: Optional[int] = None,
) -> bool:
    """`Counter.has_count` for a file; for the arguments, see `Stream.feed_file`."""
    return Stream(counter).feed_file(file, progress=progress, max_bytes=max_bytes)


def find_file(
    counter: Counter,
    file: File,
    *,
    progress: Union[Progress, bool, None] = None,
    max_bytes: Optional[int] = None,
) -> Optional[Match]:
    """`Counter.find` for a file; for the arguments, see `Stream.feed_file`."""
    stream = Stream(counter)
    stream.feed_file(file, progress=progress, max_bytes=max_bytes)
    return stream.first_match


def totals_file(
    counter: Counter,
    file: File,
    *,
    progress: Union[Progress, bool, None] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> Totals:
    """All counts of a file; for the arguments, see `Summary.feed_file`."""
    summary = Summary(counter)
    summary.feed_file(file, progress=progress, max_bytes=max_bytes, threads=threads)
    return summary.totals
