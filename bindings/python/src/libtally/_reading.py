"""The read loops, for files and other sources.

A regular file is read by the library, one slice per call. A slice is small enough for a slow disk
to deliver it in a tenth of a second, and large enough for the time between slices not to count,
even if other threads compete for the GIL. Between slices Python has control: Ctrl-C arrives,
progress is reported, and an exception that either raises needs no way through C. Other sources can
keep a reader waiting. Python reads these itself, in chunks, because Ctrl-C interrupts its waiting.

If several threads are to read, the library does so in a single call, on a thread that the calling
one waits for. Here, too, no exception needs a way through C.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import ExitStack
from time import monotonic
from typing import Any, Callable, Optional, Protocol, Union

from . import _arguments as arguments
from . import _constants as constants
from ._errors import failure
from ._library import library


class BinaryFile(Protocol):
    """A file object in binary mode."""

    def readinto(self, buffer: Any, /) -> Optional[int]: ...


Progress = Callable[[int, Optional[int]], object]
File = Union[str, bytes, os.PathLike[str], os.PathLike[bytes], int, BinaryFile]

# How much is read at a time, in bytes. The library's own buffer has the same size.
BUFFER_SIZE = 256 << 10
# How much the library reads in a call, in bytes. (benches/limits.py: 1 MiB is as fast.)
SLICE_SIZE = 32 * BUFFER_SIZE
# The pause between two reports of progress, in seconds. The library's own is the same.
PROGRESS_INTERVAL = 0.05
# How often a waiting thread looks for Ctrl-C and progress, in seconds.
WAIT_INTERVAL = 0.02


def read(
    file: File,
    feed_chunk: Callable[[memoryview], bool],
    feed_fd: Callable[[int, Any], int],
    progress: Union[Progress, bool, None],
    max_bytes: Optional[int],
    feed_path: Optional[Callable[[bytes, Any], int]] = None,
    threads: int = 1,
) -> None:
    """Reads `file` to its end, or until no more is needed.

    `feed_chunk` consumes a chunk and returns whether no more is needed. `feed_fd` reads a
    descriptor, with options, and returns a status. So does `feed_path` with a path, on several
    threads.
    """
    left = arguments.max_bytes(max_bytes)
    with ExitStack() as stack:
        if isinstance(file, (str, bytes, int, os.PathLike)):
            source = stack.enter_context(
                open(file, "rb", buffering=0, closefd=not isinstance(file, int))
            )
            size = _size(source.fileno())
            report = stack.enter_context(Reports(progress, size))
            if feed_path is not None and size and left and not isinstance(file, int):
                _read_threads(os.fsencode(file), feed_path, report, left, threads, file)
            # On Windows a descriptor belongs to one of several C runtimes.
            elif size is not None and left and sys.platform != "win32":
                _read_slices(source.fileno(), feed_fd, report, left, file)
            else:
                _read_chunks(
                    source.readinto, feed_chunk, report, left, lambda: _size(source.fileno()) != 0
                )
        else:
            # readinto waits until the buffer is full, readinto1 until there is some data.
            readinto = getattr(file, "readinto1", None) or getattr(file, "readinto", None)
            if readinto is None:
                raise TypeError(
                    "file has to be a path, a descriptor or a file object in binary mode, not "
                    + type(file).__name__
                )
            report = stack.enter_context(Reports(progress, None))
            _read_chunks(readinto, feed_chunk, report, left, lambda: True)


def _size(fd: int) -> Optional[int]:
    """The number of bytes left to read; None if it is not a regular file."""
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        return None
    return max(0, status.st_size - os.lseek(fd, 0, os.SEEK_CUR))


def _read_slices(
    fd: int, feed_fd: Callable[[int, Any], int], report: Reports, left: int, name: object
) -> None:
    start = os.lseek(fd, 0, os.SEEK_CUR)
    while True:
        before = os.lseek(fd, 0, os.SEEK_CUR)
        status = library.with_options(
            "tally_read_options",
            {"max_bytes": min(SLICE_SIZE, left)},
            lambda options: feed_fd(fd, options),
        )
        position = os.lseek(fd, 0, os.SEEK_CUR)
        if status not in (constants.TALLY_OK, constants.TALLY_ERROR_LIMIT):
            raise failure(status, name)
        report.now(position - start, last=status == constants.TALLY_OK)
        if status == constants.TALLY_OK:
            return
        left -= position - before
        if left <= 0:
            raise failure(constants.TALLY_ERROR_LIMIT)


def _read_threads(
    path: bytes,
    feed_path: Callable[[bytes, Any], int],
    report: Reports,
    left: int,
    threads: int,
    name: object,
) -> None:
    from concurrent.futures import ThreadPoolExecutor, wait

    done, stop = 0, False

    def progress(number: int) -> bool:
        nonlocal done
        done = number
        return stop

    options = {
        "max_bytes": left,
        "threads": threads,
        "progress": progress,
    }

    def call() -> None:
        status = library.with_options(
            "tally_read_options", options, lambda pointer: feed_path(path, pointer)
        )
        if status:
            raise failure(status, name)

    with ThreadPoolExecutor(1) as caller:
        try:
            reading = caller.submit(call)
            while wait([reading], WAIT_INTERVAL).not_done:
                report.now(done, last=False)
        except BaseException:
            # The end of the `with` block waits for the thread.
            stop = True
            raise
        reading.result()
    report.now(done, last=True)


def _read_chunks(
    readinto: Callable[[Any], Optional[int]],
    feed_chunk: Callable[[memoryview], bool],
    report: Reports,
    left: int,
    is_more: Callable[[], bool],
) -> None:
    done = 0
    with memoryview(bytearray(BUFFER_SIZE)) as buffer:
        while True:
            if left == 0 and is_more():
                raise failure(constants.TALLY_ERROR_LIMIT)
            size = min(BUFFER_SIZE, left)
            with buffer[:size] as room:
                returned = readinto(room)
            if returned is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            number = arguments.exact_int("what readinto returns", returned)
            if not 0 <= number <= size:
                raise ValueError(f"readinto returned {number}, for a buffer of {size} bytes")
            if number:
                with buffer[:number] as chunk:
                    enough = feed_chunk(chunk)
            else:
                enough = True
            done += number
            left -= number
            report.now(done, last=enough)
            if enough:
                return


class Reports:
    """Reports progress, to a function or as a progress bar."""

    def __init__(self, progress: Union[Progress, bool, None], total: Optional[int]) -> None:
        self._total = total
        self._bar: Any = None
        self._progress: Optional[Progress] = None
        self._last_report = monotonic()
        if progress is True:
            # pip install libtally[progress]
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="B", unit_scale=True, unit_divisor=1024)
            self._progress = self._move_bar
        elif callable(progress):
            self._progress = progress
        elif progress is not None and progress is not False:
            name = type(progress).__name__
            raise TypeError(f"progress has to be callable, a bool or None, not {name}")

    def __enter__(self) -> Reports:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def _move_bar(self, done: int, total: Optional[int]) -> None:
        self._bar.update(done - self._bar.n)

    def now(self, done: int, *, last: bool) -> None:
        if self._progress is None:
            return
        time = monotonic()
        if last or time - self._last_report >= PROGRESS_INTERVAL:
            self._last_report = time
            self._progress(done, self._total)
