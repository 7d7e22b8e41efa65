"""Reading files.

The library reads, in slices: small enough for a slow disk to give one in a tenth of a second, large
enough that what is between them does not count, even where the GIL is fought for. Between them
Python is itself again: Ctrl-C arrives, progress is told, and what either raises needs no way
through C. What is not a regular file can keep a reader waiting, and Python waits better, since
Ctrl-C ends that: so it reads these itself, in chunks.

Where several threads are to read, the library does so in one call, which a thread of its own makes
and the calling one waits for. So what that one raises meanwhile needs no way through C either.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, Union

from . import _constants as constants
from ._errors import LimitError, failure
from ._table import table

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

    class BinaryFile(Protocol):
        """A file object that gives bytes."""

        def readinto(self, buffer: Any, /) -> Optional[int]: ...

    Progress: TypeAlias = Callable[[int, Optional[int]], object]
    File: TypeAlias = Union[str, bytes, os.PathLike[str], os.PathLike[bytes], int, BinaryFile]

_SLICE = 8 << 20
_CHUNK = 256 << 10
_REPORT_SECONDS = 0.05
_WAIT_SECONDS = 0.02


def read(
    file: File,
    take: Callable[[memoryview], bool],
    take_fd: Callable[[int, Any], int],
    progress: Union[Progress, bool, None],
    max_bytes: Optional[int],
    take_path: Optional[Callable[[bytes, Any], int]] = None,
    threads: int = 1,
) -> None:
    """Reads `file` to its end, or until it is enough.

    `take` takes a chunk, and says whether that is enough. `take_fd` takes a descriptor and options,
    and gives a status; `take_path` takes a path, and is for several threads.
    """
    if max_bytes is not None and max_bytes < 0:
        raise ValueError("max_bytes is negative")
    left = sys.maxsize if max_bytes is None else max_bytes
    with ExitStack() as stack:
        if isinstance(file, (str, bytes, int, os.PathLike)):
            source = stack.enter_context(
                open(file, "rb", buffering=0, closefd=not isinstance(file, int))
            )
            size = _size(source.fileno())
            report = stack.enter_context(_Reports(progress, size))
            if take_path is not None and size and left and not isinstance(file, int):
                _read_threads(os.fsencode(file), take_path, report, max_bytes, threads, file)
            # On Windows a descriptor belongs to one of several C runtimes.
            elif size is not None and left and sys.platform != "win32":
                _read_slices(source.fileno(), take_fd, report, left, file)
            else:
                _read_chunks(
                    source.readinto, take, report, left, lambda: _size(source.fileno()) != 0
                )
        else:
            # readinto waits until the buffer is full.
            readinto = getattr(file, "readinto1", None) or getattr(file, "readinto", None)
            if readinto is None:
                raise TypeError(
                    "file is a path, a descriptor or a file object in binary mode, not "
                    + type(file).__name__
                )
            report = stack.enter_context(_Reports(progress, None))
            _read_chunks(readinto, take, report, left, lambda: True)


def _size(fd: int) -> Optional[int]:
    """How many bytes there are to be read; None for what is not a regular file."""
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        return None
    return max(0, status.st_size - os.lseek(fd, 0, os.SEEK_CUR))


def _read_slices(
    fd: int, take_fd: Callable[[int, Any], int], report: _Reports, left: int, name: object
) -> None:
    start = os.lseek(fd, 0, os.SEEK_CUR)
    while True:
        before = os.lseek(fd, 0, os.SEEK_CUR)
        status = take_fd(fd, table.read_options(min(_SLICE, left)))
        position = os.lseek(fd, 0, os.SEEK_CUR)
        if status not in (constants.TALLY_OK, constants.TALLY_ERROR_LIMIT):
            raise failure(status, "what is being fed is in use by another thread", name)
        report.now(position - start, last=status == constants.TALLY_OK)
        if status == constants.TALLY_OK:
            return
        left -= position - before
        if left <= 0:
            raise LimitError("there is more to be read than max_bytes")


def _read_threads(
    path: bytes,
    take_path: Callable[[bytes, Any], int],
    report: _Reports,
    max_bytes: Optional[int],
    threads: int,
    name: object,
) -> None:
    from concurrent.futures import ThreadPoolExecutor, wait

    most = 0 if max_bytes is None else min(max_bytes, 2**64 - 1)
    done, stop = 0, False

    def progress(number: int) -> bool:
        nonlocal done
        done = number
        return stop

    def call() -> None:
        status = table.with_read_options(
            most, threads, progress, lambda options: take_path(path, options)
        )
        if status:
            raise failure(status, "what is being fed is in use by another thread", name)

    with ThreadPoolExecutor(1) as caller:
        try:
            call_made = caller.submit(call)
            while wait([call_made], _WAIT_SECONDS).not_done:
                report.now(done, last=False)
        except BaseException:
            # Leaving waits for the thread.
            stop = True
            raise
        call_made.result()
    report.now(done, last=True)


def _read_chunks(
    readinto: Callable[[Any], Optional[int]],
    take: Callable[[memoryview], bool],
    report: _Reports,
    left: int,
    is_more: Callable[[], bool],
) -> None:
    done = 0
    with memoryview(bytearray(_CHUNK)) as buffer:
        while True:
            if left == 0 and is_more():
                raise LimitError("there is as much to be read as max_bytes, or more")
            with buffer[: min(_CHUNK, left)] as room:
                number = readinto(room)
            if number is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            if number:
                with buffer[:number] as chunk:
                    enough = take(chunk)
            else:
                enough = True
            done += number
            left -= number
            report.now(done, last=enough)
            if enough:
                return


class _Reports:
    """Tells a callable, or a bar, how far reading is."""

    def __init__(self, progress: Union[Progress, bool, None], total: Optional[int]) -> None:
        self._total = total
        self._bar: Any = None
        self._progress: Optional[Progress] = None
        self._told = monotonic()
        if progress is True:
            # pip install libtally[progress]
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="B", unit_scale=True, unit_divisor=1024)
            self._progress = self._move_bar
        elif callable(progress):
            self._progress = progress
        elif progress is not None and progress is not False:
            raise TypeError(f"progress is callable, True or None, not {type(progress).__name__}")

    def __enter__(self) -> _Reports:
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
        if last or time - self._told >= _REPORT_SECONDS:
            self._told = time
            self._progress(done, self._total)
