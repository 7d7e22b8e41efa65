"""Work beside a scan: the ticker of an asyncio loop, and isolated sub-interpreters.

    python bindings/python/benches/together.py

Prints the longest delay of the ticker while a file of 2 GiB is read, the time to cancel, and the
work of two sub-interpreters (from CPython 3.13 on) against that of one.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter

import libtally
from libtally import Counter, Reset, aio

COUNTER = Counter(";", 64, Reset.NEWLINES)
TICK = 0.001


async def ticker(delays: list[float]) -> None:
    while True:
        began = perf_counter()
        await asyncio.sleep(TICK)
        delays.append(perf_counter() - began - TICK)


async def scan(path: Path) -> None:
    async def idle() -> None:
        await asyncio.sleep(0.3)

    for name, work in (("nothing", idle()), ("the scan", aio.totals_file(COUNTER, path))):
        delays: list[float] = []
        ticking = asyncio.ensure_future(ticker(delays))
        began = perf_counter()
        await work
        took = perf_counter() - began
        ticking.cancel()
        longest = max(delays) * 1e3
        print(f"{name}: {took:.2f} s, {len(delays)} ticks, the latest by {longest:.1f} ms")
    longest_cancel = 0.0
    for wait in range(10):
        task = asyncio.ensure_future(aio.totals_file(COUNTER, path))
        await asyncio.sleep(0.005 + wait * 0.01)
        assert not task.done(), "the scan was over too soon"
        began = perf_counter()
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass
        longest_cancel = max(longest_cancel, perf_counter() - began)
    print(f"cancelling: at most {longest_cancel * 1e3:.1f} ms")


MIX = """
import sys
sys.path[:] = {path!r}
from time import perf_counter
from libtally import Counter, Reset
counter = Counter(";", 64, Reset.NEWLINES)
data = b"some;words;in;a;line;of;a;file\\n" * 2000
def work():
    for _ in range(3000):
        counter.count(data)
        sum(number * number for number in range(2000))
work()
"""
RUN = "began = perf_counter(); work(); took = perf_counter() - began"


def sub_interpreters() -> None:
    import _interpreters

    made = []
    for _ in range(2):
        interpreter = _interpreters.create("isolated")
        assert _interpreters.exec(interpreter, MIX.format(path=sys.path)) is None
        made.append(interpreter)

    def seconds(number: int) -> float:
        threads = [
            threading.Thread(target=_interpreters.exec, args=(interpreter, RUN))
            for interpreter in made[:number]
        ]
        began = perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return perf_counter() - began

    one = min(seconds(1) for _ in range(5))
    two = min(seconds(2) for _ in range(5))
    ratio = 2 * one / two
    print(f"sub-interpreters: {one:.2f} s for one, {two:.2f} s for two: {ratio:.2f} times the work")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, {libtally.binding()}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data")
        line = b"some;words;in;a;line;of;a;file\n"
        block = line * ((1 << 20) // len(line))
        with path.open("wb") as file:
            for _ in range(2048):
                file.write(block)
        asyncio.run(scan(path))
    if sys.version_info >= (3, 13) and sys.implementation.name == "cpython":
        sub_interpreters()
