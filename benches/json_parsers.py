"""Does JSON nest 64 deep? The answer of this package against parsers of the whole document.

    python benches/json_parsers.py [MIB [ROUNDS]]      256 MiB and 15 rounds by default

Needs libtally, orjson and pysimdjson. The contenders take turns; the figures are medians of the
processor's time. What each does:

    libtally    answers from bytes in memory; the same in chunks of 64 KiB, as a guard in front of a
                parser would
    simdjson    makes its tape, and no Python objects; it copies the bytes first, which a row of its
                own measures
    orjson      makes Python objects of everything, and frees them
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from importlib.metadata import version
from typing import Any, Callable

import orjson
import simdjson

from libtally import Counter, Quotes, Stream

CHUNK = 64 << 10
# A contender that takes longer than this, in seconds, has three turns.
LONG = 1


def document(size: int) -> bytes:
    """Objects with strings, numbers, arrays and objects, at most 6 deep. One in twenty strings has
    an escape, one in ten a brace or a bracket."""
    draw = random.Random(12)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.- "

    def text() -> str:
        word = "".join(draw.choices(letters, k=draw.randint(3, 16)))
        return word + draw.choice(['"'] + 19 * [""]) + draw.choice(["{", "]"] + 18 * [""])

    def thing(depth: int) -> dict[str, Any]:
        values: list[Callable[[], Any]] = [
            (lambda: thing(depth + 1)) if depth < 5 else text,
            lambda: [draw.randrange(100_000) for _ in range(draw.randrange(5))],
            *4 * [lambda: draw.randrange(1_000_000)],
            *4 * [text],
        ]
        return {text(): draw.choice(values)() for _ in range(draw.randint(3, 7))}

    some = ",\n".join(json.dumps(thing(2), separators=(",", ":")) for _ in range(20_000)).encode()
    return b"[" + b",\n".join([some] * max(1, size // len(some))) + b"]"


def main(size: int = 256, rounds: int = 15) -> None:
    data = document(size << 20)
    guard = Counter({*b"{["}, 64, closing=b"}]", quotes=Quotes.ANYWHERE, escape="\\")
    parser = simdjson.Parser()
    view = memoryview(data)

    def in_chunks() -> None:
        stream = Stream(guard)
        for at in range(0, len(data), CHUNK):
            if stream.feed(view[at : at + CHUNK]):
                break

    contenders: dict[str, Callable[[], Any]] = {
        "libtally": lambda: guard.has_count(data),
        "libtally, in chunks": in_chunks,
        "a copy of the bytes": lambda: bytearray(data),
        f"simdjson (pysimdjson {version('pysimdjson')})": lambda: parser.parse(data),
        f"orjson {version('orjson')}": lambda: orjson.loads(data),
    }
    assert not guard.has_count(data)
    assert guard.has_count(b"[" * 64)
    assert not guard.has_count(b'"\\"' + b"[" * 64 + b'"')
    gc.disable()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, call in contenders.items():
            if turn < 3 or times[name][0] < LONG:
                start = time.process_time()
                call()
                times[name].append(time.process_time() - start)
    ours = statistics.median(times["libtally"])
    print(f"{'':32} {'ms':>8} {'GB/s':>6} {'times libtally':>15}   {len(data) >> 20} MiB")
    for name, taken in times.items():
        median = statistics.median(taken)
        speed = len(data) / median / 1e9
        print(f"{name:32} {1e3 * median:8.1f} {speed:6.2f} {median / ours:15.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
