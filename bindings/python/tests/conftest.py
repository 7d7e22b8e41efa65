"""The cases of tests/cases, which the tests of all languages share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Union

import libtally
from libtally import Counter, Reset

ROOT = Path(__file__).resolve().parents[3]
if not (ROOT / "tests").exists():
    # In an sdist.
    ROOT = Path(__file__).resolve().parents[1] / "crate"


@dataclass
class Case:
    """A case of tests/cases/counter.txt, which describes the format."""

    name: str
    needle: Union[str, bytes, frozenset[int]] = b""
    reset: Union[Reset, bytes] = Reset.NONE
    data: Optional[bytes] = None
    count: int = 0
    max_count: int = 0
    # For each number: how many segments match, their matches, and whether these are all.
    at: dict[int, tuple[int, list[tuple[int, ...]], bool]] = field(default_factory=dict)

    def counter(self, number: int = 1) -> Counter:
        return Counter(self.needle, number, self.reset)


def _text(text: str) -> bytes:
    raw = text.encode()
    raw = re.sub(rb"\{(\d+) (.*?)\}", lambda m: int(m[1]) * m[2], raw)
    escapes = rb"\\(n|x(..))"
    return re.sub(escapes, lambda m: b"\n" if m[1] == b"n" else bytes.fromhex(m[2].decode()), raw)


def read_cases() -> list[Case]:
    cases: list[Case] = []
    lines = (ROOT / "tests/cases/counter.txt").read_bytes().decode().split("\n")
    for line in lines:
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "case":
            cases.append(Case(rest))
            continue
        case = cases[-1]
        if word == "needle":
            kind, _, value = rest.partition(" ")
            if kind == "char":
                case.needle = chr(int(value, 16))
            else:
                case.needle = _text(value) if kind == "bytes" else frozenset(_text(value))
        elif word == "reset":
            kind, _, value = rest.partition(" ")
            case.reset = _text(value) if kind == "bytes" else Reset[kind.upper()]
        elif word == "data":
            case.data = _text(rest)
        elif word == "count":
            case.count = int(rest)
        elif word == "max":
            case.max_count = int(rest)
        elif word == "at":
            number, matching, *matches = rest.split()
            complete = matches[-1:] != ["..."]
            # The count of a match is the number.
            found = [
                (*map(int, match.split(":")), int(number)) for match in matches if match != "..."
            ]
            case.at[int(number)] = (int(matching), found, complete)
        else:
            assert word == "error", line
    assert len(cases) > 20
    return cases


CASES = read_cases()


def pytest_report_header() -> str:
    return f"libtally {libtally.__version__}: {libtally.binding()}, {libtally.backend()}"
