"""Whole files, in one call each."""

from __future__ import annotations

import os
import stat
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Optional, Union

from . import _arguments as arguments
from . import _constants as constants
from ._counter import Counter, Match
from ._errors import LimitError, OverlapError, failure
from ._reading import SLICE_SIZE, File, Progress, Reports
from ._stream import Stream
from ._summary import Summary, Totals

MAX_THREADS = 64

Path = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]


def has_count_file(
    counter: Counter,
    file: File,
    *,
    progress: Union[Progress, bool, None] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> bool:
    """`Counter.has_count` for a file; for the arguments, see `Stream.feed_file`.

    With more than one of `threads` (at most 64 are started), these read a large regular file that
    is given by its path, up to 16 MiB for each past the match. Anything else is read by one thread,
    and so is, again, a file in which hits that overlap cross the cuts between the threads.
    """
    if arguments.threads(threads) > 1 and isinstance(file, (str, bytes, os.PathLike)):
        status = os.stat(file)
        if stat.S_ISREG(status.st_mode) and status.st_size > SLICE_SIZE:
            try:
                return _has_count_threads(
                    counter, file, status.st_size, progress, max_bytes, threads
                )
            except OverlapError:
                pass
    stream = Stream(counter)
    return stream.feed_file(file, progress=progress, max_bytes=max_bytes) or stream.finish()


def _has_count_threads(
    counter: Counter,
    path: Path,
    size: int,
    progress: Union[Progress, bool, None],
    max_bytes: Optional[int],
    threads: int,
) -> bool:
    """Each thread counts a part, and the summaries are merged in order, up to the first match."""
    end = min(size, arguments.max_bytes(max_bytes))

    def count(start: int) -> Summary:
        part = Summary(counter)
        with open(path, "rb", buffering=0) as file:
            file.seek(start)
            try:
                part.feed_file(file.fileno(), max_bytes=min(SLICE_SIZE, end - start))
            except LimitError:
                # The next part follows.
                pass
        return part

    workers = min(arguments.threads(threads), MAX_THREADS)
    starts = iter(range(0, end, SLICE_SIZE))
    whole = Summary(counter)
    with Reports(progress, size) as reports, ThreadPoolExecutor(workers) as pool:
        parts = deque(pool.submit(count, start) for start in islice(starts, 2 * workers))
        try:
            while parts:
                whole.merge(parts.popleft().result())
                parts.extend(pool.submit(count, start) for start in islice(starts, 1))
                totals = whole.totals
                # That of the last segment is final only if no more data follows.
                not_final = int(counter.min_number is None and (bool(parts) or end < size))
                matched = totals.matching_segments > not_final
                reports.now(totals.bytes, last=matched or not parts)
                if matched:
                    return True
        finally:
            for part in parts:
                part.cancel()
    if end < size:
        raise failure(constants.TALLY_ERROR_LIMIT)
    return False


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
    stream.finish()
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
