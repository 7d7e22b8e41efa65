"""Files for asyncio and trio: read by a thread, while the loop goes on; a task that is cancelled
stops it.

>>> import asyncio
>>> from libtally import Counter, aio
>>> asyncio.run(aio.has_count_file(Counter("é", 10**9), __file__))
False

The arguments and exceptions are those of the functions without `await`; `progress` is called in the
loop. What the loop's default executor, or trio's limiter, has threads for, is read at the same
time. Cancelling takes effect within some hundredths of a second; but a thread that waits for a pipe
to give data, waits on: what it is feeding must not be used before that.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union

from ._counter import Counter, Match
from ._stream import Stream
from ._summary import Summary, Totals

if TYPE_CHECKING:
    from ._files import File, Progress

T = TypeVar("T")

__all__ = ["feed_file", "find_file", "has_count_file", "totals_file"]

# How long a cancelled task waits for its thread to stop: longer than a slice of reading takes.
_PATIENCE = 0.09


class _Stopped(Exception):
    """The task that waits is cancelled."""


async def has_count_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
) -> bool:
    """`Counter.has_count_file`, awaited."""
    return await _read(counter.has_count_file, file, progress, max_bytes)


async def find_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
) -> Optional[Match]:
    """`Counter.find_file`, awaited."""
    return await _read(counter.find_file, file, progress, max_bytes)


async def totals_file(
    counter: Counter,
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> Totals:
    """`Counter.totals_file`, awaited."""
    return await _read(partial(counter.totals_file, threads=threads), file, progress, max_bytes)


async def feed_file(
    target: Union[Stream, Summary],
    file: File,
    *,
    progress: Optional[Progress] = None,
    max_bytes: Optional[int] = None,
    threads: int = 1,
) -> Optional[bool]:
    """`Stream.feed_file` or `Summary.feed_file`, awaited; `threads` are for the latter. When the
    task is cancelled, what was read before is fed."""
    read: Callable[..., Optional[bool]] = target.feed_file
    if threads != 1:
        read = partial(read, threads=threads)
    return await _read(read, file, progress, max_bytes)


async def _read(
    read: Callable[..., T], file: File, progress: Optional[Progress], max_bytes: Optional[int]
) -> T:
    # Whose task this is has imported it.
    trio: Any = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        return await _read_in_trio(trio, read, file, progress, max_bytes)
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    raised: list[BaseException] = []

    def tell(done: int, total: Optional[int]) -> None:
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
            loop.call_soon_threadsafe(tell, done, total)

    call: Any = partial(read, file, progress=report, max_bytes=max_bytes)
    future: asyncio.Future[T] = loop.run_in_executor(None, call)
    try:
        result = await asyncio.shield(future)
        # Of the last report, too, which may be on its way.
        await asyncio.sleep(0)
    except _Stopped:
        raise raised[0] from None
    except asyncio.CancelledError:
        stop.set()
        # What it was stopped by, or came to, is of no interest any more.
        future.add_done_callback(lambda future: future.cancelled() or future.exception())
        await asyncio.wait([future], timeout=_PATIENCE)
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
        with trio.CancelScope(deadline=trio.current_time() + _PATIENCE, shield=True):
            await ended.wait()
        raise
    return result
