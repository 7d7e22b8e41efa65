"""Calls from Python, against a PyO3 extension of the plain loop; and threads, against one.

    pip install ./bindings/python ./bindings/python/benches/plain_loop
    python bindings/python/benches/calls.py

Prints a table for each. Times are the best of several, for data that never matches.
"""

from __future__ import annotations

import sys
import threading
from time import perf_counter
from timeit import Timer
from typing import Any

import plain_loop

import libtally
from libtally import Counter, Reset

# Lines of a log, far below the number; and lines that are one hit below it.
KINDS = {
    "ordinary": (
        b"2024-05-01T12:00:00;GET;/index.html;200;1234;curl/8.0;some more words here\n",
        64,
    ),
    "hard": (b"one;two;three;four\n.", 4),
}
LINE = KINDS["ordinary"][0]
COUNTER = Counter(";", 64, Reset.NEWLINES)


def seconds(statement: str, **names: Any) -> float:
    """For one execution: the best of several runs, each long enough to be timed."""
    timer = Timer(statement, globals=names)
    number, _ = timer.autorange()
    return min(timer.repeat(7, number)) / number


def calls(name: str) -> None:
    line, number = KINDS[name]
    counter = Counter(";", number, Reset.NEWLINES)
    print(f"{name} lines, at least {number}")
    print("ns        data   has_count   plain loop   plain loop / has_count   count")
    for size in (20, 100, 500, 4 << 10, 64 << 10, 1 << 20, 16 << 20):
        data = (line * (size // len(line) + 1))[:size]
        for form, needle, peer_function in (
            (data, 59, plain_loop.has_count_bytes),
            (data.decode(), ";", plain_loop.has_count),
        ):
            own = seconds("call(data)", call=counter.has_count, data=form)
            names = {"call": peer_function, "data": form, "needle": needle, "number": number}
            peer = seconds("call(data, needle, number)", **names)
            kind = type(form).__name__
            count = seconds("call(data)", call=counter.count, data=form)
            print(
                f"{size:<9} {kind:<6} {own * 1e9:9.0f} {peer * 1e9:12.0f} {peer / own:24.2f}"
                f" {count * 1e9:7.0f}"
            )
    print()


def lists() -> None:
    print("1 million strings of 20 bytes: ms")
    print("data   has_counts   plain loop   plain loop / has_counts   counts")
    items = [b"one;two;three;4;%05d" % (number % 100_000) for number in range(1_000_000)]
    for form, call in (
        (items, "[call(item, 59, 5) for item in items]"),
        ([item.decode() for item in items], "[call(item, ';', 5) for item in items]"),
    ):
        counter = Counter(";", 5, Reset.NEWLINES)
        own = seconds("call(items)", call=counter.has_counts, items=form)
        kind = type(form[0])
        peer = plain_loop.has_count_bytes if kind is bytes else plain_loop.has_count
        loop = seconds(call, call=peer, items=form)
        counts = seconds("call(items)", call=counter.counts, items=form)
        print(
            f"{kind.__name__:<6} {own * 1e3:10.0f} {loop * 1e3:12.0f} {loop / own:25.2f}"
            f" {counts * 1e3:8.0f}"
        )


def threads() -> None:
    print("\n256 MiB for each thread: GiB/s")
    size, times = 256 << 20, 5
    data = [(LINE * (size // len(LINE) + 1))[:size] for _ in range(2)]
    speeds = []
    for number in (1, 2):
        best = 0.0
        for _ in range(times):
            workers = [
                threading.Thread(target=COUNTER.count, args=(data[n],)) for n in range(number)
            ]
            began = perf_counter()
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            best = max(best, number * size / (perf_counter() - began))
        speeds.append(best)
        print(f"{number}: {best / 2**30:.1f}")
    print(f"two threads against one: {speeds[1] / speeds[0]:.2f}")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, {libtally.binding()}, {libtally.backend()}\n")
    for name in KINDS:
        calls(name)
    lists()
    threads()
