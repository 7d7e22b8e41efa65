"""Runs the shared cases, as tests/languages/plain.py writes them: cases.py FILE"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Callable, List

from tally_ctypes import RESETS, Counter, Error, Stream, Summary, Totals

INVALID_ARGUMENT, IO, OVERLAP = 2, 3, 8


def status(call: Callable[[], object]) -> int:
    try:
        call()
    except Error as error:
        return error.status
    return 0


def has_answers(counter: Counter, data: bytes, fields: List[str]) -> bool:
    count, largest, segments, matching = map(int, fields[:4])
    listed = fields[5].split(",") if fields[5] else []
    matches = ["{}:{}:{}".format(*match) for match in counter.matches(data)]
    cut = len(data) // 2
    stream, left, right = Stream(counter), Summary(counter), Summary(counter)
    stream.feed(data[:cut])
    stream.feed(data[cut:])
    left.feed(data[:cut])
    right.feed(data[cut:])
    if status(lambda: left.merge(right)) == OVERLAP:
        left.feed(data[cut:])
    first = stream.match()
    return (
        counter.has_count(data) is (matching > 0)
        and counter.count(data) == count
        and counter.max_count(data) == largest
        and counter.matching_segments(data) == matching == len(matches)
        and matches[: len(listed)] == listed
        and (fields[4] == "0" or matches == listed)
        and counter.has_counts([data, b"", data])[::2] == [matching > 0] * 2
        and (["{}:{}:{}".format(*first)] if first else []) == matches[:1]
        and left.totals() == Totals(len(data), count, largest, segments, matching)
    )


def is_right(line: str) -> bool:
    name, kind, needle, character, named, reset, number, data, expected, *fields = line.split("\t")
    reset_name = next(name for name, value in RESETS.items() if value == int(named))

    def make() -> Counter:
        return Counter(
            int(character) if kind == "2" else bytes.fromhex(needle),
            int(number),
            bytes.fromhex(reset) if reset else reset_name,
            any_of=kind == "1",
        )

    if expected != "0":
        return status(make) == int(expected)
    with make() as counter:
        return has_answers(counter, bytes.fromhex(data), fields)


def files_are_right() -> bool:
    with tempfile.TemporaryDirectory() as folder, Counter(b"c", 2, "newlines") as counter:
        path = os.path.join(folder, "file")
        with open(path, "wb") as file:
            file.write(b"c\ncc\nc.c.c")
        with Summary(counter) as summary, Stream(counter) as stream:
            summary.feed_file(path)
            return (
                summary.totals() == Totals(10, 6, 3, 3, 2)
                and stream.feed_file(path)
                and status(lambda: Stream(counter).feed_file("no such file")) == IO
            )


def main(path: str) -> int:
    passed = failed = 0
    with open(path, encoding="utf-8") as file:
        results = [(line.split("\t")[0], is_right(line.rstrip("\n"))) for line in file]
    results.append(("a surrogate", status(lambda: Counter(0xD800, 1)) == INVALID_ARGUMENT))
    results.append(("files", files_are_right()))
    for name, right in results:
        passed += right
        failed += not right
        if not right:
            print(f"{name}: wrong", file=sys.stderr)
    print(f"python (ctypes): {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
