"""Files for asyncio and trio: a thread reads, the event loop goes on, and cancelling a task stops
the reading.

>>> import asyncio
>>> from libtally import Counter, aio
>>> asyncio.run(aio.has_count_file(Counter("é", 10**9), __file__))
False

Arguments and exceptions are those of the functions of the same names without `await`; `progress` is
called in the event loop. The loop's default executor, or trio's limiter, says how many files are
read at the same time. Cancelling takes effect within a tenth of a second, except for a thread that
waits for data from a pipe: until it returns, the stream or summary that it feeds must not be used.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from functools import partial
from typing import Any, Callable, Optional, TypeVar, Union

from . import _files as files
from ._counter import Counter, Match
from ._reading import File, Progress
from ._stream import Stream
from ._summary import Summary, Totals

T = TypeVar("T")

__all__ = ["feed_file", "find_file", "has_count_file", "totals_file"]

# How long a cancelled task waits for its thread to stop, in seconds: longer than a slice takes.
_STOP_TIMEOUT = 0.09


class _Stopped(Exception):
    """The task that awaits the reading was cancelled, or its `progress` raised."""


async def has_count_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> bool:
    """`libtally.has_count_file`, awaited."""
    read = partial(files.has_count_file, counter, threads=threads)
    return await _read(read, file, progress, max_bytes)


async def find_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
) -> Optional[Match]:
    """`libtally.find_file`, awaited."""
    return await _read(partial(files.find_file, counter), file, progress, max_bytes)


async def totals_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> Totals:
    """`libtally.totals_file`, awaited."""
    read = partial(files.totals_file, counter, threads=threads)
    return await _read(read, file, progress, max_bytes)


async def feed_file(
    target: Union[Stream, Summary],
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> Optional[bool]:
    """`Stream.feed_file` or `Summary.feed_file`, awaited. Only the latter has `threads`. What was
    read before the task is cancelled has been fed."""
    read: Callable[..., Optional[bool]] = target.feed_file
    if threads != 1:
        read = partial(read, threads=threads)
    return await _read(read, file, progress, max_bytes)


async def _read(
    read: Callable[..., T], file: File, progress: Optional[Progress], max_bytes: Optional[int]
) -> T:
    # A task of trio's can only run if trio has been imported.
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return await _read_in_trio(trio, read, file, progress, max_bytes)
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    raised: list[BaseException] = []

    def report_in_loop(done: int, total: Optional[int]) -> None:
        try:
            if progress is not None and not raised:
                progress(done, total)
        except BaseException as error:
            raised.append(error)
            stop.set()

    def report(done: int, total: Optional[int]) -> None:
        if stop.is_set():
            raise _Stopped
        if progress is not None:
            loop.call_soon_threadsafe(report_in_loop, done, total)

    call: Any = partial(read, file, progress=report, max_bytes=max_bytes)
    future: asyncio.Future[T] = loop.run_in_executor(None, call)
    try:
        result = await asyncio.shield(future)
        # The last report may still be queued.
        await asyncio.sleep(0)
    except _Stopped:
        raise raised[0] from None
    except asyncio.CancelledError:
        stop.set()
        # Nobody awaits the result any more; asyncio warns of exceptions that nobody retrieves.
        future.add_done_callback(lambda future: future.cancelled() or future.exception())
        await asyncio.wait([future], timeout=_STOP_TIMEOUT)
        raise
    if raised:
        raise raised[0]
    return result


async def _read_in_trio(
    trio: Any,
    read: Callable[..., T],
    file: File,
    progress: Optional[Progress],
    max_bytes: Optional[int],
) -> T:
    token = trio.lowlevel.current_trio_token()
    stop, ended = threading.Event(), trio.Event()

    def report(done: int, total: Optional[int]) -> None:
        if stop.is_set():
            raise _Stopped
        if progress is not None:
            trio.from_thread.run_sync(progress, done, total)

    def call() -> T:
        try:
            return read(file, progress=report, max_bytes=max_bytes)
        finally:
            token.run_sync_soon(ended.set)

    try:
        result: T = await trio.to_thread.run_sync(call, abandon_on_cancel=True)
    except trio.Cancelled:
        stop.set()
        with trio.CancelScope(deadline=trio.current_time() + _STOP_TIMEOUT, shield=True):
            await ended.wait()
        raise
    return result
