"""Summaries compose."""

from __future__ import annotations

import pytest

from libtally import Counter, Reset, Summary

COUNTER = Counter("c", 2, Reset.NEWLINES)


def summary(text: str) -> Summary:
    made = Summary(COUNTER)
    made.feed(text)
    return made


def test_sums() -> None:
    parts = [summary(text) for text in ("c", "c\n", "", "xcc\nc")]
    before = [part.totals for part in parts]
    whole = summary("cc\nxcc\nc")
    assert sum(parts, Summary(COUNTER)) == whole
    assert parts[0] + parts[1] + parts[2] + parts[3] == whole
    assert [part.totals for part in parts] == before
    assert parts[0].merge(parts[1]) is parts[0]
    assert parts[0] == summary("cc\n")
    parts[0] += parts[3]
    assert parts[0] == summary("cc\nxcc\nc")


def test_equality() -> None:
    assert summary("c\nc") == summary("c\nc")
    # The same totals, which go on in another way.
    assert summary("c\nxc").totals == summary("xc\nc").totals
    assert summary("c\n") != summary("\nc")
    assert summary("") != Summary(Counter("c", 3, Reset.NEWLINES))
    assert summary("") != 5
    with pytest.raises(TypeError):
        hash(summary(""))
    with pytest.raises(TypeError):
        summary("") + 5  # type: ignore[operator]


def test_repr() -> None:
    assert repr(summary("cc")) == (
        "<Summary of Counter('c', 2, Reset.NEWLINES): Totals(bytes=2, count=2, max_count=2, "
        "segments=1, matching_segments=1)>"
    )
