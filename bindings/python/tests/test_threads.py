"""Threads share counters and run during calls; one at a time uses a stream or a summary."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import sysconfig
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import libtally
from libtally import Counter, InUseError, Reset, Stream, Summary

COUNTER = Counter("c", 3, Reset.NEWLINES)


def test_shared_counter() -> None:
    data = [b"c\n" * number + b"ccc" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(COUNTER.count, data)) == [number + 3 for number in range(200)]
            assert [m.segment for [m] in pool.map(COUNTER.find_many, data)] == list(range(200))


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="for free-threaded Python"
)
def test_the_lock_stays_away() -> None:
    """Importing a module that is not made for it would bring the global lock back, for all."""
    program = """
import sys, warnings
warnings.simplefilter("error")
from concurrent.futures import ThreadPoolExecutor
import libtally
counter = libtally.Counter("c", 3, libtally.Reset.NEWLINES)
with ThreadPoolExecutor(4) as pool:
    data = [b"c\\n" * number + b"ccc" for number in range(2000)]
    assert list(pool.map(counter.count, data)) == [number + 3 for number in range(2000)]
print(sys._is_gil_enabled())
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    command = [sys.executable, "-c", program]
    assert subprocess.check_output(command, env=environment, text=True) == "False\n"


@pytest.mark.parametrize("query", ["has_count", "count", "counts", "find_many", "feed", "ask"])
def test_others_run_meanwhile(query: str) -> None:
    """Threads that wait for the interpreter get it while this one is in the library."""
    data: Any = bytes(256 << 20)
    if query == "counts":
        data = [data]
    ask: Any
    if query == "feed":
        ask = Stream(COUNTER).feed
    elif query == "ask":
        # A list is copied.
        data = [bytes(64 << 20)]
        ask = partial(libtally.ask, questions=libtally.Question.max_count(COUNTER))
    else:
        ask = getattr(COUNTER, query)
    go, counted = threading.Event(), threading.Event()
    flags: list[bool] = []

    def look() -> None:
        go.wait()
        flags.append(counted.is_set())

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    interval = sys.getswitchinterval()
    try:
        # Nobody is made to let go of it.
        sys.setswitchinterval(1000)
        go.set()
        ask(data)
        counted.set()
    finally:
        sys.setswitchinterval(interval)
        go.set()
        for thread in threads:
            thread.join()
    assert not all(flags)


class Reentrant(io.RawIOBase):
    """A file that uses the stream it is fed to."""

    def __init__(self, use: Any) -> None:
        self.use = use

    def readinto(self, buffer: Any) -> int:
        self.use()
        return 0


def test_use_while_reading() -> None:
    # Between chunks, a stream can be used: it is not in use by C.
    stream = Stream(COUNTER)
    assert stream.feed_file(Reentrant(lambda: stream.feed(b"ccc"))) is True


def test_one_at_a_time() -> None:
    """Concurrent calls fail, or happen one after another: nothing is lost."""
    summary = Summary(COUNTER)
    data = b"c" * (1 << 20)
    fed = [0] * 4

    def feed(at: int) -> None:
        for _ in range(50):
            try:
                summary.feed(data)
                fed[at] += 1
            except InUseError as error:
                assert str(error) == "another call is using the handle"

    threads = [threading.Thread(target=feed, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert summary.totals.count == sum(fed) * len(data)
    assert sum(fed) > 0


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="PyPy holds no buffers")
def test_buffer_is_held_while_counting() -> None:
    data = bytearray(256 << 20)
    raised = threading.Event()
    done = threading.Event()

    def grow() -> None:
        while not done.is_set():
            try:
                data.append(0)
                data.pop()
            except BufferError:
                raised.set()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        for _ in range(200):
            COUNTER.count(data)
            if raised.is_set():
                break
    finally:
        done.set()
        thread.join()
    assert raised.is_set()


@pytest.mark.parametrize("threads", [2, 3])
def test_large_data(threads: int) -> None:
    data = b"." * (5 << 20) + b"ccc" + b"c\n" * (1 << 20)
    assert COUNTER.has_count(data, threads=threads) is True
    assert COUNTER.find(data, threads=threads) == (0, 0, (5 << 20) + 3, 3)
    assert COUNTER.count(data, threads=threads) == (1 << 20) + 3
    assert COUNTER.max_count(data, threads=threads) == 4
    assert COUNTER.matching_segments(data, threads=threads) == 1
    assert COUNTER.max_count(data.decode(), threads=threads) == 4
