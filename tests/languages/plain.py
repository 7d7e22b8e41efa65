#!/usr/bin/env python3
"""Writes the cases of tests/cases/counter.txt so that the examples in other languages can read them
with a few lines: `plain.py OUTPUT`.

A line for each number of each case, with 15 fields separated by tabs; text is in hexadecimal, two
digits a byte:

    name, needle_kind, needle, character (decimal), named_reset, reset, min_number, data, status,
    count, max_count, segments, matching_segments, complete, matches

`status` is that of making the counter; if it is not 0, what follows is empty. `matches` are
SEGMENT:START:END, separated by commas: all of them, or the first ones if `complete` is 0. The format
of the cases is described in their file. Cases with an option that the examples do not have are left
out, and their number is printed.
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


KEYS = {"needle", "reset", "data", "count", "max", "at", "error"}


def cases() -> list[tuple[str, list[tuple[str, bytes]]]]:
    """The name of each case, and its lines as a key and a value."""
    made: list[tuple[str, list[tuple[str, bytes]]]] = []
    for line in CASES.read_bytes().split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"case":
            made.append((value.decode(), []))
        elif line and not line.startswith(b"#"):
            made[-1][1].append((key.decode(), value))
    return made


def rows(name: str, case: list[tuple[str, bytes]]) -> list[list[object]]:
    values = dict(case)
    kind, _, needle = values["needle"].partition(b" ")
    is_character = kind == b"char"
    string = b"" if is_character else text(needle)
    if values["reset"].startswith(b"bytes"):
        named, resets = 0, text(values["reset"][6:])
        given = resets
    else:
        (named, resets), given = NAMED[values["reset"].decode()], b""
    character = int(needle, 16) if is_character else 0
    question = [name, KINDS[kind.decode()], string.hex(), character, named, given.hex()]
    if "error" in values:
        status = RESET_IN_NEEDLE if is_character or string else INVALID_ARGUMENT
        return [[*question, 1, "", status, "", "", "", "", "", ""]]
    data = text(values["data"])
    totals = [values["count"].decode(), values["max"].decode()]
    totals.append(str(1 + sum(byte in resets for byte in data)))
    made = []
    for number, matching, *matches in (value.decode().split() for key, value in case if key == "at"):
        listed = [match for match in matches if match != "..."]
        answers = [*totals, matching, int(len(listed) == len(matches)), ",".join(listed)]
        made.append([*question, number, data.hex(), 0, *answers])
    return made


def main(output: str) -> None:
    all_cases = cases()
    known = [case for case in all_cases if KEYS.issuperset(key for key, _ in case[1])]
    made = [row for name, case in known for row in rows(name, case)]
    assert len(made) >= 199, "the file is cut short, or its format is another one"
    Path(output).write_text("".join("\t".join(map(str, row)) + "\n" for row in made))
    if len(known) < len(all_cases):
        print(f"languages: {len(all_cases) - len(known)} cases left out, for what no example has")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
