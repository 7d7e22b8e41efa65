"""Isolated sub-interpreters, which have a GIL of their own and load no such module as cffi's."""

from __future__ import annotations

import sys
import threading

import pytest

interpreters = pytest.importorskip("_interpreters", reason="since CPython 3.13")

PROGRAM = """
import os
import pickle
os.environ.pop("LIBTALLY_BACKEND", None)
import libtally
from libtally import Counter, Reset

assert libtally.backend() == "ctypes", libtally.backend()
counter = Counter("c", 3, Reset.NEWLINES)
for number in range(200):
    data = b"c" * number + b"\\nccc\\n"
    assert counter.count(data) == number + 3
    assert counter.find_all(bytearray(data))[-1].end == number + 4
    assert counter.counts([data, "c"]) == [number + 3, 1]
stream = counter.stream()
assert stream.feed("ccc")
assert counter.has_count_file({path!r})
totals = counter.totals_file({path!r})
assert counter.totals_file({path!r}, threads=2) == totals
assert pickle.loads(pickle.dumps(counter.summary())).totals.bytes == 0
"""


def test_isolated() -> None:
    failures: list[object] = []

    def run() -> None:
        interpreter = interpreters.create("isolated")
        path = f"import sys; sys.path[:] = {sys.path!r}"
        failures.append(interpreters.exec(interpreter, path))
        failures.append(interpreters.exec(interpreter, PROGRAM.format(path=__file__)))
        interpreters.destroy(interpreter)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [None] * 6
