#!/usr/bin/env python3
"""Writes the cases of tests/cases/counter.txt so that the examples in other languages can read them
with a few lines: `plain.py OUTPUT`.

A line for each number of each case, with 15 fields separated by tabs; text is in hexadecimal, two
digits a byte:

    name, needle_kind, needle, character (decimal), named_reset, reset, min_number, data, status,
    count, max_count, segments, matching_segments, complete, matches

`status` is that of making the counter; if it is not 0, what follows is empty. `matches` are
SEGMENT:START:END, separated by commas: all of them, or the first ones if `complete` is 0. The format
of the cases is described in their file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CASES = Path(__file__).resolve().parents[1] / "cases/counter.txt"
KINDS = {"bytes": 0, "any": 1, "char": 2}
NAMED = {"none": (0, b""), "newlines": (1, b"\n"), "spaces": (2, b" ")}
NAMED["whitespace"] = (3, b" \t\n\v\f\r")
INVALID_ARGUMENT, RESET_IN_NEEDLE = 2, 10


def text(written: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        if match[1] is not None:
            return text(match[2]) * int(match[1])
        return b"\n" if match[0] == rb"\n" else bytes.fromhex(match[3].decode())

    return re.sub(rb"\{(\d+) ([^}]*)\}|\\n|\\x(..)", one, written)


def lines() -> list[list[object]]:
    made: list[list[object]] = []
    name = needle = reset = count = largest = b""
    data = b""
    for line in CASES.read_bytes().split(b"\n"):
        if not line or line.startswith(b"#"):
            continue
        key, _, value = line.partition(b" ")
        match key:
            case b"case":
                name = value
            case b"needle":
                needle = value
            case b"reset":
                reset = value
            case b"data":
                data = text(value)
            case b"count":
                count = value
            case b"max":
                largest = value
            case b"at" | b"error":
                kind, _, rest = needle.partition(b" ")
                is_character = kind == b"char"
                bytes_ = b"" if is_character else text(rest)
                if reset.startswith(b"bytes"):
                    named, resets = 0, text(reset[6:])
                    given = resets
                else:
                    (named, resets), given = NAMED[reset.decode()], b""
                made.append([name.decode(), KINDS[kind.decode()], bytes_.hex()])
                made[-1] += [int(rest, 16) if is_character else 0, named, given.hex()]
                if key == b"error":
                    status = RESET_IN_NEEDLE if is_character or bytes_ else INVALID_ARGUMENT
                    made[-1] += [1, "", status, "", "", "", "", "", ""]
                    continue
                number, matching, *matches = value.decode().split()
                complete = "..." not in matches
                segments = 1 + sum(byte in resets for byte in data)
                made[-1] += [number, data.hex(), 0, count.decode(), largest.decode(), segments]
                made[-1] += [matching, int(complete), ",".join(m for m in matches if m != "...")]
            case _:
                sys.exit(f"plain: {line.decode()}: unknown")
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    made = lines()
    assert len(made) > 150, "the file is cut short"
    written = ("\t".join(map(str, line)) + "\n" for line in made)
    Path(sys.argv[1]).write_text("".join(written))
