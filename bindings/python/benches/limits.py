"""The limits of the package, with other values beside them.

    python bindings/python/benches/limits.py

`LARGE` of _data.py: from which length on reading a str in place is faster than encoding it.
`BATCH` of _lists.py: how many items are joined for one call.
`SLICE_SIZE` of _reading.py: how much of a file one call reads.
"""

from __future__ import annotations

import os
import sys
import tempfile
from timeit import Timer
from typing import Any, Callable

import libtally
from libtally import Counter, Reset, _data, _lists, _reading, totals_file

COUNTER = Counter(";", 64, Reset.NEWLINES)
LINE = "some;words;in;a;line;of;a;file\n"


def seconds(call: Callable[[], object]) -> float:
    """The time of one call: the best of several runs."""
    timer = Timer(call)
    number, _ = timer.autorange()
    return min(timer.repeat(7, number)) / number


def with_limit(module: Any, name: str, value: int, call: Callable[[], object]) -> float:
    usual = getattr(module, name)
    setattr(module, name, value)
    try:
        return seconds(call)
    finally:
        setattr(module, name, usual)


def large() -> None:
    print("str of    in place    encoded (ns)")
    for size in (1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10):
        text = (LINE * (size // len(LINE) + 1))[:size]

        def ask(text: str = text) -> int:
            return COUNTER._query(libtally._library.counter_count, text)

        in_place, encoded = (with_limit(_data, "LARGE", at, ask) for at in (0, sys.maxsize))
        print(f"{size:<8} {in_place * 1e9:9.0f} {encoded * 1e9:10.0f}")


def batch() -> None:
    items = [bytearray(b"some;words;%07d;;" % number) for number in range(200_000)]
    print("\nitems at a time   200,000 items of 20 bytes (ms)")
    for value in (64, 256, 1024, 4096, 16384, 200_000):
        took = with_limit(_lists, "BATCH", value, lambda: COUNTER.counts(items))
        print(f"{value:<17} {took * 1e3:.1f}")


def slices() -> None:
    with tempfile.NamedTemporaryFile() as file:
        os.truncate(file.name, 256 << 20)
        print("\nMiB at a time   256 MiB of a sparse file (ms)")
        for value in (1, 2, 4, 8, 16, 256):
            call = lambda: totals_file(COUNTER, file.name)  # noqa: E731
            took = with_limit(_reading, "SLICE_SIZE", value << 20, call)
            print(f"{value:<15} {took * 1e3:.1f}")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, {libtally.binding()}, {libtally.backend()}\n")
    large()
    batch()
    slices()
