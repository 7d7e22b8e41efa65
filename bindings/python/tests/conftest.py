"""The cases of tests/cases, which the tests of all languages share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import libtally
from libtally import Counter, Quotes, Reset, WordRule

ROOT = Path(__file__).resolve().parents[3]
if not (ROOT / "tests").exists():
    # In an sdist.
    ROOT = Path(__file__).resolve().parents[1] / "crate"


@dataclass
class Case:
    """A case of tests/cases: counter.txt and records.txt describe the format."""

    name: str
    needle: Union[str, bytes, frozenset[int]] = b""
    reset: Union[Reset, bytes] = Reset.NONE
    data: Optional[bytes] = None
    count: int = 0
    max_count: int = 0
    unclosed: Optional[int] = None
    # How many segments start and end with the needle, by the white space that is left out.
    edges: list[tuple[Optional[WordRule], int, int]] = field(default_factory=list)
    # Skipped segments, quotes and closing bytes.
    options: dict[str, Any] = field(default_factory=dict)
    # For each condition: how many segments match, their matches, and whether these are all.
    at: list[tuple[dict[str, Any], int, list[tuple[int, ...]], bool]] = field(default_factory=list)

    def counter(self, **condition: Any) -> Counter:
        condition = condition or {"min_number": 1}
        return Counter(self.needle, reset=self.reset, **condition, **self.options)


def _text(text: str) -> bytes:
    raw = text.encode()
    raw = re.sub(rb"\{(\d+) (.*?)\}", lambda m: int(m[1]) * m[2], raw)
    escapes = rb"\\(n|x(..))"
    return re.sub(escapes, lambda m: b"\n" if m[1] == b"n" else bytes.fromhex(m[2].decode()), raw)


def _quotes(line: str) -> dict[str, Any]:
    rule, *rest = line.split()
    options: dict[str, Any] = {"quotes": Quotes[rule.upper()]}
    for name, value in zip(rest[::2], rest[1::2]):
        options[name] = _text(value)
    return options


def _read(line: str, kind: str) -> tuple[dict[str, Any], int, list[tuple[int, ...]], bool]:
    """What a condition finds."""
    words = line.split()
    condition: dict[str, Any] = {"min_number": int(words[0])}
    # The count of a match is the number, where it is not given.
    count = [int(words.pop(0))]
    if kind != "at":
        high = words.pop(0)
        condition = {kind: (count.pop(), None if high == "any" else int(high))}
    matching, *matches = words
    complete = matches[-1:] != ["..."]
    found = [(*map(int, match.split(":")), *count) for match in matches if match != "..."]
    return condition, int(matching), found, complete


def read_cases(name: str) -> list[Case]:
    cases: list[Case] = []
    lines = (ROOT / "tests/cases" / name).read_bytes().decode().split("\n")
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
        elif word == "edges":
            trim, starting, ending = rest.split()
            rule = None if trim == "none" else WordRule[trim.upper()]
            case.edges.append((rule, int(starting), int(ending)))
        elif word == "data":
            case.data = _text(rest)
        elif word == "count":
            case.count = int(rest)
        elif word == "max":
            case.max_count = int(rest)
        elif word in ("at", "outside", "within"):
            case.at.append(_read(rest, word))
        elif word == "skip":
            case.options["skip_empty"] = rest in ("empty", "both")
            case.options["skip_last_empty"] = rest in ("last", "both")
        elif word == "quotes":
            case.options.update(_quotes(rest))
        elif word == "closing":
            case.options["closing"] = _text(rest)
        elif word == "unclosed":
            case.unclosed = int(rest)
        else:
            assert word == "error", line
    assert len(cases) > 20
    return cases


CASES = read_cases("counter.txt") + read_cases("records.txt")


def pytest_report_header() -> str:
    return f"libtally {libtally.__version__}: {libtally.binding()}, {libtally.backend()}"
