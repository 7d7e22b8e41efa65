"""Sub-interpreters. Isolated ones, which have a GIL of their own, load no such module as cffi's."""

from __future__ import annotations

import sys
import threading

import pytest

import libtally

interpreters = pytest.importorskip("_interpreters", reason="since CPython 3.13")

PROGRAM = """
import os
import pickle
os.environ.pop("LIBTALLY_BINDING", None)
import libtally
from libtally import Counter, Reset, Stream, Summary, has_count_file, totals_file

assert libtally.binding() == {backend!r}, libtally.binding()
if libtally.binding() == "ctypes":
    try:
        import libtally._cffi
    except ImportError:
        pass
    else:
        raise AssertionError("the module was loaded")
counter = Counter("c", 3, Reset.NEWLINES)
for number in range(200):
    data = b"c" * number + b"\\nccc\\n"
    assert counter.count(data) == number + 3
    assert counter.find_many(bytearray(data))[-1].end == number + 4
    assert counter.counts([data, "c"]) == [number + 3, 1]
stream = Stream(counter)
assert stream.feed("ccc")
assert has_count_file(counter, {path!r})
totals = totals_file(counter, {path!r})
assert totals_file(counter, {path!r}, threads=2) == totals
assert pickle.loads(pickle.dumps(Summary(counter))).totals.bytes == 0
"""


@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_other_interpreters(kind: str) -> None:
    if kind == "legacy" and libtally.binding() == "ctypes":
        pytest.skip("the other kind is over ctypes too")
    backend = "ctypes" if kind == "isolated" else "cffi"
    program = PROGRAM.format(backend=backend, path=__file__)
    failures: list[object] = []

    def run() -> None:
        interpreter = interpreters.create(kind)
        path = f"import sys; sys.path[:] = {sys.path!r}"
        failures.append(interpreters.exec(interpreter, path))
        failures.append(interpreters.exec(interpreter, program))
        interpreters.destroy(interpreter)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [None] * 6
