"""Files in byte ranges: every cut gives the answers of the whole file; the engines run them."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any, Callable, Optional

import pytest
from plain import Question

from libtally import Quotes, Reset, _ranges

OPTIONS: list[dict[str, Any]] = [
    {"number": 0},
    {"number": 1},
    {"number": 3},
    {"number": 2, "closing": b";"},
    {"outside": (1, 1)},
    {"outside": (1, 1), "quotes": Quotes.FIELDS, "skip_empty": True},
    {"within": (1, 2), "quotes": Quotes.FIELDS, "escape": b"\\"},
    {"outside": (0, 2), "quotes": Quotes.ANYWHERE, "escape": b"\\", "skip_last_empty": True},
    {"within": (0, 0), "skip_empty": True},
]


def here(function: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    """Runs each call twice, in any order, as an engine may."""
    order = list(enumerate(arguments))
    random.Random(1).shuffle(order)
    results: dict[int, Any] = {}
    for at, some in order * 2:
        results[at] = function(*some)
    return [results[at] for at in range(len(arguments))]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("needle", [",", "\n", "ab"])
@pytest.mark.parametrize("reset", [Reset.NEWLINES, Reset.NONE])
def test_every_cut(options: dict[str, Any], needle: str, reset: Reset, tmp_path: Path) -> None:
    given = dict(options)
    if needle == "ab" and given.get("quotes") is Quotes.FIELDS:
        given["delimiters"] = b","
    try:
        asked = Question(needle, given.pop("number", None), reset, **given)
    except ValueError:
        pytest.skip("they contradict one another")
    generator = random.Random(f"{options}{needle}{reset}")
    path = tmp_path / "data"
    for length in [0, 1, *(generator.randrange(70) for _ in range(8))]:
        data = bytes(generator.choices(b'aab,,;"\\\n\n', k=length))
        path.write_bytes(data)
        right = asked.answers(data)
        expected = right["matches"]
        for size in (1, 3, 7, 100):
            [totals] = _ranges.totals(here, asked.counter, path, size, None)
            assert totals.matching_segments == len(expected)
            assert (totals.bytes, totals.count) == (length, right["count"])
            assert _ranges.matches(here, asked.counter, path, size, None) == [expected], (
                data,
                size,
            )
            first: Optional[Any] = expected[0] if expected else None
            assert _ranges.find(here, asked.counter, path, size, None, 2) == [first]


def test_chunks_of_ranges(tmp_path: Path) -> None:
    """Ranges of many chunks, a segment over several ranges, and several files."""
    data = b"".join(b"x" * 999_990 + b",,\n" for _ in range(5)) + b"," * 10 + b"y" * 3_000_000
    data += b",\nz"
    asked = Question(",", None, Reset.NEWLINES, outside=(2, 2))
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for path, content in zip(paths, (data, b"", data[1000:])):
        path.write_bytes(content)
    expected = [list(asked.counter.matches(path.read_bytes())) for path in paths]
    assert [len(found) for found in expected] == [2, 1, 2]
    for size in (700_000, 2_500_000, 1 << 30):
        assert _ranges.matches(here, asked.counter, paths, size, None) == expected
        firsts = [found[0] for found in expected]
        assert _ranges.find(here, asked.counter, paths, size, None, 3) == firsts


def test_bad_arguments(tmp_path: Path) -> None:
    counter = Question(",", 1, Reset.NONE).counter
    with pytest.raises(ValueError, match="range_bytes"):
        _ranges.totals(here, counter, tmp_path / "none", 0, None)
    with pytest.raises(FileNotFoundError):
        _ranges.totals(here, counter, tmp_path / "none", 1, None)
    assert _ranges.totals(here, counter, [], 1, None) == []
    assert os.listdir(tmp_path) == []
